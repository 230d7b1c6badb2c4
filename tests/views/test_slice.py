"""The objective along each parameter, and ranges that may be too narrow."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.distributions import Categorical, Float, Int
from analyzer.views.slice import analyze, answer, figure
from tests.zoo import LR, OPT, X, built, column, study


def test_each_parameter_has_a_panel_with_its_trials() -> None:
    found = analyze(study("value x opt\n2 0.1 adam\n1 0.2 -\ninf 0.3 sgd", x=X, opt=OPT))
    assert found.numbers.tolist() == [0, 1]
    assert [panel.scale.name for panel in found.panels] == ["x", "opt"]
    assert found.panels[0].positions.tolist() == [0.1, 0.2]
    assert (found.panels[1].positions[0], np.isnan(found.panels[1].positions[1])) == (1, True)
    assert found.best == (1, 1.0)
    assert (found.panels[0].best, found.panels[1].best) == (0.2, None)


def test_axes_follow_the_distributions() -> None:
    numbers = Categorical((16, 128, 32))
    drawn = figure(analyze(study("value lr n\n1 0.01 128\n2 0.001 32", lr=LR, n=numbers)))
    assert drawn["layout"]["xaxis"]["type"] == "log"
    assert drawn["layout"]["xaxis2"]["ticktext"] == ["16", "32", "128"]
    assert list(drawn["data"][2]["x"]) == [2, 1]


def test_a_log_range_with_a_value_of_zero_is_drawn_linear() -> None:
    found = analyze(study("value lr\n1 0.01\n2 0", lr=LR))
    assert not found.panels[0].scale.log
    assert found.panels[0].scale.low == 0


def edges(x: list[float], *distribution: Float | Int) -> tuple[str, ...]:
    values = np.arange(len(x), dtype=float)
    return analyze(built(states=[1] * len(x), values=[values], parameters={"x": column("x", x, *distribution)})).edges


def test_a_range_looks_too_narrow_where_the_best_trials_crowd_at_its_edge() -> None:
    assert edges([0.0, 0.01, 0.05, 0.5, 0.9], X) == ("x",)
    assert edges([1.0, 0.99, 0.95, 0.5, 0.1], X) == ("x",)
    assert edges([0.0, 0.5, 0.6, 0.7, 0.8], X) == ()  # one alone is chance
    assert edges([0.3, 0.0, 0.01, 0.02, 0.8], X) == ()
    assert edges([1e-5, 1.1e-5, 1.2e-5, 0.01], LR) == ("x",)
    assert edges([5e-3, 6e-3, 7e-3, 0.01], LR) == ()  # low on a linear scale, not on its own
    assert edges([1, 1, 1, 2, 3], Int(1, 3)) == ()  # one of three values is always at an edge


def test_the_answer_names_the_ranges() -> None:
    parameters = {name: column(name, [0.0, 0.01, 0.02, 0.5], X) for name in "abcdef"}
    said = answer(analyze(built(states=[1] * 4, values=[[0.0, 1, 2, 3]], parameters=parameters)))
    assert "range of a, b, c, d and 2 more: consider widening it" in said
    assert answer(analyze(study("value opt\n1 adam", opt=OPT))) == "The best trial (0, 1) is marked in every panel."
    assert answer(analyze(study("value x c0\n1 0.5 1", x=X))) == "No feasible trial yet."


def test_choices_that_changed_share_one_axis() -> None:
    found = analyze(study("value kind\n1 b\n2 c@1\n3 b@1", kind=[Categorical(("a", "b")), Categorical(("c", "b"))]))
    assert found.panels[0].scale.labels == ("a", "b", "c")
    assert found.panels[0].positions.tolist() == [1, 2, 1]


@pytest.mark.parametrize("count", [100, 20_000])
def test_dots_do_not_grow_without_bound(count: int) -> None:
    u = np.random.default_rng(0).random((5, count))
    many = built(states=[1] * count, values=[u[0]], parameters={f"x{at}": column(f"x{at}", row, X) for at, row in enumerate(u)})
    assert sum(len(panel.drawn) for panel in analyze(many).panels) <= 10_000
