"""A database dropped on the page → the head of the study and its first figure drawn: `python -m tests.benchmarks.drop`.

Each sample is a new profile, whose reader takes a few seconds to find the file: Python has started by then. The clock runs
from the browser's event of the file to the first figure, in wall time; prints medians and ranges.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks import generate
from tests.benchmarks.boot import make_site, profile, visit
from tests.page import browser as drive

READER_S = 4.0
WATCH = """
addEventListener('change', ({ target }) => { if (target.id === 'file') window.given = performance.now(); }, true);
new MutationObserver(() => {
  const first = document.querySelector('.figure[data-drawn]');
  if (window.given && first) window.shown ??= performance.now();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-drawn'] });
"""


def sample(page: Page, address: str, path: Path, patience_s: float) -> float:
    """Milliseconds from the file to the first figure."""
    page.add_init_script(WATCH)
    visit(page, address)
    time.sleep(READER_S)
    page.set_input_files("#file", str(path))
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        shown = page.evaluate("window.shown ? window.shown - window.given : 0")
        if shown:
            return float(shown)
        time.sleep(0.05)
    raise TimeoutError(page.evaluate("document.body.innerText")[:400])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    paths = [generate.sqlite(size) for size in options.sizes]
    with tempfile.TemporaryDirectory() as folder:
        make_site.write_site(Path(folder) / "ours")
        host = drive.Host(Path(folder))
        for size, path in zip(options.sizes, paths, strict=True):
            times = []
            for _ in range(options.samples):
                with profile() as page:
                    times.append(sample(page, f"{host.origin}/ours/index.html", path, 120))
            print(f"{size:9,} trials: {statistics.median(times):6.0f} ms ({min(times):.0f}-{max(times):.0f})", flush=True)
        host.stop()


if __name__ == "__main__":
    main()
