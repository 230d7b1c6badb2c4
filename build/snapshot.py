"""Make the memory snapshot that the page starts from, in a headless Chromium with the pinned Pyodide itself.

A small server on loopback hands out the page in in_browser/ and takes its results by POST; no driver is needed. The
page compiles (so the bytecode is that of the pinned Python, whatever Python runs this) and then records. Results are
kept by the digest of all that went in: a second build without a change starts no browser.
"""

from __future__ import annotations

import hashlib
import http.server
import json
import queue
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import chromium
import pack
from places import HERE

_TIMEOUT_S = 300
_KEPT = 4  # snapshots in the cache
_RESULTS = ("code.bin", "extensions.bin", "memory.bin", "record.json")
_CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
_TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}


class SnapshotFailed(Exception):
    """Chromium did not deliver a snapshot; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the browser made: blobs in the format of pack.py, the memory, and where the extensions lie in it."""

    code: bytes
    extensions: bytes
    memory: bytes
    record: str


def make(runtime: Mapping[str, Path], sources: Mapping[str, bytes], cache: Path, web: Path) -> Snapshot:
    """Compile the sources and take the snapshot, or find both in the cache."""
    served = _served(runtime, sources, web)
    folder = cache / "snapshots" / _digest(served)
    if not folder.exists():
        _keep(_Exchange(served, sources).run(), folder)
    folder.touch()
    code, extensions, memory, record = ((folder / name).read_bytes() for name in _RESULTS)
    return Snapshot(code, extensions, memory, record.decode())


def _keep(results: Mapping[str, bytes], folder: Path) -> None:
    """Put all results into the cache at once, for two builds may run side by side; and forget the oldest snapshots."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    for name in _RESULTS:
        (fresh / name).write_bytes(results[name])
    with suppress(OSError):  # the other build was faster
        fresh.rename(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    kept = sorted(folder.parent.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _served(runtime: Mapping[str, Path], sources: Mapping[str, bytes], web: Path) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted((HERE / "in_browser").iterdir()) if path.is_file()}
    files |= {f"js/{name}": (web / "js" / name).read_bytes() for name in ("boot.js", "snapshot.js")}
    files |= {f"runtime/{name}": runtime[name].read_bytes() for name in _CORE}
    files["runtime/pyodide-lock.json"] = json.dumps(lock()).encode()
    files["sources.bin"] = pack.packed(sources)
    files["plan.json"] = json.dumps({"imports": pack.imports()}).encode()
    return files


def lock() -> dict[str, object]:
    """The lock that Pyodide's loader insists on: our packages come in blobs, so it lists none."""
    info = {"abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "python": "3.12.7"}
    return {"info": info | {"version": "0.27.7"}, "packages": {}}


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:24]


class _Exchange:
    """The conversation with one browser: files out, results in."""

    def __init__(self, files: Mapping[str, bytes], sources: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.sources = sources
        self.results: dict[str, bytes] = {}
        self.outcome: queue.Queue[str] = queue.Queue()

    def run(self) -> dict[str, bytes]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with chromium.running(f"http://127.0.0.1:{server.server_address[1]}/make.html"):
                failure = self.outcome.get(timeout=_TIMEOUT_S)
        except queue.Empty:
            failure = f"no answer within {_TIMEOUT_S} s"
        finally:
            server.shutdown()
        if failure:
            raise SnapshotFailed(failure)
        return self.results

    def take(self, path: str, body: bytes) -> None:
        """A POST of the page. The plan of the first pass decides which extensions the second one loads."""
        if path in ("failed", "finished"):
            self.outcome.put(body.decode())
            return
        name = path.removeprefix("result/")
        self.results[name] = self.files[path] = body
        if name == "plan.json":
            self.files["plan.json"] = body
            needed = json.loads(body)["extensions"]
            blob = pack.packed({extension: self.sources[extension] for extension in needed})
            self.results["extensions.bin"] = self.files["extensions.bin"] = blob


def _handler(exchange: _Exchange) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = exchange.files.get(self.path.lstrip("/"))
            self._answer(200 if data is not None else 404, data or b"")

        def do_POST(self) -> None:
            exchange.take(self.path.lstrip("/"), self.rfile.read(int(self.headers["content-length"] or 0)))
            self._answer(204, b"")

        def _answer(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", _TYPES.get(Path(self.path).suffix, "application/octet-stream"))
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
