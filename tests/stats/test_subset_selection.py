"""The greedy subset against Optuna's own, against brute force, and where ties decide."""

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna._hypervolume import _solve_hssp
from optuna.samplers._tpe.sampler import _get_reference_point, _split_complete_trials_multi_objective

from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.pareto import pareto_front
from analyzer.stats.subset_selection import best_hypervolume_subset, best_rows, reference_beyond


def front(n, m, seed):
    rows = np.random.default_rng(seed).normal(size=(n, m))
    return rows[pareto_front(rows)]


def optuna_subset(rows, k, reference):
    return _solve_hssp(rows, np.arange(len(rows)), k, reference)


@pytest.mark.parametrize("m", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(5))
def test_the_same_rows_in_the_same_order_as_optuna(m, seed):
    rows = front(300, m, seed)
    reference = reference_beyond(rows)
    assert (reference == _get_reference_point(rows)).all()
    for k in (1, 2, len(rows) // 2, len(rows) - 1, len(rows)):
        assert best_hypervolume_subset(rows, k, reference).tolist() == optuna_subset(rows, k, reference).tolist()


@given(st.integers(0, 10**6), st.integers(2, 40))
@settings(max_examples=60)
def test_two_objectives_with_ties_and_copies_choose_as_optuna_does(seed, n):
    random = np.random.default_rng(seed)
    rows = random.integers(0, 9, (n, 2)) / random.choice([1, 10])
    rows = rows[pareto_front(rows)]
    k, reference = int(random.integers(1, len(rows) + 1)), reference_beyond(rows)
    assert best_hypervolume_subset(rows, k, reference).tolist() == optuna_subset(rows, k, reference).tolist()


@given(st.integers(0, 10**6), st.integers(3, 4))
@settings(max_examples=40)
def test_with_ties_each_chosen_row_still_adds_the_most(seed, m):
    random = np.random.default_rng(seed)
    rows = random.integers(0, 5, (15, m)).astype(float)
    rows = np.unique(rows[pareto_front(rows)], axis=0)
    reference, chosen = reference_beyond(rows), []
    for row in best_hypervolume_subset(rows, len(rows) // 2 or 1, reference).tolist():
        volumes = [hypervolume(rows[[*chosen, other]], reference) for other in range(len(rows)) if other not in chosen]
        chosen.append(row)
        assert len(rows) == 1 or hypervolume(rows[chosen], reference) == pytest.approx(max(volumes), rel=1e-11)


def test_equal_gains_go_to_the_first_row_in_lexicographic_order():
    rows = np.array([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 3.0]])
    assert best_hypervolume_subset(rows, 2, np.full(3, 4.0)).tolist() == [2, 1]


def test_copies_come_in_only_when_the_distinct_rows_run_out():
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [1.0, 2.0]])
    reference = np.array([3.0, 3.0])
    for k in (1, 2, 3, 4):
        assert best_hypervolume_subset(rows, k, reference).tolist() == optuna_subset(rows, k, reference).tolist()


@pytest.mark.parametrize("m", [2, 3, 4])
def test_infinite_losses_choose_as_optuna_does(m):
    rows = np.random.default_rng(m).normal(size=(20, m))
    rows[3, 0] = -np.inf
    rows[5, 1] = -np.inf
    for reference in (np.full(m, 9.0), np.append(np.full(m - 1, 9.0), np.inf)):
        for k in (1, 2, 3, len(rows) // 2):
            assert best_hypervolume_subset(rows, k, reference).tolist() == optuna_subset(rows, k, reference).tolist()


@pytest.mark.parametrize("k", [0, 4, -1])
def test_an_impossible_size_is_refused(k):
    with pytest.raises(ValueError, match=f"k is {k};"):
        best_hypervolume_subset(np.zeros((3, 2)), k, np.ones(2))


def test_the_reference_of_a_zero_is_beyond_it():
    rows = np.array([[-1.0, 0.0, 2.0, np.inf], [-2.0, -1.0, 1.0, 0.0]])
    assert reference_beyond(rows).tolist() == _get_reference_point(rows).tolist()


@pytest.mark.parametrize("m", [2, 3, 4])
@pytest.mark.parametrize("k", [0, 1, 20, 41, 199, 200, 500])
def test_the_best_rows_are_those_that_optuna_splits_off(m, k):
    rows = np.random.default_rng(m).normal(size=(200, m))
    rows[:40] = np.round(rows[:40])
    study = optuna.create_study(directions=["minimize"] * m)
    study.add_trials([optuna.trial.create_trial(values=row) for row in rows.tolist()])
    below, _ = _split_complete_trials_multi_objective(study.trials, study, min(k, 200))
    assert np.flatnonzero(best_rows(rows, k).marks).tolist() == [trial.number for trial in below]
