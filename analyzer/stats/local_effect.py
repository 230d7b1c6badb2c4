"""How the mean of a column changes along one axis: kernel regression whose width the data choose, or no change at all.

The result is marginal: what other axes do at the same places is averaged as the points lie, so that correlated axes
share their effects. Which points, and which axis, is the caller's choice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.stats.ranks import average_ranks

CELLS = 64  # of a continuous axis
WIDTHS = (0.03, 0.06, 0.12, 0.25)  # standard deviations of the kernel, as shares of the axis
_DOUBT = 6.0  # share of the squared error that has to vanish, times n: what chance alone rarely reaches
_LONELY = 1.01  # points near a cell, below which it has no neighbours


@dataclass(frozen=True, slots=True)
class LocalEffect:
    """The mean near each cell of an axis, less the mean of all points."""

    effect: Floats  # (c,), 0 throughout where no change can be told from chance
    support: Floats  # (c,), how many points the mean of a cell rests on
    explained: float  # share of the variance that it predicts of points left out, 0 where nothing is told


def local_effect(cells: Ints, values: Floats, size: int, *, smooth: bool, tried: int = 1) -> LocalEffect:
    """Nadaraya-Watson regression on binned points; its width has the least error for points left out one by one.

    An axis that is not smooth (categories) has the mean of each cell. Where the best width takes no more than
    (6 + 2 ln tried) / n off the squared error of the overall mean there is no effect to tell: of as many axes as are
    `tried` together, one that does not matter passes in fewer than one case of twenty. A point without neighbours is no
    evidence either: its cell has effect 0.
    cells: (n,), 0 … size - 1; values: (n,) finite, n >= 2, of a size whose squares are finite. O(n + size), O(n + 64²)
    on a smooth axis of 64 cells. Nadaraya 1964; leaving points out one by one: Allen 1974 (PRESS).

    >>> found = local_effect(np.repeat([0, 1], 10), np.repeat([1.0, 3.0], 10), 2, smooth=False)
    >>> found.effect, found.support, round(found.explained, 3)
    (array([-1.,  1.]), array([10., 10.]), 1.0)
    """
    at, centred = cells.astype(np.intp), values - values.mean()
    counts = np.bincount(at, minlength=size).astype(np.float64)
    sums, squares = (np.bincount(at, each, minlength=size).astype(np.float64) for each in (centred, centred**2))
    total = float(squares.sum())
    alone = total * (len(values) / (len(values) - 1)) ** 2  # what the overall mean misses of points left out
    least = (_DOUBT + 2 * math.log(tried)) / len(values)
    best = LocalEffect(np.zeros(size), np.full(size, float(len(values))), 0.0)
    for near, near_sums in _neighbourhoods(counts, sums, smooth):
        backed = near > _LONELY
        effect = np.where(backed, near_sums / np.maximum(near, 1.0), 0.0)
        missed = squares - 2 * effect * sums + effect**2 * counts
        error = float((missed / np.where(backed, 1.0 - 1.0 / np.maximum(near, _LONELY), 1.0) ** 2).sum())
        explained = 1.0 - error / alone if alone > 0 else 0.0
        if explained > max(best.explained, least):
            best = LocalEffect(effect, near, explained)
    return best


def _neighbourhoods(counts: Floats, sums: Floats, smooth: bool) -> Iterator[tuple[Floats, Floats]]:
    """For each width how many points are near each cell (a point in the cell itself counts 1), and their sum."""
    if not smooth:
        yield counts, sums
        return
    centres = (np.arange(len(counts)) + 0.5) / len(counts)
    distances = centres[:, None] - centres
    for width in WIDTHS:
        kernel = np.exp(-0.5 * (distances / width) ** 2)
        yield kernel @ counts, kernel @ sums


def rank_correlation(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation, -1 … 1, ties averaged; 0 where either column is constant.

    first, second: (n,), n >= 1, without NaN. O(n log n).

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 100.0, 20.0]))
    0.5
    """
    one, two = (average_ranks(column) for column in (first, second))
    one, two = one - one.mean(), two - two.mean()
    scale = float(np.sqrt((one @ one) * (two @ two)))
    return float(one @ two) / scale if scale > 0 else 0.0
