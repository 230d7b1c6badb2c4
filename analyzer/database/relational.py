"""A Database over Optuna's tables, whichever engine holds them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from analyzer.database import schema, summary, tables
from analyzer.database.base import Database, Summary
from analyzer.database.schema import Columns, Layout
from analyzer.database.tables import Connection
from analyzer.study import Part, Source, Study
from analyzer.text import marked


def open_tables(connection: Connection, columns_of: Callable[[], Columns], name: str, kind: str) -> Database:
    """A Database over the tables of an open connection, which it closes in the end.

    Each list of studies and each study is read in one snapshot. Raises UnreadableDatabase where the tables are not Optuna's.
    """

    def opened() -> tuple[Columns, Layout, str | None, list[str]]:
        columns = columns_of()
        layout = schema.layout(columns, connection.exact)
        return columns, layout, tables.optuna_version(connection, columns), list(tables.study_ids(connection))

    columns, layout, version, names = connection.consistently(opened)
    source = Source(name=name, kind=kind, optuna_version=version, layout=layout.name, clock=clock(version))

    def read(study: str, parts: Collection[Part]) -> Study:
        return tables.read_study(connection, layout, study, source, parts)

    def listed() -> list[Summary]:
        return summary.summaries(connection, columns, layout, lambda study: read(study, ()))

    return Database(
        source=source,
        names=names,
        _summaries=partial(connection.consistently, listed),
        _read=lambda study, parts: connection.consistently(partial(read, study, parts)),
        _refresh=lambda study: connection.consistently(partial(tables.refresh_study, connection, layout, study, source)),
        close=connection.close,
    )


def clock(version: str | None) -> str:
    """Say what the timestamps are. Optuna 5.0 went from local time to UTC and left no mark but its version."""
    if version and version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 5:
        return marked("UTC")
    return marked("local time of the writer")


