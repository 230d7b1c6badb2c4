"""Fronts and ranks against brute force, Optuna and moocore."""

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna.study._multi_objective import _fast_non_domination_rank, _is_pareto_front

from analyzer.stats.dominance import candidates
from analyzer.stats.pareto import non_domination_rank, pareto_front

# Few integers and tenths, so that ties and copies are common, and both infinities.
VALUES = st.one_of(
    st.integers(-3, 3).map(float),
    st.integers(-20, 20).map(lambda tenths: tenths / 10),
    st.sampled_from([np.inf, -np.inf, 0.0, -0.0]),
)


@st.composite
def losses(draw, max_rows=25, max_objectives=5):
    shape = draw(st.integers(0, max_rows)), draw(st.integers(1, max_objectives))
    return draw(arrays(np.float64, shape, elements=VALUES))


def cloud(kind, n, m, seed=0):
    random = np.random.default_rng(seed)
    match kind:
        case "integers":
            return random.integers(0, 12, (n, m)).astype(float)
        case "tenths":
            return random.integers(0, 100, (n, m)) / 10
        case "normal":
            return random.normal(size=(n, m))
        case "sphere":
            rows = np.abs(random.normal(size=(n, m)))
            return 1 - rows / np.linalg.norm(rows, axis=1)[:, None]
        case "infinities":
            rows = random.normal(size=(n, m))
            rows[random.random(rows.shape) < 0.1] = np.inf
            rows[random.random(rows.shape) < 0.01] = -np.inf
            return rows
        case "outliers":
            return random.normal(size=(n, m)) * 10.0 ** random.integers(-150, 150, (n, 1))


def dominated(rows):
    weakly = (rows[:, None] <= rows[None]).all(axis=2)
    return (weakly & ~weakly.T).any(axis=0)


def brute_ranks(rows):
    ranks, left, rank = np.zeros(len(rows), dtype=int), np.arange(len(rows)), 0
    while left.size:
        front = ~dominated(rows[left])
        ranks[left[front]] = rank
        left, rank = left[~front], rank + 1
    return ranks


@given(losses())
def test_front_is_what_brute_force_says(rows):
    assert (pareto_front(rows) == ~dominated(rows)).all()


@given(losses())
def test_ranks_are_what_brute_force_says(rows):
    assert (non_domination_rank(rows) == brute_ranks(rows)).all()


@given(losses(), st.integers(1, 30))
def test_ranks_with_enough_are_those_of_optuna(rows, enough):
    assert (non_domination_rank(rows, enough) == _fast_non_domination_rank(rows, n_below=enough)).all()


@pytest.mark.parametrize("kind", ["integers", "tenths", "normal", "sphere", "infinities", "outliers"])
@pytest.mark.parametrize("m", [1, 2, 3, 4, 6])
def test_many_rows_agree_with_optuna_and_moocore(kind, m):
    rows = cloud(kind, 3000, m)  # several chunks and pivots, unlike the small cases
    front = pareto_front(rows)
    assert (front == _is_pareto_front(rows, assume_unique_lexsorted=False)).all()
    assert (non_domination_rank(rows, 300) == _fast_non_domination_rank(rows, n_below=300)).all()
    if np.isfinite(rows).all():
        assert (front == moocore.is_nondominated(rows, keep_weakly=True)).all()
        assert (non_domination_rank(rows) == moocore.pareto_rank(rows)).all()


@given(losses())
@settings(max_examples=30)
def test_pivots_never_take_a_front_row(rows):
    repeated = np.tile(rows, (40, 1))  # past the size from which pivots are used
    kept = np.zeros(len(repeated), dtype=bool)
    kept[candidates(repeated)] = True
    assert kept[np.tile(~dominated(rows), 40)].all()


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_a_dominated_row_is_never_marked_for_its_rounded_sum(m):
    best = np.full(m, 1e16)
    worse = best.copy()
    worse[0] = -1.0  # the sum of the row loses this digit
    rows = np.array([best, worse, np.nextafter(worse, np.inf)])
    assert pareto_front(rows).tolist() == [False, True, False]


def test_every_copy_of_a_front_row_is_marked():
    rows = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 3.0, 4.0]])
    for m in (2, 3, 4):
        assert pareto_front(rows[:, :m]).tolist() == [True, True, True, False]


def test_both_zeros_are_one_value():
    assert pareto_front(np.array([[0.0, 1.0], [-0.0, 1.0]])).all()
    assert non_domination_rank(np.array([[0.0, 1.0, 0.0], [-0.0, 1.0, -0.0]])).tolist() == [0, 0]


def test_rows_of_infinities_compare_like_numbers():
    rows = np.array([[-np.inf, np.inf], [np.inf, -np.inf], [np.inf, np.inf], [-np.inf, 5.0]])
    assert pareto_front(rows).tolist() == [False, True, False, True]
    assert non_domination_rank(rows).tolist() == [1, 0, 2, 0]


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_no_row_and_one_row(m):
    assert pareto_front(np.empty((0, m))).shape == (0,)
    assert non_domination_rank(np.empty((0, m))).shape == (0,)
    assert pareto_front(np.full((1, m), np.inf)).tolist() == [True]
    assert non_domination_rank(np.full((1, m), np.inf), 1).tolist() == [0]


def test_a_chain_has_a_rank_for_each_row():
    chain = np.repeat(np.arange(1500.0)[:, None], 3, axis=1)
    assert (non_domination_rank(chain[::-1]) == np.arange(1500)[::-1]).all()
    assert (non_domination_rank(chain, 700) == np.minimum(np.arange(1500), 700)).all()


def test_ranking_no_row_is_refused():
    with pytest.raises(ValueError, match="enough is 0"):
        non_domination_rank(np.zeros((2, 2)), 0)
