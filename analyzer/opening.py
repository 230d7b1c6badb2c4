"""The files that the page is given, each opened as a database with its studies, or told in a sentence why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.database import Database, Summary, reopen
from analyzer.database.summary import of_study
from analyzer.errors import AnalyzerError, UnreadableDatabase
from analyzer.study import Study
from analyzer.text import _, paragraph

_SIBLINGS = ("-wal", "-journal", "-shm")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Databases that are open, and what was read from them, by the database's position and the study's name."""

    databases: Sequence[Database]
    studies: Mapping[tuple[int, str], Study]


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that was opened."""

    database: Database
    summaries: list[Summary]
    only: Study | None  # its study, where there is one: the list of studies needs no more then
    earlier: dict[str, Study]  # studies that were read from an earlier state of it


def opened_files(files: list[dict[str, Any]], before: Earlier) -> tuple[list[Opened], list[str]]:
    """Every file that is a database, opened, with its studies; and what the reader has to know about the others."""
    paths = [file["path"] for file in files]
    opened: list[Opened] = []
    remarks: list[str] = []
    for file in files:
        if file["path"].endswith(_SIBLINGS) and file["path"].rpartition("-")[0] in paths:
            continue
        try:
            opened.append(_opened(file["path"], before, [each.database for each in opened]))
        except AnalyzerError as error:
            remarks.append(str(error))
            continue
        if file.get("wal") == "missing":
            remarks.append(_incomplete(file["name"]))
    if not opened:
        raise UnreadableDatabase(paragraph(remarks) or _("No file was given."))
    return opened, remarks


def labels_of(databases: Sequence[Database]) -> list[str]:
    """The names of the databases, numbered where several have the same."""
    names = [database.source.name for database in databases]
    before = [names[:index].count(name) for index, name in enumerate(names)]
    return [f"{name} ({count + 1})" if count else name for name, count in zip(names, before, strict=True)]


def _opened(path: str, before: Earlier, others: list[Database]) -> Opened:
    """A database with at least one study. Raises UnreadableDatabase for any other, and leaves nothing open then."""
    names = [database.source.name for database in before.databases]
    same = [index for index, name in enumerate(names) if name == Path(path).name]
    at = [database.source.name for database in others].count(Path(path).name)  # files may have one name in common
    was = same[at] if at < len(same) else None
    database = reopen(path, None if was is None else before.databases[was])
    earlier = {name: study for (index, name), study in before.studies.items() if index == was}
    try:
        if not database.names:
            name = database.source.name
            raise UnreadableDatabase(_("{name} is an Optuna database without any study.").format(name=name))
        if len(database.names) > 1:
            return Opened(database, database.summaries(), None, earlier)
        name = database.names[0]
        only = database.refresh(earlier[name]) if name in earlier else database.read(name)
        return Opened(database, [of_study(only)], only, {})
    except BaseException:
        database.close()
        raise


def _incomplete(name: str) -> str:
    return _(
        "{name} is in write-ahead mode: the newest trials may be in {name}-wal. Drop both files together to see them."
    ).format(name=name)
