"""The k rows that together dominate the most, chosen by random points: for many objectives, where exact volumes take hours.

The exact choice is in `subset_selection`, which says when this one takes its place.
"""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Bools, Floats, Ints

_POINTS, _LEAST_POINTS = 2**13, 2**9
_CELLS = 2**26  # of the table of rows and points
_AT_ONCE = 32  # rows whose gains are counted together
_UNIT = 2.0**20  # weights are whole numbers, whose sums are exact: every machine adds them up alike


def sampled_subset(losses: Floats, k: int, reference: Floats) -> Ints:
    """Indices of k distinct rows, each in turn the one that adds the most estimated hypervolume to those before it.

    Points are drawn from the boxes between the rows and the reference, a box as often as its volume says, and each counts
    by one over the number of boxes that it lies in: that is uniform over what the rows dominate together (Karp, Luby &
    Madras 1989, https://doi.org/10.1016/0196-6774(89)90038-2). Equal gains go to the row that comes first.
    losses: (n, m), finite, strictly below the reference (m,); 1 <= k <= n. Always the same points for the same rows. 8192
    points up to 8192 rows, fewer beyond; the chosen rows dominate 95 % or more of what the exact choice does. Returns (k,), in order of choice. O(n m points + k n), about.

    >>> sampled_subset(np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0]]), 2, np.array([3.3, 3.3]))
    array([1, 0])
    """
    covers, weights = _points(losses, reference)
    bounds = covers @ weights
    chosen = np.empty(k, dtype=np.int64)
    for step in range(k):
        best = chosen[step] = _largest(covers, weights, bounds)
        bounds[best] = -1.0
        weights[covers[best]] = 0.0
        if np.count_nonzero(weights) < len(weights) // 2:
            covers, weights = covers[:, weights > 0], weights[weights > 0]
    return chosen


def _largest(covers: Bools, weights: Floats, bounds: Floats) -> int:
    """The row with the largest gain. Gains only fall, so those known before are bounds; they are brought up to date."""
    order = np.argsort(-bounds, kind="stable")
    best, largest = -1, -1.0
    for start in range(0, len(order), _AT_ONCE):
        rows = order[start : start + _AT_ONCE]
        if bounds[rows[0]] < max(largest, 0.0):
            break
        rows = rows[bounds[rows] >= 0]
        bounds[rows] = covers[rows] @ weights
        gain = float(bounds[rows].max())
        first = int(rows[bounds[rows] == gain].min())
        if gain > largest or (gain == largest and first < best):
            best, largest = first, gain
    return best


def _points(losses: Floats, reference: Floats) -> tuple[Bools, Floats]:
    """Which row dominates which point, (n, points), and the weights of the points, (points,)."""
    random = np.random.default_rng(0)
    count = max(_LEAST_POINTS, min(_POINTS, _CELLS // len(losses)))
    sides = reference - losses
    volumes = np.log(sides).sum(axis=1)
    share = np.cumsum(np.exp(volumes - volumes.max()))
    owners = np.searchsorted(share, random.random(count) * share[-1])
    points = losses[owners] + sides[owners] * random.random((count, losses.shape[1]))
    covers = np.empty((len(losses), count), dtype=bool)
    columns = np.ascontiguousarray(points.T)
    for row, mine in enumerate(losses):
        covers[row] = np.logical_and.reduce([column >= bound for column, bound in zip(columns, mine, strict=True)])
    return covers, np.floor(_UNIT / np.maximum(covers.sum(axis=0), 1))
