"""Files that change while the page is open, that are opened again, and work that is cancelled.

The handles are real ones, of files in the browser's own file system."""

from __future__ import annotations

import base64
import importlib
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from tests.page.conftest import Visit
from tests.page.studies import small
from tests.page.visitor import Visitor

PICKER = """
window.showOpenFilePicker = async () => [await (await navigator.storage.getDirectory()).getFileHandle('live.db', { create: true })];
window.fill = async (text) => {
  const [handle] = await showOpenFilePicker();
  const stream = await handle.createWritable();
  await stream.write(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  await stream.close();
};
"""


def filled(visitor: Visitor, path: Path) -> None:
    visitor.run("text => fill(text)", base64.b64encode(path.read_bytes()).decode())


def test_a_file_that_grows_is_followed_in_its_place(visit: Visit, tmp_path: Path) -> None:
    path = small(tmp_path / "live.db", trials=30)
    visitor = visit(script=PICKER).load()
    filled(visitor, path)
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    assert visitor.run("document.getElementById('follow').textContent") == "Following"
    visitor.set("importance", "evaluator", "mdi")
    visitor.page.fill("[data-view=trials] input[type=search]", "COMPLETE")
    visitor.draw_all()
    tops = "[...document.querySelectorAll('.view')].map((view) => [view.dataset.view, view.getBoundingClientRect()])"
    seen = f"{tops}.filter(([, box]) => box.bottom > 0).map(([view, box]) => [view, Math.round(box.top)])[0]"
    view, top = visitor.run(seen)
    filled(visitor, small(path, trials=5))
    visitor.wait_for(
        "document.querySelector('[data-view=trials] .answer').textContent.startsWith('35 trials')"
    ).settle()
    assert visitor.run("document.querySelector('.legend').textContent").strip().endswith("35")
    assert visitor.run("document.querySelector('[data-view=importance] [name=evaluator]').value") == "mdi"
    assert visitor.run("document.querySelector('[data-view=trials] input[type=search]').value") == "COMPLETE"
    now, at = visitor.run(seen)
    assert now == view and abs(at - top) <= 2  # the browser scrolls by whole pixels, once for each view that was filled
    visitor.page.click("#follow")
    filled(visitor, small(path, trials=5))
    visitor.page.wait_for_timeout(4_000)
    assert visitor.sentences()["trials"].startswith("35 trials")
    visitor.page.click("#follow")
    visitor.wait_for("document.querySelector('[data-view=trials] .answer').textContent.startsWith('40 trials')")
    visitor.assert_clean()


def test_a_file_in_the_midst_of_being_written_is_passed_over(visit: Visit, tmp_path: Path) -> None:
    path = small(tmp_path / "live.db", trials=10)
    visitor = visit(script=PICKER).load()
    filled(visitor, path)
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    half = tmp_path / "half.db"
    half.write_bytes(path.read_bytes()[:50_000])
    filled(visitor, half)
    visitor.page.wait_for_timeout(4_500)
    assert (visitor.title(), visitor.message()) == ("small", "")
    filled(visitor, small(path, trials=3))
    visitor.wait_for("document.querySelector('[data-view=trials] .answer').textContent.startsWith('13 trials')")


def test_what_was_opened_is_there_after_a_reload_and_offered_later(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(script=PICKER).load()
    filled(visitor, small(tmp_path / "live.db"))
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    visitor.page.reload()
    visitor.wait_for_title("small").settle()
    visitor.load()
    visitor.page.click("#recent button:has-text('live.db')")
    visitor.wait_for_title("small").settle()
    visitor.assert_clean()


def test_long_work_can_be_cancelled_and_taken_up_again(visit: Visit) -> None:
    generate = importlib.import_module("tests.benchmarks.generate")
    path = generate.sqlite(10_000)
    visitor = visit().load().drop(path).settle()
    visitor.page.select_option("[data-view=importance] [name=evaluator]", "fanova")
    visitor.wait_for("!document.getElementById('cancel').hidden && !document.getElementById('activity').hidden")
    visitor.page.click("#cancel")
    visitor.settle()  # what was cancelled is said; of a forest that had some of its trees, how many
    shown = visitor.run("document.querySelector('[data-view=importance] :is(.refusal, .answer)').innerText")
    assert "Cancelled" in shown or "trees stand behind it" in shown
    visitor.page.select_option("[data-view=importance] [name=evaluator]", "ped-anova")
    visitor.wait_for("document.querySelector('[data-view=importance] .answer')?.textContent.includes('PED-ANOVA')")
    visitor.assert_clean()
