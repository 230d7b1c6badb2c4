"""What the commands print for every study of every database that a real Optuna wrote, against Optuna 5.0's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from analyzer.api import read_study
from analyzer.study import Study
from tests.command import document, run
from tests.database.oracle import DATA, REFERENCES, cases, plain, reference

LEGACY = "legacy-multi-objective"
PREFERENTIAL = "dash-preferential"
UNSEEN = [("optuna-2.10.1.db", "mo2-constrained"), ("optuna-2.10.1.db", "mo3-constrained")]  # nsga2:constraints
EXACT = 1e-9

every_study = pytest.mark.parametrize(("database", "name"), cases())


@cache
def read(database: str, name: str) -> Study:
    return read_study(DATA / database, name)


def on_purpose(database: str, name: str) -> bool:
    """Studies whose values or feasibility we read otherwise than Optuna 5.0; the tests that say "on purpose" hold them."""
    return name in (LEGACY, PREFERENTIAL) or (database, name) in UNSEEN


def single(expected: dict[str, Any]) -> bool:
    return len(expected["directions"]) == 1


def completed(expected: dict[str, Any]) -> list[dict[str, Any]]:
    return [trial for trial in expected["trials"] if trial["state"] == "COMPLETE"]


def numbers(items: Any) -> Any:
    """Numbers as JSON spells them here and in the reference, as floats; nested lists stay nested."""
    return [numbers(item) for item in items] if isinstance(items, list) else float(items)


def says_error(entry: object) -> bool:
    return isinstance(entry, dict) and "error" in entry


def refused(*words: str) -> str:
    """A command that has no answer: exit code 1, one sentence on stderr, nothing on stdout."""
    ran = run(*words)
    assert (ran.code, ran.out) == (1, "")
    return ran.err


@pytest.mark.parametrize("database", REFERENCES)
def test_studies_lists_what_optuna_lists(database: str) -> None:
    listed = document("studies", str(DATA / database))
    assert [line["name"] for line in listed] == list(reference(database))
    for line in listed:
        expected = reference(database)[line["name"]]
        assert line["n_trials"] == expected["n_trials"]
        assert line["states"] == expected["states"]
        if on_purpose(database, line["name"]):
            continue
        assert line["directions"] == [direction.lower() for direction in expected["directions"]]
        assert line["metric_names"] == expected["metric_names"]
        best = expected.get("best_value")
        assert line["best_value"] == (None if isinstance(best, dict) else best)


@every_study
def test_best_is_optunas_best_trial_or_trials(database: str, name: str) -> None:
    expected = reference(database)[name]
    if on_purpose(database, name):
        pytest.skip("shown differently on purpose")
    theirs = [expected["best_trial"]] if single(expected) else expected["best_trials"]
    if says_error(theirs[0] if theirs else None) or not theirs:
        assert refused("best", str(DATA / database), "-s", name)
        return
    ours = document("best", str(DATA / database), "-s", name)
    assert ours["study"] == name
    by_number = {trial["number"]: trial for trial in expected["trials"]}
    assert [trial["number"] for trial in ours["trials"]] == theirs
    for trial in ours["trials"]:
        assert numbers(trial["values"]) == numbers(by_number[trial["number"]]["values"])
        assert plain(trial["params"]) == by_number[trial["number"]]["params"]


@every_study
def test_pareto_is_optunas_front_with_the_last_hypervolume_of_its_history(database: str, name: str) -> None:
    expected = reference(database)[name]
    if on_purpose(database, name):
        pytest.skip("shown differently on purpose")
    if single(expected) or not expected["best_trials"]:
        assert refused("pareto", str(DATA / database), "-s", name)
        return
    corner = expected["hypervolume_reference_point"]
    ours = document("pareto", str(DATA / database), "-s", name, "--reference-point=" + ",".join(map(repr, corner)))
    values = {trial["number"]: trial["values"] for trial in expected["trials"]}
    assert ours["numbers"] == expected["best_trials"]
    assert numbers(ours["values"]) == numbers([values[number] for number in ours["numbers"]])
    assert ours["reference_point"] == corner
    history = expected["hypervolume_history"]["values"]
    assert ours["hypervolume"] == pytest.approx(history[-1] if history else 0.0, rel=EXACT, abs=EXACT)


@every_study
def test_the_hypervolume_history_is_optunas(database: str, name: str) -> None:
    expected = reference(database)[name]
    if on_purpose(database, name) or "hypervolume_history" not in expected:
        pytest.skip("Optuna has no such history of it")
    corner = ",".join(map(repr, expected["hypervolume_reference_point"]))
    shown = document("show", "hypervolume-history", str(DATA / database), "-s", name, f"--reference={corner}")["result"]
    assert shown["numbers"] == expected["hypervolume_history"]["trial_numbers"]
    assert shown["hypervolumes"] == pytest.approx(expected["hypervolume_history"]["values"], rel=EXACT, abs=EXACT)


@every_study
def test_history_holds_optunas_values_and_best_at_the_complete_trials(database: str, name: str) -> None:
    expected = reference(database)[name]
    if on_purpose(database, name) or not single(expected):
        pytest.skip("Optuna has no such history of it")
    if not completed(expected):
        assert refused("history", str(DATA / database), "-s", name)
        return
    theirs = expected["optimization_history"]
    done = {trial["number"] for trial in completed(expected)}
    kept = [at for at, number in enumerate(theirs["numbers"]) if number in done]
    ours = document("history", str(DATA / database), "-s", name)
    assert ours["numbers"] == [theirs["numbers"][at] for at in kept]
    assert numbers(ours["values"]) == numbers([theirs["values"][at] for at in kept])
    assert numbers(ours["best"]) == numbers([theirs["best"][at] for at in kept])
    assert ours["objective"] == (expected["metric_names"] or ["value"])[0]


@every_study
def test_the_edf_is_optunas(database: str, name: str) -> None:
    expected = reference(database)[name]
    if on_purpose(database, name) or not single(expected):
        pytest.skip("Optuna has no such distribution of it")
    if not len(expected["edf"].get("x", [])):
        assert refused("show", "edf", str(DATA / database), "-s", name)
        return
    shown = document("show", "edf", str(DATA / database), "-s", name)["result"]
    assert shown["values"] == pytest.approx(expected["edf"]["x"], rel=EXACT, abs=EXACT)
    assert shown["shares"] == pytest.approx(expected["edf"]["y"], rel=EXACT, abs=EXACT)


@every_study
def test_rank_colours_the_trials_that_optuna_colours_by_its_ranks(database: str, name: str) -> None:
    from optuna.visualization._rank import _get_order_with_same_order_averaging

    expected = reference(database)[name]
    if on_purpose(database, name) or "zs" not in expected.get("rank_info", {}):
        pytest.skip("Optuna has no such ranks of it")
    values = np.array(numbers(expected["rank_info"]["zs"]))
    if not len(values):
        assert refused("show", "rank", str(DATA / database), "-s", name)
        return
    ran = run("show", "rank", str(DATA / database), "-s", name, "--json")
    if ran.code == 1:  # Optuna draws a single panel, or constants, too
        assert len([p for p in read(database, name).parameters.values() if len(set(p.values[p.present])) > 1]) < 2
        return
    shown = document("show", "rank", str(DATA / database), "-s", name)["result"]
    assert numbers(shown["values"]) == values.tolist()
    theirs = _get_order_with_same_order_averaging(values) / max(len(values) - 1, 1)
    assert shown["ranks"] == pytest.approx(theirs, rel=EXACT, abs=EXACT)


def importance_cases() -> list[tuple[str, str, str, str]]:
    """Every PED-ANOVA entry of the reference whose objective is minimised: (database, study, key, objective)."""
    found = []
    for database, name in cases():
        expected = reference(database)[name]
        wanted = {"default": ""}
        if not single(expected):
            ways = enumerate(expected["directions"])
            wanted |= {f"default:obj{index}": str(index) for index, way in ways if way == "MINIMIZE"}
        found += [(database, name, key, objective) for key, objective in wanted.items() if key in expected["importance"]]
    return found


@pytest.mark.parametrize(("database", "name", "key", "objective"), importance_cases())
def test_ped_anova_is_optunas(database: str, name: str, key: str, objective: str) -> None:
    if name in (LEGACY, PREFERENTIAL):
        pytest.skip("shown differently on purpose")
    theirs = reference(database)[name]["importance"][key]
    if says_error(theirs) or not theirs or len(completed(reference(database)[name])) < 2:
        assert refused("importance", str(DATA / database), "-s", name)
        return
    ours = document("importance", str(DATA / database), "-s", name, f"--objective={objective}")
    assert ours["evaluator"] == "ped-anova"
    assert ours["importances"] == pytest.approx(theirs, rel=EXACT, abs=EXACT)
    shares = list(ours["importances"].values())
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)


@every_study
def test_intermediate_values_has_the_curves_that_optuna_draws(database: str, name: str) -> None:
    expected = reference(database)[name]["intermediate_plot"]
    if name == LEGACY:
        pytest.skip("shown differently on purpose")
    if not expected:
        assert refused("show", "intermediate-values", str(DATA / database), "-s", name)
        return
    shown = document("show", "intermediate-values", str(DATA / database), "-s", name)["result"]
    assert list(zip(shown["numbers"], shown["lengths"], strict=True)) == [tuple(entry) for entry in expected]


@every_study
def test_trials_has_the_columns_of_optunas_data_frame(database: str, name: str) -> None:
    expected = reference(database)[name]
    if not expected["n_trials"]:
        assert refused("trials", str(DATA / database), "-s", name)
        return
    if name == LEGACY:
        pytest.skip("shown differently on purpose")
    rows = document("trials", str(DATA / database), "-s", name)
    theirs = ["duration_s" if column == "duration" else column for column in expected["dataframe_columns"]]
    theirs = [column for column in theirs if not column.startswith("system_attrs_")]
    ours = [column for column in rows[0] if not column.startswith("constraint_")]
    if "datetime_start" not in theirs:  # Optuna leaves out times that no trial has
        ours = [column for column in ours if not column.startswith(("datetime", "duration"))]
    assert ours == theirs
    assert [row["number"] for row in rows] == [trial["number"] for trial in expected["trials"]]
    assert [row["state"] for row in rows] == [trial["state"] for trial in expected["trials"]]


# On purpose otherwise than Optuna 5.0


@pytest.mark.parametrize(("database", "name"), UNSEEN)
def test_on_purpose_constraints_stored_as_nsga2_constraints_are_honoured(database: str, name: str) -> None:
    expected = reference(database)[name]
    assert not any(trial["constraints"] for trial in expected["trials"])
    front = document("pareto", str(DATA / database), "-s", name)["numbers"]
    feasible = {int(number) for number, fits in zip(*_feasibility(database, name), strict=True) if fits}
    assert front
    assert set(front) <= feasible
    if name == "mo2-constrained":  # here it makes a difference
        assert not set(expected["best_trials"]) <= feasible


def _feasibility(database: str, name: str) -> tuple[Any, Any]:
    study = read(database, name)
    return study.trials.numbers, study.feasible


def test_on_purpose_studies_of_the_multi_objective_module_have_their_real_objectives() -> None:
    path = str(DATA / "optuna-2.10.1.db")
    line = next(line for line in document("studies", path) if line["name"] == LEGACY)
    assert line["directions"] == ["minimize", "maximize"]
    assert line["best_value"] is None
    front = document("pareto", path, "-s", LEGACY)
    study = read("optuna-2.10.1.db", LEGACY)
    done = study.trials.values[study.complete]
    assert front["values"] == [row for row in done.tolist() if not _beaten(row, done.tolist())]


def _beaten(one: list[float], all_of_them: list[list[float]]) -> bool:
    """Whether another point is as good in both objectives (the second is maximised) and better in one."""
    return any(a <= one[0] and b >= one[1] and [a, b] != one for a, b in all_of_them)


def test_on_purpose_ped_anova_with_a_maximised_objective_looks_at_the_top() -> None:
    """Optuna does so without a target, and with one looks at the bottom."""
    path, name = str(DATA / "optuna-5.0.0.db"), "maximize"
    asked, default = (document("importance", path, "-s", name, *more) for more in ((), ("--objective", "0")))
    assert asked["importances"] == default["importances"]
    assert (asked["objective"], default["objective"]) == (None, "value")


def test_on_purpose_naive_times_are_not_shifted() -> None:
    import sqlite3

    path = DATA / "optuna-4.9.0.db"
    first = document("trials", str(path), "-s", "maximize")[0]
    stored = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True).execute(
        "SELECT datetime_start FROM trials JOIN studies USING (study_id) WHERE study_name = 'maximize' AND number = 0"
    )
    assert first["datetime_start"] == stored.fetchone()[0]


@pytest.mark.parametrize("verb", ["best", "history", "importance", "pareto"])
def test_on_purpose_preferential_studies_have_no_best(verb: str) -> None:
    path = str(DATA / "optuna-5.0.0-dashboard-0.21.0.db")
    assert "preferential" in refused(verb, path, "-s", PREFERENTIAL)
    line = next(line for line in document("studies", path) if line["name"] == PREFERENTIAL)
    assert line["best_value"] is None


def close_to(theirs: list[float], ours: float) -> bool:
    """Within three standard deviations of Optuna's own seeds."""
    return bool(abs(ours - np.mean(theirs)) <= 3 * np.std(theirs, ddof=1) + EXACT)


