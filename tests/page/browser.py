"""A Chromium for the tests of the page: one that is there, else Debian's package, else playwright's own; says which."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

BUILD = Path(__file__).resolve().parents[2] / "build"
if str(BUILD) not in sys.path:
    sys.path.append(str(BUILD))

import chromium  # noqa: E402

_INSTALLERS = (
    ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
    [sys.executable, "-m", "playwright", "install", "chromium"],
)


def chromium_path() -> Path:
    """The Chromium that the tests drive; installs one where there is none."""
    for command in ([], *_INSTALLERS):
        if command:
            subprocess.run(command, check=False)
        try:
            path = chromium.find()
        except chromium.NoChromium:
            continue
        print(f"page tests use {path}")
        return path
    raise chromium.NoChromium("No Chromium could be installed; the tests of the page cannot run.")


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium, ended at the end of the block."""
    flags = [flag for flag in chromium.FLAGS if flag != "--headless"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path()), args=flags, headless=True)
        yield browser
        browser.close()


def only_from(context: BrowserContext, origin: str) -> list[str]:
    """Let the context reach this origin alone; returns a list that fills with what it asked for elsewhere."""
    refused: list[str] = []

    def route(route, request):  # type: ignore[no-untyped-def]
        if request.url.startswith((origin, "blob:", "data:")):
            return route.continue_()
        refused.append(request.url)
        return route.abort()

    context.route("**/*", route)
    return refused
