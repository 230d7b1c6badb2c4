"""A Chromium for the tests of the page: one that is there, else Debian's package, else playwright's own; says which."""

from __future__ import annotations

import gzip
import http.server
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

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


@cache
def _compressed(path: Path) -> int:
    """The size of a file under gzip; what the build has packed is sent as it is. A folder stands for its page."""
    path = path / "index.html" if path.is_dir() else path
    return path.stat().st_size if path.suffix == ".packed" else len(gzip.compress(path.read_bytes()))


#: What the page must run under. Workers do not take over the page's policy, so the tests send it with every file.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src data:"
)


class Host:
    """A plain static host, such as `python -m http.server`, that can be switched off; notes what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[tuple[float, str]] = []  # when (seconds since 1970), and the path
        self.posted: queue.Queue[bytes] = queue.Queue()  # what pages sent here
        host = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args: Any) -> None:
                super().__init__(*args, directory=str(folder))

            def end_headers(self) -> None:
                self.send_header("content-security-policy", POLICY)
                super().end_headers()

            def do_GET(self) -> None:
                host.requests.append((time.time(), self.path))
                super().do_GET()

            def do_POST(self) -> None:
                host.posted.put(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(204)
                self.end_headers()

            def copyfile(self, source: Any, outputfile: Any) -> None:
                with suppress(ConnectionError):  # the browser was closed
                    super().copyfile(source, outputfile)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def asked_before(self, moment: float) -> int:
        """Bytes of what was asked for before this moment (seconds since 1970), as a compressing host sends them."""
        asked = {path.split("?")[0].lstrip("/") for when, path in self.requests if when < moment}
        return sum(_compressed(self.folder / path) for path in asked)

    def stop(self) -> None:
        """Like a lost network: whoever asks is refused."""
        self._server.shutdown()
        self._server.server_close()


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


if __name__ == "__main__":  # `python -m tests.page.browser` installs what is missing, before tests run side by side
    chromium_path()
