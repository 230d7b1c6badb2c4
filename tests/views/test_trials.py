"""The table of all trials: Optuna's columns, one row each, empty cells empty."""

from __future__ import annotations

from analyzer.distributions import Categorical
from analyzer.table import csv_text
from analyzer.views.trials import analyze, answer
from tests.zoo import LR, X, study


def test_the_columns_are_those_of_optunas_data_frame() -> None:
    rows = analyze(study("""
        number state value start end x   lr   c0 user:b user:a
        0      C     1.5   0     2   0.5 0.01 -1 1      "text"
        1      F     -     5     -   -   0.1  -  -      [1,2]
    """, x=X, lr=LR)).rows  # fmt: skip
    assert rows.headers() == ["number", "value", "datetime_start", "datetime_complete", "duration_s", "params_lr", "params_x",
                              "user_attrs_a", "user_attrs_b", "constraint_0", "state"]  # fmt: skip
    assert list(rows.rows()) == [
        [0, 1.5, "2026-01-01 00:00:00.000000", "2026-01-01 00:00:02.000000", 2.0, 0.01, 0.5, "text", 1.0, -1.0, "COMPLETE"],
        [1, None, "2026-01-01 00:00:05.000000", None, None, 0.1, None, "[1, 2]", None, None, "FAIL"],
    ]


def test_metric_names_and_several_objectives_are_spelled_as_optuna_spells_them() -> None:
    assert analyze(study("value\n1", metric_names=["loss"])).rows.headers()[1] == "value_loss"
    two = study("value0 value1\n1 2", directions=["minimize", "maximize"])
    assert analyze(two).rows.headers()[1:3] == ["values_0", "values_1"]


def test_names_that_are_taken_get_a_number() -> None:
    rows = analyze(study("value0 value1\n1 2", directions=["minimize"] * 2, metric_names=["a", "a"])).rows
    assert rows.headers()[1:3] == ["values_a", "values_a (2)"]


def test_choices_that_look_alike_are_told_apart() -> None:
    rows = analyze(study("value k\n1 '1'\n2 1\n3 True", k=Categorical(("1", 1, True)))).rows
    assert [row[5] for row in rows.rows()] == ["'1'", "1", "True"]


def test_a_spreadsheet_runs_nothing_of_it() -> None:
    text = csv_text(analyze(study('value user:a\n1 "=1+1"\n2 "-x"\n3 "-1"')).rows)
    assert [line.split(",")[5] for line in text.splitlines()[1:]] == ["'=1+1", "'-x", "-1"]


def test_the_answer_counts_the_states() -> None:
    assert answer(analyze(study("state value\nC 1\nC 2\nF -"))) == "3 trials: 2 complete, 1 failed."
