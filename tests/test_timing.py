"""When trials ran, and how many at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.timing import Timing, slots

SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), max_size=30)


def laid_out(spans: list[tuple[int, int]]) -> Timing:
    spans = sorted(spans, key=lambda span: span[0])
    starts = np.array([start for start, _length in spans], np.int64)
    ends = starts + np.array([length for _start, length in spans], np.int64)
    return Timing(np.arange(len(spans)), starts, ends, np.zeros(len(spans), bool), np.datetime64("2026-01-01", "us"))


@given(spans=SPANS)
def test_there_are_as_many_slots_as_trials_at_once(spans: list[tuple[int, int]]) -> None:
    laid = laid_out(spans)
    assert laid.at_once == slots(laid).max(initial=-1) + 1


@given(spans=SPANS)
def test_no_two_trials_overlap_in_a_slot(spans: list[tuple[int, int]]) -> None:
    laid = laid_out(spans)
    for slot in range(laid.at_once):
        mine = np.flatnonzero(slots(laid) == slot)
        assert (laid.ends_us[mine[:-1]] <= laid.starts_us[mine[1:]]).all()


def test_a_trial_that_ends_when_the_next_one_starts_leaves_its_slot() -> None:
    assert laid_out([(0, 3), (3, 2), (3, 1), (9, 0)]).at_once == 2
