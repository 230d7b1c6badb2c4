"""The Pareto front and the non-domination ranks of rows of losses. How rows are compared fast lies in `dominance`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from analyzer.arrays import Bools, Floats, Ints
from analyzer.stats.dominance import Positions, candidates, column_positions, depths, row_numbers

_AT_ONCE = 1024  # rows that are compared with a staircase at a time


def pareto_front(losses: Floats) -> Bools:
    """Mark the rows that no other row dominates.

    A row dominates another one if it is nowhere larger and somewhere smaller. Equal rows do not dominate each other, so
    every copy of a front row is marked.
    losses: (n, m), finite or inf, never NaN. Returns (n,). Exact: only comparisons, no arithmetic.
    O(n log n) for m <= 3 (Kung, Luccio & Preparata 1975, https://doi.org/10.1145/321906.321910); beyond, O(n f m / 64)
    word operations for f front rows.

    >>> pareto_front(np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [2.0, 2.0]]))
    array([ True,  True, False,  True])
    """
    front = np.zeros(len(losses), dtype=bool)
    rows = candidates(losses)
    if rows.size:
        front[rows] = _front(losses[rows])
    return front


def _front(losses: Floats) -> Bools:
    match losses.shape[1]:
        case 1:
            best: Bools = losses[:, 0] == losses[:, 0].min()
            return best
        case 2:
            return _front_2(losses)
        case 3:
            return _front_3(losses)
        case _:
            return _front_many(losses)


def _front_2(losses: Floats) -> Bools:
    """Sorted by the first column, a row is on the front if its second is a new minimum, or if it copies such a row."""
    order = _lexicographic(losses)
    rows = losses[order]
    fresh = _fresh(rows)
    minimum = np.minimum.accumulate(rows[:, 1])
    record = fresh.copy()
    record[1:] &= rows[1:, 1] < minimum[:-1]
    front = np.empty(len(rows), dtype=bool)
    front[order] = record[fresh][np.cumsum(fresh) - 1]
    return front


def _front_3(losses: Floats) -> Bools:
    """Sorted by columns, a row is on the front unless the staircase of the last two columns so far lies beneath it."""
    order = _lexicographic(losses)
    rows = losses[order]
    fresh = _fresh(rows)
    seconds: list[float] = []  # ascending, with descending thirds
    thirds: list[float] = []
    points = rows[fresh, 1:]
    marks = np.zeros(len(points), dtype=bool)
    for start in range(0, len(points), _AT_ONCE):
        # Most rows lie above the staircase of the rows before their chunk; one search finds them all.
        chunk = points[start : start + _AT_ONCE]
        step = np.searchsorted(np.array([-np.inf, *seconds]), chunk[:, 0], side="right") - 1
        above = (step > 0) & (np.array([np.inf, *thirds])[step] <= chunk[:, 1])
        low = np.flatnonzero(~above)
        marks[start + low] = [_below_staircase(seconds, thirds, *point) for point in chunk[low].tolist()]
    front = np.empty(len(losses), dtype=bool)
    front[order] = marks[np.cumsum(fresh) - 1]
    return front


def _lexicographic(losses: Floats) -> Ints:
    """The order of the rows by columns; one sort where the first column has no ties."""
    order = np.argsort(losses[:, 0])
    first = losses[order, 0]
    return np.lexsort(losses.T[::-1]) if (first[1:] == first[:-1]).any() else order


def _fresh(rows: Floats) -> Bools:
    """Mark the sorted rows that do not copy the one before them."""
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return fresh


def _below_staircase(seconds: list[float], thirds: list[float], second: float, third: float) -> bool:
    """Insert a point into a staircase unless one of its points is nowhere larger; say whether it went in."""
    at = bisect_right(seconds, second)
    if at and thirds[at - 1] <= third:
        return False
    _insert(seconds, thirds, second, third)
    return True


def _insert(seconds: list[float], thirds: list[float], second: float, third: float) -> None:
    """Put a point into a staircase that has no point beneath it; points that it covers go out."""
    start = end = bisect_left(seconds, second)
    while end < len(thirds) and thirds[end] >= third:
        end += 1
    seconds[start:end] = [second]
    thirds[start:end] = [third]


def _front_many(losses: Floats) -> Bools:
    positions = column_positions(losses)
    distinct, place = _distinct(positions)
    return np.equal(depths(distinct, 1), 0)[place]


def _distinct(positions: Positions) -> tuple[Positions, Ints]:
    """The distinct rows in lexicographic order, by columns, and each row's place among them."""
    place = row_numbers(positions)
    rows = np.empty(int(place.max()) + 1, dtype=np.int64)
    rows[place] = np.arange(len(place))
    return positions[:, rows], place


