"""The page's runtime in Firefox, where one is installed: start from the snapshot that Chromium made, read a study.

Firefox is started by hand, for no driver of the tests speaks to Debian's; the page itself posts what it found.
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

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEB = Path(__file__).resolve().parents[2] / "web"
PAGE = '<!doctype html><title>probe</title><script type="module" src="{{ folders.app }}/js/probe.js"></script>'
PROBE = """
import { Analyzer } from './client.js';
import { RELEASE } from './release.js';
const analyzer = new Analyzer();
const post = (found) => fetch('found', { method: 'POST', body: JSON.stringify(found) });
analyzer.addEventListener('failed', ({ detail }) => post(detail));
analyzer.addEventListener('ready', async ({ detail }) => {
  const bytes = await (await fetch(RELEASE.examples.find(({ name }) => name === 'digits.db').url)).arrayBuffer();
  const answer = await analyzer.open([new File([bytes], 'digits.db')]).catch(({ kind, message }) => ({ kind, message }));
  post({ ...detail, answer });
});
"""


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed (Debian: apt-get install firefox-esr)")
def test_firefox_starts_from_the_same_snapshot_and_reads_a_study(tmp_path: Path) -> None:
    make_site = importlib.import_module("make_site")  # build/ is on the path by now

    web = tmp_path / "web"
    shutil.copytree(WEB, web)
    (web / "js" / "probe.js").write_text(PROBE)
    (web / "templates" / "page.html").write_text(PAGE)
    make_site.write_site(tmp_path / "host" / "site", web=web)
    host = drive.Host(tmp_path / "host")
    found = found_by_firefox(host, tmp_path / "profile")
    host.stop()
    assert found["how"] == "snapshot", found
    assert [study["name"] for study in found["answer"]["studies"]] == ["digits-mlp", "digits-accuracy-vs-size"]


def found_by_firefox(host: drive.Host, profile: Path) -> dict[str, Any]:
    """What the page at the host's site/ posts."""
    profile.mkdir()
    command = [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), f"{host.origin}/site/"]
    firefox = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return dict(json.loads(host.posted.get(timeout=90)))
    except queue.Empty:
        pytest.fail("Firefox posted nothing within 90 s")
    finally:
        firefox.terminate()
        firefox.wait(timeout=20)
