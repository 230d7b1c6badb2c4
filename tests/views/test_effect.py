"""Effects: the direction that was built in is found, in words; what does not matter has none; a bounded figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer.distributions import Categorical, Int
from analyzer.errors import NotApplicable
from analyzer.study import Study
from analyzer.views.effect import Effects, Push, analyze, answer, figure, table
from tests.zoo import LR, X, built, column

OPT = Categorical(("sgd", "adam", "rmsprop"))


def _known(count: int = 300, way: str = "maximize", outlier: float | None = None) -> Study:
    """accuracy = 4 momentum - (decades of lr from 0.001)² + 2 for adam; `idle` does not matter."""
    u = np.random.default_rng(1).random((4, count))
    opt = (u[2] * 3).astype(int)
    value = 4 * u[0] - (-5 + 4 * u[1] + 3) ** 2 + np.where(opt == 1, 2.0, 0.0)
    if outlier is not None:
        value[7] = outlier
    sign = 1 if way == "maximize" else -1
    return built(states=[1] * count, values=[sign * value], directions=[way], metric_names=["accuracy"], parameters={
        "idle": column("idle", u[3], X), "momentum": column("momentum", u[0], X),
        "lr": column("lr", 10 ** (-5 + 4 * u[1]), LR), "opt": column("opt", opt, OPT)})  # fmt: skip


def _by_name(result: Effects) -> dict[str, Any]:
    return {effect.scale.name: effect for effect in result.effects}


@pytest.mark.parametrize("way", ["maximize", "minimize"])
def test_the_directions_that_were_built_in_are_found(way: str) -> None:
    found = _by_name(analyze(_known(way=way)))
    assert {name: effect.push for name, effect in found.items()} == {
        "idle": Push.NONE, "momentum": Push.HIGHER, "lr": Push.AROUND, "opt": Push.CATEGORY,
    }  # fmt: skip
    low, high = found["lr"].best
    assert 1e-4 < low < 0.001 < high < 0.01
    assert found["opt"].best == (1.0, 1.0)


def test_the_answer_says_it_in_words() -> None:
    said = answer(analyze(_known()))
    assert said.startswith("On average over 300 trials, accuracy is better with higher momentum, lr in 0.00")
    assert said.endswith(" and opt = adam.")


def test_a_parameter_that_is_better_low_is_told_so() -> None:
    x = np.linspace(0, 1, 80)
    found = analyze(built(states=[1] * 80, values=[x**3], parameters={"x": column("x", x, X)}))
    assert answer(found) == "On average over 80 trials, value is better with lower x."


def test_the_effect_of_a_category_is_its_mean_less_the_mean_of_all() -> None:
    codes = np.arange(40) % 2
    found = analyze(built(states=[1] * 40, values=[np.where(codes, 6.0, 2.0)],
                          parameters={"c": column("c", codes, Categorical(("a", "b")))}))  # fmt: skip
    effect = found.effects[0]
    assert effect.ends == (-2.0, 2.0)
    assert effect.best == (0.0, 0.0)
    assert set(zip(effect.places, effect.effects, strict=True)) == {(0.0, -2.0), (1.0, 2.0)}


def test_steps_are_ordered_and_their_best_value_is_named() -> None:
    layers = 1 + np.arange(90) % 3
    noise = np.random.default_rng(0).normal(size=90) / 10
    found = analyze(built(states=[1] * 90, values=[(layers - 2.0) ** 2 + noise],
                          parameters={"layers": column("layers", layers, Int(1, 3))}))  # fmt: skip
    assert answer(found) == "On average over 90 trials, value is better with layers = 2."


def test_one_failed_trial_does_not_make_the_effects() -> None:
    plain, failed = analyze(_known()), analyze(_known(outlier=-1e12))
    assert failed.clipped == 1
    one, other = _by_name(plain), _by_name(failed)
    for name in ("momentum", "lr", "opt"):
        assert one[name].push == other[name].push
        assert other[name].spread == pytest.approx(one[name].spread, rel=0.5)
    assert "1 outlying value counts" in figure(failed)["layout"]["meta"]["note"]


def test_dots_lie_within_their_row_and_are_trials_with_their_own_values() -> None:
    result = analyze(_known())
    for effect in result.effects:
        assert np.abs(effect.offsets).max() <= 0.42
        assert len(set(effect.numbers.tolist())) == len(effect.numbers)
    lr = _by_name(result)["lr"]
    assert np.array_equal(lr.places, _known().parameters["lr"].values[lr.numbers])


def test_trials_without_the_parameter_have_no_dot() -> None:
    x = np.linspace(0, 1, 60)
    half = np.where(np.arange(60) % 2, x, np.nan)
    found = analyze(built(states=[1] * 60, values=[x], parameters={"x": column("x", half, X)}))
    assert found.effects[0].trials == 30
    assert (found.effects[0].numbers % 2 == 1).all()


def test_nothing_to_tell_is_said() -> None:
    u = np.random.default_rng(3).random((2, 200))
    with pytest.raises(NotApplicable, match="No parameter alone"):
        analyze(built(states=[1] * 200, values=[u[0]], parameters={"x": column("x", u[1], X)}))
    with pytest.raises(NotApplicable, match="at least 10 complete trials with a finite value; this study has 9"):
        analyze(built(states=[1] * 9, values=[u[0, :9]], parameters={"x": column("x", u[1, :9], X)}))


def test_fifteen_rows_at_most_and_the_rest_is_told() -> None:
    u = np.random.default_rng(4).random((20, 3000))
    names = [f"x{index}" for index in range(20)]
    found = analyze(built(states=[1] * 3000, values=[u.sum(axis=0)],
                          parameters={name: column(name, row, X) for name, row in zip(names, u, strict=True)}))  # fmt: skip
    drawn = figure(found)
    assert len(drawn["data"]) == 15
    assert "the 15 widest of 20 effects" in drawn["layout"]["meta"]["note"]
    assert len(table(found)) == 20


def test_the_figure_is_bounded_at_a_million_trials() -> None:
    drawn = figure(analyze(_known(1_000_000)))
    assert sum(len(trace["x"]) for trace in drawn["data"]) <= 9000
