"""Ranks over two parameters, and where the best tenth lies."""

from __future__ import annotations

import numpy as np

from analyzer.views.rank import analyze, answer
from tests.zoo import X, built, column, study


def test_ranks_run_from_0_to_1_with_ties_averaged_and_infinities_at_the_ends() -> None:
    found = analyze(study("value x y\n5 0.1 0.1\n1 0.2 0.3\n5 0.3 0.2\ninf 0.4 0.4\n-inf 0.5 0.9", x=X, y=X))
    assert found.ranks.tolist() == [2.5 / 4, 0.25, 2.5 / 4, 1, 0]


def test_the_answer_names_the_parameter_that_the_best_agree_on() -> None:
    u = np.random.default_rng(0).random((2, 400))
    found = analyze(built(states=[1] * 400, values=[np.abs(u[0] - 0.5)], parameters={"x": column("x", u[0], X), "y": column("y", u[1], X)}))
    assert found.narrowest is not None
    name, share = found.narrowest
    assert name == "x"
    assert share < 0.1
    assert "of the range of x" in answer(found)


def test_noise_is_said_to_be_spread_and_few_trials_to_be_few() -> None:
    u = np.random.default_rng(1).random((3, 2000))
    noise = built(states=[1] * 2000, values=[u[2]], parameters={"x": column("x", u[0], X), "y": column("y", u[1], X)})
    assert "is spread over the range" in answer(analyze(noise))
    assert answer(analyze(study("value x y\n1 0.1 0.2\n2 0.2 0.4", x=X, y=X))).startswith("Too few trials")


def test_the_best_trials_are_drawn_last_whatever_the_direction() -> None:
    for way, last in (("minimize", 0), ("maximize", 2)):
        found = analyze(study("value x y\n1 0.1 0.2\n2 0.5 0.6\n3 0.9 0.9", directions=[way], x=X, y=X))
        (panel,) = found.panels
        assert panel.place.rows[panel.drawn][-1] == last
