"""The local mean against its own definition, point by point, and how rarely chance passes for an effect."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.local_effect import WIDTHS, local_effect, rank_correlation

SIZE = 16
_points = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(-9, 9)), min_size=3, max_size=14)


def _kernels(smooth: bool) -> list[np.ndarray]:
    centres = (np.arange(SIZE) + 0.5) / SIZE
    if not smooth:
        return [np.eye(SIZE)]
    return [np.exp(-0.5 * ((centres[:, None] - centres) / width) ** 2) for width in WIDTHS]


def _brute(cells: list[int], values: list[float], smooth: bool) -> float:
    """The best share of the error that any width takes off, leaving out one point after the other."""
    count = len(values)
    mean = sum(values) / count
    alone = sum((value - (mean * count - value) / (count - 1)) ** 2 for value in values)
    best = 0.0
    for kernel in _kernels(smooth):
        error = 0.0
        for i in range(count):
            weights = [kernel[cells[i], cells[j]] if j != i else 0.0 for j in range(count)]
            near = sum(weights)
            guess = sum(w * (v - mean) for w, v in zip(weights, values, strict=True)) / near if near > 0.01 else 0.0
            error += (values[i] - mean - guess) ** 2
        explained = 1 - error / alone if alone > 0 else 0.0
        if explained > max(best, 6 / count):
            best = explained
    return best


@given(_points, st.booleans())
def test_the_explained_share_is_that_of_points_left_out_one_by_one(points: list[tuple[int, int]], smooth: bool) -> None:
    cells, values = [cell for cell, _ in points], [float(value) for _, value in points]
    found = local_effect(np.array(cells), np.array(values), SIZE, smooth=smooth)
    assert found.explained == pytest.approx(_brute(cells, values, smooth), rel=1e-6, abs=1e-9)


def test_the_effect_of_a_category_is_its_mean_less_the_mean_of_all() -> None:
    found = local_effect(np.repeat([0, 2], [30, 10]), np.repeat([1.0, 5.0], [30, 10]), 4, smooth=False)
    assert found.effect.tolist() == [-1.0, 0.0, 3.0, 0.0]
    assert found.support.tolist() == [30.0, 0.0, 10.0, 0.0]


def test_a_single_point_of_a_category_is_no_evidence() -> None:
    found = local_effect(np.repeat([0, 1, 2], [30, 30, 1]), np.repeat([1.0, 2.0, 99.0], [30, 30, 1]), 3, smooth=False)
    assert found.effect[2] == 0.0


def test_a_smooth_curve_is_found_again() -> None:
    x = (np.arange(4000) + 0.5) / 4000
    found = local_effect((x * 64).astype(np.int64), np.sin(2 * np.pi * x), 64, smooth=True)
    inside = (np.arange(64) + 0.5)[8:-8] / 64
    assert np.abs(found.effect[8:-8] - np.sin(2 * np.pi * inside)).max() < 0.03
    assert found.explained > 0.98


@pytest.mark.parametrize(("smooth", "size"), [(True, 64), (False, 2), (False, 12)])
def test_columns_that_do_not_matter_rarely_have_an_effect(smooth: bool, size: int) -> None:
    random = np.random.default_rng(5)
    passed = sum(
        local_effect(random.integers(0, size, 80), random.exponential(size=80), size, smooth=smooth).explained > 0
        for _ in range(400)
    )
    assert passed < 20  # one in twenty; 2 to 8 are usual


def test_constant_values_have_no_effect() -> None:
    found = local_effect(np.arange(10), np.full(10, 3.0), 10, smooth=True)
    assert not found.effect.any()
    assert found.explained == 0.0


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=20))
def test_rank_correlation_is_scipys(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
    if len(set(first)) < 2 or len(set(second)) < 2:
        assert rank_correlation(first, second) == 0.0
    else:
        assert rank_correlation(first, second) == pytest.approx(
            scipy.stats.spearmanr(first, second).statistic, abs=1e-12
        )
