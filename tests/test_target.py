"""Targets: what can be looked at beside the objectives, how it is spelled, and what a study is when seen for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.distributions import Float
from analyzer.errors import UnknownOption
from analyzer.report import rendered, variants
from analyzer.study import Direction
from analyzer.target import aimed, other_targets, target_name
from analyzer.views import registry
from tests.command import document, run
from tests.zoo import X, built, column, study

TIMED = """
    state value start end user:size user:note  c0
    C     3     0     5   10        "a"        1
    C     1     5     6   30        "b"        0
    P     2     6     9   20        "c"        -
    F     -     9     9.5 7         "d"        -
    C     2     10    14  -         "e"        -
"""
DIGITS = Path(__file__).parents[1] / "web" / "examples" / "digits.db"


def test_the_duration_and_every_numeric_attribute_can_be_chosen() -> None:
    assert other_targets(study(TIMED)) == ["duration", "attr:size"]
    assert other_targets(study("value\n1\n2")) == []


def test_attributes_that_are_no_number_in_a_complete_trial_cannot() -> None:
    cells = {"text": '"1"', "truth": "true", "list": "[1]", "not a number": "NaN", "too long": "1" + "0" * 400, "n": "1e3"}
    made = built(states=[1, 3], values=[[1.0, np.nan]], user={name: [cell, "2"] for name, cell in cells.items()})
    assert other_targets(made) == ["attr:n"]


def test_an_objective_of_the_same_name_wins() -> None:
    made = built(states=[1], values=[[1.0], [2.0]], directions=["minimize", "maximize"], metric_names=["duration", "attr:n"],
                 starts=[0.0], ends=[7.0], user={"n": ["9"], "m": ["8"]})  # fmt: skip
    assert other_targets(made) == ["attr:m"]
    for name, value, direction in (("duration", 1.0, Direction.MINIMIZE), ("attr:n", 2.0, Direction.MAXIMIZE)):
        same, objective = aimed(made, name)
        assert same is made
        assert (same.trials.values[0, objective.index], objective.direction) == (value, direction)


def test_a_study_is_seen_for_its_durations() -> None:
    found, target = aimed(study(TIMED), "duration")
    assert (target.name, target.direction, target.has_best) == ("duration (s)", Direction.NONE, False)
    assert found.trials.values[:, 0].tolist() == [5, 1, 3, 0.5, 4]
    assert found.complete.tolist() == [0, 1, 4]
    assert found.losses[found.complete, 0].tolist() == [5, 1, 4]
    assert found.feasible.all()


def test_a_study_is_seen_for_an_attribute_where_trials_have_it() -> None:
    found, target = aimed(study(TIMED), "attr:size")
    assert target.name == "size (attribute)"
    assert found.complete.tolist() == [0, 1]
    assert np.array_equal(found.trials.values[:, 0], [10, 30, 20, 7, np.nan], equal_nan=True)


def test_an_objective_is_looked_at_in_the_study_itself() -> None:
    made = study(TIMED)
    assert aimed(made, "")[0] is made
    assert target_name(made, "0") == "value"
    assert target_name(made, "attr:size") == "attr:size"
    with pytest.raises(UnknownOption, match="choose from: value, duration, attr:size"):
        aimed(made, "attr:note")


def test_a_preferential_study_has_durations_too() -> None:
    made = built(states=[1] * 12, values=[np.zeros(12)], parameters={"x": column("x", np.arange(12) / 12, X)}, starts=np.arange(12),
                 ends=np.arange(12) + 2.0, stored={"preference:is_preferential": True})  # fmt: skip
    assert rendered(made, registry()["history"]).reason
    assert "2 over 12" in rendered(made, registry()["history"], {"objective": "duration"}).answer


def grown(count: int = 120):
    """Trials that last as long as x is large, and whose value falls with x."""
    u = np.random.default_rng(1).random((2, count))
    return built(states=[1] * count, values=[1 - u[0]], starts=np.zeros(count), ends=100 * u[0] + 1, user={"cost": [json.dumps(v) for v in u[0].tolist()]},
                 parameters={"x": column("x", u[0], Float(0, 1)), "y": column("y", u[1], Float(0, 1))})  # fmt: skip


@pytest.mark.parametrize("slug", ["history", "importance", "slice", "contour", "rank", "edf", "density", "effect", "evaluators"])
def test_no_view_calls_a_duration_better_or_draws_a_best(slug: str) -> None:
    done = rendered(grown(), registry()[slug], {"objective": "duration"})
    assert done.reason is None
    assert not any(word in done.answer.lower() for word in ("best", "improv", "is better")), done.answer
    drawn = json.dumps([trace.get("name", "") + trace.get("hovertemplate", "") for trace in done.figure["data"]])
    assert "best" not in drawn
    assert "best" not in done.table.headers()


def test_importance_says_that_it_looks_at_the_low_end() -> None:
    view = registry()["importance"]
    assert "trials with the lowest duration (s)" in rendered(grown(), view, {"objective": "duration"}).answer
    assert "lowest" not in rendered(grown(), view, {"objective": "duration", "evaluator": "mdi"}).answer
    assert "lowest" not in rendered(grown(), view).answer


def test_ped_anova_of_a_target_is_that_of_minimising_it() -> None:
    made = grown()
    looked = rendered(made, registry()["importance"], {"objective": "attr:cost"}).result
    same = built(states=[1] * 120, values=[made.user_attributes.numbers("cost", 120)], parameters=made.parameters)
    minimised = rendered(same, registry()["importance"]).result
    assert (looked.names, looked.values.tolist()) == (minimised.names, minimised.values.tolist())


def test_a_report_varies_over_objectives_only() -> None:
    for view in registry().values():
        assert all("duration" not in chosen.values() for chosen in variants(grown(), view))


def test_the_shell_takes_targets_and_gives_their_name_back() -> None:
    answer = document("history", DIGITS, "-s", "digits-mlp", "--objective", "duration")
    assert (answer["objective"], set(answer["best"])) == ("duration", {"nan"})
    assert document("importance", DIGITS, "-s", "digits-mlp", "--objective=duration")["objective"] == "duration"
    refused = run("show", "slice", DIGITS, "-s", "digits-mlp", "--objective", "attr:none")
    assert refused.code == 2
    assert "accuracy, duration" in refused.err
