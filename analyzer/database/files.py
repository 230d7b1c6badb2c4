"""Files on disk: told apart by content, never by name, and refused in one sentence where they hold no study."""

from __future__ import annotations

from pathlib import Path

from analyzer.database import journal, relational, sqlite
from analyzer.database.base import Database
from analyzer.errors import UnreadableDatabase

_READ = "hpo-analyze reads Optuna's SQLite databases and journal files"
_USUAL = (".db", ".sqlite3", ".sqlite", ".log")
_KNOWN = {
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "a zstd archive: unpack it first",
    b"\x80\x04": "a Python pickle, which is never opened; give the study's database instead",
    b"\x80\x05": "a Python pickle, which is never opened; give the study's database instead",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"<!": "a web page",
    b"REDIS": "a Redis dump",
}


def open_file(path: Path) -> Database:
    """Open an SQLite database or a journal file. Raises UnreadableDatabase for anything else; creates nothing."""
    head = _head(path)
    if head.startswith(sqlite.MAGIC):
        return open_sqlite(path)
    if journal.is_journal(head):
        return journal.open_journal(path)
    raise UnreadableDatabase(f"{path.name} is {_description(head)}. {_READ}.")


def open_sqlite(path: Path) -> Database:
    """Open an SQLite file."""
    connection = sqlite.connect(path)
    try:
        return relational.open_tables(connection, sqlite.columns(connection), path.name, "SQLite")
    except BaseException:
        connection.close()
        raise


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            inside = sorted(item.name for item in path.iterdir() if item.suffix in _USUAL)
            hint = f" In it: {', '.join(inside[:8])}." if inside else ""
            raise UnreadableDatabase(f"{path.name or path} is a folder; give one database file.{hint}")
        if path.exists() and not path.is_file():
            raise UnreadableDatabase(f"{path.name} is a pipe or a device; give a database file.")
        with path.open("rb") as file:
            head = file.read(65536)
    except FileNotFoundError as error:
        raise UnreadableDatabase(f"There is no file {str(path)!r}. Check the path; nothing was created.") from error
    except OSError as error:
        raise UnreadableDatabase(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not head:
        raise UnreadableDatabase(
            f"{path.name} is empty (0 bytes): probably a mistyped storage path made it. Look for the real database."
        )
    return head


def _description(head: bytes) -> str:
    for magic, name in _KNOWN.items():
        if head.lstrip().startswith(magic):
            return name
    if sqlite.MAGIC.startswith(head[: len(sqlite.MAGIC)]):
        return "an SQLite database cut off in its first bytes: copy or download it again"
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "neither an SQLite database nor text: something else, or an encrypted database (decrypt it first)"
        text = head[: error.start].decode("utf-8")
    first = text.strip().splitlines()[0] if text.strip() else ""
    return f"a text file that begins {first[:40]!r}, not a journal of Optuna's"
