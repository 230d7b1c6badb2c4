"""The k rows that together dominate the most, chosen greedily: how Optuna breaks ties within a non-domination rank."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Bools, Floats, Ints
from analyzer.stats.first_ranks import first_ranks
from analyzer.stats.hypervolume import exclusive_volume, exclusive_volumes
from analyzer.stats.sampled_subset import sampled_subset

TIE = 1e-12  # gains that differ by less than this share count as equal
_AT_ONCE = 12  # rows of three objectives whose gains are computed together
_EXACT = {4: 200_000, 5: 25_000, 6: 10_000, 7: 6_000}  # rows times chosen ones, by objectives: two or three seconds of numpy
_EXACT_BEYOND = 4_000
SMALLEST_REFERENCE = 1e-12  # what Optuna puts in the place of a reference coordinate of zero


@dataclass(frozen=True, slots=True)
class BestRows:
    """Which rows are the best k."""

    marks: Bools  # (n,)
    is_estimated: bool  # whether those of the last rank were told by estimated volumes: see `is_sampled`


def best_rows(losses: Floats, k: int) -> BestRows:
    """Mark k rows: whole non-domination ranks from the front on, then the best subset of the rank that does not fit.

    This is how Optuna 5.0 divides the trials of several objectives into good and bad ones, for PED-ANOVA as for its TPE
    sampler. losses: (n, m), finite or inf, never NaN. All rows where k >= n.

    >>> best_rows(np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0], [4.0, 4.0]]), 2).marks
    array([ True,  True, False, False])
    """
    if k <= 0 or k >= len(losses):
        return BestRows(np.full(len(losses), k > 0), False)
    ranks = first_ranks(losses, k)
    sizes = np.cumsum(np.bincount(ranks.astype(np.intp)))
    split = int(np.searchsorted(sizes, k, side="right"))  # the first rank that does not fit as a whole
    chosen = ranks < split
    rows = np.flatnonzero(ranks == split)
    missing = k - int(np.count_nonzero(chosen))
    if missing:
        chosen[rows[best_hypervolume_subset(losses[rows], missing, reference_beyond(losses[rows]))]] = True
    return BestRows(chosen, bool(missing) and is_sampled(len(rows), missing, losses.shape[1]))


def reference_beyond(losses: Floats) -> Floats:
    """A reference point a tenth beyond the worst loss of each column, (m,), as Optuna's TPE sampler sets it.

    >>> reference_beyond(np.array([[10.0, -10.0, 0.0]]))
    array([ 1.1e+01, -9.0e+00,  1.0e-12])
    """
    worst = losses.max(axis=0)
    reference = np.maximum(1.1 * worst, 0.9 * worst)
    return np.where(reference == 0, SMALLEST_REFERENCE, reference)


def best_hypervolume_subset(losses: Floats, k: int, reference: Floats) -> Ints:
    """Indices of k rows, each in turn the one that adds the most hypervolume to those before it.

    The choice of Optuna 5.0's hypervolume subset selection. Optuna's PED-ANOVA passes the rows of a single
    non-domination rank (the one that does not fit) and `reference_beyond` of just these rows; k is what is missing.
    As there: equal rows count once and the first of them stands for all, unless k exceeds the distinct rows; equal
    gains go to the row that is first in lexicographic order; a reference that is not finite chooses in lexicographic
    order; after a row with an infinite volume the rest follows in that order. From three objectives on, gains that
    differ by less than a share of 1e-12 count as equal, so that every machine chooses alike; Optuna leaves the choice
    among them to rounding, which depends on the BLAS.
    losses: (n, m), finite or inf, never NaN; 1 <= k <= n; reference: (m,). Returns (k,), in order of choice.
    At least 1 - 1/e of the best subset's volume (Guerreiro, Fonseca & Paquete 2016, https://doi.org/10.1162/EVCO_a_00188).
    O(k n) for two objectives; beyond, one exclusive volume for each row whose bound is not beaten (lazy greedy). Where
    that would take more than some seconds (`is_sampled`), volumes are estimated from random points, see `sampled_subset`.

    >>> best_hypervolume_subset(np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0]]), 2, np.array([3.3, 3.3]))
    array([1, 0])
    """
    if not 1 <= k <= len(losses):
        raise ValueError(f"k is {k}; it has to be between 1 and {len(losses)}, the number of rows")
    if k == len(losses):
        return np.arange(k, dtype=np.int64)
    distinct, first = np.unique(losses, axis=0, return_index=True)
    if len(first) < k:
        return _with_copies(first, k, len(losses))
    if len(first) == k or not np.isfinite(reference).all():
        return first[:k].astype(np.int64)
    return first[_greedy(distinct, k, reference)].astype(np.int64)


def is_sampled(rows: int, k: int, objectives: int) -> bool:
    """Whether k of so many rows are chosen by estimated volumes, because exact ones of so many objectives take too long."""
    return objectives > 3 and rows * k > _EXACT.get(objectives, _EXACT_BEYOND)


def _greedy(points: Floats, k: int, reference: Floats) -> Ints:
    if points.shape[1] == 2:
        return _greedy_2(points, k, reference)
    if is_sampled(len(points), k, points.shape[1]) and np.isfinite(points).all():
        return sampled_subset(points, k, reference)
    return _greedy_many(points, k, reference)


def _with_copies(first: Ints, k: int, n: int) -> Ints:
    """All distinct rows and as many of the copies, in row order."""
    chosen = np.zeros(n, dtype=bool)
    chosen[first] = True
    chosen[np.flatnonzero(~chosen)[: k - len(first)]] = True
    return np.flatnonzero(chosen)


def _greedy_2(points: Floats, k: int, reference: Floats) -> Ints:
    """The upper right corner of each row's free rectangle shrinks to the chosen rows on either side of it."""
    right, top = np.full(len(points), reference[0]), np.full(len(points), reference[1])
    free = np.ones(len(points), dtype=bool)
    chosen = np.empty(k, dtype=np.int64)
    for step in range(k):
        gains = np.where(free, (right - points[:, 0]) * (top - points[:, 1]), -np.inf)
        best = chosen[step] = np.argmax(gains)
        free[best] = False
        np.minimum(right[:best], points[best, 0], out=right[:best])
        np.minimum(top[best + 1 :], points[best, 1], out=top[best + 1 :])
    return chosen


