"""When trials ran: durations, how many at once, and which slot each one took."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.study import State, Study


@dataclass(frozen=True, slots=True)
class Timing:
    """The trials that were started, in order of their start."""

    rows: Ints  # (k,)
    starts_us: Ints  # (k,), microseconds since the first start
    ends_us: Ints  # (k,), of a trial without an end: the last moment of the study
    open: np.ndarray[tuple[int], np.dtype[np.bool_]]  # (k,), whether the trial has no end
    origin: np.datetime64  # the first start

    @property
    def span_s(self) -> float:
        """From the first start to the last moment, in seconds."""
        return float(self.ends_us.max()) / 1e6 if len(self.rows) else 0.0

    @property
    def at_once(self) -> int:
        """The most trials that ran at the same time. One that ends where the next one starts is over by then."""
        over = np.searchsorted(np.sort(self.ends_us), self.starts_us, side="right")
        # Trials without any length that start now, or after this one in the same moment, are not over yet.
        lengthless = np.append(0, np.cumsum(self.ends_us == self.starts_us))
        alike = np.searchsorted(self.starts_us, self.starts_us, side="right")
        over -= lengthless[alike] - lengthless[:-1]
        return int((np.arange(1, len(over) + 1) - over).max(initial=0))


def timing(study: Study) -> Timing:
    """Lay the started trials out in time. An end before its start counts as its start; waiting trials have
    not started, whatever their start says. O(n log n)."""
    trials = study.trials
    rows = np.flatnonzero(~np.isnat(trials.starts) & (trials.states != State.WAITING))
    rows = rows[np.argsort(trials.starts[rows], kind="stable")]
    if not len(rows):
        empty = np.empty(0, np.int64)
        return Timing(rows, empty, empty, np.empty(0, np.bool_), np.datetime64("NaT", "us"))
    origin = trials.starts[rows[0]]
    starts = (trials.starts[rows] - origin).astype(np.int64)
    open_ = np.isnat(trials.ends[rows])
    ends = np.where(open_, starts, (trials.ends[rows] - origin).astype(np.int64))
    last = max(int(starts.max()), int(ends.max()))
    ends = np.maximum(np.where(open_ & (trials.states[rows] == State.RUNNING), last, ends), starts)
    return Timing(rows, starts, ends, open_, origin)


def slots(laid: Timing) -> Ints:
    """(k,) the lowest slot that is free at each trial's start, so that there are as many slots as trials at once.

    Greedy interval partitioning, O(n log n), a step of Python for each trial.
    """
    busy: list[tuple[int, int]] = []  # (end, slot)
    free: list[int] = []
    taken = np.empty(len(laid.rows), np.int64)
    for index, (start, end) in enumerate(zip(laid.starts_us.tolist(), laid.ends_us.tolist(), strict=True)):
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        slot = heapq.heappop(free) if free else len(busy)
        taken[index] = slot
        heapq.heappush(busy, (end, slot))
    return taken


def seconds_by_state(study: Study) -> dict[State, float]:
    """How long finished trials of each state took together, in seconds."""
    durations: Floats = np.nan_to_num(study.durations_s(), nan=0.0)
    finished = (State.COMPLETE, State.PRUNED, State.FAIL)
    return {state: float(np.maximum(durations[study.trials.states == state], 0.0).sum()) for state in finished}