def non_domination_rank(losses: Floats, enough: int | None = None) -> Ints:
    """Rank of each row: 0 on the Pareto front, 1 on the front of what is left, and so on (non-dominated sorting).

    With `enough` (at least 1) fronts are counted off until that many distinct rows are ranked; all rows beyond share
    the next rank. These are the ranks of Optuna's samplers and its PED-ANOVA for several objectives (`n_below` there).
    losses: (n, m), finite or inf, never NaN. Returns (n,). Deb et al. 2002, https://doi.org/10.1109/4235.996017.
    O(n log n) for m <= 2 and O(n log² n) for m = 3 (Zhang et al. 2015, https://doi.org/10.1109/TEVC.2014.2308305, with
    Kung's staircases); beyond, O(n² m / 64) word operations, O(n r m / 64) where `enough` stops after r rows.

    >>> non_domination_rank(np.array([[1.0, 1.0], [2.0, 2.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]), enough=2)
    array([0, 1, 1, 2, 2])
    """
    if enough is not None and enough < 1:
        raise ValueError(f"enough is {enough}; at least one row has to be ranked")
    if len(losses) == 0:
        return np.zeros(0, dtype=np.int64)
    distinct, place = _distinct(column_positions(losses))
    if losses.shape[1] == 1:
        return place  # `enough` saves nothing here, and Optuna ranks all rows
    number = distinct.shape[1]
    return _ranks(distinct, min(enough or number, number))[place]


def _ranks(distinct: Positions, enough: int) -> Ints:
    match len(distinct):
        case 2:
            return _cut_ranks(_ranks_2(distinct), enough)
        case 3:
            return _cut_ranks(_ranks_3(distinct), enough)
        case _:
            return depths(distinct, enough)


def _ranks_2(positions: Positions) -> Ints:
    """Ranks of distinct rows in lexicographic order: a front dominates a row if its lowest second value so far does."""
    tails: list[int] = []  # ascending over the fronts
    ranks = np.empty(positions.shape[1], dtype=np.int64)
    for row, second in enumerate(positions[1].tolist()):
        rank = bisect_right(tails, second)
        tails[rank : rank + 1] = [second]
        ranks[row] = rank
    return ranks


def _ranks_3(positions: Positions) -> Ints:
    """Ranks of distinct rows in lexicographic order: a staircase for each front so far, a binary search over fronts.

    A row that a front dominates is dominated by all fronts before it, so that the search may halve.
    """
    fronts: list[tuple[list[float], list[float]]] = []
    ranks = np.empty(positions.shape[1], dtype=np.int64)
    for row, (second, third) in enumerate(zip(positions[1].tolist(), positions[2].tolist(), strict=True)):
        ranks[row] = rank = _first_free(fronts, second, third)
        if rank == len(fronts):
            fronts.append(([], []))
        _insert(*fronts[rank], second, third)
    return ranks


def _first_free(fronts: list[tuple[list[float], list[float]]], second: float, third: float) -> int:
    low, high = 0, len(fronts)
    while low < high:
        middle = (low + high) // 2
        seconds, thirds = fronts[middle]
        at = bisect_right(seconds, second)
        if at and thirds[at - 1] <= third:
            low = middle + 1
        else:
            high = middle
    return low


def _cut_ranks(ranks: Ints, enough: int) -> Ints:
    """Let all rows share a rank from the point on at which `enough` rows are ranked."""
    last = np.searchsorted(np.cumsum(np.bincount(ranks.astype(np.intp))), enough)
    return np.minimum(ranks, last + 1)
