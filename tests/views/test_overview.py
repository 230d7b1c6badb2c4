"""The first screen: best, progress, what mattered, cost, advice."""

from __future__ import annotations

import numpy as np

from analyzer.study import Study
from analyzer.views.overview import Advice, analyze, answer, best_text, cost_text, mattered_text, progress_text
from tests.zoo import X, built, column, study


def descending(count: int, improves: int) -> Study:
    """Values that fall until trial `improves` and are worse after it."""
    values = np.where(np.arange(count) <= improves, -np.arange(count, dtype=float), 1.0)
    x = np.random.default_rng(0).random(count)
    return built(states=[1] * count, values=[values], parameters={"x": column("x", x, X)})


def kinds(of: Study) -> list[Advice]:
    return [kind for kind, _about in analyze(of).advice]


def test_the_four_answers_of_a_small_study() -> None:
    found = analyze(study("""
        number state value start end x
        0      C     3     0     10  0.1
        1      P     -     10    15  0.5
        2      C     2     10    30  0.9
        3      F     -     15    20  0.3
    """, x=X))  # fmt: skip
    assert best_text(found) == "Best value 2 at trial 2."
    assert progress_text(found) == "Last improvement with the last complete trial."
    assert mattered_text(found) == "There is one parameter only, x."
    assert cost_text(found) == "It took 30 s: 15 s a trial in the median, up to 2 at once; 25 % of the trial time in pruned and failed trials."
    assert answer(found).startswith("Best value 2 at trial 2. Last improvement")


def test_the_gain_of_the_last_quarter_is_told_in_the_objectives_unit() -> None:
    assert progress_text(analyze(descending(40, 39))).startswith("The last quarter of the trials gained 10;")
    assert progress_text(analyze(descending(40, 5))).startswith("The last quarter of the trials gained nothing; last improvement 34")


def test_an_empty_study_has_an_overview_too() -> None:
    found = analyze(built(states=[], values=[[]]))
    assert answer(found) == "The study has no trials yet."
    assert found.cost is None


def test_nothing_infinite_is_called_an_improvement() -> None:
    assert progress_text(analyze(study("value\ninf\ninf"))) == ""


def test_times_that_run_backwards_say_nothing_about_the_cost() -> None:
    assert cost_text(analyze(study("value start end\n1 10 5\n1 20 14"))) == "It took 10 s: up to 1 trial at once."


def test_advice_follows_from_the_trials() -> None:
    assert kinds(descending(10, 9)) == [Advice.FEW]
    assert kinds(descending(100, 99)) == [Advice.IMPROVING]
    assert kinds(descending(100, 5)) == [Advice.STALLED]
    failing = built(states=[1] * 8 + [3] * 2, values=[np.where(np.arange(10) < 8, 1.0, np.nan)])
    assert Advice.FAILING in kinds(failing)
    stale = study("state value start end\nC 1 0 10\nC 1 10 20\nR - 5 -\nC 1 990 1000")
    assert Advice.STALE in kinds(stale)
    edge = built(states=[1] * 30, values=[np.arange(30.0)], parameters={"x": column("x", np.linspace(0, 1, 30), X)})
    assert Advice.EDGE in kinds(edge)
