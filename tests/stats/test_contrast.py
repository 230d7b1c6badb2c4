"""The distance of a part from the whole, and how rarely chance passes for a difference."""

from __future__ import annotations

import numpy as np
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.contrast import contrast, narrowest_range, telling


def test_the_distance_is_half_the_sum_of_the_differences_of_shares() -> None:
    found = contrast(np.array([3, 1, 0]), np.array([4, 4, 2]))
    assert found.distance == (abs(3 / 4 - 0.4) + abs(1 / 4 - 0.4) + 0.2) / 2


def test_the_mean_by_chance_is_that_of_the_hypergeometric_distribution() -> None:
    """Two of four trials, two cells of two: one of each with probability 2/3, distance 1/2 otherwise."""
    assert abs(contrast(np.array([1, 1]), np.array([2, 2])).by_chance - 1 / 6) < 0.03


def test_a_random_part_passes_for_a_difference_in_about_one_of_twenty_cases() -> None:
    random = np.random.default_rng(0)
    whole = np.array([40, 10, 25, 25, 60, 40])
    parts = random.multivariate_hypergeometric(whole, 20, size=400)
    passed = sum(contrast(part, whole).p_value <= 0.05 for part in parts)
    assert 4 <= passed <= 36  # at most 20 expected; distances are few numbers, which makes it rarer


def test_the_whole_is_no_different_from_itself() -> None:
    found = contrast(np.array([5, 3]), np.array([5, 3]))
    assert (found.distance, found.by_chance, found.p_value) == (0.0, 0.0, 1.0)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12), st.sampled_from([0.05, 0.1, 0.5]))
def test_differences_are_believed_as_scipy_adjusts_them(p_values: list[float], wrong: float) -> None:
    adjusted = scipy.stats.false_discovery_control(p_values)
    unclear = np.abs(adjusted - wrong) < 1e-9
    assert ((telling(np.array(p_values), wrong) == (adjusted <= wrong)) | unclear).all()


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=12), st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_no_shorter_range_holds_the_share(values: list[int], share: float) -> None:
    column = np.array(values, dtype=np.float64)
    low, high = narrowest_range(column, share)
    wanted = share * len(values) - 1e-9
    held = [(b - a, a) for a in values for b in values if b >= a and sum(a <= v <= b for v in values) >= wanted]
    assert sum(low <= v <= high for v in values) >= wanted
    assert (high - low, low) == min(held)
