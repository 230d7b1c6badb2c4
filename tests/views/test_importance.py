"""Importances: which parameter made the difference, by each evaluator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.importance import DRAWS
from analyzer.study import Study
from analyzer.views import overview
from analyzer.views.importance import analyze, answer, figure, targets
from analyzer.views.overview import progress_text
from tests.zoo import LR, OPT, X, built, column, study


def clear_cut(direction: str = "minimize") -> Study:
    """Only x matters; y is noise, c is constant."""
    u = np.random.default_rng(0).random((2, 200))
    parameters = {"x": column("x", u[0], X), "y": column("y", u[1], X), "c": column("c", [1.0] * 200, OPT)}
    return built(states=[1] * 200, values=[u[0]], directions=[direction], parameters=parameters)


@pytest.mark.parametrize("evaluator", ["ped-anova", "fanova", "mdi"])
def test_what_decides_the_value_is_first_and_shares_sum_to_one(evaluator: str) -> None:
    found = analyze(clear_cut(), evaluator)
    assert found.names[0] == "x"
    assert found.values[0] > 0.9
    assert found.values.sum() == pytest.approx(1)
    assert (found.spreads is None) == (evaluator == "ped-anova")
    assert len(figure(found)["data"][0]["y"]) == 3


def test_a_forest_of_more_trials_than_its_trees_see_says_so() -> None:
    found = replace(analyze(clear_cut(), "fanova"), trials=1_000_000, per_tree=DRAWS, trees=64, all_trees=64)
    assert answer(found).endswith("mattered most, by fANOVA: 64 trees, each on 20,000 of 1,000,000 trials.")
    assert figure(found)["layout"]["meta"]["note"].startswith("whiskers: standard error over the 64 trees")
    assert analyze(clear_cut(), "fanova").per_tree == 200


def test_with_a_maximised_objective_the_top_trials_are_looked_at() -> None:
    """Values above 0.9 go with the parameter above 0.9, all others with anything: only the top tells."""
    u = np.random.default_rng(1).random((2, 500))
    x = np.where(u[0] > 0.9, 0.95, u[1])
    found = {}
    for way in ("maximize", "minimize"):
        odd = built(states=[1] * 500, values=[u[0]], directions=[way], parameters={"x": column("x", x, X), "y": column("y", u[1][::-1], X)})
        found[way] = dict(zip((shares := analyze(odd, objective="value")).names, shares.values, strict=True))["x"]
    assert found["maximize"] > 0.95 > found["minimize"]


def test_conditional_parameters_are_left_out_of_forests_only() -> None:
    odd = study("value x y\n1 0.1 -\n2 0.5 0.5\n3 0.9 0.9\n4 0.2 0.1", x=X, y=X)
    assert set(analyze(odd).names) == {"x", "y"}
    forest = analyze(odd, "fanova")
    assert (forest.names, forest.left_out) == (("x",), ("y",))
    with pytest.raises(NotApplicable, match="PED-ANOVA takes conditional"):
        analyze(study("value x y\n1 0.1 -\n2 - 0.5", x=X, y=X), "mdi")


def test_several_objectives_are_judged_by_their_front_or_one_at_a_time() -> None:
    two = study("value0 value1 x\n1 2 0.1\n2 1 0.5\n3 3 0.9", directions=["minimize", "minimize"], x=X)
    assert targets(two) == ["Pareto front", "value 0", "value 1"]
    assert analyze(two).objective is analyze(two, objective="Pareto front").objective is None
    assert analyze(two, objective="value 1").objective == two.objectives[1]
    with pytest.raises(UnknownOption, match="one objective at a time"):
        analyze(two, "fanova")
    assert targets(clear_cut()) == ["value"]


def test_the_answer_claims_no_more_than_there_is() -> None:
    assert "is the only parameter" in answer(analyze(study("value x\n1 0.1\n2 0.5", x=X)))
    same = built(states=[1] * 30, values=[np.ones(30)], parameters={"x": column("x", np.linspace(0, 1, 30), X), "lr": column("lr", [1e-3] * 30, LR)})
    assert answer(analyze(same)).startswith("Nothing stands out")
    assert answer(analyze(study("value x y\n1 0.1 0.5\n2 0.5 0.6", x=X, y=X))).endswith("over 2 trials: too few to be sure.")


def test_infinite_values_are_left_out_and_one_trial_is_not_enough() -> None:
    assert analyze(study("value x\n1 0.1\n2 0.5\ninf 0.9", x=X)).trials == 2
    with pytest.raises(NotApplicable, match="at least two complete trials"):
        analyze(study("value x\n1 0.1\ninf 0.5", x=X))


@pytest.mark.parametrize("seed", ["-1", "x", "²", "1.5"])
def test_a_seed_is_a_whole_number(seed: str) -> None:
    with pytest.raises(UnknownOption, match="whole number"):
        analyze(clear_cut(), seed=seed)


def test_the_best_trials_of_many_objectives_are_estimated_and_that_is_said() -> None:
    """A thousand trials of eight objectives, most of them on the front: exact volumes would take minutes in a browser."""
    u = np.random.default_rng(0).normal(size=(9, 1000))
    many = built(states=[1] * 1000, values=list(u[:8]), directions=["minimize"] * 8, parameters={"x": column("x", (u[0] + 5) / 10, X), "y": column("y", (u[8] + 5) / 10, X)})
    found = analyze(many)
    assert found.is_estimated
    assert found.names[0] == "x"
    assert "was estimated from random points" in answer(found)
    assert "which is estimated to ±" in progress_text(overview.analyze(many))
    assert not analyze(clear_cut()).is_estimated
