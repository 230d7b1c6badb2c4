"""What other viewers of Optuna studies are known to get wrong on the screen, seen in a real Chromium in a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from analyzer.distributions import Categorical
from analyzer.report import Making, rendered, report_html, view_html
from analyzer.study import Study
from analyzer.views import registry
from tests.zoo import LR, X, built, column

#: Where every complete trial of a history lies in the window.
POINTS = """() => {
  const canvas = document.querySelector('.canvas');
  const { xaxis, yaxis } = canvas._fullLayout;
  const trace = canvas._fullData.find((each) => each.name === 'complete');
  const { left, top } = canvas.getBoundingClientRect();
  return Array.from(trace.x, (x, at) => ({ x: left + xaxis._offset + xaxis.d2p(x), y: top + yaxis._offset + yaxis.d2p(trace.y[at]) }));
}"""
#: Move the pointer to each point, and read what hovers there.
HOVER = """async (points) => {
  const plot = document.querySelector('.canvas .nsewdrag');
  const text = () => document.querySelector('.hoverlayer .hovertext')?.textContent ?? '';
  const seen = [];
  for (const { x, y } of points) {
    plot.dispatchEvent(new MouseEvent('mouseout', { bubbles: true }));
    while (text()) await new Promise((done) => setTimeout(done, 10));
    for (let turn = 0; turn < 40 && !text(); turn++) {
      plot.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true }));
      await new Promise((done) => setTimeout(done, 25));
    }
    seen.push(text());
  }
  return seen;
}"""
#: The texts of the shown figures that reach beyond their figure's edge, and axis titles that lie on tick labels.
CLIPPED = """() => {
  const found = [];
  let read = 0;
  for (const canvas of document.querySelectorAll('.study:not([hidden]) .variant:not([hidden]) .canvas')) {
    const view = canvas.closest('.view').dataset.view;
    const edge = canvas.getBoundingClientRect();
    const texts = canvas.querySelectorAll('g[class$="tick"] text, [class^="g-"] text, .legendtext, .cbaxis text');
    for (const text of texts) {
      const box = text.getBoundingClientRect();
      if (!box.width) continue;
      read++;
      if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1) found.push(`${view}: ${text.textContent} is cut off`);
    }
    const plots = canvas.querySelectorAll('g[class^="g-x"] text');
    for (const title of plots) {
      const one = title.getBoundingClientRect();
      for (const tick of canvas.querySelectorAll('g[class^="x"][class$="tick"] text')) {
        const other = tick.getBoundingClientRect();
        if (one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1) found.push(`${view}: ${title.textContent} lies on ${tick.textContent}`);
      }
    }
  }
  return read > 10 ? found : ['there is no text'];
}"""


def searched(parameters: int) -> Study:
    """255 trials of parameters with long names, as the search was of which most points had no hover text."""
    u = np.random.default_rng(5).random((parameters, 255))
    names = [f"encoder.layer_{index:02d}.attention.dropout_rate" for index in range(parameters - 3)]
    space = {name: column(name, u[at], X) for at, name in enumerate(names)}
    space["lr"] = column("lr", 10 ** (-5 + 4 * u[-1]), LR)
    space["batch_size"] = column("batch_size", np.arange(255) % 4, Categorical((128, 256, 32, 64)))
    space["use_bias"] = column("use_bias", np.arange(255) % 3, Categorical((True, False, None)))
    starts = np.arange(255) * 60.0
    values = u[0] + u[1] / 3 + u[-1] / 2
    reports = [[(step, value + 1 / (step + 1)) for step in range(4)] for value in values]
    return built(states=np.resize([1, 1, 1, 2], 255), values=[values], parameters=space, starts=starts, ends=starts + 50, reports=reports)


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The one that all tests of the page share: a process can have one of them."""
    return chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html([searched(6)], Making("hpo-analyze report study.db", "now")), encoding="utf-8")
    return path


def view_of(found: Study, slug: str, path: Path) -> Path:
    path.write_text(view_html(found, rendered(found, registry()[slug]), Making("hpo-analyze show", "now")), encoding="utf-8")
    return path


def opened(browser: Browser, path: Path, scheme: str = "light", width: int = 1280) -> Page:
    """A report, or one view, with all its figures drawn."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True).new_page()  # type: ignore[arg-type]
    page.goto(path.as_uri())
    for figure in page.query_selector_all(".variant:not([hidden]) .figure"):
        figure.scroll_into_view_if_needed()
        page.wait_for_function("element => 'drawn' in element.dataset", arg=figure, timeout=60_000)
    return page


def test_every_point_of_a_history_of_thirty_parameters_has_its_hover_text(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, view_of(searched(30), "history", tmp_path / "h.html"))
    page.locator(".figure").scroll_into_view_if_needed()
    points: list[dict[str, float]] = page.evaluate(POINTS)
    assert len(points) == 192
    seen = page.evaluate(HOVER, points)
    assert ["trial" in text for text in seen] == [True] * 192


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_no_label_is_cut_off_and_no_title_lies_on_a_tick_label(browser: Browser, report: Path, scheme: str, width: int) -> None:
    assert opened(browser, report, scheme, width).evaluate(CLIPPED) == []


def test_importance_names_every_one_of_thirty_parameters_beside_its_bar(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, view_of(searched(30), "importance", tmp_path / "i.html"))
    labels = page.locator(".ytick text").all_text_contents()
    assert len(labels) == len(set(labels)) == 30
    assert page.evaluate(CLIPPED) == []


def test_categories_read_as_they_were_written_and_sizes_stand_in_numeric_order(browser: Browser, tmp_path: Path) -> None:
    labels = opened(browser, view_of(searched(6), "slice", tmp_path / "s.html")).locator('g[class^="x"][class$="tick"] text').all_text_contents()
    assert {"True", "False", "None"} <= set(labels)
    assert [each for each in labels if each in ("32", "64", "128", "256")] == ["32", "64", "128", "256"]


def test_a_trial_has_a_figure_its_facts_and_a_menu_to_copy_it(browser: Browser, report: Path) -> None:
    page = opened(browser, report)
    view = page.locator('[data-view="trial"]')
    assert view.locator(".figure .canvas").count() == 1
    assert view.locator("tbody tr").nth(1).inner_text().split()[0] == "value"
    assert "rank 1 of 192" in view.locator("tbody tr").nth(1).inner_text()
    forms = ["flags", "python", "yaml", "json", "enqueue"]
    assert view.locator(".copy option").all_text_contents() == forms
    assert page.locator(".card.best .copy option").all_text_contents() == forms
