"""Several studies side by side: chosen in the list, named by an address, the same in a report and in the shell's file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from analyzer import open_database
from analyzer.comparisons import registry
from analyzer.report import Making, comparison_html, rendered
from analyzer.together import together
from tests.page.conftest import Visit
from tests.page.studies import small
from tests.page.test_report import Opened, write_report
from tests.page.visitor import Visitor

EXAMPLES = Path(__file__).parents[2] / "web" / "examples"
SETTLED = "document.querySelectorAll('#comparison .view').length && !document.querySelector('#comparison .view.pending, #comparison .view[aria-busy]')"


def several(path: Path, names: str = "abcd") -> Path:
    """A database of small studies; the last letter of the alphabet used has fewer trials."""
    for name in names:
        small(path, name, trials=8 if name == names[-1] else 14)
    return path


def said(path: Path, *names: str) -> dict[str, str]:
    """What each comparison says, computed here."""
    with open_database(path) as database:
        compared = together([database.read(name) for name in names])
    done = [rendered(compared, view) for view in registry().values()]
    return {each.view.slug: each.reason or each.answer for each in done}


def compared(visitor: Visitor) -> dict[str, str]:
    """What each comparison on screen says."""
    visitor.wait_for(SETTLED)
    text = "view.querySelector('.answer, .reason').textContent"
    views = "[...document.querySelectorAll('#comparison .view')]"
    return dict(visitor.run(f"Object.fromEntries({views}.map((view) => [view.dataset.view, {text}]))"))


def is_study_shown(visitor: Visitor) -> bool:
    return bool(visitor.run("!document.getElementById('study').hidden && document.getElementById('comparison').hidden"))


def test_marked_studies_are_compared_and_back_forward_and_reload_follow(visit: Visit, tmp_path: Path) -> None:
    path = several(tmp_path / "several.db")
    visitor = visit().load().drop(path).settle()
    assert is_study_shown(visitor)
    button = visitor.page.locator("[data-compare]")
    assert button.is_disabled()
    visitor.page.check('[data-marks="0"]')
    assert button.is_disabled()
    visitor.page.check('[data-marks="3"]')
    button.click()
    assert compared(visitor) == said(path, "a", "d")
    assert visitor.place() == "#/compare/a&d"
    for figure in visitor.page.query_selector_all("#comparison .figure"):
        figure.scroll_into_view_if_needed()
        visitor.wait_for("[...document.querySelectorAll('#comparison .figure')].some((each) => 'drawn' in each.dataset)")
    visitor.page.click('[data-study="1"]')
    visitor.wait_for_title("b").settle()
    assert is_study_shown(visitor) and visitor.place() == "#/b"
    visitor.page.go_back()
    assert compared(visitor) == said(path, "a", "d")
    assert visitor.run("[...document.querySelectorAll('[data-marks]:checked')].map((box) => box.dataset.marks)") == ["0", "3"]
    visitor.page.go_back()
    visitor.wait_for_title("d").settle()
    assert is_study_shown(visitor)
    visitor.assert_clean()


def test_an_address_names_studies_and_an_option_of_one_of_many_questions(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/compare/digits-mlp&digits-accuracy-vs-size/budget")
    assert compared(visitor) == said(EXAMPLES / "digits.db", "digits-mlp", "digits-accuracy-vs-size")
    assert "different directions or numbers of objectives" in visitor.run("document.querySelector('#comparison .warning').textContent")
    assert visitor.title() == ""
    visitor.page.reload()
    assert compared(visitor)["best"].startswith("No two of these studies")
    assert visitor.place() == "?example=digits.db#/compare/digits-mlp&digits-accuracy-vs-size/budget"
    link = visitor.run("document.querySelector('#comparison .contents a').getAttribute('href')")
    assert link == "?example=digits.db#/compare/digits-mlp&digits-accuracy-vs-size/best"
    visitor.assert_clean()


def test_studies_of_several_databases_with_names_that_need_encoding(visit: Visit, tmp_path: Path) -> None:
    small(tmp_path / "one.db", "R&D a/b@c", trials=5)
    small(tmp_path / "two.db", "R&D a/b@c", trials=6)
    visitor = visit().load().drop(tmp_path / "one.db", tmp_path / "two.db").settle()
    for box in ("0", "1"):
        visitor.page.check(f'[data-marks="{box}"]')
    visitor.page.click("[data-compare]")
    assert "R&D a/b@c (one.db)" in compared(visitor)["best"] + compared(visitor)["budget"]
    assert visitor.place() == "#/compare/R%26D%20a%2Fb%40c@one.db&R%26D%20a%2Fb%40c@two.db"
    before = compared(visitor)
    visitor.page.click('[data-study="0"]')
    visitor.settle()
    visitor.page.go_back()
    assert compared(visitor) == before
    visitor.assert_clean()


def test_a_study_that_is_not_there_is_named(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/compare/digits-mlp&nobody")
    visitor.wait_for("!document.getElementById('message').hidden")
    assert "nobody" in visitor.message()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_a_report_offers_its_comparable_studies_side_by_side(chromium: Any, tmp_path: Path, width: int, scheme: str) -> None:
    path = several(tmp_path / "several.db", "abc")
    opened = Opened(chromium, write_report(path, tmp_path / "r.html"), width, scheme)
    opened.page.select_option("#picker", "compare")
    opened.page.wait_for_selector('.study[data-study="compare"]:not([hidden])')
    assert set(opened.draw_all()) == {"history", "time", "edf", "importance", "budget"}
    answers = opened.page.eval_on_selector_all('.study[data-study="compare"] .view', "all => all.map((each) => [each.dataset.view, each.querySelector('.answer, .reason').textContent])")
    assert dict(answers) == said(path, "a", "b", "c")
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.complaints == []


def test_the_shells_file_draws_fronts_and_lets_choose_the_objective(chromium: Any, tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "digits.db", tmp_path / "other.db")
    read = []
    for source in (EXAMPLES / "digits.db", tmp_path / "other.db"):
        with open_database(source) as database:
            read.append(database.read("digits-accuracy-vs-size"))
    (tmp_path / "c.html").write_text(comparison_html(together(read), Making("hpo-analyze compare", "now")), encoding="utf-8")
    opened = Opened(chromium, tmp_path / "c.html")
    assert {"fronts", "hypervolume", "history"} <= set(opened.draw_all())
    history = opened.page.locator('[data-view="history"]')
    history.locator("select").select_option(index=1)
    opened.draw_all()
    assert "n_parameters" in str(history.locator(".variant:visible .ytitle").text_content())
    assert opened.complaints == []
