"""Ranks against SciPy and Optuna's rank plot, the empirical distribution against Optuna's and against counting."""

import numpy as np
import optuna
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna.visualization._edf import _get_edf_info
from optuna.visualization._rank import _get_order_with_same_order_averaging

from analyzer.stats.ranks import average_ranks, distribution_grid, empirical_distribution, scaled_ranks

TIED = arrays(np.float64, st.integers(1, 40), elements=st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 2.0, 7.0, np.inf]))


@given(TIED)
def test_ranks_are_optunas_and_scipys(values: np.ndarray) -> None:
    ranks = average_ranks(values)
    np.testing.assert_array_equal(ranks, _get_order_with_same_order_averaging(values))
    np.testing.assert_array_equal(ranks, scipy.stats.rankdata(values, "average") - 1)


@given(arrays(np.float64, 30, elements=st.floats(allow_nan=False), unique=True))
def test_distinct_values_rank_as_they_sort(values: np.ndarray) -> None:
    np.testing.assert_array_equal(np.sort(values)[average_ranks(values).astype(int)], values)


def test_nan_has_no_rank_and_moves_no_other() -> None:
    np.testing.assert_array_equal(average_ranks(np.array([np.nan, 2.0, np.inf, 1.0])), [np.nan, 1.0, 2.0, 0.0])


@pytest.mark.parametrize(
    ("values", "expected"), [([], []), ([4.0], [0.5]), ([2.0, 1.0], [1.0, 0.0]), ([1.0, 1.0], [0.5, 0.5])]
)
def test_scaled_ranks_of_few_values(values: list[float], expected: list[float]) -> None:
    assert scaled_ranks(np.array(values)).tolist() == expected


@given(TIED, TIED)
def test_distribution_counts_the_values_up_to_each_point(values: np.ndarray, grid: np.ndarray) -> None:
    expected = [sum(1 for value in values if value <= point) / len(values) for point in grid]
    assert empirical_distribution(values, grid).tolist() == expected


def test_distribution_of_two_studies_is_optunas() -> None:
    rng = np.random.default_rng(0)
    columns = [rng.normal(size=70), rng.exponential(size=30).round(1)]
    studies = [optuna.create_study() for _ in columns]
    for study, column in zip(studies, columns, strict=True):
        study.add_trials([optuna.create_trial(value=value) for value in column.tolist()])
    theirs = _get_edf_info(studies)
    grid = distribution_grid(columns)
    np.testing.assert_array_equal(grid, theirs.x_values)
    for column, line in zip(columns, theirs.lines, strict=True):
        np.testing.assert_array_equal(empirical_distribution(column, grid), line.y_values)


def test_no_values_have_no_distribution() -> None:
    np.testing.assert_array_equal(empirical_distribution(np.zeros(0), np.zeros(2)), [np.nan, np.nan])
