"""The first non-domination ranks of many rows, without comparing the rows that cannot be among them."""

from __future__ import annotations

import math

import numpy as np

from analyzer.arrays import Bools, Floats, Ints
from analyzer.stats.dominance import column_positions, row_numbers
from analyzer.stats.pareto import non_domination_rank, pareto_front

FEW = 30_000  # rows that are ranked as they are: below, looking for pivots costs as much as it saves
SAMPLE = 1500
MARGIN = 1.8  # pivots are looked for so many times deeper in the sample than the rows that have to be ranked
PIVOTS = 16
LEAST_GAIN = 0.01  # the share of the sample that a further pivot has to add


def first_ranks(losses: Floats, enough: int) -> Ints:
    """What `non_domination_rank(losses, enough)` returns, (n,), for less work where `enough` is a small share of n.

    A row's rank depends only on the rows that dominate it, and a row that a pivot dominates ranks behind the pivot. So
    all that some pivots dominate can be left out, provided that the pivots rank behind the rows that have to be ranked.
    That is checked, and a pivot that does not is given up.
    losses: (n, m), finite or inf, never NaN; 1 <= enough. At enough = n / 10 about three times faster from 30 000 rows
    on; where pivots do not help (most losses equal, fronts of most rows) up to 10 ms slower per 100 000 rows.

    >>> losses = np.random.default_rng(0).random((40000, 2))
    >>> bool(np.all(first_ranks(losses, 4000) == non_domination_rank(losses, 4000)))
    True
    """
    pivots = _pivots(losses, enough)
    while len(pivots):
        kept = np.flatnonzero(~_dominated(losses, losses[pivots]))
        kept_ranks = non_domination_rank(losses[kept], enough)
        rest = int(kept_ranks.max())  # what is left once enough rows are ranked
        if _distinct(losses[kept[kept_ranks < rest]]) < enough:
            break
        ranks = np.full(len(losses), rest, dtype=np.int64)
        ranks[kept] = kept_ranks
        if (ranks[pivots] == rest).all():
            return ranks
        pivots = pivots[ranks[pivots] == rest]
    return non_domination_rank(losses, enough)


def _pivots(losses: Floats, enough: int) -> Ints:
    """A few rows that probably rank a little behind the first `enough` rows, judged from an even sample, (p,)."""
    if len(losses) < FEW:
        return np.zeros(0, dtype=np.int64)
    sample = np.arange(0, len(losses), len(losses) // SAMPLE)
    ranks = non_domination_rank(losses[sample], math.ceil(MARGIN * enough / len(losses) * len(sample)))
    behind = sample[ranks == ranks.max()]
    candidates = behind[pareto_front(losses[behind])]
    return _widest(candidates, losses, sample)


def _widest(candidates: Ints, losses: Floats, sample: Ints) -> Ints:
    """Greedily the candidates that together dominate the most of the sample."""
    covers: Bools = np.logical_and.reduce(losses[candidates][:, None] <= losses[sample], axis=2)
    chosen: list[int] = []
    while len(chosen) < PIVOTS:
        gains = covers.sum(axis=1)
        best = int(gains.argmax())
        if gains[best] <= LEAST_GAIN * len(sample):
            break
        chosen.append(int(candidates[best]))
        covers &= ~covers[best]
    return np.array(chosen, dtype=np.int64)


def _dominated(losses: Floats, pivots: Floats) -> Bools:
    """Which rows at least one pivot dominates, (n,)."""
    dominated = np.zeros(len(losses), dtype=bool)
    columns = np.ascontiguousarray(losses.T)
    for pivot in pivots:
        no_smaller = np.logical_and.reduce([column >= bound for column, bound in zip(columns, pivot, strict=True)])
        larger = np.logical_or.reduce([column > bound for column, bound in zip(columns, pivot, strict=True)])
        dominated |= no_smaller & larger
    return dominated


def _distinct(losses: Floats) -> int:
    return len(np.unique(row_numbers(column_positions(losses)))) if len(losses) else 0
