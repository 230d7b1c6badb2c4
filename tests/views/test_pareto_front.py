"""The Pareto front: who is on it, what is drawn, and its hypervolume."""

from __future__ import annotations

import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.study import Study
from analyzer.views.pareto_front import analyze, answer, choices, figure
from tests.zoo import study


def square() -> Study:
    """Front (0, 2) and (1, 0); (1, 2) and (3, 3) are dominated, (0, 0) is infeasible."""
    return study("""
        value0 value1 c0
        0      2      0
        1      2      0
        1      0      -
        3      3      0
        0      0      1
    """, directions=["minimize", "minimize"])  # fmt: skip


def test_the_front_is_of_feasible_trials() -> None:
    found = analyze(square())
    assert found.numbers[found.front].tolist() == [0, 2]
    assert found.feasible.tolist() == [True, True, True, True, False]
    assert answer(found) == "2 of 5 complete trials are on the front; the best of each objective: value 0 0, value 1 0."


def test_the_hypervolume_is_the_area_between_the_front_and_the_reference_point() -> None:
    assert analyze(square(), reference="3,3").hypervolume == 1 * 1 + 2 * 3  # 0…1 below 2, 1…3 below 0
    assert analyze(square(), reference="0,0").hypervolume == 0


def test_maximised_objectives_count_the_other_way_round() -> None:
    found = analyze(study("value0 value1\n1 1\n2 3\n0 0", directions=["minimize", "maximize"]), reference="3,-1")
    assert found.numbers[found.front].tolist() == [0, 1, 2]
    assert found.hypervolume == 3 * 1 + 2 * 1 + 1 * 2
    assert analyze(study("value0 value1\n1 1\n0 2", directions=["minimize", "maximize"])).front.tolist() == [False, True]


def test_the_default_reference_point_lies_a_tenth_of_the_range_beyond_the_worst() -> None:
    found = analyze(square())
    assert found.reference is not None
    assert found.reference.tolist() == pytest.approx([3.3, 3.3])


def test_two_or_three_objectives_are_drawn_and_any_pair_of_more() -> None:
    three = study("value0 value1 value2\n1 2 3\n3 2 1", directions=["minimize"] * 3)
    assert choices(three)[0] == "value 0 × value 1 × value 2"
    assert {trace["type"] for trace in figure(analyze(three))["data"]} == {"scatter3d"}
    assert analyze(three, axes="value 1 × value 2").axes == (1, 2)
    five = study("value0 value1 value2 value3 value4\n1 2 3 4 5\n3 2 1 0 0", directions=["minimize"] * 5)
    assert len(choices(five)) == 10
    assert analyze(five).axes == (0, 1)
    with pytest.raises(UnknownOption, match="cannot be drawn"):
        analyze(five, axes="value 0 × value 9")


def test_objectives_of_one_name_are_told_apart() -> None:
    same = study("value0 value1\n1 2\n2 1", directions=["minimize"] * 2, metric_names=["loss", "loss"])
    assert choices(same) == ["loss (0) × loss (1)"]


def test_one_objective_has_no_front() -> None:
    with pytest.raises(NotApplicable, match="two or more objectives"):
        analyze(study("value\n1"))


def test_an_outlier_is_left_out_of_the_figure_and_told_but_never_the_front() -> None:
    rows = "\n".join(f"{k % 5} {4 - k % 5 + k / 20}" for k in range(20))
    made = analyze(study(f"value0 value1\n{rows}\n2 1e6", directions=["minimize", "minimize"]))
    drawn = figure(made)["layout"]
    assert made.outside == 1
    assert drawn["meta"]["clipped"] == ["yaxis"]
    assert drawn["meta"]["note"].startswith("1 of 21 values lie outside the figure")
    far = analyze(study(f"value0 value1\n{rows}\n-1 1e6", directions=["minimize", "minimize"]))
    assert far.front[-1]
    assert (far.outside, far.shown) == (0, (None, None))
