"""Run `hpo-analyze` inside the test's own process, as a terminal that is none would see it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left behind."""

    code: int
    out: str
    err: str


def run(*words: str | Path) -> Ran:
    """Run one command; usage errors, which end the process, become their exit code."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def document(*words: str | Path) -> Any:
    """The JSON document that a command prints: strict JSON, and nothing else on stdout."""
    ran = run(*words, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
