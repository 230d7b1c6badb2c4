"""The choice by random points: as good as the exact one to a few per cent, always the same, and only where that takes too long."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.arrays import Floats
from analyzer.stats import subset_selection
from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.pareto import pareto_front
from analyzer.stats.sampled_subset import sampled_subset
from analyzer.stats.subset_selection import best_hypervolume_subset, is_sampled, reference_beyond


def front(n: int, m: int, seed: int) -> Floats:
    losses = np.random.default_rng(seed).normal(size=(n, m))
    return losses[pareto_front(losses)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("m", [3, 4, 5, 6])
def test_the_chosen_rows_dominate_nearly_what_the_exact_choice_dominates(m: int, seed: int) -> None:
    rows = front(400, m, seed)
    reference = reference_beyond(rows)
    k = len(rows) // 5
    assert not is_sampled(len(rows), k, m)
    exact = hypervolume(rows[best_hypervolume_subset(rows, k, reference)], reference)
    chosen = sampled_subset(rows, k, reference)
    assert len(set(chosen.tolist())) == k
    assert hypervolume(rows[chosen], reference) > 0.98 * exact


def test_points_lie_evenly_in_what_the_rows_dominate() -> None:
    rows, reference = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([2.0, 2.0])
    assert sampled_subset(rows, 3, reference)[2] == 2  # it adds nothing to the others
    lopsided = np.array([[0.0, 1.9], [1.0, 0.0], [1.9, 0.0]])
    assert sampled_subset(lopsided, 2, reference).tolist() == [1, 0]


def test_it_takes_the_place_of_the_exact_choice_where_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = front(1000, 8, 0)
    reference = reference_beyond(rows)
    assert is_sampled(len(rows), 60, 8)
    chosen = best_hypervolume_subset(rows, 60, reference)
    assert chosen.tolist() == best_hypervolume_subset(rows, 60, reference).tolist()
    monkeypatch.setattr(subset_selection, "_EXACT_BEYOND", 10**9)
    exact = best_hypervolume_subset(rows, 60, reference)
    assert chosen[:4].tolist() == exact[:4].tolist()
    assert hypervolume(rows[chosen], reference) > 0.95 * hypervolume(rows[exact], reference)


def test_two_and_three_objectives_are_always_exact() -> None:
    assert not is_sampled(10**6, 10**6, 2)
    assert not is_sampled(10**6, 10**6, 3)
