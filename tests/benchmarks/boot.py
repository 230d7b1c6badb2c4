"""Page open → Python ready, ours beside a stock Pyodide boot with the same packages: `python tests/benchmarks/boot.py`.

Both come from the same host in the same run, in turn, each sample with a new profile. Cold is the first visit. Warm is the
second one: ours with the host switched off, the stock boot from the browser's cache (it cannot do without its host). The
stock page does what Pyodide's documentation says: loadPyodide, loadPackage, import; in a module worker, as ours. Prints
medians and ratios, and how many bytes ours had asked for when it was ready, as a compressing host would send them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "build")]

import fetch_runtime  # noqa: E402
import make_site  # noqa: E402
import pack  # noqa: E402
from places import ANALYZER, WEB, runtime_folder  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.page import browser as drive  # noqa: E402

STOCK_PAGE = """<!doctype html><meta charset="utf-8"><title>stock</title><link rel="icon" href="data:,">
<script type="module" src="page.js"></script>"""
STOCK_SCRIPT = """
const worker = new Worker('worker.js', { type: 'module' });
worker.onmessage = ({ data }) => (data.error ? document.body.append(data.error) : performance.mark('python-ready'));
"""
STOCK_WORKER = """
import { loadPyodide } from './pyodide.mjs';
const { packages, imports } = await (await fetch('plan.json')).json();
try {
  const python = await loadPyodide({ indexURL: new URL('./', location.href).href });
  await python.loadPackage(packages, { messageCallback() {} });
  for (const name of imports) python.pyimport(name);
  self.postMessage({});
} catch (error) {
  self.postMessage({ error: String(error) });
}
"""


def wheel(files: dict[str, bytes], name: str) -> bytes:
    """A wheel as a packager would make it, sources compressed."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    described = files | {
        f"{name}-1.0.dist-info/METADATA": metadata,
        f"{name}-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\n",
    }
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in described.items():
                archive.writestr(path, data)
        return stream.getvalue()


def write_stock(folder: Path, paths: dict[str, Path], analyzer: Path, web: Path) -> None:
    """The stock page: Pyodide's files, the wheels that its loader fetches, and analyzer as one more wheel."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copy(paths[name], folder)
    wheels = {path.name: path.read_bytes() for path in paths.values() if path.suffix == ".whl"}
    sources = pack.site_packages(paths, analyzer, web)
    for package in ("markupsafe", "analyzer"):
        files = {name: data for name, data in sources.items() if name.startswith(f"{package}/")}
        wheels[f"{package}-1.0-py3-none-any.whl"] = wheel(files, package)
    for name, data in wheels.items():
        (folder / name).write_bytes(data)
    packages = {name.split("-")[0].replace("_", "-"): _locked(name, data) for name, data in wheels.items()}
    lock = make_site.snapshot.lock() | {"packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    (folder / "plan.json").write_text(json.dumps({"packages": sorted(packages), "imports": pack.imports()}))
    for name, text in {"index.html": STOCK_PAGE, "page.js": STOCK_SCRIPT, "worker.js": STOCK_WORKER}.items():
        (folder / name).write_text(text)


def _locked(file: str, data: bytes) -> dict[str, Any]:
    name, version = file.split("-")[:2]
    return {
        "name": name, "version": version, "file_name": file, "install_dir": "site", "package_type": "package",
        "sha256": hashlib.sha256(data).hexdigest(), "imports": [name], "depends": [], "unvendored_tests": False,
    }  # fmt: skip


@contextmanager
def profile() -> Iterator[Page]:
    """A browser with a new profile on disk, settled."""
    flags = [flag for flag in drive.chromium.FLAGS if flag != "--headless"]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=str(drive.chromium_path()), args=flags, headless=True
        )
        page = context.new_page()
        page.wait_for_timeout(500)
        yield page
        context.close()


def visit(page: Page, address: str) -> float:
    """Milliseconds from navigation until Python can be called."""
    page.goto(address)
    for _ in range(600):
        marks = page.evaluate("performance.getEntriesByName('python-ready').map(({ startTime }) => startTime)")
        if marks:
            return float(marks[0])
        time.sleep(0.05)
    raise TimeoutError(f"{address} was not ready within 30 s: {page.evaluate('document.body.innerText')[:500]}")


def sample_stock(host_folder: Path) -> tuple[float, float]:
    host = drive.Host(host_folder)
    with profile() as page:
        address = f"{host.origin}/stock/index.html"
        times = visit(page, address), visit(page, address)
    host.stop()
    return times


def sample_ours(host_folder: Path) -> tuple[float, float]:
    host = drive.Host(host_folder)
    with profile() as page:
        address = f"{host.origin}/ours/index.html"
        cold = visit(page, address)
        fetched.append(host.asked_before((page.evaluate("performance.timeOrigin") + cold) / 1e3))
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        host.stop()
        return cold, visit(page, address)


fetched: list[int] = []  # of each cold sample of ours


def row(name: str, ours: list[float], stock: list[float]) -> str:
    mine, theirs = statistics.median(ours), statistics.median(stock)
    spread = f"{min(ours):.0f}-{max(ours):.0f}", f"{min(stock):.0f}-{max(stock):.0f}"
    return f"{name:5} {mine:7.0f} ({spread[0]}) {theirs:10.0f} ({spread[1]}) {theirs / mine:8.2f}x"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--analyzer", type=Path, default=ANALYZER)
    parser.add_argument("--web", type=Path, default=WEB)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        host = Path(folder) / "host"
        host.mkdir()
        make_site.write_site(host / "ours", analyzer=options.analyzer, web=options.web)
        write_stock(host / "stock", fetch_runtime.fetch(runtime_folder()), options.analyzer, options.web)
        samples: dict[str, list[tuple[float, float]]] = {"ours": [], "stock": []}
        ways: dict[str, Callable[[Path], tuple[float, float]]] = {"ours": sample_ours, "stock": sample_stock}
        for _ in range(options.samples):
            for name, way in ways.items():
                samples[name].append(way(host))
                time.sleep(0.5)
        print("ms, median (range)   ours            stock            ratio")
        for k, name in enumerate(("cold", "warm")):
            print(row(name, [pair[k] for pair in samples["ours"]], [pair[k] for pair in samples["stock"]]))
        print(f"asked for before ready, cold: {statistics.median(fetched) / 1e6:.2f} MB compressed")


if __name__ == "__main__":
    main()
