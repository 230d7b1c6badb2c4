"""Evaluators side by side: the numbers of each one alone, what cannot be judged, where they differ and the subset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer import read_study
from analyzer.errors import NotApplicable
from analyzer.importance import EVALUATORS, every_importance, importances
from analyzer.study import Study
from analyzer.views import evaluators as view
from analyzer.views.evaluators import analyze, answer, figure, table
from tests.zoo import LR, X, built, column

DIGITS = Path(__file__).parents[2] / "web" / "examples" / "digits.db"


def _three(count: int, constant: bool = False) -> Study:
    u = np.random.default_rng(2).random((3, count))
    parameters = {name: column(name, row, X) for name, row in zip("abc", u, strict=True)}
    if constant:
        parameters["fixed"] = column("fixed", np.ones(count), X.__class__(1.0, 1.0))
    return built(states=[1] * count, values=[u[0] + 0.3 * u[1] ** 2], parameters=parameters)


@pytest.mark.parametrize("constant", [False, True])
def test_the_numbers_are_those_of_each_evaluator_alone(constant: bool) -> None:
    study = _three(80, constant)
    for evaluator, found in zip(EVALUATORS, every_importance(study, study.objectives[0], 3000), strict=True):
        alone = importances(study, evaluator)
        assert (found.evaluator, found.names, found.trials) == (evaluator, alone.names, 80)
        assert found.values.tolist() == alone.values.tolist()
        assert (found.spreads is None) == (alone.spreads is None)


def test_each_column_sums_to_one() -> None:
    result = analyze(_three(60))
    assert np.allclose(np.nansum(result.shares, axis=0), 1)
    assert np.allclose(np.nansum(result.judged, axis=0), 1)
    assert result.names[0] == "a"


def test_a_parameter_that_not_every_trial_has_is_left_open_for_the_forests() -> None:
    study = read_study(str(DIGITS), "digits-accuracy-vs-size")
    result = analyze(study)
    row = result.names.index("hidden_units_2")
    assert np.isnan(result.shares[row, 1:]).all()
    assert result.shares[row, 0] > 0
    assert np.isnan(result.judged[row]).all()
    drawn = figure(result)
    assert [len(bar["x"]) for bar in drawn["data"]] == [6, 5, 5]
    assert "fANOVA and MDI cannot judge hidden_units_2" in drawn["layout"]["meta"]["note"]


def test_the_answer_names_the_largest_difference_and_its_reason() -> None:
    result = analyze(read_study(str(DIGITS), "digits-mlp"))
    apart = result.judged.max(axis=1) - result.judged.min(axis=1)
    name = result.names[int(apart.argmax())]
    said = answer(result)
    assert f"They differ most about {name} (PED-ANOVA " in said
    assert "PED-ANOVA asks what sets the best tenth apart" in said


def test_evaluators_that_agree_are_said_to() -> None:
    shares = np.array([[0.6, 0.62, 0.64], [0.4, 0.38, 0.36]])
    alike = view.Comparison(
        _three(5).objectives[0], ("a", "b"), (False, False), shares, shares * np.nan, shares * np.nan, shares, 50, 50, 64, 64
    )
    assert answer(alike) == "All three evaluators put a first and agree: no share differs by more than 4 %."


def test_a_log_parameter_that_fanova_hardly_sees_is_explained_by_its_linear_volume() -> None:
    u = np.random.default_rng(0).random((2, 300))
    result = analyze(built(states=[1] * 300, values=[6 * np.minimum(u[0], 0.4) + u[1]], parameters={
        "lr": column("lr", 10 ** (-5 + 4 * u[0]), LR), "x": column("x", u[1], X)}))  # fmt: skip
    assert "They differ most about lr" in answer(result)
    assert "weighs the range of a log parameter linearly" in answer(result)


def test_no_difference_at_all_is_said() -> None:
    u = np.random.default_rng(0).random((2, 30))
    found = analyze(
        built(
            states=[1] * 30, values=[np.ones(30)], parameters={n: column(n, r, X) for n, r in zip("ab", u, strict=True)}
        )
    )
    assert answer(found) == "None of the three evaluators finds a difference between the parameters."


def test_forests_are_fitted_on_an_even_subset_of_large_studies_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(view, "_FITTED", 50)
    result = analyze(_three(200))
    assert (result.trials, result.fitted) == (200, 50)
    assert answer(result).endswith("fANOVA and MDI are fitted on 50 of 200 trials, evenly spaced.")
    assert "forests fitted on 50 of 200 trials" in figure(result)["layout"]["meta"]["note"]


def test_fewer_than_two_parameters_are_nothing_to_compare() -> None:
    x = np.arange(30) / 30
    with pytest.raises(NotApplicable, match="nothing to compare"):
        analyze(built(states=[1] * 30, values=[x], parameters={"x": column("x", x, X)}))


def test_no_bar_ends_beyond_all_and_the_table_has_every_column() -> None:
    result = analyze(read_study(str(DIGITS), "digits-mlp"))
    assert figure(result)["layout"]["xaxis"]["range"][1] <= 1.0
    assert table(result).headers() == [
        "parameter", "ped-anova", "fanova", "fanova_standard_error", "fanova_standard_deviation",
        "mdi", "mdi_standard_error", "mdi_standard_deviation",
    ]  # fmt: skip
