"""The mean over two parameters."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.study import Study
from analyzer.views.contour import analyze, answer, figure, table
from tests.zoo import OPT, X, built, column, study


def bowl(direction: str = "minimize") -> Study:
    """(x - 0.25)² + (y - 0.75)² on an even grid."""
    x, y = (side.ravel() for side in np.meshgrid(np.linspace(0.01, 0.99, 30), np.linspace(0.01, 0.99, 30)))
    sign = 1 if direction == "minimize" else -1
    values = sign * ((x - 0.25) ** 2 + (y - 0.75) ** 2)
    return built(states=[1] * 900, values=[values], directions=[direction], parameters={"x": column("x", x, X), "y": column("y", y, X)})


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_the_best_cell_is_where_the_mean_is_best(direction: str) -> None:
    found = analyze(bowl(direction), x="x", y="y")
    x, at_x, y, at_y = found.best_cell
    assert (x, y) == ("x", "y")
    assert (float(at_x), float(at_y)) == (pytest.approx(0.25, abs=0.03), pytest.approx(0.75, abs=0.03))
    assert answer(found).startswith("Trials are best on average around x = 0.2")
    assert found.panels[0].means.shape == (40, 40)


def test_categories_have_cells_of_their_own() -> None:
    found = analyze(study("value x opt\n1 0.1 adam\n5 0.1 sgd\n3 0.9 sgd", x=X, opt=OPT), x="opt", y="x")
    means = found.panels[0].means
    assert means.shape == (40, 3)
    assert np.nanmin(means[:, 1]) == 1
    assert np.isnan(means[:, 2]).all()
    assert figure(found)["data"][0]["type"] == "heatmap"
    assert {row[1] for row in table(found).rows()} == {"adam", "sgd"}


def test_the_size_of_the_figure_does_not_grow_with_the_trials() -> None:
    u = np.random.default_rng(0).random((3, 30_000))
    found = analyze(built(states=[1] * 30_000, values=[u[2]], parameters={"x": column("x", u[0], X), "y": column("y", u[1], X)}))
    assert len(found.panels[0].drawn) <= 4000


def test_pairs_that_no_trial_has_together_are_left_out() -> None:
    apart = study("value a b\n1 0.1 -\n2 0.2 -\n3 - 0.1\n4 - 0.2", a=X, b=X)
    with pytest.raises(NotApplicable, match="has both 'a' and 'b'"):
        analyze(apart)


def test_two_different_parameters_are_needed() -> None:
    with pytest.raises(NotApplicable, match="two that vary"):
        analyze(study("value x y\n1 0.1 0.5\n2 0.2 0.5", x=X, y=X))
    with pytest.raises(UnknownOption, match="different parameters"):
        analyze(bowl(), x="x", y="x")


def test_one_value_has_no_best_place() -> None:
    assert answer(analyze(study("value x y\n1 0.1 0.5\n1 0.2 0.6", x=X, y=X))) == "All trials have the same value, 1."
