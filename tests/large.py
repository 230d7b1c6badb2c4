"""Large studies, made of columns: what figures, reports and importances have to bear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analyzer.arrays import Floats
from analyzer.distributions import Categorical, Float, Int
from analyzer.study import IntermediateValues, Parameter, State, Study
from tests.zoo import LR, X, built, column


def everyday(n: int, objectives: int = 1, reports: int = 5) -> Study:
    """Eight parameters, all states, eight workers, and learning curves where there is one objective."""
    rng = np.random.default_rng(0)
    u = rng.random((9, n))
    states = np.where(u[8] < 0.05, State.PRUNED, np.where(u[8] < 0.06, State.FAIL, State.COMPLETE))
    loss = (4 * u[0] - 2) ** 2 / 4 + (u[1] - 0.4) ** 2 + np.abs(u[2] - 0.3) + rng.normal(0, 0.05, n)
    values = [loss, 2 * u[1] + u[3], 1 - u[2] + 0.3 * u[0]][:objectives]
    kept = states != State.FAIL if objectives == 1 else states == State.COMPLETE
    starts = np.arange(n) // 8 * 30 + u[3]
    made = built(
        states=states,
        values=[np.where(kept, value, np.nan) for value in values],
        directions=["minimize"] * objectives,
        parameters=_parameters(u),
        starts=starts,
        ends=starts + 20 + 8 * u[4],
    )
    lengths = np.where(states == State.COMPLETE, reports, np.where(states == State.PRUNED, reports // 2, 0))
    return made if objectives > 1 else replace(made, intermediate=_curves(lengths, loss))


def _parameters(u: Floats) -> dict[str, Parameter]:
    return {
        "lr": column("lr", 10 ** (-5 + 4 * u[0]), LR),
        "x": column("x", u[1], X),
        "dropout": column("dropout", u[2] / 2, Float(0.0, 0.5)),
        "decay": column("decay", 10 ** (-6 + 4 * u[3]), Float(1e-6, 1e-2, log=True)),
        "layers": column("layers", 1 + np.floor(8 * u[4]), Int(1, 8)),
        "width": column("width", np.floor(2 ** (4 + 6 * u[5])), Int(16, 1024, log=True)),
        "optimizer": column("optimizer", np.floor(5 * u[6]), Categorical(("sgd", "adam", "rmsprop", "adagrad", "lion"))),
        "activation": column("activation", np.floor(4 * u[7]), Categorical(("relu", "gelu", "tanh", "silu"))),
    }


def _curves(lengths: Floats, ends: Floats) -> IntermediateValues:
    rows = np.repeat(np.arange(len(lengths)), lengths)
    steps = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return IntermediateValues(rows, steps, ends[rows] + 1 / (1 + steps))


def always_better(n: int) -> Study:
    """Every trial improves on all before it."""
    x = np.random.default_rng(1).random(n)
    return built(states=np.ones(n), values=[1 / (1 + np.arange(n))], parameters={"x": column("x", x, X)})


def all_in_front(n: int, objectives: int) -> Study:
    """No trial dominates another: all lie on a sphere."""
    rng = np.random.default_rng(2)
    directions = np.abs(rng.normal(size=(objectives, n)))
    values = 1 - directions / np.linalg.norm(directions, axis=0)
    return built(
        states=np.ones(n),
        values=list(values),
        directions=["minimize"] * objectives,
        parameters={"x": column("x", rng.random(n), X), "y": column("y", values[0], X)},
    )


def many_parameters(n: int) -> Study:
    """Forty parameters, half of them categories."""
    u = np.random.default_rng(3).random((40, n))
    names = [f"parameter {at}" for at in range(40)]
    choices = Categorical(tuple("abcdefgh"))
    parameters = {
        name: column(name, np.floor(8 * one), choices) if at % 2 else column(name, one, X)
        for at, (name, one) in enumerate(zip(names, u, strict=True))
    }
    return built(states=np.ones(n), values=[u[0] + u[1] / 4], parameters=parameters)


def half_pruned(n: int) -> Study:
    """Half of the trials pruned, half of the rest infeasible, values with long tails."""
    rng = np.random.default_rng(4)
    values = np.exp(rng.normal(0, 4, n))
    constraint = rng.normal(size=n)
    return built(
        states=np.where(np.arange(n) % 2, State.PRUNED, State.COMPLETE),
        values=[values],
        constraints=[constraint],
        parameters={"x": column("x", rng.random(n), X), "y": column("y", rng.random(n), X)},
    )


LARGE: dict[str, Callable[[int], Study]] = {
    "everyday": everyday,
    "two objectives": lambda n: everyday(n, 2),
    "three objectives": lambda n: everyday(n, 3),
    "always better": always_better,
    "40 parameters": lambda n: many_parameters(n // 4),
    "half pruned": half_pruned,
    "all in front, two objectives": lambda n: all_in_front(n // 4, 2),
    "all in front, three objectives": lambda n: all_in_front(n // 20, 3),
}
