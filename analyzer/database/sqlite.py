"""SQLite files through the standard library, read-only; also the browser's way in.

The file is never written and nothing is left beside it. A database that some process is writing is read under SQLite's
own shared lock; one whose writer was killed (a hot `-journal`, a `-wal` that was not folded in, or a folder that cannot
be written) is recovered in a temporary copy.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analyzer.database.schema import Columns
from analyzer.errors import UnreadableDatabase

MAGIC = b"SQLite format 3\x00"
_SIBLINGS = ("-wal", "-journal")
_HEADER_BYTES = 100
_WAIT_S = 20.0  # for a writer that holds the file


class SqliteConnection:
    """One SQLite file, open for reading, in one transaction."""

    exact = "{}"  # SQLite compares text byte for byte

    def __init__(self, connection: sqlite3.Connection, copy: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self._connection = connection
        self._copy = copy

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows."""
        try:
            yield from self._connection.execute(statement, parameters)
        except sqlite3.Error as error:
            raise _explained(error) from error

    def close(self) -> None:
        """Let go of the file, and of the temporary copy where one was needed."""
        self._connection.close()
        if self._copy:
            self._copy.cleanup()


def connect(path: Path) -> SqliteConnection:
    """Open a file that begins as SQLite does.

    Raises UnreadableDatabase where it is damaged, encrypted, or not to be had.
    """
    _check_length(path)
    if not _needs_copy(path):
        try:
            return SqliteConnection(_opened(path, "mode=ro"))
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error) and "readonly" not in str(error):
                raise _explained(error) from error
        except sqlite3.Error as error:
            raise _explained(error) from error
    return _connect_copy(path)


def columns(connection: SqliteConnection) -> Columns:
    """The tables of the file and the names of their columns."""
    tables = [str(row[0]) for row in connection.rows("select name from sqlite_master where type in ('table', 'view')")]
    names = "select name from pragma_table_info(:table)"
    return {
        table: frozenset(str(row[0]) for row in connection.rows(names, table=table))
        for table in tables
        if not table.startswith("sqlite_")
    }


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    """Open and take a consistent snapshot: everything that is read later is of this moment."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}", uri=True, timeout=_WAIT_S, isolation_level=None,
        check_same_thread=False,
    )  # fmt: skip
    try:
        connection.text_factory = _text
        connection.execute("pragma query_only = on")
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma mmap_size = 268435456")
        connection.execute("begin")
        connection.execute("select count(*) from sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _check_length(path: Path) -> None:
    """A file shorter than its own header says was cut off in a copy or a download."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        raise UnreadableDatabase(
            f"{path.name} begins as an SQLite database but ends after {len(header)} bytes. Copy or download it again."
        )
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages, size = int.from_bytes(header[28:32], "big"), path.stat().st_size
    counts_hold = header[24:28] == header[92:96]  # the page count is valid only where both counters agree
    if counts_hold and pages and size < pages * page and not any(_sibling(path, end).exists() for end in _SIBLINGS):
        raise UnreadableDatabase(
            f"{path.name} is cut off: it holds {size} of {pages * page} bytes. Copy or download it again."
        )


def _sibling(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _needs_copy(path: Path) -> bool:
    """Whether reading in place would have to write: roll a journal back, or make the index of a write-ahead log."""
    journal = _sibling(path, "-journal")
    if journal.exists() and _is_hot(journal):
        return True
    with path.open("rb") as file:
        in_wal_mode = file.read(20)[18:20] == b"\x02\x02"
    return in_wal_mode and not _sibling(path, "-shm").exists()


def _is_hot(journal: Path) -> bool:
    """Whether a rollback journal still holds something: its header is intact (a finished one is zeroed or empty)."""
    with journal.open("rb") as file:
        return file.read(8) == b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"


def _connect_copy(path: Path) -> SqliteConnection:
    """Let SQLite recover a copy of the file and its siblings, in a folder of its own."""
    folder = tempfile.TemporaryDirectory(prefix="hpo-analyze-", ignore_cleanup_errors=True)
    copy = Path(folder.name) / "study.db"
    try:
        for ending in ("", *_SIBLINGS):
            if _sibling(path, ending).exists():
                shutil.copyfile(_sibling(path, ending), _sibling(copy, ending))
        with closing(sqlite3.connect(copy)) as recovery:
            recovery.execute("select count(*) from sqlite_master").fetchone()
        return SqliteConnection(_opened(copy, "mode=rw"), folder)
    except sqlite3.Error as error:
        folder.cleanup()
        raise _explained(error) from error
    except OSError as error:
        folder.cleanup()
        raise UnreadableDatabase(
            f"{path.name} has to be recovered in a copy first, and there is no room for it ({error.strerror}). "
            "Set TMPDIR to a folder with more space."
        ) from error


def _explained(error: sqlite3.Error) -> UnreadableDatabase:
    said = str(error)
    if "locked" in said:
        return UnreadableDatabase(
            f"Another process has held the database for {_WAIT_S:.0f} seconds. Try again, or analyse a copy of it."
        )
    if "not a database" in said or "encrypted" in said:
        return UnreadableDatabase(
            "The file begins as an SQLite database but its contents are unreadable: it is damaged or encrypted. "
            "Decrypt it, or take a backup."
        )
    return UnreadableDatabase(
        f"SQLite cannot read this database ({said}); it is damaged. Try the SQLite command `.recover`, or a backup."
    )


