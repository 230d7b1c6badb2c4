"""How far a part of the trials lies from all of them along one parameter, beside what chance alone would make.

Cells come in, numbers come out; which trials are the part, and how an axis is cut into cells, is the caller's choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Bools, Floats, Ints

DRAWS = 999


@dataclass(frozen=True, slots=True)
class Contrast:
    """The difference of a part from the whole, in total variation: 0 alike, 1 nothing in common."""

    distance: float
    by_chance: float  # the mean distance of as many trials drawn at random
    p_value: float  # how often chance makes as large a distance, at least 1 / 1000


def contrast(part: Ints, whole: Ints) -> Contrast:
    """Compare the counts of a part of the trials with those of all, cell by cell.

    The total variation distance, half the sum of |share in the part - share in the whole|, is never 0 for a handful of
    trials, so it is set beside 999 random draws of as many trials without replacement (a permutation test; the draws
    are the same every time). part, whole: (c,), counts; the part's are at most the whole's and not all 0. O(999 c).

    >>> found = contrast(np.array([10, 0]), np.array([10, 90]))
    >>> round(found.distance, 3), found.p_value
    (0.9, 0.001)
    >>> contrast(np.array([5, 5]), np.array([50, 50])).p_value
    1.0
    """
    shares, size = whole / whole.sum(), int(part.sum())
    distance = float(np.abs(part / size - shares).sum() / 2)
    drawn = np.random.default_rng(0).multivariate_hypergeometric(whole, size, DRAWS, method="marginals")
    chance = np.abs(drawn / size - shares).sum(axis=1) / 2
    as_large = int(np.count_nonzero(chance >= distance - 1e-12))
    return Contrast(distance, float(chance.mean()), (1 + as_large) / (1 + DRAWS))


def telling(p_values: Floats, wrong: float) -> Bools:
    """Which of several differences to believe, so that of those believed this share is wrong on average, (n,).

    Benjamini & Hochberg 1995: the k smallest p-values, for the largest k whose k-th is at most wrong k / n.

    >>> telling(np.array([0.5, 0.02, 0.06]), 0.1)
    array([False,  True,  True])
    """
    ordered = np.sort(p_values)
    count = len(ordered)
    passed = np.flatnonzero(ordered <= wrong * np.arange(1, count + 1) / count)
    return np.less_equal(p_values, ordered[passed[-1]]) if len(passed) else np.zeros(count, dtype=np.bool_)


def narrowest_range(values: Floats, share: float) -> tuple[float, float]:
    """The shortest range that holds at least this share of the values, the lowest of equally short ones.

    values: (n,) finite, n >= 1; 0 < share <= 1. Both ends are values. O(n log n).

    >>> narrowest_range(np.array([0.0, 5.0, 6.0, 7.0, 8.0]), 0.8)
    (5.0, 8.0)
    """
    ordered = np.sort(values)
    held = max(1, math.ceil(share * len(ordered) - 1e-9))
    first = int(np.argmin(ordered[held - 1 :] - ordered[: len(ordered) - held + 1]))
    return float(ordered[first]), float(ordered[first + held - 1])
