"""The report of a very large study in Chromium: how long the browser is busy at a stretch while its figures are drawn.

A figure is drawn in one stretch, when it comes into sight. The report is read from top to bottom; the longest stretch is the
slowest figure, or the reading of the report itself, in wall time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import generate
from tests.page import browser as drive

WATCH = """
window.busy = [];
new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.busy.push(duration))).observe({ type: 'longtask', buffered: true });
"""
READ = """async () => {
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  for (const figure of document.querySelectorAll('.figure')) {
    if (!figure.offsetParent) continue; // of a variant that is not chosen
    figure.scrollIntoView({ behavior: 'instant' });
    for (let tries = 0; !('drawn' in figure.dataset); tries++) {
      if (tries > 600) throw new Error(`not drawn: ${figure.closest('.view').dataset.view}`);
      await pause(50);
    }
  }
  await pause(300);
  return [document.querySelectorAll('.figure[data-drawn]').length, Math.max(...window.busy)];
}"""


def rows() -> Iterator[dict[str, Any]]:
    """One row for each size."""
    for n in (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder, drive.launched() as browser:
            path = Path(folder) / "report.html"
            command = [sys.executable, "-m", "analyzer", "report", str(generate.sqlite(n)), "-o", str(path)]
            subprocess.run(command, check=True, capture_output=True)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(WATCH)
            page.goto(path.as_uri())
            figures, busy_ms = page.evaluate(READ)
            assert figures > 10
            yield {"what": "report in Chromium, the longest it is busy at a stretch (wall time)", "n": n, "ours_s": busy_ms / 1000}


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
