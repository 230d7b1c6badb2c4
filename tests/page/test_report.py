"""The report in a real Chromium: opened from disk with the network cut off, on screens wide and narrow, light and dark."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analyzer import open_database
from analyzer.report import Making, report_html

DATA = Path(__file__).parents[1] / "data"
EXAMPLES = Path(__file__).parents[2] / "web" / "examples"
NOISE = re.compile(r"WebGL|GPU stall|willReadFrequently")  # what a software renderer says of itself


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The one that all tests of the page share: a process can have one of them."""
    return chromium


def write_report(target: Path, path: Path, *studies: str) -> Path:
    with open_database(target) as database:
        read = [database.read(name) for name in studies or database.names]
    path.write_text(report_html(read, Making("hpo-analyze report", "now")), encoding="utf-8")
    return path


class Opened:
    """A report in a tab without any network; collects what the console complains of."""

    def __init__(self, browser: Browser, path: Path, width: int = 1280, scheme: str = "light") -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not NOISE.search(text):
            self.complaints.append(text)

    def draw_all(self) -> list[str]:
        """Bring every figure of the shown study into sight; returns the views that were drawn."""
        selector = ".study:not([hidden]) .variant:not([hidden]) .figure"
        for figure in self.page.query_selector_all(selector):
            figure.scroll_into_view_if_needed()
            self.page.wait_for_function("element => 'drawn' in element.dataset", arg=figure, timeout=20_000)
        return self.page.eval_on_selector_all(selector, "all => all.map((each) => each.closest('.view').dataset.view)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_figure_is_drawn_without_network_complaint_or_overflow(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    opened = Opened(browser, write_report(EXAMPLES / "digits.db", tmp_path / "r.html", "digits-mlp"), width, scheme)
    drawn = opened.draw_all()
    assert {"history", "importance", "slice", "contour", "rank", "parallel-coordinate", "edf", "timeline"} <= set(drawn)
    assert "intermediate-values" in drawn
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.page.evaluate("document.documentElement.dataset.theme") == scheme


def test_every_study_of_a_database_can_be_picked_and_drawn(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, write_report(DATA / "optuna-5.0.0.db", tmp_path / "r.html"))
    options = opened.page.eval_on_selector_all("#picker option", "all => all.map((each) => each.value)")
    assert len(options) == 19
    for option in options:
        opened.page.select_option("#picker", option)
        opened.page.wait_for_selector(f'.study[data-study="{option}"]:not([hidden])')
        opened.draw_all()
    assert opened.complaints == []


def test_three_objectives_are_drawn_in_space_and_in_pairs(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, write_report(DATA / "optuna-5.0.0.db", tmp_path / "r.html", "mo3-constrained"))
    assert "pareto-front" in opened.draw_all()
    view = opened.page.locator('[data-view="pareto-front"]')
    view.locator("select").select_option(index=1)
    assert "pareto-front" in opened.draw_all()
    assert str(view.locator(".variant:visible .xtitle").text_content()).startswith("value 0")
    assert opened.complaints == []


def test_a_view_links_to_itself_and_the_link_opens_it(browser: Browser, tmp_path: Path) -> None:
    path = write_report(EXAMPLES / "digits.db", tmp_path / "r.html")
    opened = Opened(browser, path)
    link = opened.page.locator('.study[data-study="2"] [data-view="pareto-front"] .anchor').get_attribute("href")
    opened.page.goto(path.as_uri() + str(link))
    assert opened.page.locator(".study:visible h1").inner_text() == "digits-accuracy-vs-size"


def test_csv_holds_every_row_and_digit_of_the_table(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, write_report(EXAMPLES / "digits.db", tmp_path / "r.html", "digits-mlp"))
    with opened.page.expect_download() as download:
        opened.page.locator('[data-view="trials"] [data-csv]').click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    with open_database(EXAMPLES / "digits.db") as database:
        study = database.read("digits-mlp")
    assert len(lines) == len(study) + 1
    header = lines[0].split(",")
    for row in (0, 57, 299):
        cells = dict(zip(header, lines[1 + row].split(","), strict=True))
        assert int(cells["number"]) == study.trials.numbers[row]
        assert float(cells["params_learning_rate"]) == study.params(row)["learning_rate"]
        assert cells["datetime_start"] == str(study.trials.starts[row]).replace("T", " ")


def test_the_table_sorts_numbers_as_numbers_and_filters(browser: Browser, tmp_path: Path) -> None:
    page = Opened(browser, write_report(EXAMPLES / "digits.db", tmp_path / "r.html", "digits-mlp")).page
    trials = page.locator('[data-view="trials"]')
    trials.get_by_role("button", name="value_accuracy", exact=True).click()
    trials.get_by_role("button", name="value_accuracy", exact=True).click()
    assert trials.locator("tbody tr:not([aria-hidden]) td").first.inner_text() == "220"
    trials.get_by_label("Filter rows").fill("FAIL")
    assert "7 of 300" in trials.locator(".tools").inner_text()


def test_hostile_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}} $x^2$ %{x} \u202egnp"
    copy = tmp_path / "hostile.db"
    copy.write_bytes((DATA / "optuna-5.0.0.db").read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("update studies set study_name = ? where study_id = 1", (hostile,))
        connection.execute("update trial_params set param_name = ? where param_name = 'x'", (hostile,))
        connection.execute(
            "update trial_params set distribution_json = replace(distribution_json, '\"relu\"', ?)", (json.dumps(hostile),)
        )
        connection.execute("update trial_user_attributes set value_json = ? where key = 'seed'", (json.dumps(hostile),))
    opened = Opened(browser, write_report(copy, tmp_path / "r.html", hostile))
    asked: list[str] = []
    opened.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    opened.draw_all()
    assert asked == [] and opened.complaints == []
    assert opened.page.locator("h1").inner_text() == hostile
    assert opened.page.locator("img").count() == 0
    assert "49" not in opened.page.title()


def test_an_empty_study_and_one_trial_have_a_page_too(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, write_report(DATA / "optuna-5.0.0.db", tmp_path / "r.html", "empty"))
    assert opened.page.locator(".view.empty").count() == opened.page.locator(".view").count()
    assert opened.complaints == []


def test_two_reports_of_one_database_are_the_same_bytes(tmp_path: Path) -> None:
    first = write_report(EXAMPLES / "digits.db", tmp_path / "a.html").read_bytes()
    assert first == write_report(EXAMPLES / "digits.db", tmp_path / "b.html").read_bytes()


def test_a_report_prints_light_without_its_controls(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, write_report(EXAMPLES / "digits.db", tmp_path / "r.html", "digits-mlp"), scheme="dark")
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not opened.page.locator(".view footer").first.is_visible()


def test_plotly_can_lie_beside_the_report(browser: Browser, tmp_path: Path) -> None:
    from analyzer import assets

    with open_database(EXAMPLES / "digits.db") as database:
        html = report_html([database.read("digits-mlp")], Making("hpo-analyze report", "now", plotly_beside=True))
    (tmp_path / "r.html").write_text(html, encoding="utf-8")
    (tmp_path / assets.plotly_file()).write_bytes(assets.plotly_source())
    assert len(html) < 500_000
    opened = Opened(browser, tmp_path / "r.html")
    assert "history" in opened.draw_all()
    assert opened.complaints == []
