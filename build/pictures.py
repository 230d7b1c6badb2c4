"""The pictures of the README, taken from the product itself: `make pictures` writes web/pictures/."""

from __future__ import annotations

import http.server
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import chromium
import make_site
from playwright.sync_api import Browser, sync_playwright

from analyzer import open_database
from analyzer.language import LANGUAGES, speaking
from analyzer.report import Making, report_html

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "web" / "pictures"
EXAMPLE = ROOT / "web" / "examples" / "digits.db"
WIDE, NARROW = (1280, 800), (400, 800)
DRAWN = """
(() => {
  const inSight = (each) => { const { top, bottom } = each.getBoundingClientRect(); return top < innerHeight && bottom > 0; };
  const figures = [...document.querySelectorAll('.study:not([hidden]) .figure')].filter(inSight);
  return figures.length > 0 && figures.every((each) => 'drawn' in each.dataset) && !document.querySelector('.view.pending');
})()
"""


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        english, chinese = (_report(Path(folder), language) for language in LANGUAGES)
        flags = [flag for flag in chromium.FLAGS if flag != "--headless"]
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=flags)
        _take(browser, english, "report-light", WIDE, "light")
        _take(browser, english + "#2-pareto-front", "report-dark", WIDE, "dark")
        _take(browser, english, "report-narrow", NARROW, "light")
        _take(browser, chinese, "report-zh", WIDE, "light")
        make_site.write_site(Path(folder) / "site")
        with _hosted(Path(folder) / "site") as page:
            _take(browser, page + "?example=digits.db#/digits-mlp/parallel-coordinate?select=best:value_accuracy:25", "page-selection", WIDE, "light")
            _take(browser, page + "?example=digits.db#/digits-mlp/trial", "page-trial", WIDE, "dark")
            _take(browser, page + "?example=digits.db#/digits-mlp", "page-narrow", NARROW, "dark")
            _take(browser, page + "?example=digits.db#/digits-mlp", "page-zh", WIDE, "light", locale="zh-CN")
        browser.close()


def _report(folder: Path, language: str) -> str:
    """The address of a report of the example in this language."""
    path = folder / f"report-{language}.html"
    with open_database(EXAMPLE) as database:
        studies = [database.read(name) for name in database.names]
    with speaking(language):
        path.write_text(report_html(studies, Making("hpo-analyze report digits.db", "")), encoding="utf-8")
    return path.as_uri()


@contextmanager
def _hosted(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; its address."""
    handler = partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


def _take(browser: Browser, url: str, name: str, size: tuple[int, int], scheme: str, locale: str = "en") -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale)  # type: ignore[arg-type]
    page.goto(url)
    for _ in range(600):  # playwright's own way to wait needs eval, which the page's policy forbids
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1500)
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    page.close()


if __name__ == "__main__":
    main()
