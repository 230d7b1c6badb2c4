"""When trials ran: slots, span, and what was lost."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import NotApplicable
from analyzer.views.timeline import analyze, answer, figure
from tests.zoo import built, study


def test_trials_take_the_lowest_free_slot() -> None:
    found = analyze(study("value start end\n1 0 10\n1 5 20\n1 10 15\n1 12 13"))
    assert found.slots.tolist() == [0, 1, 0, 2]
    assert (found.at_once, found.span_s) == (3, 20)


def test_lost_time_is_that_of_pruned_and_failed_trials() -> None:
    found = analyze(study("state value start end\nC 1 0 60\nP - 60 90\nF - 90 100\nR - 95 -\nW - - -"))
    assert found.lost_share == 0.4
    assert found.not_started == 1
    assert answer(found) == "4 trials in 1 min 40 s, up to 2 at once; 40 % of the trial time went into pruned and failed trials."


def test_nothing_is_said_about_lost_time_that_nobody_measured() -> None:
    assert answer(analyze(study("state value start end\nF - 0 -\nF - 5 -"))) == "2 trials in 5 s, up to 1 at once."


def test_running_trials_last_until_the_last_sign_of_life_and_others_without_an_end_are_a_moment() -> None:
    found = analyze(study("state value start end\nR - 0 -\nC 1 5 30\nF - 10 -"))
    seconds = (found.ends - found.starts).astype("timedelta64[s]").astype(int)
    assert seconds.tolist() == [30, 25, 0]


def test_an_end_before_its_start_counts_as_its_start() -> None:
    found = analyze(study("value start end\n1 10 5\n1 20 30"))
    assert (found.ends - found.starts).astype("timedelta64[s]").astype(int).tolist() == [0, 10]
    assert found.span_s == 20


def test_waiting_trials_have_not_started() -> None:
    with pytest.raises(NotApplicable, match="start time"):
        analyze(study("state value start\nW - 5"))


def test_bars_of_many_trials_are_thinned_and_that_is_told() -> None:
    starts = np.arange(30_000.0)
    found = analyze(built(states=[1] * 30_000, values=[starts], starts=starts, ends=starts + 5))
    assert len(found.drawn) <= 2500
    assert "of 30,000 bars drawn" in figure(found)["layout"]["meta"]["note"]
