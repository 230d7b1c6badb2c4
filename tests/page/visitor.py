"""A visitor of the built site with a fresh profile: what they do with it, what they see, and what went wrong."""

from __future__ import annotations

import http.server
import re
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.page import browser as drive

READY = "document.getElementById('status').textContent !== ''"
SETTLED = "document.querySelectorAll('.view').length > 0 && !document.querySelector('.view.pending, .view[aria-busy]')"
NOISE = re.compile(r"WebGL|GPU stall|willReadFrequently")  # what a software renderer says of itself

#: Keeps what Python answers (arrays in place of their references), so that figures out of sight can be compared too.
LISTEN = """
(() => {
  const place = (item, arrays) => {
    if (Array.isArray(item)) return item.map((each) => place(each, arrays));
    if (item === null || typeof item !== 'object') return item;
    if (!('$' in item)) return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, place(value, arrays)]));
    const whole = arrays[item.$];
    if (whole instanceof Uint8Array) return { bytes: whole.length };
    const rows = item.at ? Array.from(arrays[item.at.$]) : Array.from(whole.keys());
    return rows.map((row) => whole[row] / (item.over ?? 1));
  };
  window.asked = [];
  const Stock = window.Worker;
  window.Worker = class extends Stock {
    constructor(...all) {
      super(...all);
      this.addEventListener('message', ({ data: { id, text, arrays } }) => {
        if (text === undefined) return;
        const asked = window.asked.find((each) => each.id === id);
        asked.answer = place(JSON.parse(text), arrays);
      });
    }
    postMessage(message, ...more) {
      window.asked.push({ id: message.id, name: message.name, payload: message.payload });
      super.postMessage(message, ...more);
    }
  };
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  window.violations = [];
  addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
})();
"""


class Visitor:
    """One visitor, who can reach the site's host only, unless others are named."""

    def __init__(
        self,
        chromium: Any,
        site: Path,
        *,
        width: int = 1280,
        scheme: str = "light",
        script: str = "",
        hosts: Any = (),
        locale: str = "en-US",
    ) -> None:
        self.host = Plain(site.parents[1]) if hosts else drive.Host(site.parents[1])
        self.address = f"{self.host.origin}/{site.parent.name}/{site.name}/"
        self.context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale
        )
        self.elsewhere: list[str] = [] if hosts else drive.only_from(self.context, self.host.origin)
        self.context.add_init_script(LISTEN + script)
        self.complaints: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self._complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not NOISE.search(text):
            self.complaints.append(text)

    def load(self, rest: str = "") -> Visitor:
        """Load the page and wait until Python can be called."""
        self.page.goto(self.address + rest)
        return self.wait_for(READY)

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def wait_for(self, condition: str, seconds: float = 60) -> Visitor:
        """Ask until it holds; playwright's own way would need eval in the page, which the policy forbids."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(condition):
                return self
            time.sleep(0.05)
        pytest.fail(
            f"not within {seconds} s: {condition}; {self.complaints}; {self.run('document.body.innerText')[:800]}"
        )

    def drop(self, *paths: Path) -> Visitor:
        """Give files, and wait until they were read or refused."""
        self.run("document.getElementById('status').textContent = ''")
        self.page.set_input_files("#file", [str(path) for path in paths])
        return self.wait_for(f"({READY}) || !document.getElementById('message').hidden")

    def settle(self) -> Visitor:
        """Wait until every view has its content."""
        return self.wait_for(SETTLED)

    def choose(self, index: int) -> Visitor:
        """Choose a study in the list."""
        name = self.run(f"document.querySelector('[data-study=\"{index}\"]').textContent")
        self.page.click(f'[data-study="{index}"]')
        return self.wait_for_title(name).settle()

    def set(self, view: str, option: str, value: str) -> Visitor:
        """Choose an option of a view, and wait for what it makes of the view."""
        self.page.select_option(f"[data-view={view}] [name={option}]", value)
        return self.settle()

    def wait_for_title(self, name: str) -> Visitor:
        for _ in range(600):
            if self.title() == name:
                return self
            time.sleep(0.05)
        pytest.fail(f"{self.title()!r} is shown, not {name!r}")

    def title(self) -> str:
        """The name of the study on screen; '' where none is."""
        return str(self.run("document.querySelector('#study:not([hidden]) h1')?.textContent ?? ''"))

    def place(self) -> str:
        """The address, relative to the site."""
        parts = urlsplit(self.page.url)
        return f"{'?' + parts.query if parts.query else ''}{'#' + parts.fragment if parts.fragment else ''}"

    def message(self) -> str:
        return str(
            self.run(
                "document.getElementById('message').hidden ? '' : document.querySelector('#message p').textContent"
            )
        )

    def sentences(self) -> dict[str, str]:
        """What each view says: its answer, or why it has none."""
        text = "view.querySelector('.variant:not([hidden]) > .answer, .variant:not([hidden]) > .reason')?.textContent"
        views = "[...document.querySelectorAll('.view')]"
        return dict(self.run(f"Object.fromEntries({views}.map((view) => [view.dataset.view, {text}]))"))

    def figures(self) -> dict[str, Any]:
        """The figures that Python last answered for the study on screen, by view."""
        answers = self.run("asked.filter((each) => (each.name === 'view' || each.name === 'finer') && each.answer?.figures)")
        found = {each["payload"]["slug"]: each["answer"]["figures"] for each in answers}
        heads = self.run("asked.filter((each) => !['view', 'finer', 'zoom'].includes(each.name) && (each.answer?.page ?? each.answer)?.figures)")
        page = heads[-1]["answer"].get("page", heads[-1]["answer"])
        return {slug: figures[0] for slug, figures in (found | {"history": page["figures"]}).items() if figures}

    def draw_all(self) -> Visitor:
        """Bring every figure into sight, one after another."""
        for figure in self.page.query_selector_all(".view .figure"):
            figure.scroll_into_view_if_needed()
            for _ in range(400):
                if figure.evaluate("element => 'drawn' in element.dataset"):
                    break
                time.sleep(0.05)
            else:
                pytest.fail(f"not drawn: {figure.evaluate('element => element.closest(`.view`).dataset.view')}")
        return self

    def assert_clean(self) -> None:
        """Nothing went wrong, and nobody else was asked for anything."""
        wrong = [*self.complaints, *self.elsewhere, *self.run("violations")]
        assert not wrong, wrong

    def close(self) -> None:
        self.context.close()
        self.host.stop()


class Plain:
    """A host that sends no policy; `headers` with every file. Counts what it was asked for."""

    def __init__(self, folder: Path, headers: dict[str, str] | None = None) -> None:
        self.asked: list[str] = []
        host, given = self, headers or {}

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args: Any) -> None:
                super().__init__(*args, directory=str(folder))

            def do_GET(self) -> None:
                host.asked.append(self.path)
                super().do_GET()

            def end_headers(self) -> None:
                for name, value in given.items():
                    self.send_header(name, value)
                super().end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