def _greedy_many(points: Floats, k: int, reference: Floats) -> Ints:
    """Lazy greedy: a gain can only fall, so rows are computed again only while their last known gain is the largest."""
    inclusive = np.prod(reference - points, axis=1)
    open_ = _Open(points, reference, inclusive.copy(), np.zeros(len(points), bool), np.tile(reference, (len(points), 1)))
    chosen: list[int] = []
    largest = float(inclusive.max())
    while True:
        best = int(np.argmax(open_.bounds >= largest))
        chosen.append(best)
        if len(chosen) == k:
            return np.array(chosen)
        if math.isinf(open_.bounds[best]):
            rest = np.delete(np.arange(len(points)), chosen)
            return np.append(chosen, rest)[:k]
        # Only where the box of a row meets that of the chosen one does its gain fall.
        met = np.flatnonzero(_meets(open_, best))
        shared = np.prod(reference - np.maximum(points[met], points[best]), axis=1)
        open_.bounds[met] = np.minimum(open_.bounds[met], inclusive[met] - shared)
        open_.exact[met] = False
        open_.bounds[best] = -np.inf
        largest = (1 - TIE) * _compute_largest(open_, np.ascontiguousarray(points[chosen].T))


@dataclass(frozen=True, slots=True)
class _Open:
    """What is known of the gains of the rows that are not chosen yet."""

    points: Floats  # (n, m)
    reference: Floats  # (m,)
    bounds: Floats  # (n,), no gain is larger; -inf once a row is chosen
    exact: Bools  # (n,), whether the bound is the gain itself
    corners: Floats  # (n, m), all that a row would add lies between it and its corner


def _meets(open_: _Open, best: int) -> Bools:
    """Whether the box of each row, up to its corner, meets the box of the best one."""
    meets = np.ones(len(open_.points), bool)
    for mine, ends, start, end in zip(open_.points.T, open_.corners.T, open_.points[best], open_.corners[best], strict=True):
        meets &= mine < end
        meets &= start < ends
    return meets


def _compute_largest(open_: _Open, chosen: Floats) -> float:
    """Replace upper bounds by the gains themselves until no bound exceeds the largest gain, and return that."""
    bounds, reference = open_.bounds, open_.reference
    largest = float(bounds[open_.exact].max(initial=0.0))
    stale = np.flatnonzero(~open_.exact & (bounds >= (1 - TIE) * largest))
    stale = stale[np.argsort(-bounds[stale], kind="stable")]
    at_once = _AT_ONCE if len(reference) == 3 else 1
    for start in range(0, len(stale), at_once):
        rows = stale[start : start + at_once]
        rows = rows[bounds[rows] >= (1 - TIE) * largest]
        if not len(rows):
            break
        if len(reference) == 3:
            bounds[rows], open_.corners[rows] = exclusive_volumes(chosen, open_.points[rows], reference)
        else:
            bounds[rows] = exclusive_volume(chosen, open_.points[rows[0]], reference)
        open_.exact[rows] = True
        largest = max(largest, float(bounds[rows].max()))
    return largest
