"""Bands against numpy's own quantiles, step by step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.quantiles import LEVELS, quantile_bands

NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([1.0, 2.0, np.nan])


@given(st.lists(st.tuples(st.integers(-3, 6), NUMBERS), max_size=60))
def test_bands_are_numpys_quantiles(points: list[tuple[int, float]]) -> None:
    steps = np.array([step for step, _ in points], dtype=np.int64)
    values = np.array([value for _, value in points], dtype=np.float64)
    bands = quantile_bands(steps, values)
    numbers = {step: values[(steps == step) & ~np.isnan(values)] for step in sorted(set(steps.tolist()))}
    expected = {step: column for step, column in numbers.items() if len(column)}
    assert bands.steps.tolist() == list(expected)
    assert bands.counts.tolist() == [len(column) for column in expected.values()]
    assert bands.values.shape == (len(LEVELS), len(expected))
    for place, column in enumerate(expected.values()):
        np.testing.assert_allclose(bands.values[:, place], np.quantile(column, LEVELS), rtol=1e-12, atol=1e-9)


def test_a_curve_alone_is_its_own_band() -> None:
    bands = quantile_bands(np.array([10, 0, 5]), np.array([1.0, 3.0, 2.0]))
    assert bands.steps.tolist() == [0, 5, 10]
    assert bands.values.tolist() == [[3.0, 2.0, 1.0]] * len(LEVELS)


def test_infinite_values_reach_only_the_quantiles_they_touch() -> None:
    values = np.array([1.0, 2.0, 3.0, np.inf, np.inf])
    bands = quantile_bands(np.zeros(5, dtype=np.int64), values, levels=(0.0, 0.5, 0.6, 0.75, 1.0))
    assert bands.values[:, 0].tolist() == [1.0, 3.0, np.inf, np.inf, np.inf]


def test_an_end_level_is_exact_beside_an_infinite_neighbour() -> None:
    bands = quantile_bands(np.zeros(3, dtype=np.int64), np.array([-np.inf, 0.0, np.inf]), levels=(0.5,))
    assert bands.values.tolist() == [[0.0]]
