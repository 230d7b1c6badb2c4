"""Files on disk: told apart by content, never by name, and refused in one sentence where they hold no study."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from analyzer.database import journal, relational, sqlite
from analyzer.database.base import Database
from analyzer.errors import UnreadableDatabase
from analyzer.text import _, enumerated, marked

_SQLITE = (".db", ".sqlite3", ".sqlite")
_USUAL = (*_SQLITE, ".log")
_SIBLINGS = ("-wal", "-journal", "-shm")
_HEAD_BYTES = 65536
_KNOWN = {
    b"\x1f\x8b": marked("a gzip archive: unpack it first"),
    b"PK\x03\x04": marked("a zip archive: unpack it first"),
    b"\x28\xb5\x2f\xfd": marked("a zstd archive: unpack it first"),
    b"\x80\x04": marked("a Python pickle, which is never opened; give the study's database instead"),
    b"\x80\x05": marked("a Python pickle, which is never opened; give the study's database instead"),
    b"\x89HDF": marked("an HDF5 file"),
    b"%PDF": marked("a PDF document"),
    b"\x89PNG": marked("a picture"),
    b"PAR1": marked("a Parquet file"),
    b"<!": marked("a web page"),
    b"REDIS": marked("a Redis dump"),
}


def open_file(path: Path, before: Database | None = None) -> Database:
    """Open an SQLite database or a journal file, which may have been opened before.

    Raises UnreadableDatabase for anything else; creates nothing.
    """
    head = _head(path)
    if head.startswith(sqlite.MAGIC):
        return open_sqlite(path)
    if journal.is_journal(head):
        return journal.open_journal(path, before)
    raise UnreadableDatabase(
        _("{name} is {description}. hpo-analyze reads Optuna's SQLite databases and journal files.").format(
            name=path.name, description=_description(head)
        )
    )


def looks_like_database(path: Path) -> bool:
    """Whether a file of a folder is meant to be a database: by content, or by the usual endings of SQLite's files."""
    try:
        if not path.is_file() or path.is_symlink() or path.name.endswith(_SIBLINGS):
            return False
        head = _first_bytes(path)
    except OSError:
        return path.suffix in _USUAL
    return head.startswith(sqlite.MAGIC) or journal.is_journal(head) or path.suffix in _SQLITE


def open_sqlite(path: Path) -> Database:
    """Open an SQLite file."""
    connection = sqlite.connect(path)
    try:
        return relational.open_tables(connection, partial(sqlite.columns, connection), path.name, "SQLite")
    except BaseException:
        connection.close()
        raise


def _first_bytes(path: Path) -> bytes:
    """As much of a file as tells what it is."""
    with path.open("rb") as file:
        start = file.read(len(sqlite.MAGIC))
        return start if start == sqlite.MAGIC else start + file.read(_HEAD_BYTES)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            inside = sorted(item.name for item in path.iterdir() if item.suffix in _USUAL)
            sentence = (
                _("{name} is a folder; give one database file. In it: {files}.")
                if inside
                else _("{name} is a folder; give one database file.")
            )
            raise UnreadableDatabase(sentence.format(name=path.name or path, files=enumerated(inside[:8])))
        if path.exists() and not path.is_file():
            raise UnreadableDatabase(_("{name} is a pipe or a device; give a database file.").format(name=path.name))
        head = _first_bytes(path)
    except FileNotFoundError as error:
        raise UnreadableDatabase(
            _("There is no file {path!r}. Check the path; nothing was created.").format(path=str(path))
        ) from error
    except OSError as error:
        raise UnreadableDatabase(
            _("{name} cannot be opened: {reason}.").format(name=path.name, reason=error.strerror)
        ) from error
    if not head:
        raise UnreadableDatabase(
            _(
                "{name} is empty (0 bytes): probably a mistyped storage path made it. Look for the real database."
            ).format(name=path.name)
        )
    return head


def _description(head: bytes) -> str:
    for magic, name in _KNOWN.items():
        if head.lstrip().startswith(magic):
            return _(name)
    if sqlite.MAGIC.startswith(head[: len(sqlite.MAGIC)]):
        return _("an SQLite database cut off in its first bytes: copy or download it again")
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return _("neither an SQLite database nor text: something else, or an encrypted database (decrypt it first)")
        text = head[: error.start].decode("utf-8")
    first = text.strip().splitlines()[0] if text.strip() else ""
    return _("a text file that begins {first!r}, not a journal of Optuna's").format(first=first[:40])
