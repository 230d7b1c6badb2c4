"""How a command speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from analyzer import terminal
from analyzer.errors import AnalyzerError, NotApplicable
from analyzer.folders import Failure, Listed
from analyzer.text import _


def print_json(document: Any) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    json.dump(document, sys.stdout, ensure_ascii=not encoding.lower().startswith("utf"), allow_nan=False)
    print()


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def progress(words: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def now() -> str:
    """The creation time; SOURCE_DATE_EPOCH sets it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment_ = (
        datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isascii() and epoch.isdigit() else datetime.now(UTC)
    )
    return moment_.strftime("%Y-%m-%d %H:%M:%S UTC")


def end(found: list[Listed], failures: list[Failure], words: str) -> None:
    """Name what failed, if anything did, each in a line of its own. Raises AnalyzerError then, and where nothing was found."""
    for failure in failures:
        name = failure.shown if failure.study is None else f"{failure.shown}, {failure.study}"
        say(f"{terminal.one_line(name)}: {failure.reason}")
    if failures:
        raise AnalyzerError(words.format(count=len(failures)))
    if not found:
        raise NotApplicable(_("There is no Optuna database with a study here."))