@pytest.mark.parametrize("evaluator", ["fanova", "mdi"])
@pytest.mark.parametrize(("name", "objective"), [("single-main", 0), ("dynamic-space", 0), ("mo2-constrained", 1)])
def test_forests_agree_with_optunas_within_its_own_spread(
    tmp_path_factory: Any, name: str, objective: int, evaluator: str
) -> None:
    theirs = _seeds(tmp_path_factory.getbasetemp(), name, objective, evaluator)
    ours = [
        document("importance", str(DATA / "optuna-5.0.0.db"), "-s", name, f"--objective={objective}", f"--evaluator={evaluator}",
                 f"--seed={seed}")["importances"]
        for seed in range(12)
    ]  # fmt: skip
    assert set(ours[0]) == set(theirs[0])
    for parameter in ours[0]:
        spread = [run[parameter] for run in theirs]
        assert close_to(spread, ours[0][parameter]), parameter
        if name == "single-main":
            continue  # there, rounding in scikit-learn decides ties between cuts, see stats.forest
        difference = np.mean([run[parameter] for run in ours]) - np.mean(spread)
        variances = [np.var([run[parameter] for run in runs], ddof=1) for runs in (ours, theirs)]
        assert abs(difference) <= 3 * math.sqrt(sum(variances) / 12) + EXACT, parameter


