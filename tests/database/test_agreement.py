"""Every study of every database that a real Optuna wrote, against what Optuna 5.0 itself reads from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from analyzer.best import best_rows
from analyzer.database import Database, open_database
from analyzer.errors import NotApplicable
from analyzer.study import Study
from tests.database.oracle import DATA, REFERENCES, cases, plain, reference, trial

SAMPLER_STATE = ("cma:", "tpe:relative_params", "gp:relative_params", "motpe:")
LEGACY = "legacy-multi-objective"


@cache
def opened(database: str) -> Database:
    return open_database(DATA / database)


@cache
def read(database: str, name: str) -> Study:
    return opened(database).read(name)


def unseen_constraints(database: str, name: str) -> bool:
    """Optuna 5.0 does not see what 2.10 stored under nsga2:constraints."""
    return database == "optuna-2.10.1.db" and name.endswith("constrained")


@pytest.mark.parametrize("database", REFERENCES)
def test_the_studies_are_listed_in_order_of_creation(database: str) -> None:
    assert list(opened(database).names) == list(reference(database))


@pytest.mark.parametrize(("database", "name"), cases())
def test_every_trial_is_what_optuna_reads(database: str, name: str) -> None:
    study, expected = read(database, name), reference(database)[name]
    assert len(study) == expected["n_trials"]
    for row, theirs in enumerate(expected["trials"]):
        ours = trial(study, row)
        theirs = {**theirs, "constraints": sorted((theirs["constraints"] or {}).values())}
        system = theirs.pop("system_attr_keys")
        for partial in ("distributions", "intermediate"):
            if theirs[partial] is None:  # the reference holds the first trials' only
                del ours[partial], theirs[partial]
        if unseen_constraints(database, name):
            assert theirs.pop("constraints") == []
            del ours["constraints"]
        if name == LEGACY:
            for stored_as_steps in ("values", "last_step", "intermediate"):
                ours.pop(stored_as_steps, None)
                theirs.pop(stored_as_steps, None)
        assert ours == theirs
        shown = [key for key in system if not key.startswith(SAMPLER_STATE)]
        assert sorted(study.system_attributes.of(row)) == sorted(shown)


@pytest.mark.parametrize(("database", "name"), cases())
def test_the_study_itself_is_what_optuna_reads(database: str, name: str) -> None:
    study, expected = read(database, name), reference(database)[name]
    assert study.state_counts() == {s: expected["states"][s] for s in study.state_counts()}
    assert sum(expected["states"].values()) == len(study)
    if name != LEGACY:
        assert [o.direction.name for o in study.objectives] == expected["directions"]
        assert len(study.intermediate.rows) == expected["n_intermediate"]
    assert study.metric_names == (tuple(expected["metric_names"]) if expected["metric_names"] else None)
    assert set(study.attributes) == set(expected["user_attrs"])
    for key, value in expected["user_attrs"].items():
        long = isinstance(value, dict) and set(value) == {"len"}
        assert len(str(study.attributes[key])) == value["len"] if long else plain(study.attributes[key]) == value
    hidden = [key for key in expected["system_attr_keys"] if key.startswith(SAMPLER_STATE)]
    assert sorted([*study.stored, *hidden]) == expected["system_attr_keys"]


@pytest.mark.parametrize(("database", "name"), cases())
def test_the_best_trials_are_optunas(database: str, name: str) -> None:
    study, expected = read(database, name), reference(database)[name]
    if study.is_preferential or name == LEGACY or unseen_constraints(database, name):
        pytest.skip("shown differently on purpose, see the tests below")
    if len(study.objectives) == 1:
        theirs = expected["best_trial"], expected["best_value"], expected["best_params"]
        assert best_of(study) == (None if "error" in str(theirs[0]) else theirs)
    else:
        assert study.trials.numbers[best_rows(study)].tolist() == expected["best_trials"]


def best_of(study: Study) -> tuple[Any, Any, Any] | None:
    try:
        row = best_rows(study)[0]
    except NotApplicable:
        return None
    return int(study.trials.numbers[row]), plain(float(study.trials.values[row, 0])), plain(study.params(row))


@pytest.mark.parametrize("database", REFERENCES)
def test_the_study_list_says_what_reading_the_studies_says(database: str) -> None:
    for line in opened(database).summaries():
        study, expected = read(database, line.name), reference(database)[line.name]
        assert dict(line.states) == study.state_counts()
        assert line.n_trials == expected["n_trials"]
        assert line.directions == tuple(o.direction for o in study.objectives)
        assert line.metric_names == study.metric_names
        if line.best_value is not None:
            best = best_of(study)
            assert best is not None
            assert plain(line.best_value) == best[1]
        else:
            assert len(study.objectives) > 1 or study.is_preferential or not len(study.complete)


def test_constraints_of_optuna_2_are_honoured_where_optuna_5_does_not_see_them() -> None:
    study = read("optuna-2.10.1.db", "mo2-constrained")
    expected = reference("optuna-2.10.1.db")["mo2-constrained"]
    assert all(not t["constraints"] for t in expected["trials"])
    assert study.trials.constraints.shape == (len(study), 2)
    copies = dict(zip(*study.user_attributes.column("con"), strict=True))  # kept by the objective function
    assert study.trials.constraints[study.complete].tolist() == [copies[row] for row in study.complete]
    infeasible = set(study.trials.numbers[~study.feasible].tolist())
    assert infeasible & set(expected["best_trials"])
    assert not infeasible & set(study.trials.numbers[best_rows(study)].tolist())


def test_a_study_of_the_old_multi_objective_module_shows_its_real_objectives() -> None:
    study = read("optuna-2.10.1.db", LEGACY)
    assert [o.direction.name for o in study.objectives] == ["MINIMIZE", "MAXIMIZE"]
    x, y = (study.parameters[name].values for name in "xy")
    done = study.complete
    assert len(done) == 40
    assert study.trials.values[done, 0] == pytest.approx(x[done] ** 2 + y[done], abs=1e-12)
    assert study.trials.values[done, 1] == pytest.approx(x[done] - y[done], abs=1e-12)
    assert len(study.intermediate.rows) == 0


def test_times_are_shown_in_the_writers_own_clock() -> None:
    old, new = read("optuna-4.9.0.db", "single-main"), read("optuna-5.0.0.db", "single-main")
    assert old.source.clock.startswith("local time")
    assert new.source.clock.startswith("UTC")
    assert read("optuna-5.0.0-journal.log", "single-main").source.clock == "UTC"
