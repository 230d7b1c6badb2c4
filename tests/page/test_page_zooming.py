"""Zooming on the page: the points of the window come, the note tells of them, and the whole comes back."""

from __future__ import annotations

import time
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from analyzer import open_database
from analyzer.study import Study
from tests.benchmarks import generate
from tests.page.conftest import Visit
from tests.page.visitor import Visitor

TRIALS = 30_000
DRAWN = """(view) => document.querySelector(`[data-view=${view}] .canvas`).data.filter((trace) => trace.customdata)
  .map(({ x, y, name = '', xaxis = 'x', customdata }) => ({ name, xaxis, x: [...x], y: [...y], numbers: [...customdata] }))"""
RANGES = "(view) => { const { layout } = document.querySelector(`[data-view=${view}] .canvas`); return [layout.xaxis.range, layout.yaxis.range]; }"
NOTE = "(view) => document.querySelector(`[data-view=${view}] .note`)?.textContent ?? ''"
ANSWERED = "asked.filter(({ name, answer }) => name === 'zoom' && answer).length"


@pytest.fixture(scope="module")
def study() -> Study:
    with open_database(generate.sqlite(TRIALS, steps=3)) as database:
        return database.read("s")


def opened(visit: Visit, rest: str = "", **settings: Any) -> Visitor:
    visitor = visit(**settings).load(rest).drop(generate.sqlite(TRIALS, steps=3)).settle()
    return show(visitor, "history")


def show(visitor: Visitor, view: str) -> Visitor:
    visitor.page.locator(f"[data-view={view}] .figure").scroll_into_view_if_needed()
    return visitor.wait_for(f"document.querySelector('[data-view={view}] .figure[data-drawn]')")


def panel_of(visitor: Visitor, view: str, panel: int = 0) -> Any:
    return visitor.page.locator(f"[data-view={view}] .nsewdrag").nth(panel).bounding_box()


def reset(visitor: Visitor, view: str) -> None:
    area = panel_of(visitor, view)
    visitor.page.mouse.dblclick(area["x"] + 5, area["y"] + 5)


def drag(visitor: Visitor, view: str, across: tuple[float, float], down: tuple[float, float], panel: int = 0) -> None:
    """Draw a box over shares of a panel, and wait for the points in it."""
    before, area = visitor.run(ANSWERED), panel_of(visitor, view, panel)
    (left, right), (top, bottom) = (
        [start + share * size for share in shares]
        for start, size, shares in ((area["x"], area["width"], across), (area["y"], area["height"], down))
    )
    visitor.page.mouse.move(left, top)
    visitor.page.mouse.down()
    visitor.page.mouse.move((left + right) / 2, (top + bottom) / 2)
    visitor.page.mouse.move(right, bottom)
    visitor.page.mouse.up()
    visitor.wait_for(f"{ANSWERED} > {before}")
    time.sleep(0.5)  # it is drawn


def complete(visitor: Visitor, view: str = "history") -> dict[str, Any]:
    return next(trace for trace in visitor.run(DRAWN, view) if trace["name"] in ("complete", ""))


def test_the_points_of_a_window_come_and_the_whole_comes_back(visit: Visit, study: Study) -> None:
    visitor = opened(visit)
    whole, note = visitor.run(DRAWN, "history"), visitor.run(NOTE, "history")
    assert "trials drawn, one for each spot" in note
    drag(visitor, "history", (0.4, 0.425), (0.2, 0.95))
    (x, y) = (sorted(ends) for ends in visitor.run(RANGES, "history"))
    numbers, values = study.trials.numbers[study.complete], study.trials.values[study.complete, 0]
    seen = numbers[(numbers >= x[0]) & (numbers <= x[1]) & (values >= y[0]) & (values <= y[1])]
    assert 300 < len(seen) < 1000
    assert set(seen.tolist()) <= set(complete(visitor)["numbers"])
    assert not set(seen.tolist()) <= {number for trace in whole for number in trace["numbers"]}
    assert "trials" not in visitor.run(NOTE, "history")
    visitor.page.click("#theme")
    time.sleep(0.5)
    assert set(seen.tolist()) <= set(complete(visitor)["numbers"])
    assert [sorted(ends) for ends in visitor.run(RANGES, "history")] == [x, y]
    answered = visitor.run(ANSWERED)
    reset(visitor, "history")
    visitor.wait_for(f"({NOTE})('history') === {note!r}")
    assert visitor.run(DRAWN, "history") == whole
    assert visitor.run(ANSWERED) == answered  # the whole is kept
    visitor.assert_clean()


def test_a_window_that_still_holds_many_is_a_summary_of_them(visit: Visit, study: Study) -> None:
    visitor = opened(visit)
    drag(visitor, "history", (0.1, 0.6), (0.05, 0.95))
    (x, y) = (sorted(ends) for ends in visitor.run(RANGES, "history"))
    numbers, values = study.trials.numbers[study.complete], study.trials.values[study.complete, 0]
    inside = (numbers >= x[0]) & (numbers <= x[1]) & (values >= y[0]) & (values <= y[1])
    drawn = len(set(complete(visitor)["numbers"]) & set(numbers[inside].tolist()))
    assert visitor.run(NOTE, "history").startswith(
        f"{drawn:,} of {inside.sum():,} trials in sight drawn, one for each spot"
    )
    assert drawn < inside.sum()


def test_of_several_panels_the_zoomed_one_alone_changes_and_selections_stay_marked(visit: Visit, study: Study) -> None:
    visitor = show(opened(visit), "rank")
    before = visitor.run(DRAWN, "rank")
    drag(visitor, "rank", (0.3, 0.5), (0.3, 0.5), panel=1)
    after = visitor.run(DRAWN, "rank")
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, *[True] * (len(before) - 2)]
    assert "in the other panels" in visitor.run(NOTE, "rank")
    visitor.run("location.hash += '?select=range:number:0,999'")
    visitor.wait_for("document.querySelector('.selection-bar:not([hidden])')")
    time.sleep(0.5)
    marks = visitor.run(
        """[...document.querySelectorAll('[data-view=rank] .scatterlayer .trace')].flatMap((group) =>
        [...group.querySelectorAll('.point')].map((node) => [group.__data__[0].trace.customdata[node.__data__.i], Number(node.style.opacity)]))"""
    )
    assert {number < 1000 for number, opacity in marks if opacity > 0.5} == {True}
    assert {number < 1000 for number, opacity in marks if opacity < 0.5} == {False}
    visitor.assert_clean()


def test_views_of_selected_trials_alone_show_only_them_in_a_window(visit: Visit) -> None:
    visitor = opened(visit)
    visitor.run("location.hash += '?only=range:number:0,14999'")
    visitor.wait_for("document.querySelector('.study-head .only')").settle()
    show(visitor, "history")
    drag(visitor, "history", (0.5, 0.99), (0.2, 0.95))
    assert max(complete(visitor)["numbers"]) < 15_000
    assert "in sight" in visitor.run(NOTE, "history") or visitor.run(NOTE, "history") == ""
    visitor.assert_clean()


def test_lines_bars_and_curves_answer_too(visit: Visit) -> None:
    visitor = opened(visit)
    for view in ("timeline", "intermediate-values", "slice", "history-by-time", "contour"):
        show(visitor, view)
        note = visitor.run(NOTE, view)
        drag(visitor, view, (0.4, 0.43), (0.3, 0.7))
        assert visitor.run(NOTE, view) != note
        assert not visitor.run("asked.filter(({ name }) => name === 'zoom').at(-1).answer.error")
    visitor.assert_clean()
