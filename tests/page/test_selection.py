"""Selecting trials in a report opened from disk: by brush, panel, table and address; marked in every figure and table."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from playwright.sync_api import Browser

from analyzer import open_database
from analyzer.study import State, Study
from tests.page.studies import DATA, DIGITS
from tests.page.test_report import Opened, write_report

BAR = ".selection-bar"
Open = Callable[..., "Reader"]

#: The trials that a figure shows in full colour, and those it shows at all.
MARKED = """
(canvas) => {
  const all = new Set(), full = new Set();
  for (const trace of canvas.data) {
    if (!trace.customdata) continue;
    trace.customdata.forEach((number, at) => {
      if (number < 0 || trace.x?.[at] === null) return;
      all.add(number);
      if (trace.type === 'parcoords') { if (trace.line.color[at] >= 0) full.add(number); }
      else if (trace.type === 'scatter3d' || (trace.mode ?? '').includes('lines')) { if ((trace.opacity ?? 1) > 0.15) full.add(number); }
    });
  }
  for (const dot of canvas.querySelectorAll('.scatterlayer .point, .barlayer .point')) {
    const [{ trace }] = dot.closest('.trace').__data__;
    const number = (trace.mode ?? '').includes('lines') ? undefined : trace.customdata?.[dot.__data__.i];
    if (number !== undefined && getComputedStyle(dot).opacity > 0.15) full.add(number);
  }
  return [[...all], [...full]];
}
"""


@pytest.fixture(scope="module")
def study() -> Study:
    with open_database(DIGITS) as database:
        return database.read("digits-mlp")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(DIGITS, tmp_path_factory.mktemp("selection") / "r.html", "digits-mlp")


@pytest.fixture
def report(chromium: Browser, path: Path) -> Iterator[Open]:
    """Open the report at an address."""
    readers: list[Reader] = []

    def opened(rest: str = "", **settings: Any) -> Reader:
        readers.append(Reader(chromium, path, rest, **settings))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.page.context.close()


class Reader(Opened):
    """A reader who selects."""

    def __init__(self, browser: Browser, path: Path, rest: str = "", **settings: Any) -> None:
        super().__init__(browser, path, **settings)
        if rest:
            self.page.goto(path.as_uri() + rest)
            self.page.reload()

    def said(self) -> str:
        """How many trials the bar says are selected."""
        return self.page.locator(f"{BAR} strong").inner_text() if self.page.locator(BAR).is_visible() else ""

    def until(self, said: str) -> Reader:
        end = time.monotonic() + 20
        while self.said() != said and time.monotonic() < end:
            time.sleep(0.05)
        assert self.said() == said
        return self

    def chips(self) -> list[str]:
        return [str(chip.get_attribute("title")) for chip in self.page.locator(f"{BAR} .chips li").all()]

    def does(self, what: str) -> Reader:
        self.page.click(f"{BAR} [data-does={what}]")
        return self

    def address(self) -> str:
        return unquote(str(self.page.evaluate("location.hash")))

    def numbers(self) -> list[int]:
        """The selected trials, from the CSV."""
        with self.page.expect_download() as download:
            self.does("csv")
        with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
            return [int(row["number"]) for row in csv.DictReader(file)]

    def canvas(self, view: str) -> Any:
        figure = self.page.locator(f"[data-view={view}] .variant:not([hidden]) .figure")
        figure.scroll_into_view_if_needed()
        self.page.wait_for_selector(f"[data-view={view}] .variant:not([hidden]) .figure[data-drawn]")
        return self.page.locator(f"[data-view={view}] .variant:not([hidden]) .canvas")

    def assert_marked(self, view: str, numbers: list[int]) -> None:
        """What a figure shows in full colour is what of the selection it shows at all."""
        canvas, end = self.canvas(view), time.monotonic() + 20
        while True:
            every, full = canvas.evaluate(MARKED)
            if set(full) == set(every) & set(numbers) or time.monotonic() > end:
                break
            time.sleep(0.1)
        assert set(full) == set(every) & set(numbers), view
        assert every, view

    def brush(self, view: str, box: tuple[float, float, float, float], panel: int = 0) -> Reader:
        """Drag a box over a figure: left, top, right, bottom as shares of the panel."""
        canvas = self.canvas(view)
        canvas.hover()
        canvas.locator('[data-title="Box Select"]').click()
        area = canvas.locator(".nsewdrag").nth(panel).bounding_box()
        assert area is not None
        left, top, right, bottom = (
            area[edge] + share * area[size]  # type: ignore[literal-required]
            for edge, size, share in zip("xyxy", ("width", "height") * 2, box, strict=True)
        )
        mouse = self.page.mouse
        mouse.move(left, top)
        mouse.down()
        mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
        mouse.move(right, bottom, steps=4)
        mouse.up()
        self.page.wait_for_timeout(500)
        return self


def best(study: Study, count: int) -> list[int]:
    """The numbers of the best complete trials, in trial order."""
    rows = study.complete[np.argsort(study.losses[study.complete, 0], kind="stable")][:count]
    return sorted(study.trials.numbers[rows].tolist())


def test_an_address_selects_and_every_figure_and_table_shows_it(report: Open, study: Study) -> None:
    reader = report("#1-history?select=best:value_accuracy:40").until("40 of 300 trials")
    assert reader.chips() == ["best 40 by value_accuracy"]
    numbers = reader.numbers()
    assert numbers == best(study, 40)
    for view in ("history", "slice", "rank", "contour", "parallel-coordinate", "timeline", "effect", "intermediate-values"):
        reader.assert_marked(view, numbers)
    trials = reader.page.locator("[data-view=trials]")
    trials.get_by_label("selected only").check()
    assert "40 of 300 rows" in trials.locator(".tools").inner_text()
    assert trials.locator("tr.chosen").count() > 10
    assert trials.locator("tr.pale").count() == 0
    assert reader.complaints == []


def test_a_box_selects_by_what_the_axes_are_not_only_what_is_drawn(report: Open, study: Study) -> None:
    reader = report().brush("history", (0.3, 0.02, 0.6, 0.6))
    low, high = (float(end) for end in reader.chips()[0].removeprefix("number ").split(" – "))
    least, most = (float(end) for end in reader.chips()[1].removeprefix("value_accuracy ").split(" – "))
    values, numbers = study.trials.values[:, 0], study.trials.numbers
    inside = (numbers >= low) & (numbers <= high) & (values >= least) & (values <= most)
    assert 5 < inside.sum() < 200
    assert reader.numbers() == numbers[inside].tolist()
    assert reader.address().startswith("#1?select=range:number:")
    reader.assert_marked("slice", numbers[inside].tolist())
    reader.brush("history", (0.6, 0.02, 0.9, 0.6))  # takes the place of the first one
    assert len(reader.chips()) == 2
    assert float(reader.chips()[0].removeprefix("number ").split(" – ")[0]) > high - 2
    reader.page.go_back()
    reader.until(f"{inside.sum()} of 300 trials")


def test_boxes_over_bars_and_curves_select_the_trials_they_touch(report: Open, study: Study) -> None:
    reader = report().brush("timeline", (0.02, 0.02, 0.3, 0.98))
    assert reader.chips()[0].startswith("trials ")
    chosen = reader.numbers()
    assert 10 < len(chosen) < 290
    reader.assert_marked("timeline", chosen)
    reader.does("clear").brush("intermediate-values", (0.55, 0.1, 0.9, 0.9))
    curves = reader.numbers()
    held = study.intermediate
    assert set(curves) <= set(study.trials.numbers[held.rows].tolist())
    assert curves
    reader.assert_marked("intermediate-values", curves)
    assert reader.complaints == []


def test_a_brush_along_an_axis_of_parallel_coordinates_is_a_range_of_its_column(report: Open, study: Study) -> None:
    reader = report()
    canvas = reader.canvas("parallel-coordinate")
    reader.page.wait_for_timeout(500)
    area = canvas.locator(".axis-brush").nth(2).bounding_box()
    assert area is not None
    x = area["x"] + area["width"] / 2
    reader.page.mouse.move(x, area["y"] + 0.2 * area["height"])
    reader.page.mouse.down()
    for share in (0.3, 0.4, 0.5):
        reader.page.mouse.move(x, area["y"] + share * area["height"], steps=3)
    reader.page.mouse.up()
    reader.page.wait_for_function(f"document.querySelector('{BAR}:not([hidden]) .chips li')")
    (chip,) = reader.chips()
    name, low, high = chip.replace(" – ", " ").split(" ")
    held = study.parameters[name.removeprefix("params_")]
    inside = (held.values >= float(low)) & (held.values <= float(high))
    assert reader.numbers() == study.trials.numbers[inside].tolist()
    reader.assert_marked("slice", reader.numbers())
    shown = canvas.evaluate("(canvas) => canvas.data[0].dimensions[2].constraintrange")
    assert shown == pytest.approx([float(low), float(high)])
    reader.page.click(f"{BAR} .chips button")
    canvas = reader.canvas("parallel-coordinate")
    reader.page.wait_for_timeout(500)
    assert canvas.evaluate("(canvas) => canvas.data[0].dimensions[2].constraintrange ?? null") is None


def test_every_criterion_can_be_set_without_a_pointer(report: Open, study: Study) -> None:
    reader = report()
    keyboard = reader.page.keyboard
    reader.page.locator("#select").focus()
    keyboard.press("Enter")
    panel = reader.page.get_by_role("dialog", name="Select trials")
    panel.wait_for()
    reader.page.wait_for_function("document.activeElement.id === 'select-by'")

    def select(by: str, fill: Callable[[], None]) -> None:
        panel.get_by_label("Select by").select_option(by)
        fill()
        panel.get_by_role("button", name="Select", exact=True).focus()
        keyboard.press("Enter")

    trials, states = study.trials, study.trials.states
    select("column:state", lambda: panel.get_by_label("COMPLETE").check())
    reader.until(f"{int((states == State.COMPLETE).sum())} of 300 trials")
    panel.get_by_label("Select by").select_option("column:params_learning_rate")
    select("column:params_learning_rate", lambda: panel.get_by_label("to", exact=True).fill("0.01"))
    inside = (states == State.COMPLETE) & (study.parameters["learning_rate"].values <= 0.01)
    reader.until(f"{int(inside.sum())} of 300 trials")
    select("number", lambda: panel.get_by_label("trial numbers").fill("0-99, 250"))
    inside &= (trials.numbers < 100) | (trials.numbers == 250)
    reader.until(f"{int(inside.sum())} of 300 trials")
    assert reader.numbers() == trials.numbers[inside].tolist()
    assert reader.chips() == ["state: COMPLETE", "params_learning_rate ≤ 0.01", "trials 0-99,250"]
    reader.does("clear")
    select("text", lambda: panel.get_by_label("contains").fill("worker-2"))
    named = [row for row in range(len(study)) if study.user_attributes.of(row).get("worker") == "worker-2"]
    reader.until(f"{len(named)} of 300 trials")
    reader.does("clear")
    select("best", lambda: (panel.get_by_label("best").fill("5"), panel.get_by_label("Number or share").select_option("top"))[0])  # type: ignore[func-returns-value]
    assert reader.until("9 of 300 trials").numbers() == best(study, 9)  # 5 % of 175, rounded up
    keyboard.press("Escape")
    assert not panel.is_visible() or reader.page.locator("#select").get_attribute("aria-expanded") == "true"


def test_selections_are_kept_excluded_undone_and_told_by_their_address(report: Open, study: Study) -> None:
    reader = report("#1?select=is:params_activation:tanh").does("keep")
    reader.page.evaluate("location.hash += ''")
    held = study.parameters["activation"]
    tanh = [row for row in range(len(study)) if held.which[row] >= 0 and held.value(row) == "tanh"]
    reader.until(f"{len(tanh)} of 300 trials")
    reader.page.goto(reader.page.url.replace("*", "*best:value_accuracy:10"))
    among = [row for row in study.complete[np.argsort(study.losses[study.complete, 0], kind="stable")] if row in set(tanh)]
    assert reader.until("10 of 300 trials").numbers() == sorted(int(study.trials.numbers[row]) for row in among[:10])
    reader.does("exclude").until(f"{len(tanh) - 10} of 300 trials")
    assert reader.chips() == ["params_activation: tanh", "not best 10 by value_accuracy"]
    reader.does("undo").until("10 of 300 trials")
    reader.does("clear")
    assert "select" not in reader.address()
    reader.does("undo").until("10 of 300 trials")
    assert reader.complaints == []


def test_nonsense_in_an_address_selects_nothing_and_hurts_nobody(report: Open) -> None:
    reader = report("#1?select=range:no_such_column:0,1;best:value_accuracy:x;%E0%A4%A;**;is:state")
    reader.until("0 of 300 trials")
    assert reader.complaints == []


def test_the_table_filters_sorts_freezes_and_remembers_its_columns(report: Open, study: Study) -> None:
    reader = report()
    trials = reader.page.locator("[data-view=trials]")
    trials.scroll_into_view_if_needed()
    trials.get_by_role("button", name="Filter value_accuracy").click()
    menu = reader.page.get_by_role("dialog", name="Filter value_accuracy")
    menu.get_by_label("from", exact=True).fill("0.97")
    reader.page.keyboard.press("Enter")
    high = study.trials.values[:, 0] >= 0.97
    assert f"{int(high.sum())} of 300 rows" in trials.locator(".tools").inner_text()
    trials.get_by_role("button", name="Select these trials").click()
    assert reader.until(f"{int(high.sum())} of 300 trials").numbers() == study.trials.numbers[high].tolist()
    trials.get_by_role("button", name="duration_s", exact=True).click()
    shown = [float(cell) for cell in trials.locator("tr[data-trial] td:nth-child(5)").all_inner_texts()]
    assert shown == sorted(shown)
    trials.get_by_text("Columns", exact=True).click()
    trials.get_by_label("params_momentum", exact=True).uncheck()
    trials.get_by_label("columns that stay in place").select_option("2")
    with reader.page.expect_download() as download:
        trials.get_by_role("button", name="CSV of these rows").click()
    header, *rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert "params_momentum" not in header
    assert len(rows) == high.sum()
    trials.locator(".scroll").evaluate("element => { element.scrollLeft = 600 }")
    left = trials.locator(".scroll").bounding_box()
    first = trials.locator("thead th").first.bounding_box()
    assert left is not None and first is not None and abs(left["x"] - first["x"]) < 2
    reader.page.reload()
    trials.locator("th").first.wait_for()
    assert "params_momentum" not in trials.locator("thead").inner_text()
    assert reader.complaints == []


def test_a_row_and_a_point_open_the_trial_with_the_ones_before_and_after(report: Open, study: Study) -> None:
    reader = report("#1?select=numbers:3,7,220").until("3 of 300 trials")
    trials = reader.page.locator("[data-view=trials]")
    trials.get_by_role("button", name="Open trial 3", exact=True).click()
    panel = reader.page.get_by_role("dialog")
    assert panel.get_by_role("heading").inner_text() == "Trial 3"
    reader.page.keyboard.press("ArrowRight")  # within the selection
    assert panel.get_by_role("heading").inner_text() == "Trial 7"
    assert str(study.params(7)["activation"]) in panel.inner_text()
    reader.page.keyboard.press("Escape")
    reader.does("clear")
    canvas = reader.canvas("history")
    canvas.evaluate("(canvas) => canvas.emit('plotly_click', { points: [{ customdata: 220 }] })")
    assert panel.get_by_role("heading").inner_text() == "Trial 220"
    panel.get_by_role("button", name="Previous trial").click()
    assert panel.get_by_role("heading").inner_text() == "Trial 219"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_bar_and_panel_fit_and_figures_stay_marked_when_the_theme_changes(
    report: Open, study: Study, scheme: str
) -> None:
    reader = report("#1?select=best:value_accuracy:40", width=400, scheme=scheme).until("40 of 300 trials")
    reader.page.click("#select")
    panel = reader.page.get_by_role("dialog", name="Select trials").bounding_box()
    bar = reader.page.locator(BAR).bounding_box()
    assert panel is not None and bar is not None
    assert panel["x"] >= 0 and panel["x"] + panel["width"] <= 400 and bar["width"] <= 400
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reader.page.keyboard.press("Escape")
    reader.page.click("#theme")
    reader.assert_marked("history", best(study, 40))
    assert reader.complaints == []


def test_feasibility_and_several_objectives(chromium: Browser, tmp_path: Path) -> None:
    with open_database(DATA / "optuna-5.0.0.db") as database:
        study = database.read("mo3-constrained")
    path = write_report(DATA / "optuna-5.0.0.db", tmp_path / "r.html", "mo3-constrained")
    reader = Reader(chromium, path, "#1?select=feasible:no")
    infeasible = study.trials.numbers[~study.feasible].tolist()
    assert infeasible
    assert reader.until(f"{len(infeasible)} of {len(study)} trials").numbers() == infeasible
    reader.assert_marked("pareto-front", infeasible)  # in space
    assert reader.complaints == []


def test_outliers_are_left_out_visibly_and_a_switch_shows_them(report: Open, study: Study) -> None:
    reader = report()
    canvas = reader.canvas("history")
    switch = reader.page.locator("[data-view=history]").get_by_role("button", name="Outliers left out")
    least = float(np.nanmin(study.trials.values[study.complete, 0]))
    shown = "(canvas) => canvas.layout.yaxis.range[0]"
    clipped = canvas.evaluate(shown)
    assert switch.get_attribute("aria-pressed") == "true"
    assert clipped > least
    switch.press("Enter")
    assert switch.get_attribute("aria-pressed") == "false"
    assert canvas.evaluate(shown) <= least
    reader.page.click("#theme")  # drawn again: the reader's choice stays
    reader.page.wait_for_timeout(500)
    assert canvas.evaluate(shown) <= least
    switch.click()
    assert canvas.evaluate(shown) == clipped
