"""Selecting on the page: Python computes the views for the selected trials alone, and the address says so."""

from __future__ import annotations

import numpy as np

from analyzer import open_database
from analyzer.report import rendered
from analyzer.subset import only
from analyzer.text import whole
from analyzer.views import registry
from tests.page.conftest import Visit
from tests.page.studies import DIGITS
from tests.page.visitor import Visitor

BAR = "document.querySelector('.selection-bar')"
SAID = f"({BAR} && !{BAR}.hidden ? {BAR}.querySelector('strong').textContent : '')"


def select(visitor: Visitor, rest: str) -> Visitor:
    visitor.load("?example=digits.db#/digits-mlp" + rest)
    return visitor.wait_for("document.querySelectorAll('.view').length > 0").settle()


def test_views_are_computed_for_the_selected_trials_alone_and_say_so(visit: Visit) -> None:
    visitor = select(visit(), "/history?select=best:value_accuracy:40").wait_for(f"{SAID} === '40 of 300 trials'")
    visitor.page.click("[data-does=recompute]")
    visitor.wait_for("document.querySelector('.study-head .only')").settle()
    assert visitor.place() == "?example=digits.db#/digits-mlp/history?only=best:value_accuracy:40"
    with open_database(DIGITS) as database:
        study = database.read("digits-mlp")
    rows = study.complete[np.argsort(study.losses[study.complete, 0], kind="stable")][:40]
    part = only(study, ",".join(map(str, sorted(study.trials.numbers[rows]))))
    done = {slug: rendered(part, view) for slug, view in registry().items() if slug != "overview"}
    shown = visitor.sentences()
    assert shown == {slug: done[slug].reason or done[slug].answer for slug in shown}
    assert all(done[slug].reason for slug in done.keys() - shown.keys())  # parts of the dashboard that the study has not
    told = visitor.run("[...document.querySelectorAll('.view .only')].map((each) => each.textContent)")
    assert told == [f"Computed for {whole(40)} of {whole(300)} trials."] * len(shown)
    visitor.page.reload()
    visitor.wait_for("document.querySelector('.study-head .only')").settle()
    assert len(visitor.run("[...document.querySelectorAll('.view .only')]")) == len(shown)
    visitor.page.click("[data-all-trials]")
    visitor.wait_for("!document.querySelector('.study-head .only')").settle()
    assert "only" not in visitor.place()
    visitor.assert_clean()


def test_the_panel_and_the_way_back_work_on_the_page(visit: Visit) -> None:
    visitor = select(visit(), "")
    visitor.page.click("#select")
    visitor.wait_for("document.querySelector('.select-panel:not([hidden])')")
    visitor.page.select_option("#select-by", "column:state")
    visitor.page.check(".select-panel input[value=FAIL]")
    visitor.page.keyboard.press("Enter")
    visitor.page.click(".select-panel [type=submit]")
    visitor.wait_for(f"{SAID} === '7 of 300 trials'")
    assert "select=is:state:FAIL" in visitor.place()
    visitor.page.click("[data-does=exclude]")
    visitor.wait_for(f"{SAID} === '293 of 300 trials'")
    visitor.page.go_back()
    visitor.wait_for(f"{SAID} === '7 of 300 trials'")
    visitor.assert_clean()
