"""Learning curves: whose, in which order, and what pruning saved."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import NotApplicable
from analyzer.views.intermediate_values import analyze, answer, figure, table
from tests.zoo import built, study


def test_pruned_complete_and_running_trials_have_curves_in_step_order() -> None:
    found = analyze(study("""
        number state value reports
        0      C     1     2:0.5,1:0.7
        1      P     -     1:0.9
        2      F     -     1:0.8
        3      R     -     1:0.6
        4      C     2     -
    """))  # fmt: skip
    assert found.numbers.tolist() == [0, 1, 3]
    assert found.lengths.tolist() == [2, 1, 1]
    assert list(table(found).rows())[:2] == [[0, "COMPLETE", 1, 0.7], [0, "COMPLETE", 2, 0.5]]
    assert found.best == 0


def test_what_pruning_saved_is_measured_against_the_median_full_curve() -> None:
    reports = [[(step, 1.0) for step in range(length)] for length in (10, 10, 2, 4)]
    found = analyze(built(states=[1, 1, 2, 2], values=[[1.0, 2, np.nan, np.nan]], reports=reports))
    assert answer(found) == "4 curves; 2 pruned, in the median after 3 reports, which saved about 35 % of all reports."


def test_pruning_at_the_end_saved_nothing() -> None:
    found = analyze(study("state value reports\nC 1 0:1,1:1\nP - 0:1,1:1"))
    assert answer(found) == "2 curves; 1 pruned, in the median after 2 reports, which saved nothing."


def test_ten_thousand_curves_are_bands_and_a_sample() -> None:
    u = np.random.default_rng(0).random((10_000, 10))
    found = analyze(built(states=[1] * 10_000, values=[u[:, -1]], reports=[list(enumerate(row)) for row in u.tolist()]))
    assert found.bands is not None
    assert found.bands.values.shape == (5, 10)
    assert found.bands.values[2] == pytest.approx(np.median(u, axis=0), abs=0.02)
    assert len(found.drawn) <= 61
    assert "of 10,000 curves drawn" in figure(found)["layout"]["meta"]["note"]


def test_curves_without_a_finite_value_are_no_curves() -> None:
    with pytest.raises(NotApplicable, match="is finite"):
        analyze(study("value reports\n1 0:nan,1:inf"))
    with pytest.raises(NotApplicable, match="No trial reported"):
        analyze(study("state value reports\nF - 0:1"))
