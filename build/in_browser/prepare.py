"""Runs inside the pinned Pyodide right before its memory is saved: import everything that a visit needs."""

from __future__ import annotations

import gc
import importlib
import json


def main(plan_text: str) -> None:
    """Import the plan's modules; a module's prepare_snapshot(), where it has one, loads templates and warms caches."""
    for name in json.loads(plan_text)["imports"]:
        module = importlib.import_module(name)
        if prepare := getattr(module, "prepare_snapshot", None):
            prepare()
    gc.collect()
