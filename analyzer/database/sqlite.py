"""SQLite files through the standard library, read-only; also the browser's way in.

The file is never written, and nothing is made or changed beside it. A database that some process is writing is read under
SQLite's own shared locks, for as long as one study takes. What SQLite can only read after repairing it (a rollback
journal or a write-ahead log that a killed writer left) is repaired in a temporary copy.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from analyzer.database.btree import OddPages, PageFile
from analyzer.database.schema import Columns
from analyzer.database.tables import Answer
from analyzer.errors import UnreadableDatabase
from analyzer.text import _

MAGIC = b"SQLite format 3\x00"
_SIBLINGS = ("-wal", "-journal")
_HEADER_BYTES = 100
_WITH_LOG = b"\x02\x02"  # in the header of a file that is made for a write-ahead log
_MADE = "select name, sql from sqlite_master where type in ('table', 'view')"
_MOST_KNOWN = 32
_CHECKED_BYTES = 2**29  # larger files are not read twice to find damage that reading does not meet
_FAILURES = (sqlite3.Error, UnicodeDecodeError)  # the latter where SQLite quotes damaged text in its message
_WAIT_S = 20.0  # for a writer that holds the file

_known: dict[tuple[Sequence[Any], ...], Columns] = {}  # by what made the tables


class SqliteConnection:
    """One SQLite file, open for reading."""

    exact = "{}"  # SQLite compares text byte for byte
    wide = "{}"  # its integers have 64 bits
    microseconds = ""  # its timestamps are texts

    def __init__(self, path: Path, mode: str, temporary: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self._path, self._temporary = path, temporary
        self._alone = mode == _UNLOCKED
        self._unchecked = path.stat().st_size <= _CHECKED_BYTES
        self._state = _state(path) if self._alone else []
        self._file: BinaryIO | None = None
        self._connection = sqlite3.connect(
            f"file:{quote(bytes(path.absolute()))}?{mode}", uri=True, timeout=_WAIT_S, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        try:
            for setting in ("query_only = on", "trusted_schema = off", "cell_size_check = on"):
                self._connection.execute(f"pragma {setting}")
            self._connection.execute("select count(*) from sqlite_master").fetchone()
        except BaseException:
            self._connection.close()
            raise

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows."""
        return self._connection.execute(statement, parameters)

    def consistently(self, work: Callable[[], Answer]) -> Answer:
        """Do some reading in one transaction. Text that is not UTF-8 is read with replacement characters."""
        try:
            return self._in_transaction(work)
        except _FAILURES as error:
            if "Could not decode" not in str(error):
                raise _explained(error) from error
        self._connection.text_factory = _lenient
        return self.consistently(work)

    def pages(self) -> PageFile | None:
        """The file, unless a part of the database may be in a write-ahead log."""
        if _beside(self._path, "-wal").exists():
            return None
        if self._file is None:  # it stays open: closing it would let go of the lock that SQLite holds on it
            self._file = self._path.open("rb", buffering=0)
        try:
            return PageFile(self._file)
        except OddPages:
            return None

    def check(self) -> None:
        """Let SQLite look once for pages that are lost, torn or used twice, which its reading may not meet."""
        if self._unchecked:
            self._unchecked = False
            found = self._connection.execute("pragma quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(" ".join(str(found).split()))

    def close(self) -> None:
        """Let go of the file, and of the temporary copy where one was needed."""
        self._connection.close()
        if self._file:
            self._file.close()
        if self._temporary:
            self._temporary.cleanup()

    def _in_transaction(self, work: Callable[[], Answer]) -> Answer:
        self._connection.execute("begin")
        try:
            return work()
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute("rollback")
            if self._alone and self._state != _state(self._path):
                raise UnreadableDatabase(_("{name} was written to while it was being read. Try again.").format(name=self._path.name))


_UNLOCKED = "immutable=1"


def connect(path: Path) -> SqliteConnection:
    """Open a file that begins as SQLite does.

    Raises UnreadableDatabase where it is damaged, encrypted, or not to be had.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    _check_length(path, header)
    mode = _mode(path, header)
    try:
        return SqliteConnection(path, mode) if mode else _repaired(path)
    except _FAILURES as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise _explained(error) from error
    try:
        return _repaired(path)
    except _FAILURES as error:
        raise _explained(error) from error


def columns(connection: SqliteConnection) -> Columns:
    """The tables (and views) of the file and the names of their columns; of many files made alike, read of the first."""
    made = tuple(connection.rows(_MADE))
    if made not in _known:
        names = "select name from pragma_table_info(:table)"
        tables = [str(table) for table, _statement in made if not str(table).startswith("sqlite_")]
        found = {table: frozenset(str(row[0]) for row in connection.rows(names, table=table)) for table in tables}
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[made] = found
    return _known[made]


def _mode(path: Path, header: bytes) -> str | None:
    """How to open a file so that SQLite neither makes nor changes anything beside it; None where only a copy will do.

    A write-ahead log is read through its index, which is opened for reading alone; SQLite would otherwise make one, and
    mark it. A file that is made for such a log, but has none, is complete, and nobody has it open.
    """
    log = _beside(path, "-wal")
    if not log.exists() and header[18:20] != _WITH_LOG:
        return "mode=ro"
    if log.exists() and _beside(path, "-shm").exists():
        return "mode=ro&readonly_shm=1"
    return None if log.exists() and log.stat().st_size else _UNLOCKED


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _state(path: Path) -> list[tuple[int, int] | None]:
    """What shows that a file or its siblings were written."""
    paths = [path, *(_beside(path, ending) for ending in _SIBLINGS)]
    return [(item.stat().st_mtime_ns, item.stat().st_size) if item.exists() else None for item in paths]


def _check_length(path: Path, header: bytes) -> None:
    """A file shorter than its own header says was cut off in a copy or a download."""
    if len(header) < _HEADER_BYTES:
        raise UnreadableDatabase(
            _("{name} begins as an SQLite database but ends after {count} bytes. Copy or download it again.").format(
                name=path.name, count=len(header)
            )
        )
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages, size = int.from_bytes(header[28:32], "big"), path.stat().st_size
    counts_hold = header[24:28] == header[92:96]  # the page count is valid only where both counters agree
    if counts_hold and pages and size < pages * page and not any(_beside(path, end).exists() for end in _SIBLINGS):
        raise UnreadableDatabase(
            _("{name} is cut off: it holds {size} of {all} bytes. Copy or download it again.").format(
                name=path.name, size=size, all=pages * page
            )
        )


def _repaired(path: Path) -> SqliteConnection:
    """Let SQLite repair a copy of the file and its siblings, in a folder of its own."""
    folder = tempfile.TemporaryDirectory(prefix="hpo-analyze-", ignore_cleanup_errors=True)
    copy = Path(folder.name) / "study.db"
    try:
        before = _state(path)
        for ending in ("", *_SIBLINGS):
            if _beside(path, ending).exists():
                shutil.copyfile(_beside(path, ending), _beside(copy, ending))
        if before != _state(path):
            raise UnreadableDatabase(_("{name} was written to while it was being read. Try again.").format(name=path.name))
        return SqliteConnection(copy, "mode=rw", folder)
    except OSError as error:
        folder.cleanup()
        raise UnreadableDatabase(
            _(
                "{name} has to be repaired in a copy first, and there is no room for it ({reason}). "
                "Set TMPDIR to a folder with more space."
            ).format(name=path.name, reason=error.strerror)
        ) from error
    except BaseException:
        folder.cleanup()
        raise


def _lenient(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _explained(error: Exception) -> UnreadableDatabase:
    said = _("garbled text") if isinstance(error, UnicodeDecodeError) else " ".join(str(error).replace("*** in database main ***", "").split())[:100]
    if "locked" in said:
        return UnreadableDatabase(
            _("Another process has held the database for {seconds:.0f} seconds. Try again, or analyse a copy of it.").format(
                seconds=_WAIT_S
            )
        )
    if "not a database" in said or "encrypted" in said:
        return UnreadableDatabase(
            _(
                "The file begins as an SQLite database but its contents are unreadable: it is damaged or encrypted. "
                "Decrypt it, or take a backup."
            )
        )
    return UnreadableDatabase(
        _("SQLite cannot read this database ({said}); it is damaged. Try the SQLite command `.recover`, or a backup.").format(said=said)
    )
