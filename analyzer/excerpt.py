"""What a report holds of tables that are too long for one file: the best trials, failed ones, an even sample of the others.

Everything is in the order of one list of turns, so that the short tables of a report show the same trials. What is in
the tables is the views' part; the page and the command line have every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.arrays import Ints
from analyzer.best import candidates
from analyzer.stats.pareto import pareto_front
from analyzer.study import State, Study
from analyzer.table import Table

CELLS = 400_000  # of the table of all trials: about two megabytes in a report
_FEWEST = 1000  # rows, however many columns there are


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which trials go first where there is no room for all."""

    numbers: Ints  # (n,), trial numbers, ascending
    turns: Ints  # (n,), of each of these trials: 0 goes first
    most: int  # rows of a table

    def of(self, table: Table) -> Table:
        """The table itself where it is short or has no column of trial numbers first; else the rows there is room for.

        Rows of one trial stay together: all of them are in, or none. The order of the rows stays.
        """
        first = table.columns[0] if table.columns else None
        if first is None or first.name != "number" or len(table) <= self.most:
            return table
        at = np.searchsorted(self.numbers, np.asarray(first.cells))
        turns = self.turns[np.minimum(at, len(self.turns) - 1)]
        last = min(self.most, int(np.partition(turns, self.most)[self.most]))
        return table.taken(np.flatnonzero(turns < last))


def excerpt(study: Study, trials: Table) -> Excerpt:
    """The turns of a study's trials: every second is the next best, the others alternate between failed ones and a sample.

    trials: the table of all trials; the number of its columns decides how many rows there is room for. With several
    objectives the Pareto front is best, then whoever is best in one objective. O(n log n) where the table is too long.
    """
    most = max(_FEWEST, CELLS // max(1, len(trials.columns)))
    order = np.argsort(study.trials.numbers, kind="stable")
    if len(study) <= most:
        return Excerpt(study.trials.numbers[order], np.arange(len(study)), most)
    failed = study.trials.states == State.FAIL
    turn = np.full(len(study), 4 * len(study))
    for rows, first, every in (
        (np.flatnonzero(~failed)[_spread(int(np.count_nonzero(~failed)))], 1, 4),
        (np.flatnonzero(failed)[_spread(int(np.count_nonzero(failed)))], 3, 4),
        (_best_first(study), 0, 2),
    ):
        turn[rows] = np.minimum(turn[rows], first + every * np.arange(len(rows)))
    return Excerpt(study.trials.numbers[order], _ranks(turn)[order], most)


def _best_first(study: Study) -> Ints:
    """The trials that may be best, the best first."""
    rows = candidates(study)
    losses = study.losses[rows]
    ranks = np.min([_ranks(column) for column in losses.T], axis=0)
    if len(study.objectives) > 1 and len(rows):
        front = np.flatnonzero(pareto_front(losses))
        ranks[front[_spread(len(front))]] = np.arange(len(front)) - len(front)
    return rows[np.argsort(ranks, kind="stable")]


def _spread(count: int) -> Ints:
    """0 .. count - 1 in an order of which every beginning is spread evenly: by their bits read backwards."""
    backwards = np.zeros(count, dtype=np.int64)
    left = np.arange(count)
    for _ in range(max(1, count - 1).bit_length()):
        backwards = 2 * backwards + left % 2
        left //= 2
    return np.argsort(backwards, kind="stable")


def _ranks(values: Any) -> Ints:
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
