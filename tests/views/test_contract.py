"""What every view keeps to on every study: none of them is named here, so a new one is tested by being there."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import plotly.graph_objects
import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.figure import Figure
from analyzer.markdown import html
from analyzer.pack import Packer, payload, plain, plain_figure
from analyzer.report import Rendered, rendered, variants
from analyzer.study import UNREAD_ATTRIBUTES, UNREAD_STEPS, Part, Study
from analyzer.table import Table, csv_text
from analyzer.view import View
from analyzer.views import registry
from tests.zoo import HOSTILE, ZOO

csv.field_size_limit(10_000_000)
_LARGEST = 2_000_000  # characters of a figure as JSON
_LEFT_OVER = re.compile(r"\b(nan|inf|NaT)\b|\bNone\b(?! of)|\{[a-z_]*\}")
_AXES = ("scatter", "bar", "heatmap", "contour", "scattergl")

pytestmark = pytest.mark.filterwarnings("error")  # a warning of numpy's means that a number is not what it seems
every_animal = pytest.mark.parametrize("animal", ZOO)
every_view = pytest.mark.parametrize("view", registry().values(), ids=lambda view: view.slug)


@cache
def study(animal: str) -> Study:
    return ZOO[animal]()


@cache
def shown(animal: str, slug: str) -> list[Rendered]:
    """The view in its variants."""
    view = registry()[slug]
    return [rendered(study(animal), view, options) for options in variants(study(animal), view)]


def answered(animal: str, view: View) -> Iterator[Rendered]:
    return (done for done in shown(animal, view.slug) if done.reason is None)


@every_animal
@every_view
def test_the_answer_is_a_plain_paragraph_or_the_reason_why_there_is_none(view: View, animal: str) -> None:
    for done in shown(animal, view.slug):
        said = done.answer if done.reason is None else done.reason
        assert said
        assert "\n" not in said.replace("a\nb", "")
        assert said.endswith(".")
        assert len(said) < 1000
        if "hostile" not in animal:
            assert not _LEFT_OVER.search(said), said
        if done.reason is not None:
            assert (done.result, done.figure, done.table) == (None, None, None)


@every_animal
@every_view
def test_the_figure_is_one_that_plotly_takes_with_titles_and_of_bounded_size(view: View, animal: str) -> None:
    for done in answered(animal, view):
        if done.figure is None:
            assert view.figure is None or view.figure(done.result) is None
            continue
        text = json.dumps(plain_figure(done.figure), allow_nan=False)
        assert len(text) < _LARGEST
        drawn = plotly.graph_objects.Figure(deepcopy(done.figure))  # plotly takes it apart
        assert len(drawn.data) > 0
        assert any(_marks(trace) for trace in done.figure["data"])
        for axis in _axes(done.figure):
            assert axis["title"]["text"] is not None


def _marks(trace: dict[str, Any]) -> int:
    """How many finite marks a trace draws."""
    if trace["type"] == "parcoords":
        return len(trace["dimensions"][0]["values"])
    if trace["type"] in ("heatmap", "contour"):
        return sum(item == item for row in trace["z"] for item in row)
    return sum(x == x and y == y for x, y in zip(trace["x"], trace["y"], strict=True))


def _axes(figure: Figure) -> list[dict[str, Any]]:
    """The layout of the axes that are seen; each one that a trace draws on must be there."""
    layout = figure["layout"]
    if any(trace["type"] == "scatter3d" for trace in figure["data"]):
        return [layout["scene"][f"{letter}axis"] for letter in "xyz"]
    named = {
        (letter, trace.get(f"{letter}axis", letter)) for trace in figure["data"] if trace["type"] in _AXES for letter in "xy"
    }
    axes = [layout[f"{letter}axis{name[1:]}"] for letter, name in named]
    return [axis for axis in axes if axis.get("visible", True)]


@every_animal
@every_view
def test_the_table_has_columns_of_one_length_and_csv_gives_it_back(view: View, animal: str) -> None:
    for done in answered(animal, view):
        table = done.table
        assert table is not None
        assert {len(column.cells) for column in table.columns} == {len(table)}
        assert len(set(table.headers())) == len(table.headers())
        if len(table) > 5000:
            continue
        header, *rows = csv.reader(io.StringIO(csv_text(table), newline=""))
        assert [name.removeprefix("'") for name in header] == [name.removeprefix("'") for name in table.headers()]
        assert len(rows) == len(table)
        for read, cells in zip(rows, table.rows(), strict=True):
            for text, cell in zip(read, cells, strict=True):
                if isinstance(cell, (int, float)):
                    assert float(text) == cell
                else:
                    assert text.removeprefix("'") == ("" if cell is None else str(cell)).removeprefix("'")


@every_animal
@every_view
def test_results_figures_and_tables_are_strict_json_and_the_same_twice(view: View, animal: str) -> None:
    for done in answered(animal, view):
        again = rendered(study(animal), view, done.options)
        for first, second in ((done.result, again.result), (done.figure, again.figure)):
            content = plain(first)
            assert content == plain(second)
            assert "NaT" not in json.dumps(content, allow_nan=False)
        assert done.answer == again.answer
        assert _packed(done) == _packed(again)


def _packed(done: Rendered) -> str:
    packer = Packer()
    figure = None if done.figure is None else packer.pack(done.figure)
    table: Table | None = done.table
    assert table is not None
    content = {"figure": figure, "table": packer.table(table)}
    assert payload(content, packer.arrays) == payload(content, packer.arrays)
    return json.dumps(content, allow_nan=False)


@every_view
def test_names_from_the_database_never_become_markup(view: View) -> None:
    for animal in ("hostile names", "hostile objectives", "stored, hostile"):
        for done in answered(animal, view):
            for said in _texts(done.figure):
                assert not re.search(r"<(?!br>|/?extra>|extra></extra>)[a-z/]", said), said
                assert "$" not in said
            assert len(json.dumps(done.answer)) < 2000


def _texts(item: Any, key: str = "") -> Iterator[str]:
    """Every text in a figure that plotly would read as its pseudo-HTML."""
    if isinstance(item, dict):
        for name, value in item.items():
            yield from () if name == "meta" else _texts(value, name)
    elif isinstance(item, (list, tuple)):
        for value in item:
            yield from _texts(value, key)
    elif isinstance(item, str):
        yield item


@every_animal
@every_view
def test_what_there_is_to_read_becomes_html_of_harmless_elements_only(view: View, animal: str) -> None:
    for done in answered(animal, view):
        for passage in done.prose:
            found = set(re.findall(r"<(/?[a-z0-9]+)((?: [a-z-]+=\"[^\"<>]*\")*)/?>", html(passage.markdown)))
            assert html(passage.markdown).count("<") == len(re.findall(r"</?[a-z]", html(passage.markdown)))
            assert not {name.strip("/") for name, _attributes in found} & {"script", "img", "iframe", "style", "svg", "object"}
            assert not any(re.search(r" on[a-z]+=", attributes) for _name, attributes in found)
            assert passage.media is None or passage.media.address.startswith(f"data:{passage.media.kind}/")


@every_animal
@every_view
def test_a_view_that_does_not_concern_a_study_has_nothing_to_show_of_it(view: View, animal: str) -> None:
    if view.concerns is not None and not view.concerns(study(animal)):
        assert all(done.reason for done in shown(animal, view.slug))


@every_animal
@every_view
def test_a_view_looks_at_nothing_that_it_does_not_say_it_reads(view: View, animal: str) -> None:
    if len(study(animal)) > 5000:
        return
    unread = {Part.STEPS: {"intermediate": UNREAD_STEPS}, Part.ATTRIBUTES: {"user_attributes": UNREAD_ATTRIBUTES}}
    left_out = {name: value for part, fields in unread.items() if part not in view.reads for name, value in fields.items()}
    for done in shown(animal, view.slug):
        again = rendered(replace(study(animal), **left_out), view, done.options)
        assert (again.answer, again.reason) == (done.answer, done.reason)


@every_view
def test_every_choice_of_every_option_works_or_says_why_not(view: View) -> None:
    for animal in ("everyday", "two objectives", "three objectives, constrained", "conditional", "same names", "stored"):
        for option in view.options:
            if option.choices is None:
                continue
            for choice in option.offered(study(animal)) or ():
                try:
                    done = rendered(study(animal), view, {option.name: choice})
                except UnknownOption as error:
                    assert str(error).endswith(".")
                    continue
                assert done.answer or done.reason


@every_view
def test_options_that_do_not_exist_are_refused_in_a_sentence(view: View) -> None:
    with pytest.raises(UnknownOption, match="has no option 'nonsense'"):
        rendered(study("everyday"), view, {"nonsense": "1"})
    for option in view.options:
        if option.choices is not None and option.choices(study("everyday")):
            with pytest.raises(UnknownOption, match="choose from"):
                rendered(study("everyday"), view, {option.name: "no such choice"})


def test_every_view_shows_something_of_some_study() -> None:
    for view in registry().values():
        assert any(done.reason is None for animal in ("everyday", "two objectives", "stored") for done in shown(animal, view.slug))


def test_every_view_has_its_own_question_and_nothing_raises_but_the_views_own_errors() -> None:
    views = list(registry().values())
    assert len({view.question for view in views}) == len(views)
    assert all(view.question.endswith("?") for view in views)
    assert issubclass(NotApplicable, Exception)
    assert len(HOSTILE) == len(set(HOSTILE))
