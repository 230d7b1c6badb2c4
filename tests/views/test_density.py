"""Densities: shares that can be counted by hand, the right trials as the best, a bounded figure."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.distributions import Categorical, Float, Int
from analyzer.errors import NotApplicable
from analyzer.study import Study
from analyzer.views.density import VIEW, analyze, answer, figure, table
from tests.zoo import LR, X, built, column, study


def _narrow(count: int = 400, way: str = "minimize") -> Study:
    """The value is how far lr is from 0.01 in decades; y does not matter."""
    u = np.random.default_rng(0).random((2, count))
    miss = np.abs(-5 + 4 * u[0] + 2)
    return built(states=[1] * count, values=[miss if way == "minimize" else -miss], directions=[way],
                 parameters={"y": column("y", u[1], X), "lr": column("lr", 10 ** (-5 + 4 * u[0]), LR)})  # fmt: skip


@pytest.mark.parametrize("way", ["minimize", "maximize"])
def test_the_range_of_the_best_is_the_one_that_makes_them_good(way: str) -> None:
    result = analyze(_narrow(way=way))
    assert [panel.scale.name for panel in result.panels] == ["lr", "y"]
    assert result.telling == (0,)
    low, high = result.panels[0].held
    assert 0.005 < low < 0.01 < high < 0.02  # the best tenth lies within 0.2 decades
    assert answer(result).startswith("The best 10 % (40 of 400 trials) stand out by lr 0.00")


def test_a_larger_share_of_the_trials_uses_a_wider_range() -> None:
    widths = []
    for top in ("5 %", "10 %", "20 %", "50 %"):
        result = analyze(_narrow(), top=top)
        low, high = next(panel.held for panel in result.panels if panel.scale.name == "lr")
        widths.append(high / low)
    assert widths == sorted(widths)
    assert widths[0] < widths[-1] / 5


def test_densities_are_relative_to_an_even_spread_and_integrate_to_one() -> None:
    for panel in analyze(_narrow()).panels:
        for line in (panel.best, panel.every):
            assert np.trapezoid(line, dx=1 / (len(line) - 1)) == pytest.approx(1.0, abs=0.01)
    even = next(panel for panel in analyze(_narrow(20_000)).panels if panel.scale.name == "y")
    assert np.abs(even.every - 1).max() < 0.15


def test_the_points_of_a_line_are_evenly_spaced_on_the_scale_that_was_searched() -> None:
    panel = analyze(_narrow()).panels[0]
    assert np.allclose(np.diff(np.log10(panel.places)), 4 / (len(panel.places) - 1))


def test_shares_of_categories_and_short_stepped_ranges_are_counted() -> None:
    count = 40
    codes, layers = np.arange(count) % 4 % 3, 1 + np.arange(count) % 2
    found = analyze(built(
        states=[1] * count, values=[np.arange(count)],
        parameters={"opt": column("opt", codes, Categorical(("a", "b", "c"))), "layers": column("layers", layers, Int(1, 2))},
    ))  # fmt: skip
    panels = {panel.scale.name: panel for panel in found.panels}
    assert panels["opt"].best.tolist() == [0.5, 0.25, 0.25]  # of trials 0 … 3
    assert panels["opt"].every.tolist() == [0.5, 0.25, 0.25]
    assert panels["layers"].best.tolist() == [0.5, 0.5]
    assert panels["layers"].places.tolist() == [1.0, 2.0]
    assert answer(found).endswith("as many random trials could look so too.")


def test_a_category_that_all_the_best_have_is_told_with_its_shares() -> None:
    codes = (np.arange(100) >= 20).astype(int)
    found = analyze(built(states=[1] * 100, values=[np.arange(100)],
                          parameters={"opt": column("opt", codes, Categorical(("adam", "sgd")))}))  # fmt: skip
    assert answer(found) == "The best 10 % (10 of 100 trials) stand out by opt = adam (100 % of them, 20 % of all)."


def test_infeasible_trials_are_never_among_the_best() -> None:
    count = 60
    x = np.arange(count) / count
    found = analyze(built(states=[1] * count, values=[x], constraints=[np.where(x < 0.5, 1.0, -1.0)],
                          parameters={"x": column("x", x, X)}))  # fmt: skip
    assert (found.count, found.trials) == (3, 60)
    assert found.panels[0].stands.tolist() == [30 / 60, 31 / 60, 32 / 60]


def test_trials_that_tie_with_the_last_of_the_best_are_best_too() -> None:
    values = np.repeat([0.0, 1.0], [15, 25])
    found = analyze(built(states=[1] * 40, values=[values], parameters={"x": column("x", np.arange(40) / 40, X)}))
    assert found.count == 15


def test_a_parameter_that_hardly_any_of_the_best_have_is_left_out_and_told() -> None:
    x = np.arange(60) / 60
    found = analyze(built(states=[1] * 60, values=[x], parameters={
        "x": column("x", x, X), "rare": column("rare", np.where(x < 0.5, np.nan, x), X)}))  # fmt: skip
    assert found.left_out == ("rare",)
    assert "fewer than three of them have rare" in figure(found)["layout"]["meta"]["note"]


def test_the_best_are_marked_one_by_one_where_they_are_few() -> None:
    found = analyze(_narrow(100))
    lr = next(panel for panel in found.panels if panel.scale.name == "lr")
    assert len(lr.marked) == 10
    assert sum(trace.get("customdata") is not None for trace in figure(found)["data"]) == 2
    assert not any(len(panel.marked) for panel in analyze(_narrow(5000)).panels)


def test_studies_that_have_no_best_part_say_why() -> None:
    few = study("value x\n1 0.1\n2 0.2\n3 0.3", x=X)
    with pytest.raises(NotApplicable, match="3 complete trials have too few in the best 10 %: at least 3"):
        analyze(few)
    with pytest.raises(NotApplicable, match="values are equal"):
        analyze(built(states=[1] * 30, values=[np.zeros(30)], parameters={"x": column("x", np.arange(30) / 30, X)}))
    with pytest.raises(NotApplicable, match="No parameter varies"):
        analyze(
            built(states=[1] * 30, values=[np.arange(30)], parameters={"x": column("x", np.ones(30), Float(0.0, 1.0))})
        )


def test_the_figure_does_not_grow_with_a_million_trials() -> None:
    large = analyze(_narrow(1_000_000))
    drawn = sum(len(trace["x"]) for trace in figure(large)["data"])
    assert drawn == 2 * 2 * 129
    assert len(table(large)) == 2 * 129


def test_the_legend_names_the_two_kinds_once() -> None:
    drawn = figure(analyze(_narrow(), top="20 %"))
    assert [trace["name"] for trace in drawn["data"] if trace["showlegend"]] == ["all 400 trials", "best 20 %"]
    assert VIEW.options[1].default == "10 %"
