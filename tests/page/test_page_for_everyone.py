"""The page for everyone: keyboard, phone, dark, axe, old browsers, full memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from tests.page.conftest import Visit
from tests.page.studies import DIGITS, EXAMPLES


def test_it_is_usable_with_the_keyboard_alone(visit: Visit) -> None:
    visitor = visit(script="delete window.showOpenFilePicker;").load()
    press = visitor.page.keyboard.press
    for _ in range(20):
        press("Tab")
        if visitor.run("document.activeElement.id") == "file":
            break
    with visitor.page.expect_file_chooser() as chooser:
        press("Space")
    chooser.value.set_files(str(DIGITS))
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    reached = {"file"}
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 120:
        press(key)
        reached.add(
            visitor.run(
                "document.activeElement.id || document.activeElement.dataset.study || document.activeElement.name"
            )
        )
        if visitor.run("document.activeElement.dataset.study") == "0":
            press("Enter")
            visitor.wait_for_title("digits-mlp").settle()
        if visitor.run("document.activeElement.name") == "evaluator":
            press("m")  # MDI
            visitor.wait_for("document.querySelector('[data-view=importance] .answer').textContent.includes('MDI')")
            assert visitor.run("document.activeElement.name") == "evaluator"  # the focus stays where the reader is
            break
    assert {"home", "save", "file", "theme", "0", "evaluator"} <= set(reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(visit: Visit, scheme: str) -> None:
    visitor = visit(width=400, scheme=scheme).load()
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert visitor.run(fits)
    visitor.drop(DIGITS, EXAMPLES / "tiny-journal.log").settle().draw_all()
    assert visitor.run(fits)
    visitor.choose(0).drop(EXAMPLES / "README.md")
    assert visitor.run(fits) and visitor.run("document.documentElement.dataset.theme") == scheme


def test_the_layout_does_not_jump(visit: Visit) -> None:
    visitor = visit().load()
    assert visitor.run("shift") < 0.02
    visitor.run("shift = 0")
    visitor.drop(DIGITS)
    visitor.wait_for("document.querySelector('.figure[data-drawn]')").settle()
    assert visitor.run("shift") < 0.1



@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, axe: str, scheme: str) -> None:
    visitor = visit(scheme=scheme).load()

    def serious() -> list[str]:
        visitor.run(f"() => {{ {axe} }}")
        found = visitor.run("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        bad = [each for each in found if each["impact"] in ("serious", "critical")]
        return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in bad]

    assert serious() == []
    visitor.drop(DIGITS, EXAMPLES / "tiny-journal.log").settle().draw_all()
    visitor.drop(EXAMPLES / "README.md")
    assert serious() == []
    visitor.choose(0).draw_all()
    visitor.page.click("[data-view=history] [data-show-rows]")
    assert serious() == []


def test_a_browser_that_is_too_old_is_told_which_is_needed(visit: Visit) -> None:
    visitor = visit(script="delete window.DecompressionStream;")
    visitor.page.goto(visitor.address)
    visitor.wait_for("!document.getElementById('too-old').hidden")
    said = visitor.run("document.getElementById('too-old').innerText")
    assert "Firefox 115" in said and "DecompressionStream" in said


def test_full_memory_is_told_in_words(visit: Visit) -> None:
    failing = """
    const Real = window.Worker;
    window.Worker = class extends Real {
      postMessage(message, ...more) {
        if (message.payload?.slug !== 'importance') return super.postMessage(message, ...more);
        const error = { kind: 'memory', message: 'MemoryError' };
        this.dispatchEvent(new MessageEvent('message', { data: { id: message.id, error } }));
      }
    };
    """
    visitor = visit(script=failing).load().drop(DIGITS)
    visitor.wait_for("document.querySelector('[data-view=importance] .refusal')?.innerText.includes('out of memory')")


def test_every_example_that_is_offered_is_on_the_site(visit: Visit, product: Path) -> None:
    visitor = visit().load()
    offered = visitor.run("[...document.querySelectorAll('a[href^=\"?example=\"]')].map((link) => link.textContent)")
    shipped = [path.name for path in product.glob("examples-*/*") if path.suffix in (".db", ".log")]
    assert sorted(offered) == sorted(shipped)


def test_words_of_the_page_are_json(visit: Visit) -> None:
    visitor = visit().load()
    assert "nothing" in json.loads(visitor.run("document.getElementById('words').textContent"))
