"""Leaving rows out changes no rank: against the ranking of all rows, on clouds for which pivots serve well and badly."""

import numpy as np
import pytest

from analyzer.arrays import Floats
from analyzer.stats import first_ranks as module
from analyzer.stats.first_ranks import FEW, first_ranks
from analyzer.stats.pareto import non_domination_rank

N = FEW + 1000


def normal(m: int) -> Floats:
    return np.random.default_rng(m).normal(size=(N, m))


def tied(m: int) -> Floats:
    return normal(m).round(1)


def copies(m: int) -> Floats:
    return normal(m)[np.arange(N) % 5000]


def one_front(m: int) -> Floats:
    angles = np.linspace(0, np.pi / 2, N)
    return np.column_stack([-np.cos(angles), -np.sin(angles), *[np.zeros(N)] * (m - 2)])


def one_chain(m: int) -> Floats:
    return np.repeat(np.arange(N, dtype=np.float64)[::-1, None], m, axis=1)


def infinite(m: int) -> Floats:
    losses = normal(m)
    losses[::7, 0], losses[::11, 1], losses[::13] = np.inf, -np.inf, np.inf
    return losses


def late_best(m: int) -> Floats:
    """All good rows lie between the rows of the sample, which therefore misjudges where the first ranks end."""
    losses = normal(m) + 100
    good = np.arange(N) % (N // module.SAMPLE) == 1
    losses[good] -= 100
    return losses


@pytest.mark.parametrize("m", [2, 3])
@pytest.mark.parametrize("cloud", [normal, tied, copies, one_front, one_chain, infinite, late_best])
@pytest.mark.parametrize("enough", [1, 100, N // 10])
def test_ranks_are_those_of_the_ranking_of_all_rows(cloud: object, m: int, enough: int) -> None:
    losses = cloud(m)  # type: ignore[operator]
    np.testing.assert_array_equal(first_ranks(losses, enough), non_domination_rank(losses, enough))


def test_most_rows_are_left_out() -> None:
    losses = normal(2)
    pivots = module._pivots(losses, N // 10)
    assert module._dominated(losses, losses[pivots]).mean() > 0.6


def test_few_rows_are_ranked_as_they_are() -> None:
    losses = np.array([[1.0, 2.0], [2.0, 3.0], [2.0, 1.0]])
    assert first_ranks(losses, 3).tolist() == [0, 1, 0]
    assert first_ranks(np.zeros((0, 2)), 1).tolist() == []
