"""Importances of forests on the page come in stages, end with the shell's numbers, and let others in between."""

from __future__ import annotations

import time
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from tests.benchmarks import generate
from tests.command import document
from tests.page.conftest import Visit
from tests.page.visitor import Visitor

DATABASE = generate.sqlite(5000)
SAID = "document.querySelector('[data-view=importance] .answer').textContent"
ASKED = """asked.filter(({ name, payload }) => (name === 'view' || name === 'finer') && payload.slug === 'importance' && payload.options.evaluator)
  .map(({ name, payload, answer }) => [name, payload.options.evaluator, answer?.more])"""
WATCH = f"""() => {{ window.said = [];
  new MutationObserver(() => {{ const now = {SAID}; if (said.at(-1) !== now) said.push(now); }})
    .observe(document.querySelector('[data-view=importance]'), {{ childList: true, subtree: true }}); }}"""

#: Another view is brought into sight and changed as soon as the first trees are shown.
CHANGE_ANOTHER = f"""() => {{
  const observer = new MutationObserver(() => {{
    if (!{SAID}.includes('So far 8 ')) return;
    observer.disconnect();
    window.changed = true;
    const scale = document.querySelector('[data-view=history] [name=scale]');
    scale.closest('.view').scrollIntoView({{ behavior: 'instant' }});
    scale.value = 'log';
    scale.dispatchEvent(new Event('change', {{ bubbles: true }}));
  }});
  observer.observe(document.querySelector('[data-view=importance]'), {{ childList: true, subtree: true }});
}}"""


def opened(visit: Visit) -> Visitor:
    visitor = visit().load().drop(DATABASE).settle()
    visitor.page.locator("[data-view=importance] .figure").scroll_into_view_if_needed()
    visitor.run(WATCH)
    return visitor


def ask(visitor: Visitor, evaluator: str) -> None:
    visitor.page.select_option("[data-view=importance] [name=evaluator]", evaluator)


@pytest.mark.parametrize("evaluator", ["fanova", "mdi"])
def test_few_trees_come_first_and_the_last_numbers_are_those_of_the_shell(visit: Visit, evaluator: str) -> None:
    visitor = opened(visit)
    ask(visitor, evaluator)
    visitor.wait_for(f"{SAID}.includes('So far')")
    drawn = visitor.run("document.querySelector('[data-view=importance] .canvas').data[0].error_x.array.length")
    assert drawn == 8
    visitor.settle()
    calls: list[Any] = visitor.run(ASKED)
    assert calls == [["view", evaluator, True], *[["finer", evaluator, True]] * 2, ["finer", evaluator, False]]
    stages = [said for said in visitor.run("said") if "So far" in said]
    assert [said.partition("So far ")[2] for said in stages] == [f"{n} of 64 trees stand behind it." for n in (8, 16, 32)]
    shell = document("importance", DATABASE, "--evaluator", evaluator)
    last = visitor.run("asked.filter(({ name, answer }) => name === 'finer' && answer).at(-1).answer")
    columns = {each["name"]: each["cells"] for each in last["tables"][0]}
    assert dict(zip(columns["parameter"], columns["importance"], strict=True)) == shell["importances"]
    assert dict(zip(columns["parameter"], columns["standard_error"], strict=True)) == shell["standard_errors"]
    visitor.assert_clean()


def test_others_are_answered_between_two_stages_and_another_choice_ends_them(visit: Visit) -> None:
    visitor = opened(visit)
    before = visitor.run("asked.length")
    visitor.run(CHANGE_ANOTHER)
    ask(visitor, "fanova")
    visitor.wait_for("window.changed").settle()
    names = visitor.run(f"asked.slice({before}).map(({{ name, payload }}) => `${{name}} ${{payload.slug}}`)")
    assert names[-1] == "finer importance" and "view history" in names[:-1]
    ask(visitor, "mdi")
    visitor.wait_for(f"{SAID}.includes('So far 8 ')")
    ask(visitor, "ped-anova")
    visitor.settle()
    time.sleep(1)
    last = visitor.run(ASKED)
    assert visitor.run(SAID).count("PED-ANOVA") == 1
    assert sum(evaluator == "mdi" for _name, evaluator, _more in last) < 4
    visitor.assert_clean()
