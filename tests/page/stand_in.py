"""A stand-in for analyzer/browser.py: the smallest module that exercises every promise of the worker to Python.

The tests of the runtime build a site around it (as the package `analyzer`), so that they test the runtime alone.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from typing import Any

import jinja2
import numpy as np

_TEMPLATE = jinja2.Template("<p>{{ name }}: {{ total }}</p>", autoescape=True)
_paths: list[str] = []


def open_files(request: str) -> str:
    """Answer with what SQLite sees in each file."""
    files = json.loads(request)["files"]
    _paths[:] = [file["path"] for file in files]
    return json.dumps({"files": [{**file, "sum": _total(file["path"])} for file in files]})


def page(request: str) -> str:
    """Answer with HTML made by a template."""
    html = _TEMPLATE.render(name=json.loads(request)["name"], total=_total(_paths[0]))
    return json.dumps({"html": html, "loaded": sorted({"pandas", "scipy"} & set(sys.modules))})


def view(request: str) -> tuple[str, list[Any]]:
    """Answer with a figure whose numbers come as arrays."""
    n = json.loads(request)["n"]
    figure = {"data": [{"type": "scattergl", "x": {"$": 0}, "y": {"$": 1}}], "layout": {}}
    arrays = [np.arange(n, dtype=np.int32), np.linspace(0.0, 1.0, n)]
    return json.dumps({"figures": {"history": figure}, "report": {"$": 2}}), [*arrays, b"bytes"]


def draw(request: str) -> str:
    """Random numbers: they must differ between two visits."""
    return json.dumps([random.random(), float(np.random.random())])


def late_import(request: str) -> str:
    """Import what no snapshot has, and show a traceback's source line, both from files that come after the boot."""
    import colorsys
    import fractions

    return json.dumps([str(fractions.Fraction(1, 3)), colorsys.__name__, str(np.linalg.inv(np.eye(2))[0, 0])])


def crash(request: str) -> str:
    """An error that is a bug."""
    raise ZeroDivisionError(json.loads(request)["why"])


def fill_memory(request: str) -> str:
    """More than a browser tab gives."""
    blocks = []
    while True:
        blocks.append(np.empty(32_000_000))


def never(request: str) -> str:
    """Work that does not end."""
    from hpo_page import progress  # type: ignore[import-not-found]

    k = 0
    while True:
        k += 1
        if k % 100_000 == 0:
            progress("forest", k % 1_000_000, 1_000_000)


def asset(request: str) -> str:
    """Read a file of the site that was asked for with the call."""
    from importlib.resources import files

    return json.dumps(len((files("plotly") / "package_data" / "plotly.min.js").read_bytes()))


def _recovered(path: str) -> str:
    """A copy in memory, into which SQLite has folded the log; without shared memory that takes an exclusive lock."""
    copy = os.path.join(tempfile.mkdtemp(), "copy.db")
    for ending in ("", "-wal"):
        shutil.copyfile(path + ending, copy + ending)
    connection = sqlite3.connect(copy)
    connection.execute("pragma locking_mode = exclusive")
    connection.execute("pragma journal_mode = delete")
    connection.close()
    return copy


def _total(path: str) -> float | str:
    if os.path.exists(path + "-wal") and os.path.getsize(path + "-wal"):
        path = _recovered(path)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return float(connection.execute("select sum(value) from numbers").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    finally:
        connection.close()
