"""The databases in a folder and the studies in them, each with the name that its report would have.

A database that cannot be read is a `Failure` and does not stop the others.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from analyzer.database import Summary, open_database
from analyzer.database.files import looks_like_database
from analyzer.errors import AnalyzerError
from analyzer.targets import shown_target

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """One study among many."""

    target: str  # what opens its database
    shown: str  # the database as the reader sees it
    summary: Summary
    file: str  # the name of its report


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read or reported, and why, in a sentence."""

    shown: str
    study: str | None  # None: the whole database
    reason: str


def listed(target: str) -> tuple[list[Listed], list[Failure]]:
    """The studies of a database, or of every database in a folder and the folders in it.

    Raises UnreadableDatabase where the target is one database that cannot be read.
    """
    if not is_folder(target):
        return _studies(target, shown_target(target)), []
    found: list[Listed] = []
    failures: list[Failure] = []
    for each, shown in _databases(target):
        try:
            found += _studies(each, shown)
        except AnalyzerError as error:
            failures.append(Failure(shown, None, str(error)))
    return found, failures


def is_folder(target: str) -> bool:
    """Whether a target is a folder, so that all databases in it are meant."""
    return "://" not in target and Path(target).is_dir()


def _studies(target: str, shown: str) -> list[Listed]:
    with open_database(target) as database:
        return [Listed(target, shown, each, file_name(shown, each.name)) for each in database.summaries()]


def _databases(target: str) -> list[tuple[str, str]]:
    """(path, path within the folder); links are not followed, and what begins with a dot is left out."""
    found = []
    for place, folders, files in os.walk(target):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if not name.startswith(".") and looks_like_database(path):
                found.append((str(path), path.relative_to(target).as_posix()))
    return found


def file_name(shown: str, study: str) -> str:
    """A name that is safe on every system, the same each time and no other study's, whatever the study is called.

    >>> file_name("a.db", "../../etc/passwd")
    'etc-passwd-f164472a.html'
    """
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", study)[:_LONGEST_NAME].strip("-") or "study"
    mark = hashlib.sha256(f"{shown}\0{study}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{mark}.html"
