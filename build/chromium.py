"""Find a Chromium and run a page in it, headless, with an empty profile; leaves what the page does to the caller."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
#: Quiet, and no connection of its own to anywhere.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
]


class NoChromium(Exception):
    """There is no Chromium on this machine; the message says how to get one."""


def find() -> Path:
    """The Chromium to use: $CHROMIUM, one on the path or in its usual places, or one that playwright brought."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in (*map(Path, _ELSEWHERE), *_of_playwright()):
        if place.exists():
            return place
    raise NoChromium(
        "No Chromium was found. Install one (Debian: apt-get install chromium; anywhere: pip install playwright, then "
        "playwright install chromium), or name it in the environment variable CHROMIUM."
    )


def _of_playwright() -> list[Path]:
    browsers = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return sorted(browsers.glob("chromium-*/chrome-*/chrome"), reverse=True)


@contextmanager
def running(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Chromium that shows the address; it is ended, and its profile removed, at the end of the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(find()), *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", address]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield browser
        finally:
            browser.terminate()
            browser.wait(timeout=20)
