"""A Chromium for the tests of the page: one that is there, else Debian's package, else playwright's own; says which."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


#: What the page must run under. Workers do not take over the page's policy, so the tests send it with every file.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:"
)


class Host:
    """A plain static host, such as `python -m http.server`, that can be switched off; counts the bytes it sends."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sent = folder, 0
        host = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args: Any) -> None:
                super().__init__(*args, directory=str(folder))

            def end_headers(self) -> None:
                self.send_header("content-security-policy", POLICY)
                super().end_headers()

            def copyfile(self, source: Any, outputfile: Any) -> None:
                data = source.read()
                host.sent += len(data)
                with suppress(ConnectionError):  # the browser was closed
                    outputfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

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
