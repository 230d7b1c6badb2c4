"""The pictures of the README, taken from the product itself: `make pictures` writes web/pictures/."""

from __future__ import annotations

import tempfile
from pathlib import Path

import chromium
from playwright.sync_api import Browser, sync_playwright

from analyzer import open_database
from analyzer.report import Making, report_html

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "web" / "pictures"
DRAWN = "[...document.querySelectorAll('.study:not([hidden]) .figure')].slice(0, 1).every((each) => 'drawn' in each.dataset)"


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        with open_database(ROOT / "web" / "examples" / "digits.db") as database:
            studies = [database.read(name) for name in database.names]
        report.write_text(report_html(studies, Making("hpo-analyze report digits.db", "")), encoding="utf-8")
        flags = [flag for flag in chromium.FLAGS if flag != "--headless"]
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=flags)
        _take(browser, report.as_uri(), "report-light", 1280, 800, "light")
        _take(browser, report.as_uri(), "report-dark", 1280, 800, "dark")
        _take(browser, report.as_uri(), "report-narrow", 400, 800, "light")
        _take(browser, report.as_uri() + "#2-pareto-front", "report-pareto", 1280, 800, "light")
        browser.close()


def _take(browser: Browser, url: str, name: str, width: int, height: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(url)
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(800)
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    page.close()


if __name__ == "__main__":
    main()
