"""Importances of forests in stages, and whether their errors are what they are said to be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from analyzer.arrays import Floats
from analyzer.forest_importance import TREES, doubling, forest_stages
from analyzer.importance import every_importance, every_importance_stages, importance_stages, importances
from analyzer.report import rendered, staged
from analyzer.stats.tree_errors import standard_errors
from analyzer.study import Study
from analyzer.views import registry
from analyzer.views.importance import answer, figure, table
from tests.large import everyday
from tests.zoo import LR, OPT, X, built, column

FORESTS = pytest.mark.parametrize("evaluator", ["fanova", "mdi"])


def mixed(count: int, constant: bool = False) -> Study:
    u = np.random.default_rng(count).random((5, count))
    parameters = {
        "x": column("x", u[0], X),
        "lr": column("lr", 10 ** (-5 + 4 * u[1]), LR),
        "y": column("y", u[2], X),
        "opt": column("opt", np.floor(len(OPT.choices) * u[3]), OPT),
    }
    if constant:
        parameters["fixed"] = column("fixed", np.ones(count), X.__class__(1.0, 1.0))
    return built(states=[1] * count, values=[u[0] + 0.4 * u[1] ** 2 + 0.1 * u[4]], parameters=parameters)


@FORESTS
@pytest.mark.parametrize("constant", [False, True])
def test_growing_on_gives_the_numbers_of_all_trees_at_once(evaluator: str, constant: bool) -> None:
    study = mixed(600, constant)
    whole = importances(study, evaluator, seed=3)
    rows = study.complete
    for counts in ([1, 3, 64], [8, 16, 32, 64]):
        *_before, (last,) = forest_stages(study, study.objectives[0], rows, 3, (evaluator,), lambda _trees, _draws, counts=counts: counts)  # type: ignore[misc]
        assert last.names == whole.names
        for one, other in ((last.values, whole.values), (last.errors, whole.errors), (last.spreads, whole.spreads)):
            assert one is not None and other is not None and one.tobytes() == other.tobytes()
    stages = list(importance_stages(study, evaluator, None, 3))
    assert [each.trees for each in stages] == doubling(TREES, 600) == [54, 64]
    assert [each.is_whole for each in stages] == [False, True]
    assert stages[-1].values.tobytes() == whole.values.tobytes()


def test_evaluators_side_by_side_come_in_stages_too() -> None:
    study = mixed(1200)
    whole = every_importance(study, study.objectives[0], 1000)
    *before, last = every_importance_stages(study, study.objectives[0], 1000)
    assert before and [each.values.tobytes() for each in last] == [each.values.tobytes() for each in whole]
    assert before[0][0] is last[0]  # PED-ANOVA has been asked once


@FORESTS
def test_the_errors_are_how_far_importances_differ_from_seed_to_seed(evaluator: str) -> None:
    """The variance over seeds is that of the reported errors: within what 120 seeds allow at one in ten thousand."""
    study, seeds = mixed(40), 120
    found = [
        next(forest_stages(study, study.objectives[0], study.complete, seed, (evaluator,), lambda _trees, _draws: [16]))[0]
        for seed in range(seeds)
    ]
    names = sorted(found[0].names)
    shares, errors = (np.array([_by_name(each.names, getattr(each, kind), names) for each in found]) for kind in ("values", "errors"))
    ratio = shares.var(axis=0, ddof=1) / (errors**2).mean(axis=0)
    low, high = chi2.ppf((0.00005, 0.99995), seeds - 1) / (seeds - 1)
    assert ((ratio > low) & (ratio < high)).all(), ratio
    assert not ((4 * ratio > low) & (4 * ratio < high)).any()  # errors of half the size would not pass
    assert not ((ratio / 4 > low) & (ratio / 4 < high)).any()  # nor would those of twice


def _by_name(names: tuple[str, ...], values: Floats, wanted: list[str]) -> list[float]:
    return [float(values[names.index(name)]) for name in wanted]


def test_more_trees_have_smaller_errors_and_the_scaling_is_allowed_for() -> None:
    random = np.random.default_rng(0)
    fractions = random.random((4000, 1)) * [[0.2, 0.5]]  # trees that differ in all, not in the shares
    assert standard_errors(fractions) == pytest.approx([0, 0], abs=1e-12)
    fractions = random.dirichlet([2, 3, 4], 6400)
    assert standard_errors(fractions[:100]).mean() == pytest.approx(8 * standard_errors(fractions).mean(), rel=0.2)
    assert np.isnan(standard_errors(fractions[:1])).all()
    assert np.isnan(standard_errors(np.zeros((5, 2)))).all()


def test_there_is_no_error_where_there_is_no_tree_and_none_is_drawn_where_nothing_is_known() -> None:
    study = mixed(200)
    found = importances(study)
    assert (found.errors, found.trees, found.is_whole) == (None, 0, True)
    assert table(found).headers() == ["parameter", "importance"]
    same = built(states=[1] * 30, values=[np.ones(30)], parameters={n: column(n, np.arange(30) / 30, X) for n in "ab"})
    nothing = importances(same, "fanova")
    assert nothing.errors is not None and np.isnan(nothing.errors).all()
    assert "error_x" not in figure(nothing)["data"][0]


def test_what_is_still_to_be_grown_is_said_and_the_errors_are_drawn_and_tabled() -> None:
    first, *_more, last = importance_stages(everyday(4_096), "fanova", None, 0)
    assert answer(first).endswith("So far 8 of 64 trees stand behind it.")
    assert "So far" not in answer(last)
    assert first.errors is not None and last.errors is not None and first.errors[0] > last.errors[0] > 0
    drawn = figure(last)
    assert drawn["data"][0]["error_x"]["array"].tolist() == last.errors[::-1].tolist()
    assert drawn["layout"]["meta"]["note"].startswith("whiskers: standard error over the 64 trees")
    assert table(last).headers() == ["parameter", "importance", "standard_error", "standard_deviation"]


@pytest.mark.parametrize("view", [view for view in registry().values() if view.stages], ids=lambda view: view.slug)
def test_the_last_stage_of_a_view_is_what_it_shows_elsewhere(view) -> None:  # type: ignore[no-untyped-def]
    study = mixed(1500)
    options = {"evaluator": "mdi"} if view.slug == "importance" else {}
    *before, (done, is_last) = staged(study, view, options)
    assert is_last and before and not any(last for _done, last in before)
    assert done.answer == rendered(study, view, options).answer
    assert all("trees stand behind it" in each.answer for each, _last in before)
    only = staged(built(states=[1], values=[[1.0]], parameters={}), view, options)
    assert [(bool(each.reason), last) for each, last in only] == [(True, True)]
