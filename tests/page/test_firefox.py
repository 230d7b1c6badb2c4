"""The page in Firefox, where one is installed: boot from the snapshot that Chromium made, drop a database, see a study.

Firefox is started by hand, for no driver of the tests speaks to Debian's; a script that the test adds to the page drops the
file as a reader would, and posts what is to be seen.
"""

from __future__ import annotations

import importlib
import json
import queue
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.page import browser as drive
from tests.page.studies import DIGITS, spoken

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEB = Path(__file__).resolve().parents[2] / "web"
PROBE = """
import { RELEASE } from './release.js';
const until = async (holds) => { while (!holds()) await new Promise((next) => setTimeout(next, 50)); };
const errors = [];
addEventListener('error', ({ message }) => errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
addEventListener('securitypolicyviolation', ({ violatedDirective }) => errors.push(violatedDirective));
await until(() => document.getElementById('status').textContent !== '');
const bytes = await (await fetch(RELEASE.examples.find(({ name }) => name === 'digits.db').url)).arrayBuffer();
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([bytes], 'digits.db'));
document.getElementById('zone').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
const views = () => [...document.querySelectorAll('.view')];
await until(() => views().length && !document.querySelector('.view.pending, .view[aria-busy]'));
const text = (view) => view.querySelector('.variant:not([hidden]) > .answer, .variant:not([hidden]) > .reason')?.textContent;
for (const figure of document.querySelectorAll('.view .figure')) {
  figure.scrollIntoView();
  await until(() => 'drawn' in figure.dataset);
}
const found = {
  name: document.querySelector('#study h1').textContent,
  sentences: Object.fromEntries(views().map((view) => [view.dataset.view, text(view)])),
  marks: document.querySelectorAll('[data-view=history] .point').length + document.querySelectorAll('[data-view=history] canvas').length,
  how: performance.getEntriesByName('python-ready')[0].detail.how,
  errors,
};
await fetch('found', { method: 'POST', body: JSON.stringify(found) });
"""


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed (Debian: apt-get install firefox-esr)")
def test_firefox_shows_a_dropped_study(tmp_path: Path) -> None:
    make_site = importlib.import_module("make_site")  # build/ is on the path by now
    web = tmp_path / "web"
    shutil.copytree(WEB, web)
    (web / "js" / "probe.js").write_text(PROBE)
    page = web / "templates" / "page.html"
    added = '<script type="module" src="{{ folders.app }}/js/probe.js"></script>\n{% endblock %}\n{% block body %}'
    page.write_text(page.read_text("utf-8").replace("{% endblock %}\n{% block body %}", added), "utf-8")
    make_site.write_site(tmp_path / "host" / "site", web=web)
    host = drive.Host(tmp_path / "host")
    found = found_by_firefox(host, tmp_path / "profile")
    host.stop()
    assert found["how"] == "snapshot"
    assert found["name"] == "digits-accuracy-vs-size"
    assert found["sentences"] == spoken(DIGITS, found["name"])
    assert found["marks"] > 0 and found["errors"] == []


def found_by_firefox(host: drive.Host, profile: Path) -> dict[str, Any]:
    """What the page at the host's site/ posts."""
    profile.mkdir()
    command = [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), f"{host.origin}/site/"]
    firefox = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return dict(json.loads(host.posted.get(timeout=180)))
    except queue.Empty:
        pytest.fail(f"Firefox posted nothing within 180 s; it asked for {host.requests[-5:]}")
    finally:
        firefox.terminate()
        firefox.wait(timeout=20)
