"""The page in two languages: the browser's, changed by a button, remembered, and that of the report it saves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from tests.page.conftest import Visit
from tests.page.studies import DATA, DIGITS

LANGUAGE = "document.documentElement.lang"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CLIPPED = """
[...document.querySelectorAll('.bar button, .answers p, .view footer button, .legend span')]
  .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)
"""


def test_a_chinese_browser_is_answered_in_chinese(visit: Visit) -> None:
    visitor = visit(locale="zh-CN").load()
    assert visitor.run(LANGUAGE) == "zh-CN"
    assert visitor.page.locator("h1").first.inner_text() == "拖入 Optuna 研究数据库，看看搜索发现了什么。"
    assert visitor.page.get_by_role("button", name="English").is_visible()
    for element in visitor.page.locator("#theme, #follow, .skip").all():
        assert CHINESE.search(element.get_attribute("title") or element.text_content() or "")
    visitor.drop(DIGITS).settle()
    assert visitor.sentences() and all(said.endswith("。") for said in visitor.sentences().values())
    with visitor.page.expect_download() as download:
        visitor.page.click("#save")
    made = Path(download.value.path()).read_text("utf-8")
    assert '<html lang="zh-CN">' in made and " --lang zh</code>" in made and "搜索仍在改进吗？" in made
    visitor.page.set_input_files("#file", [str(DATA / "reference" / "optuna-0.4.0.by-0.4.0.json")])
    visitor.wait_for("!document.getElementById('message').hidden")
    assert CHINESE.search(visitor.message())
    visitor.draw_all().assert_clean()


def test_the_language_can_be_changed_at_any_time_and_is_remembered(visit: Visit) -> None:
    visitor = visit().load()
    assert visitor.run(LANGUAGE) == "en"
    visitor.drop(DIGITS).settle()
    english, place, title = visitor.sentences(), visitor.place(), visitor.title()
    visitor.page.get_by_role("button", name="中文").click()
    visitor.wait_for("document.querySelector('#study h3').textContent === '搜索仍在改进吗？'").settle()
    assert visitor.place() == place and visitor.title() == title
    chinese = visitor.sentences()
    assert set(chinese) == set(english) and all(CHINESE.search(said) for said in chinese.values())
    assert CHINESE.search(visitor.page.locator("#save").inner_text())
    assert CHINESE.search(visitor.page.locator("#studies h2").inner_text())
    visitor.load("?example=tiny-journal.log").settle()
    assert visitor.run(LANGUAGE) == "zh-CN"
    assert all(CHINESE.search(said) for said in visitor.sentences().values())
    visitor.page.get_by_role("button", name="English").click()
    visitor.wait_for("document.querySelector('#study h3').textContent === 'Is the search still improving?'").settle()
    assert not any(CHINESE.search(said) for said in visitor.sentences().values())
    visitor.assert_clean()


@pytest.mark.parametrize("width", [1280, 400])
def test_chinese_fits_the_page(visit: Visit, width: int) -> None:
    visitor = visit(locale="zh-CN", width=width).load("?example=digits.db").settle()
    assert visitor.run("document.documentElement.scrollWidth <= innerWidth")
    assert visitor.run(CLIPPED) == []
    visitor.draw_all().assert_clean()
