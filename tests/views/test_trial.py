"""One trial among the others, and several side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import read_study
from analyzer.distributions import Categorical, Float, Int
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.facts import Fact
from analyzer.one_trial import one_trial
from analyzer.report import rendered, variants
from analyzer.study import Attributes, Study
from analyzer.trial_facts import distribution_text
from analyzer.views.trial import VIEW, Chosen, analyze, answer, copies, facts, figure, moves, table
from tests.zoo import LR, OPT, ZOO, X, study

DATA = Path(__file__).parents[1] / "data"

FIVE = """
    number state value x    lr    opt  start end reports     user:note
    0      C     3     0.1  0.001 adam 0     10  1:3,2:2     "a"
    1      C     1     0.2  0.01  sgd  10    70  1:2,2:1     "b"
    2      P     -     0.3  0.1   sgd  20    21  1:9         -
    3      C     2     0.4  0.01  adam 30    35  1:3,2:2,3:2 "a"
    4      R     -     0.5  -     sgd  40    -   -           -
"""


def five() -> Study:
    return study(FIVE, x=X, lr=LR, opt=OPT)


def rows(result: Chosen) -> dict[str, Fact]:
    return {fact.name: fact for group in facts(result).groups for fact in group.facts}


def with_system(found: Study, **stored: dict[int, Any]) -> Study:
    """The study with system attributes, by row."""
    items = [(row, code, json.dumps(value)) for code, cells in enumerate(stored.values()) for row, value in cells.items()]
    attributes = Attributes(
        tuple(stored), np.array([row for row, _c, _t in items]), np.array([code for _r, code, _t in items]), [text for _r, _c, text in items]
    )
    return replace(found, system_attributes=attributes)


def test_the_best_trial_is_shown_where_none_is_named() -> None:
    result = analyze(five())
    assert [trial.number for trial in result.trials] == [1]
    assert answer(result) == "Trial 1: value 1, rank 1 of 3 complete trials."


def test_without_a_best_trial_the_latest_is_shown() -> None:
    assert [trial.number for trial in analyze(study("state value\nF -\nF -")).trials] == [1]
    assert answer(analyze(study("state value\nF -\nF -"))) == "Trial 1 failed."


def test_of_a_pareto_set_the_first_is_shown_and_a_report_holds_the_first_three_side_by_side() -> None:
    found = study("value0 value1\n9 9\n1 4\n2 3\n3 2\n4 1", directions=["minimize", "minimize"])
    assert variants(found, VIEW) == [{"numbers": "1"}, {"numbers": "1,2,3"}]
    assert answer(analyze(found)) == "Trial 1: value 0 1 and value 1 4; on the Pareto front of 5 complete trials."
    assert answer(analyze(found, "0")) == "Trial 0: value 0 9 and value 1 9; dominated by 4 trials of 5 complete trials."


def test_equal_trials_share_the_better_rank_and_infeasible_ones_have_none() -> None:
    found = study("value c0\n2 0\n1 0\n1 -1\n0 3\n5 -")
    assert [analyze(found, str(number)).trials[0].ranks for number in range(5)] == [(3,), (1,), (1,), (None,), (4,)]
    assert answer(analyze(found, "3")) == "Trial 3: value 0. It violates 1 of 1 constraints."
    assert rows(analyze(found, "3"))["constraint 0"].cells[0].remark == "violated"


def test_the_largest_is_first_where_larger_is_better() -> None:
    assert analyze(study("value\n1\n3\n2", directions=["maximize"]), "1").trials[0].ranks == (1,)


def test_a_value_stands_beside_its_range_and_where_the_best_lie() -> None:
    lines = "\n".join(f"{number} {number} {0.05 * number + 0.01:.2f}" for number in range(20))
    found = analyze(study(f"number value x\n{lines}", x=X), "10")
    fact = rows(found)["x"]
    assert fact.cells[0].text == "0.51"
    assert fact.cells[0].remark == "at 51 % of the range"
    assert fact.beside == ("0 – 1", "0.01 – 0.06")
    assert answer(found) == "Trial 10: value 10, rank 11 of 20 complete trials. The best 10 % do not reach as far in x."


def test_one_best_trial_is_told_in_few_digits() -> None:
    lines = "\n".join(f"{number} {number} {0.123456789012 + number / 20}" for number in range(12))
    assert rows(analyze(study(f"number value x\n{lines}", x=X), "3"))["x"].beside[1] == "0.123 – 0.174"
    lines = "\n".join(f"{number} {number} {0.123456789012 + number / 20}" for number in range(10))
    assert rows(analyze(study(f"number value x\n{lines}", x=X), "3"))["x"].beside[1] == "0.1235"


def test_distributions_are_told_in_words() -> None:
    assert distribution_text(LR) == "1×10⁻⁵ – 0.1, log"
    assert distribution_text(Int(2, 10, step=2)) == "2 – 10 in steps of 2"
    assert distribution_text(Float(0.0, 1.0, step=0.25)) == "0 – 1 in steps of 0.25"
    assert distribution_text(Categorical((True, None, "a"))) == "one of True, None, a"


def test_trials_that_did_not_complete_say_so() -> None:
    assert answer(analyze(five(), "2")) == "Trial 2 was pruned after 1 report."
    assert answer(analyze(five(), "4")) == "Trial 4 has been running since 2026-01-01 00:00:40."


def test_a_running_trial_has_no_end_and_no_duration() -> None:
    found = rows(analyze(five(), "4"))
    assert found["started"].cells[0].text == "2026-01-01 00:00:40"
    assert "ended" not in found
    assert "duration" not in found


def test_several_trials_are_told_apart() -> None:
    result = analyze(five(), "0, 3;4")
    assert [trial.number for trial in result.trials] == [0, 3, 4]
    assert answer(result) == (
        "3 trials side by side: 3 of 3 parameters differ (x, lr and opt). "
        "The best of them is trial 3: value 2, rank 2 of 3 complete trials."
    )
    assert {name for name, fact in rows(result).items() if fact.differs} == {"value", "state", "reports", "x", "lr", "opt", "note"}
    pair = rows(analyze(five(), "0,3"))
    assert not pair["note"].differs and not pair["opt"].differs
    assert pair["x"].differs
    assert not pair["started"].differs  # times always do: a mark would say nothing
    assert rows(result)["lr"].cells[2].text == "–"


def test_true_one_and_text_are_different_values() -> None:
    found = analyze(study("value c\n1 True\n2 1", c=Categorical((True, 1))), "0,1")
    assert rows(found)["c"].differs
    assert [type(trial.params["c"]) for trial in found.trials] == [bool, int]


def test_a_number_that_is_not_there_is_one_sentence() -> None:
    for wrong in ("5", "-1", "one", "1e0", "9" * 5000, "0,77"):
        with pytest.raises(UnknownOption, match=r"^There is no trial '[^']{1,40}'; the study has trials 0 to 4\.$"):
            analyze(five(), wrong)
    with pytest.raises(UnknownOption, match="At most 6 trials fit side by side; 7 were named"):
        analyze(ZOO["everyday"](), "0,1,2,3,4,5,6")
    with pytest.raises(NotApplicable, match="no trials"):
        analyze(ZOO["empty"]())


def test_moves_lead_to_the_neighbours_and_to_the_best_one() -> None:
    assert [(move.name, move.options["numbers"]) for move in moves(analyze(five(), "3"))] == [("previous", "2"), ("next", "4"), ("best", "3,1")]
    assert [move.name for move in moves(analyze(five(), "0"))] == ["next", "best"]
    assert [move.name for move in moves(analyze(five(), "4"))] == ["previous", "best"]
    assert not moves(analyze(five(), "0,1"))


def test_the_parameters_can_be_taken_along_in_every_form() -> None:
    found = {copy.form: copy.text for copy in copies(analyze(five(), "1"))}
    assert found["flags"] == "--x=0.2 --lr=0.01 --opt=sgd"
    assert found["enqueue"] == "study.enqueue_trial({\n    'x': 0.2,\n    'lr': 0.01,\n    'opt': 'sgd',\n})"
    assert {copy.about for copy in copies(analyze(five(), "0,1"))} == {"trial 0", "trial 1"}


def test_the_figure_marks_the_trial_in_every_strip_and_among_the_curves() -> None:
    drawn = figure(analyze(five(), "3"))
    assert drawn is not None
    marks = [trace for trace in drawn["data"] if trace.get("legendgroup") == "trial 3"]
    assert [trace["x"][0] for trace in marks[:4]] == [2.0, 0.4, 0.01, 1.0]
    assert marks[4]["x"].tolist() == [1, 2, 3]
    assert [trace["name"] for trace in marks if "name" in trace] == ["trial 3"]
    assert {"5–95 % of all", "median of all", "all trials"} <= {trace.get("name") for trace in drawn["data"]}


def test_a_trial_with_nothing_to_draw_has_its_facts() -> None:
    found = rendered(study("state value\nW -"), VIEW, {})
    assert found.figure is None
    assert found.answer == "Trial 0 is waiting to be run."
    assert found.table is not None and len(found.table)


def test_system_attributes_come_on_request() -> None:
    found = with_system(five(), grid_id={1: 7})
    assert "grid_id" not in rows(analyze(found, "1"))
    assert rows(analyze(found, "1", system="yes"))["grid_id"].cells[0].text == "7"


def test_retries_are_linked_to_each_other() -> None:
    found = with_system(five(), failed_trial={3: 0, 4: 0}, retry_history={3: [0], 4: [0, 3]})
    assert rows(analyze(found, "4"))["retry of"].cells[0].text == "trial 0 and trial 3"
    assert rows(analyze(found, "3"))["retried as"].cells[0].text == "trial 4"
    assert rows(analyze(found, "0"))["retried as"].cells[0].text == "trial 3 and trial 4"


def test_an_enqueued_trial_says_which_parameters_were_given() -> None:
    assert rows(analyze(with_system(five(), fixed_params={1: {"x": 0.2}}), "1"))["enqueued with"].cells[0].text == "x"


def test_people_s_comparisons_make_no_value() -> None:
    result = analyze(ZOO["preferential"]())
    assert "value" not in rows(result)
    assert "no value" in answer(result)


def test_the_table_has_every_digit() -> None:
    found = table(analyze(study("value x\n0.1234567890123 0.1111111111111", x=X)))
    assert [row[2] for row in found.rows()][:1] == ["0.1234567890123"]
    assert found.headers() == ["part", "name", "trial 0", "trial 0 (standing)", "searched", "best 10 %"]


def test_note_and_artifacts_of_a_trial_are_told() -> None:
    found = read_study(str(DATA / "optuna-5.0.0-dashboard-0.21.0.db"), "dash-notes")
    noted = [row for row in range(len(found)) if one_trial(found, row, False).note]
    kept = [row for row in range(len(found)) if one_trial(found, row, False).artifacts]
    assert noted and kept
    note = rows(analyze(found, str(found.trials.numbers[noted[0]])))["note"].cells[0]
    assert (note.exact or note.text) == one_trial(found, noted[0], False).note
    artifacts = rows(analyze(found, str(found.trials.numbers[kept[0]])))["artifacts"].cells[0]
    assert artifacts.text == ", ".join(one_trial(found, kept[0], False).artifacts)
