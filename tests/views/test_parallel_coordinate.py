"""Parallel coordinates: every complete trial along every parameter."""

from __future__ import annotations

import numpy as np

from analyzer.views.parallel_coordinate import analyze, answer, figure
from tests.zoo import LR, OPT, X, built, column, study


def test_axes_stand_on_the_scale_that_was_searched() -> None:
    drawn = figure(analyze(study("value lr opt\n1 0.01 adam\n2 0.001 sgd", lr=LR, opt=OPT)))
    value, lr, opt = drawn["data"][0]["dimensions"]
    assert (value["label"], lr["label"], opt["label"]) == ("value", "lr (log)", "opt")
    assert list(value["values"]) == [2, 1]  # the best comes last, on top
    assert list(lr["values"]) == [-3, -2]
    assert list(lr["range"]) == [-5, -1]
    assert opt["ticktext"] == ["sgd", "adam", "rmsprop"]


def test_trials_without_a_conditional_parameter_stay_at_none() -> None:
    (_value, x) = figure(analyze(study("value x\n1 0.5\n2 -", x=X)))["data"][0]["dimensions"]
    assert x["ticktext"][0] == "none"
    assert x["values"][0] == x["tickvals"][0] == x["range"][0] < 0


def test_several_objectives_are_coloured_by_their_layer() -> None:
    found = analyze(study("value0 value1 x\n1 2 0.1\n2 1 0.2\n3 3 0.3\n9 9 0.4", directions=["minimize", "minimize"], x=X))
    assert found.goodness.tolist() == [1 / 6, 1 / 6, 2 / 3, 1]


def test_of_many_trials_the_best_and_an_even_sample_are_drawn() -> None:
    values = np.random.default_rng(0).random(20_000)
    found = analyze(built(states=[1] * 20_000, values=[values], parameters={"x": column("x", values, X)}))
    assert len(found.drawn) == 1500
    assert set(np.argsort(values)[:750].tolist()) <= set(found.drawn.tolist())
    assert answer(found).startswith("1,500 of 20,000 complete trials over 1 parameter:")


def test_of_many_parameters_the_most_important_are_shown_and_that_is_said() -> None:
    u = np.random.default_rng(0).random((20, 100))
    found = analyze(built(states=[1] * 100, values=[u[7]], parameters={f"x{at}": column(f"x{at}", row, X) for at, row in enumerate(u)}))
    assert len(found.axes) == 12
    assert found.axes[0].scale.name == "x7"
    assert "the 12 most important of 20 parameters" in answer(found)
