"""Notes of the dashboard, put together from their parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import read_study
from analyzer.stored.notes import has_notes, notes
from tests.zoo import study

DASHBOARD = Path(__file__).parents[1] / "data" / "optuna-5.0.0-dashboard-0.21.0.db"


def test_a_long_note_is_joined_and_trials_are_found_by_the_databases_own_id() -> None:
    found = notes(read_study(DASHBOARD, "dash-notes"))
    lines = found.study.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("# Long study note", "line 0399 — 漢字 **bold**", 401)
    assert found.trials == {n: f"## Trial {n}\n*note* with 中文 $x^2$ <script>alert(1)</script>" for n in range(4)}
    assert found.remarks == ()


def test_a_note_that_became_short_ends_where_its_empty_parts_begin() -> None:
    assert notes(read_study(DASHBOARD, "dash-shortened-note")).study == "short now"


def test_trials_of_a_later_study_have_their_own_notes() -> None:
    found = notes(read_study(DASHBOARD, "dash-preferential"))
    assert found.trials == {row: f"candidate {row}" for row in range(4)}


def test_a_note_counts_only_beside_its_version_and_for_trials_that_are_there() -> None:
    stored = {
        "dashboard:note_str:0": "no version",
        "dashboard:1:note_ver": 1, "dashboard:1:note_str:0": "first", "dashboard:2:note_str:0": "no version",
        "dashboard:9:note_ver": 1, "dashboard:9:note_str:0": "no such trial",
    }  # fmt: skip
    found = notes(study("value\n1\n2", stored=stored))
    assert (found.study, found.trials, found.remarks) == ("", {0: "first"}, ())


@pytest.mark.parametrize(
    "broken", [{"dashboard:note_str:1": "b"}, {"dashboard:note_str:0": 7, "dashboard:note_str:1": "b"}]
)
def test_missing_parts_are_told_and_the_rest_is_shown(broken: dict[str, object]) -> None:
    found = notes(study("value\n1", stored={"dashboard:note_ver": 1, **broken}))
    assert found.study == "b"
    assert found.remarks == ("Some notes are shown without the parts that the database does not hold any more.",)


def test_hostile_keys_are_no_notes() -> None:
    keys = ["dashboard:", "dashboard:note_str", "dashboard:note_str:x", "dashboard:²:note_str:0", "dashboard:1:2:note_str:0",
            "dashboard:note_str:" + "9" * 5000, "dashboard:-1:note_str:0"]  # fmt: skip
    found = notes(study("value\n1", stored={"dashboard:note_ver": None, **dict.fromkeys(keys, "x")}))
    assert (found.study, found.trials) == ("", {})


def test_an_ordinary_study_has_none() -> None:
    assert not has_notes(study("value\n1"))
    assert has_notes(read_study(DASHBOARD, "dash-shortened-note"))
