"""Saved figures, put together from their parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer import read_study
from analyzer.stored.saved_figures import saved_figure_names, saved_figures
from tests.zoo import study

DASHBOARD = Path(__file__).parents[1] / "data" / "optuna-5.0.0-dashboard-0.21.0.db"
FIGURE = json.dumps({"data": [{"type": "scatter", "x": [1], "y": [2]}]})


def of(**parts: object) -> object:
    return study("value\n1", stored={f"dashboard:plot_data:{key}": value for key, value in parts.items()})


def test_both_figures_of_the_fixture_are_whole() -> None:
    named, unnamed = saved_figures(read_study(DASHBOARD, "dash-notes"))
    assert named.name == "opt_hist"
    assert [trace["name"] for trace in named.content["data"]] == ["Objective Value", "Best Value", "Infeasible Trial"]
    assert unnamed.content["data"] == [{"x": [1, 2], "y": [3, 4], "type": "scatter"}]


def test_a_name_may_hold_colons_and_parts_go_by_their_number() -> None:
    cut = {f"a:b:{index}": FIGURE[4 * index : 4 * index + 4] for index in reversed(range(20))}
    (found,) = saved_figures(of(**cut))
    assert (found.name, found.problem, found.content["data"][0]["y"]) == ("a:b", "", [2])


def test_parts_that_a_shorter_figure_left_empty_are_its_end() -> None:
    (found,) = saved_figures(of(**{"a:0": FIGURE, "a:1": "", "a:2": ""}))
    assert found.content["data"]


def test_a_missing_part_is_told() -> None:
    (found,) = saved_figures(of(**{"a:0": FIGURE[:9], "a:2": FIGURE[9:]}))
    assert found.problem == "The saved figure a is not shown: a part of it is missing from the database."


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"data": 3}', '{"data": []}', "[" * 100_000])
def test_what_is_no_figure_is_told(text: str) -> None:
    (found,) = saved_figures(of(**{"a:0": text}))
    assert found.problem == "The saved figure a is not shown: it holds nothing that plotly could draw."


def test_a_deleted_figure_leaves_nothing() -> None:
    assert saved_figure_names(of(**{"a:0": "", "a:1": ""})) == []
