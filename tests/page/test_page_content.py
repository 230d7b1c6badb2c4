"""What the page shows is what the package computes: sentences, figures, lists, reports."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from analyzer import open_database
from tests.command import document, run
from tests.page.conftest import Visit
from tests.page.studies import DIGITS, FIXTURES, spoken


def names_of(path: Path) -> list[str]:
    with open_database(path) as database:
        return database.names


#: The fixture that shows a study to the page: names repeat from release to release, and each study takes seconds to fill.
SHOWN_IN = {name: path for path in FIXTURES for name in names_of(path)}
FIRST = 2  # studies of each fixture that are shown in any case


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_the_studies_of_a_fixture_are_shown_with_the_sentences_of_the_package(visit: Visit, path: Path) -> None:
    visitor = visit().load().drop(path).settle()
    names = names_of(path)
    for index, name in enumerate(names):
        if index >= FIRST and SHOWN_IN[name] != path:
            continue
        if len(names) > 1:
            visitor.choose(index)
        assert visitor.title() == name
        assert visitor.sentences() == spoken(path, name)
    visitor.draw_all()
    visitor.assert_clean()


def same(shown: Any, printed: Any) -> bool:
    """Equal numbers to nine digits, equal texts; what is not finite is null in one and a word in the other."""
    if isinstance(printed, dict):
        return isinstance(shown, dict) and all(same(shown.get(key), value) for key, value in printed.items())
    if isinstance(printed, list):
        return isinstance(shown, list) and len(shown) == len(printed) and all(map(same, shown, printed))
    if isinstance(printed, float | int) and not isinstance(printed, bool):
        return isinstance(shown, float | int) and math.isclose(shown, printed, rel_tol=1e-9, abs_tol=1e-12)
    if printed is None or printed in ("nan", "inf", "-inf"):
        return shown is None or not math.isfinite(shown)
    return bool(shown == printed)


@pytest.mark.parametrize("name", ["digits-mlp", "digits-accuracy-vs-size"])
def test_figures_equal_what_the_command_line_prints(visit: Visit, name: str) -> None:
    visitor = visit().load(f"?example=digits.db#/{name}").settle()
    figures = visitor.figures()
    assert len(figures) >= 8
    for slug, figure in figures.items():
        printed = document("show", slug, DIGITS, "-s", name)
        assert visitor.sentences()[slug] == printed["answer"]
        assert len(figure["data"]) == len(printed["figure"]["data"])
        for shown, expected in zip(figure["data"], printed["figure"]["data"], strict=True):
            for axis in ("x", "y", "z", "customdata", "dimensions", "base", "error_x"):
                assert same(shown.get(axis), expected.get(axis)), (slug, axis)


def test_the_list_says_what_the_command_line_lists(visit: Visit) -> None:
    visitor = visit().load().drop(DIGITS)
    shown = visitor.run("[...document.querySelectorAll('#studies li')].map((item) => item.innerText)")
    for item, study in zip(shown, document("studies", DIGITS), strict=True):
        assert item.startswith(study["name"])
        assert all(direction in item for direction in study["directions"])
        assert str(study["states"]["COMPLETE"]) in item
        assert study["best_value"] is None or f"{study['best_value']:.4g}" in item


def test_the_saved_report_is_the_one_that_the_command_line_writes(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().load("?example=digits.db").settle()
    with visitor.page.expect_download() as download:
        visitor.page.click("[data-save-all]")
    download.value.save_as(tmp_path / "page.html")
    shutil.copy(DIGITS, tmp_path / "digits.db")
    assert run("report", tmp_path / "digits.db", "-o", tmp_path / "shell.html").code == 0
    page, shell = ((tmp_path / name).read_text("utf-8") for name in ("page.html", "shell.html"))
    made = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
    assert made.sub("", page) == made.sub("", shell)


def test_the_report_of_one_study_names_it_in_its_command(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp").settle()
    with visitor.page.expect_download() as download:
        visitor.page.click("#save")
    download.value.save_as(tmp_path / "page.html")
    assert "hpo-analyze report digits.db -s digits-mlp" in (tmp_path / "page.html").read_text("utf-8")
