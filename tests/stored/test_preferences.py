"""Comparisons, undone ones, skipped trials."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer import read_study
from analyzer.stored.preferences import preferences
from tests.zoo import study

DASHBOARD = Path(__file__).parents[1] / "data" / "optuna-5.0.0-dashboard-0.21.0.db"


def of(**stored: object) -> object:
    return preferences(study("value\n0\n0\n0", stored={f"preference:{key}": value for key, value in stored.items()}))


def test_the_dashboards_rounds_are_read_with_what_was_on_the_screen() -> None:
    found = preferences(read_study(DASHBOARD, "dash-preferential"))
    first, undone, reported = found.rounds
    assert (first.pairs, first.candidates, first.clicked, first.mode, first.undone) == (
        ((0, 2), (1, 2)),
        (0, 1, 2),
        2,
        "ChooseWorst",
        False,
    )
    assert first.time == np.datetime64("2026-11-24T03:45:44.987118")
    assert (undone.pairs, undone.undone) == (((0, 1),), True)
    assert (reported.pairs, reported.candidates, reported.mode, np.isnat(reported.time)) == (
        ((0, 3),),
        (0, 3),
        "",
        True,
    )
    assert list(zip(found.better.tolist(), found.worse.tolist(), strict=True)) == [(0, 2), (1, 2), (0, 3)]
    assert found.skipped == (4,)
    assert found.remarks == ()


def test_an_undone_choice_does_not_count() -> None:
    history = json.dumps({"mode": "ChooseWorst", "candidates": [0, 1], "clicked": 1, "preferences": [[0, 1]]})
    found = of(valuesA=[], historyA=history)
    assert len(found.better) == 0
    assert found.rounds[0].undone
    assert of(valuesA=[]).rounds == ()


@pytest.mark.parametrize("value", [[[0, 9]], [[1, 1]], [[0]], [[0, 1, 2]], [["0", 1]], [[True, 2]], [0, 1], [None]])
def test_what_names_no_two_trials_is_left_out_and_told(value: list[object]) -> None:
    found = of(valuesA=value, valuesB=[[0, 1]])
    assert (found.better.tolist(), found.worse.tolist()) == ([0], [1])
    count = len(value)
    assert found.remarks[0].startswith(f"{count} comparison")
    assert len(found.rounds) == 1


@pytest.mark.parametrize("value", ["text", 7, None, {}, {"a": 1}, True])
def test_anything_but_a_list_is_left_out_and_told(value: object) -> None:
    assert of(valuesA=value).remarks == ("1 comparison is left out: it does not name two trials of this study.",)


@pytest.mark.parametrize(
    "history",
    [
        "{",
        "[]",
        7,
        None,
        json.dumps({"timestamp": "9999-99-99T00:00:00", "candidates": [[]], "clicked": [], "mode": 3}),
    ],
)
def test_a_broken_history_leaves_the_pairs(history: object) -> None:
    found = of(valuesA=[[2, 0]], historyA=history)
    assert found.better.tolist() == [2]
    assert (found.rounds[0].candidates, found.rounds[0].clicked, found.rounds[0].mode) == ((2, 0), None, "")


def test_skipped_trials_are_named_by_the_databases_ids() -> None:
    found = preferences(
        study(
            "value\n0\n0",
            stored={
                "preference:skip_trial:2": True,
                "preference:skip_trial:1": False,
                "preference:skip_trial:x": True,
                "preference:skip_trial:99": True,
            },
        )
    )
    assert found.skipped == (1,)
