"""The best trial or the Pareto set, by Optuna 5.0's rules."""

from __future__ import annotations

import pytest

from analyzer.errors import NotApplicable
from analyzer.views.best import analyze, answer
from tests.zoo import LR, OPT, X, study


def test_the_first_of_equals_is_the_best() -> None:
    found = analyze(study("value x\n2 0.1\n1 0.2\n1 0.3", x=X))
    assert found.numbers.tolist() == [1]
    assert found.params == ({"x": 0.2},)
    assert answer(found) == "Trial 1: value 1."


def test_infinity_is_the_best_of_a_maximised_objective() -> None:
    found = analyze(study("value\n2\ninf\n3", directions=["maximize"]))
    assert found.numbers.tolist() == [1]
    assert answer(found) == "Trial 1: value ∞."


def test_pruned_and_infeasible_trials_are_never_the_best() -> None:
    found = analyze(study("state value c0\nP 0 -\nC 1 0.1\nC 2 0\nC 3 -"))
    assert found.numbers.tolist() == [2]
    with pytest.raises(NotApplicable, match="None of the 2 complete trials satisfies its constraints"):
        analyze(study("value c0\n1 1\n2 2"))


def test_a_trial_without_constraint_values_counts_as_feasible() -> None:
    assert analyze(study("value c0\n1 -\n2 -1")).numbers.tolist() == [0]


def test_all_copies_of_a_front_point_are_on_the_front() -> None:
    found = analyze(study("value0 value1\n1 1\n2 2\n1 1\n0 0", directions=["minimize", "maximize"]))
    assert found.numbers.tolist() == [0, 1, 2, 3]
    found = analyze(study("value0 value1\n1 1\n2 2\n1 1\n3 0", directions=["minimize", "minimize"]))
    assert found.numbers.tolist() == [0, 2, 3]
    assert answer(found) == "3 trials on the Pareto front: no trial beats them in every objective."


def test_parameters_come_as_the_objective_function_saw_them() -> None:
    found = analyze(study("value lr opt\n1 0.001 adam\n0 0.01 sgd", lr=LR, opt=OPT))
    assert found.params == ({"lr": 0.01, "opt": "sgd"},)
    assert found.spellings["flags"] == "--lr=0.01 --opt=sgd"
    assert list(found.rows.rows()) == [[1, 0.0, 0.01, "sgd"]]


def test_preferential_studies_have_no_best() -> None:
    with pytest.raises(NotApplicable, match="preferential"):
        analyze(study("value\n0\n0", stored={"preference:is_preferential": True}))
