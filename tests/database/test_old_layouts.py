"""Databases from before Optuna 2.4, which Optuna 5.0 cannot read any more.

Two are compared with what the release that wrote them reads, and all of them with their tables, by SQL of our own.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analyzer.best import best_rows
from analyzer.database import open_database
from analyzer.database.relational import clock
from analyzer.study import Direction, State, Study
from tests.database.oracle import DATA, plain

OLD = {
    "optuna-0.4.0.db": "Optuna before 1.3",
    "optuna-0.19.0.db": "Optuna before 1.3",
    "optuna-1.0.0.db": "Optuna before 1.3",
    "optuna-1.5.0.db": "Optuna 1.3 to 2.3",
}
LEGACY = "legacy-multi-objective"


def studies(database: str) -> Iterator[tuple[int, Study]]:
    """(study id, study) of every study in a file."""
    with sqlite3.connect(DATA / database) as connection:
        ids = {name: study for study, name in connection.execute("select study_id, study_name from studies")}
    with open_database(DATA / database) as opened:
        assert set(opened.names) == set(ids)
        for name in opened.names:
            yield ids[name], opened.read(name)


def query(database: str, statement: str, study: int) -> list[Any]:
    with sqlite3.connect(DATA / database) as connection:
        return connection.execute(statement, (study,)).fetchall()


@pytest.mark.parametrize("database", OLD)
def test_the_layout_is_told_by_its_columns(database: str) -> None:
    with open_database(DATA / database) as opened:
        assert opened.source.layout == OLD[database]
        assert opened.source.optuna_version == database.removeprefix("optuna-").removesuffix(".db")


@pytest.mark.parametrize("version", ["0.4.0", "1.0.0"])
def test_the_release_that_wrote_it_reads_the_same(version: str) -> None:
    """But for NaN, which SQLite stores as NULL, and which these releases read back as None."""
    expected = json.loads((DATA / "reference" / f"optuna-{version}.by-{version}.json").read_text(encoding="utf-8"))
    ours = {study.name: study for _, study in studies(f"optuna-{version}.db")}
    assert list(ours) == [study["name"] for study in expected["studies"]]
    for theirs in expected["studies"]:
        study = ours[theirs["name"]]
        assert [o.direction.name for o in study.objectives] == theirs["directions"]
        assert plain(dict(study.attributes)) == theirs["user_attrs"]
        assert len(study) == len(theirs["trials"])
        for row, trial in enumerate(theirs["trials"]):
            assert_trial(study, row, trial)
        if theirs["best"] is not None:
            assert study.trials.values[best_rows(study)[0], 0] == theirs["best"]


def assert_trial(study: Study, row: int, theirs: dict[str, Any]) -> None:
    mine = study.intermediate.rows == row
    reported = zip(study.intermediate.steps[mine].tolist(), study.intermediate.values[mine].tolist(), strict=True)
    steps = {str(step): "NaN" if value is None else value for step, value in theirs["intermediate"].items()}
    assert {str(step): plain(value) for step, value in reported} == steps
    assert theirs["number"] in (None, int(study.trials.numbers[row]))  # 0.4 has no numbers
    assert State(study.trials.states[row]).name == theirs["state"]
    value = float(study.trials.values[row, 0])
    assert (None if math.isnan(value) else [plain(value)]) == theirs["values"]
    assert plain(study.params(row)) == theirs["params"]
    assert plain(study.user_attributes.of(row)) == theirs["user_attrs"]
    for moment, theirs_moment in ((study.trials.starts[row], theirs["start"]), (study.trials.ends[row], theirs["end"])):
        assert (None if np.isnat(moment) else moment.item().isoformat()) == theirs_moment


@pytest.mark.parametrize("database", OLD)
def test_trials_values_and_times_are_those_of_the_table(database: str) -> None:
    for key, study in studies(database):
        stored = query(
            database,
            "select trial_id, state, value, datetime_start, datetime_complete from trials where study_id = ? "
            "order by trial_id",
            key,
        )
        assert study.trials.ids.tolist() == [row[0] for row in stored]
        assert study.trials.numbers.tolist() == list(range(len(stored)))
        assert [State(state).name for state in study.trials.states] == [row[1] for row in stored]
        for column, moments in ((3, study.trials.starts), (4, study.trials.ends)):
            written = [None if row[column] is None else np.datetime64(row[column], "us") for row in stored]
            assert [None if np.isnat(moment) else moment for moment in moments] == written
        if study.name != LEGACY:
            values = [None if math.isnan(value) else value for value in study.trials.values[:, 0].tolist()]
            assert values == [row[2] for row in stored]


@pytest.mark.parametrize("database", OLD)
def test_parameters_are_those_of_the_table(database: str) -> None:
    for key, study in studies(database):
        stored = query(
            database,
            "select p.trial_id, p.param_name, p.param_value, p.distribution_json from trial_params p "
            "join trials t on t.trial_id = p.trial_id where t.study_id = ? order by p.param_id",
            key,
        )
        row_of = {trial: row for row, trial in enumerate(study.trials.ids.tolist())}
        assert sum(int(column.present.sum()) for column in study.parameters.values()) == len(stored)
        for trial, name, internal, text in stored:
            spelled = json.loads(text)
            attributes, kind = spelled["attributes"], spelled["name"]
            column, row = study.parameters[name], row_of[trial]
            assert column.values[row] == internal
            expected = attributes["choices"][int(internal)] if kind.startswith("Cat") else internal
            assert column.value(row) == expected
            assert isinstance(column.value(row), int) >= kind.startswith("Int")
            used: Any = column.distributions[column.which[row]]
            if not kind.startswith("Cat"):
                assert (used.low, used.log) == (attributes["low"], "Log" in kind)


@pytest.mark.parametrize("database", OLD)
def test_intermediate_values_are_those_of_the_table(database: str) -> None:
    for key, study in studies(database):
        stored = query(
            database,
            "select v.trial_id, v.step, v.value from trial_values v join trials t on t.trial_id = v.trial_id "
            "where t.study_id = ? order by v.trial_id, v.step",
            key,
        )
        if study.name == LEGACY:
            objectives = {(trial, step): value for trial, step, value in stored}
            for row, trial in enumerate(study.trials.ids.tolist()):
                assert study.trials.values[row].tolist() == [objectives[trial, 0], objectives[trial, 1]]
            assert [o.direction for o in study.objectives] == [Direction.MINIMIZE, Direction.MAXIMIZE]
            continue
        ours = zip(
            study.trials.ids[study.intermediate.rows].tolist(), study.intermediate.steps.tolist(),
            (None if math.isnan(value) else value for value in study.intermediate.values.tolist()), strict=True,
        )  # fmt: skip
        assert list(ours) == stored


@pytest.mark.parametrize("database", OLD)
def test_attributes_are_those_of_the_table(database: str) -> None:
    for key, study in studies(database):
        stored = query(
            database,
            "select a.trial_id, a.key, a.value_json from trial_user_attributes a "
            "join trials t on t.trial_id = a.trial_id where t.study_id = ?",
            key,
        )
        row_of = {trial: row for row, trial in enumerate(study.trials.ids.tolist())}
        for trial, name, text in stored:
            assert study.user_attributes.of(row_of[trial])[name] == json.loads(text)
        assert len(study.user_attributes.rows) == len(stored)
        texts = query(database, "select a.key, a.value_json from study_user_attributes a where study_id = ?", key)
        assert dict(study.attributes) == {name: json.loads(text) for name, text in texts}


@pytest.mark.parametrize(("version", "said"), [("4.9.0", "local"), ("5.0.0", "UTC"), ("5.1.0.dev", "UTC"),
                                               ("10.0", "UTC"), (None, "local"), ("x", "local")])  # fmt: skip
def test_the_clock_follows_the_release(version: str | None, said: str) -> None:
    assert clock(version).startswith(said)