@pytest.mark.parametrize("evaluator", ["fanova", "mdi"])
def test_on_purpose_a_value_whose_square_overflows_does_not_make_importances_nan(evaluator: str) -> None:
    assert "NaN" in reference("optuna-5.0.0.db")["maximize"]["importance"][f"{evaluator}_seed0"].values()
    asked = document("importance", str(DATA / "optuna-5.0.0.db"), "-s", "maximize", f"--evaluator={evaluator}")
    assert sum(asked["importances"].values()) == pytest.approx(1.0)


def _seeds(folder: Any, name: str, objective: int, evaluator: str) -> list[dict[str, float]]:
    """Optuna's importances of one objective with the seeds 0 to 11, read from a copy, which Optuna may write to."""
    import shutil

    import optuna

    copy = folder / "copy.db"
    if not copy.exists():
        shutil.copy(DATA / "optuna-5.0.0.db", copy)
    study = optuna.load_study(study_name=name, storage=f"sqlite:///{copy}")
    kinds: dict[str, Callable[..., Any]] = {
        "fanova": optuna.importance.FanovaImportanceEvaluator,
        "mdi": optuna.importance.MeanDecreaseImpurityImportanceEvaluator,
    }
    return [
        optuna.importance.get_param_importances(study, evaluator=kinds[evaluator](seed=seed), target=lambda t: t.values[objective])
        for seed in range(12)
    ]
