"""History by time: complete trials in the order of their ends, and when most of the way was done."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import NotApplicable
from analyzer.views.history_by_time import analyze, answer, figure, table
from tests.zoo import built


def test_trials_stand_where_they_ended_not_where_they_began() -> None:
    found = analyze(built(states=[1, 1, 1], values=[[3.0, 1.0, 2.0]], starts=[0, 1, 2], ends=[100, 10, 50]))
    assert found.numbers.tolist() == [1, 2, 0]
    assert found.seconds.tolist() == [10, 50, 100]
    assert found.best.tolist() == [1, 1, 1]
    assert answer(found) == "The first feasible value, 1, after 10 s of 1 min 40 s, is still the best."
    assert [row[:2] for row in table(found).rows()] == [[1, 10.0], [2, 50.0], [0, 100.0]]


def test_most_of_the_way_is_nine_tenths_from_the_first_value_to_the_best() -> None:
    values = [100.0, 50.0, 10.5, 9.0, 0.0, 5.0]
    found = analyze(built(states=[1] * 6, values=[values], starts=np.arange(6) * 60, ends=np.arange(6) * 60 + 60))
    assert (found.last, found.most) == (4, 3)
    assert answer(found) == "Best 0 after 5 min of 6 min; nine tenths of the way to it from the first value were done after 4 min."
    assert figure(found)["layout"]["xaxis"]["title"]["text"] == "time since the first start (min)"


def test_larger_is_better_where_the_objective_is_maximised_and_the_infeasible_is_not_the_best() -> None:
    found = analyze(
        built(states=[1] * 3, values=[[1.0, 9.0, 2.0]], directions=["maximize"], constraints=[[0.0, 1.0, 0.0]],
              starts=[0, 0, 0], ends=[1, 2, 3])
    )  # fmt: skip
    assert found.best.tolist() == [1, 1, 2]


def test_a_study_without_times_says_so() -> None:
    with pytest.raises(NotApplicable, match="No complete trial has times"):
        analyze(built(states=[1, 1], values=[[1.0, 2.0]]))
