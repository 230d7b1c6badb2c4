"""Strengths from comparisons: against closed forms, a search of the whole posterior, and a direct solution."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.stats.preference import chance_of_being_better, strengths

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1]), max_size=30)


def fitted(listed, count, prior_sd=1.0):  # type: ignore[no-untyped-def]
    array = np.array(listed, dtype=np.int64).reshape(-1, 2)
    return strengths(array[:, 0], array[:, 1], count, prior_sd)


def log_posterior(theta, listed, prior_sd):  # type: ignore[no-untyped-def]
    """As the paper has it: log s_i - log(s_i + s_j) for each comparison, and the prior."""
    s = np.exp(theta)
    return sum(np.log(s[a]) - np.log(s[a] + s[b]) for a, b in listed) - np.sum(theta**2) / (2 * prior_sd**2)


def test_without_comparisons_the_prior_is_left() -> None:
    found = fitted([], 3, prior_sd=2.0)
    assert found.values.tolist() == [0, 0, 0]
    assert found.spreads == pytest.approx([2, 2, 2])
    assert np.array_equal(found.covariance, 4 * np.eye(3))


def test_nobody_at_all() -> None:
    assert len(fitted([], 0).values) == 0


@pytest.mark.parametrize(("wins", "losses"), [(1, 0), (5, 0), (7, 3), (4, 4), (1000, 1)])
def test_two_items_have_the_closed_form(wins: int, losses: int) -> None:
    """θ = (t, -t) with wins (1 - p) - losses p = t, p = 1 / (1 + exp(-2 t)); covariance by the 2 × 2 inverse."""
    found = fitted([(0, 1)] * wins + [(1, 0)] * losses, 2)
    t = found.values[0]
    p = 1 / (1 + np.exp(-2 * t))
    assert found.values[1] == pytest.approx(-t)
    assert wins * (1 - p) - losses * p == pytest.approx(t, abs=1e-8)
    w = (wins + losses) * p * (1 - p)
    assert found.covariance == pytest.approx(np.array([[1 + w, w], [w, 1 + w]]) / (1 + 2 * w))
    assert found.spreads**2 == pytest.approx(np.full(2, (1 + w) / (1 + 2 * w)))


def test_a_wide_prior_gives_the_maximum_likelihood_of_bradley_and_terry() -> None:
    """Two items, 7 against 3: the ratio of strengths is 7 / 3."""
    found = fitted([(0, 1)] * 7 + [(1, 0)] * 3, 2, prior_sd=1000.0)
    assert found.values[0] - found.values[1] == pytest.approx(np.log(7 / 3), abs=1e-5)
    assert np.sqrt(found.covariance[0, 0] * 2 - 2 * found.covariance[0, 1]) == pytest.approx(
        np.sqrt(1 / 7 + 1 / 3), rel=1e-5
    )


def test_the_mode_is_the_best_point_of_a_grid() -> None:
    listed = [(0, 1), (0, 1), (1, 0), (1, 2), (2, 0), (0, 2)]
    found = fitted(listed, 3)
    grid = np.linspace(-1.5, 1.5, 61)
    best = max(itertools.product(grid, repeat=3), key=lambda theta: log_posterior(np.array(theta), listed, 1.0))
    assert found.values == pytest.approx(np.array(best), abs=grid[1] - grid[0])


@given(pairs, st.sampled_from([0.3, 1.0, 3.0]))
@settings(max_examples=60, deadline=None)
def test_slope_and_curvature_of_the_posterior_by_differences(listed: list[tuple[int, int]], prior_sd: float) -> None:
    found = fitted(listed, 5, prior_sd)
    small = 1e-4
    steps = small * np.eye(5)

    def level(theta):  # type: ignore[no-untyped-def]
        return log_posterior(theta, listed, prior_sd)

    at = found.values
    slope = [(level(at + step) - level(at - step)) / (2 * small) for step in steps]
    assert slope == pytest.approx(np.zeros(5), abs=1e-5)
    second = [
        [
            (level(at + a + b) - level(at + a - b) - level(at - a + b) + level(at - a - b)) / (4 * small**2)
            for a in steps
        ]
        for b in steps
    ]
    assert found.covariance @ -np.array(second) == pytest.approx(np.eye(5), abs=1e-3)
    assert found.values.sum() == pytest.approx(0, abs=1e-8)
    assert (found.spreads <= prior_sd + 1e-12).all()


@given(pairs)
@example([(2, 0), (3, 0), (4, 0), (0, 1), (2, 1)])
@settings(max_examples=40, deadline=None)
def test_order_of_comparisons_does_not_matter_and_turning_them_round_turns_the_ranking_round(
    listed: list[tuple[int, int]],
) -> None:
    found = fitted(listed, 5)
    assert fitted(listed[::-1], 5).values == pytest.approx(found.values, abs=1e-9)
    assert fitted([(b, a) for a, b in listed], 5).values == pytest.approx(-found.values, abs=1e-9)


def test_more_comparisons_leave_less_doubt() -> None:
    spreads = [fitted([(0, 1), (1, 0)] * count, 2).spreads[0] for count in (1, 5, 50)]
    assert (
        spreads[0] > spreads[1] > spreads[2] > np.sqrt(0.5)
    )  # the mean of the two stays as unknown as the prior has it


def test_a_thousand_defeats_do_not_diverge() -> None:
    found = fitted([(0, item) for item in range(1, 200)] * 5, 200)
    assert np.isfinite(found.values).all()
    assert found.values.argmax() == 0


def test_the_chance_is_one_half_between_equals_and_complementary() -> None:
    found = fitted([(0, 1), (1, 2), (2, 0), (3, 0)], 4)
    assert chance_of_being_better(fitted([(0, 1), (1, 0)], 2), 0, 1) == pytest.approx(0.5)
    assert chance_of_being_better(found, 3, 0) + chance_of_being_better(found, 0, 3) == pytest.approx(1)
    assert chance_of_being_better(found, 3, 0) > 0.5


def test_the_chance_is_that_of_draws_from_the_approximation() -> None:
    found = fitted([(0, 1)] * 3 + [(1, 2)] * 2 + [(2, 0)], 3)
    draws = np.random.default_rng(0).multivariate_normal(found.values, found.covariance, 200_000)
    assert chance_of_being_better(found, 0, 2) == pytest.approx((draws[:, 0] > draws[:, 2]).mean(), abs=0.005)
