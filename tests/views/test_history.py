"""Optimization history: values in trial order, the best feasible so far, and whether it still improves."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import NotApplicable
from analyzer.views.history import analyze, answer, figure, table
from tests.zoo import built, study


def test_the_best_follows_the_complete_trials_in_trial_order() -> None:
    found = analyze(study("""
        number state value
        0      C     3
        1      F     -
        2      C     1
        3      P     0.5
        4      C     2
    """))  # fmt: skip
    assert found.numbers.tolist() == [0, 2, 4]
    assert found.values.tolist() == [3, 1, 2]
    assert found.best.tolist() == [3, 1, 1]
    assert found.steps.tolist() == [0, 1]
    assert (found.pruned_numbers.tolist(), found.pruned_values.tolist()) == ([3], [0.5])
    assert found.failed_numbers.tolist() == [1]
    assert list(table(found).rows())[1] == [2, 1.0, 1.0, "yes"]


def test_larger_is_better_where_the_objective_is_maximised() -> None:
    found = analyze(study("value\n1\n3\n2", directions=["maximize"]))
    assert found.best.tolist() == [1, 3, 3]


def test_infeasible_trials_are_never_the_best() -> None:
    found = analyze(study("value c0\n1 0.5\n3 0\n2 -1\n0 1e-9"))
    assert found.best.tolist() == [np.inf, 3, 2, 2]
    assert found.feasible.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([9, 8, 7, 6, 5, 4, 3, 2], "Yes: the last complete trial, 7, is the best so far: 2."),
        ([9, 8, 7, 6, 5, 4, 3, 5], "Yes: best 3 at trial 6, 1 complete trial ago."),
        ([1, 8, 7, 6, 5, 4, 3, 5], "No: best 1 at trial 0; nothing better in the 7 complete trials since."),
        ([2, 1], "Too early to say: best 1 at trial 1, of 2 complete trials."),
    ],
)
def test_the_answer_says_whether_it_still_improves(values: list[float], said: str) -> None:
    assert answer(analyze(built(states=[1] * len(values), values=[values]))) == said


def test_the_answer_knows_infeasible_from_infinite() -> None:
    assert answer(analyze(study("value c0\n1 1\n2 1"))) == "No feasible trial yet."
    assert answer(analyze(study("value c0\n1 1\ninf 0"))) == "No feasible trial has a finite value yet."
    with pytest.raises(NotApplicable, match="has a finite value"):
        analyze(study("value\ninf\n-inf"))


def test_outliers_stay_outside_the_figure_and_are_told() -> None:
    values = [*np.linspace(0, 1, 20), 1e6]
    found = analyze(built(states=[1] * 21, values=[values]))
    assert found.outside == 1
    drawn = figure(found)
    assert drawn["layout"]["yaxis"]["range"][1] < 2
    assert drawn["layout"]["meta"]["note"].startswith("1 of 21 values")


def test_a_hundred_thousand_trials_are_drawn_one_for_each_cell_and_the_best_among_them() -> None:
    values = np.random.default_rng(0).random(100_000)
    found = analyze(built(states=np.ones(100_000), values=[values]))
    assert len(found.drawn) <= 160 * 48 + len(found.steps) + 2
    assert int(values.argmin()) in found.drawn


def test_a_logarithmic_axis_shows_what_is_above_zero_and_tells_what_is_not() -> None:
    found = analyze(study("value\n100\n0\n0.01\n-1\n10"), scale="log")
    drawn = figure(found)
    assert drawn["layout"]["yaxis"]["type"] == "log"
    assert found.values[found.drawn].tolist() == [100, 0.01, 10]
    assert drawn["layout"]["meta"]["note"] == "2 of 5 values are not above zero and have no place on a logarithmic axis"
    assert found.best.tolist() == [100, 0, 0, -1, -1]
    with pytest.raises(NotApplicable, match="above zero"):
        analyze(study("value\n-1\n-2"), scale="log")
