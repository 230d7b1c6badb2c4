"""Every way a study gets in. Nothing outside this folder knows SQL, stored spellings or schema versions.

`open_database` takes what a user has at hand (a path or a URL), tells by content what it is, and answers with a
`Database`: a cheap list of its studies, and `read` for one of them in columns.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from analyzer.database import files, server
from analyzer.database.base import Database, Summary
from analyzer.errors import UnreadableDatabase
from analyzer.text import _

_URL = re.compile(r"^[a-z][a-z0-9+._-]*://", re.IGNORECASE)


def open_database(target: str | os.PathLike[str]) -> Database:
    """Open a path (SQLite or journal file, told apart by content) or a URL, for reading only.

    Raises UnreadableDatabase, in one sentence that says what the target is and what would be read.
    """
    return reopen(target, None)


def reopen(target: str | os.PathLike[str], before: Database | None) -> Database:
    """Open what is there now of a database that was opened before. Studies that were read then can be refreshed.

    Both are to be closed. Of a journal file that has only grown, only what is new is read.
    """
    text = os.fspath(target)
    if _URL.match(text) and not text.lower().startswith("sqlite"):
        return server.open_server(text)
    return files.open_file(_local(text), before)


def _local(text: str) -> Path:
    """The path of `sqlite:///relative.db`, `sqlite:////absolute.db`, or a plain path."""
    if not _URL.match(text):
        return Path(text)
    path = re.sub(r"^sqlite(\+\w+)?:///?", "", text, flags=re.IGNORECASE).split("?")[0]
    if not path or path == ":memory:":
        raise UnreadableDatabase(_("A database in memory is gone with its process. Give the path of a database file."))
    return Path(path)


__all__ = ["Database", "Summary", "open_database", "reopen"]
