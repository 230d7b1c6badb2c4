"""The empirical distribution: Optuna's hundred points, a line through every trial, and how common good trials are."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.views.edf import analyze, answer, figure
from tests.zoo import built, study


def test_the_shares_count_values_at_or_below_each_point() -> None:
    found = analyze(study("value\n0\n1\n1\n99"))
    assert found.values.tolist() == pytest.approx(range(100))
    assert found.shares[[0, 1, 98, 99]].tolist() == [0.25, 0.75, 0.75, 1]
    assert (found.reached[found.drawn].tolist(), found.drawn_shares.tolist()) == ([0, 1, 1, 99], [0.25, 0.75, 0.75, 1])


def test_the_best_tenth_of_the_range_lies_at_the_better_end() -> None:
    low = analyze(study("value\n0\n1\n5\n10"))
    assert (low.best, low.close, low.close_share) == (0, 1, 0.5)
    high = analyze(study("value\n0\n1\n5\n10", directions=["maximize"]))
    assert (high.best, high.close, high.close_share) == (10, 9, 0.25)


def test_an_outlier_does_not_make_every_trial_a_good_one() -> None:
    values = [*np.linspace(0, 1, 11), 1e9]
    found = analyze(built(states=[1] * 12, values=[values]))
    assert found.close == pytest.approx(0.1)
    assert found.close_share == pytest.approx(2 / 12)
    assert found.outside == 1
    assert figure(found)["layout"]["xaxis"]["range"][1] < 2


def test_infinite_values_and_other_states_do_not_count() -> None:
    found = analyze(study("state value\nC 1\nC inf\nP 0\nC 2"))
    assert found.shares[-1] == 1
    assert found.drawn_shares.tolist() == [0.5, 1]


def test_one_value_is_said_to_be_one() -> None:
    assert answer(analyze(study("value\n2\n2"))) == "All trials have the same value, 2."
