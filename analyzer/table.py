"""The table behind a view: named columns that become CSV, JSON, a data frame or the rows on a page."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


class Kind(Enum):
    """How a column's cells are to be read."""

    WHOLE = "whole"  # whole numbers
    NUMBER = "number"  # NaN = empty
    TIME = "time"  # datetime64[us], NaT = empty
    CATEGORY = "category"  # codes into labels, -1 = empty
    TEXT = "text"  # None = empty


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    kind: Kind
    cells: npt.NDArray[Any] | Sequence[str | None]  # (n,)
    labels: tuple[str, ...] = ()  # of a category
    group: str = ""  # "params", "user_attrs" …: names in different groups may be the same

    def cell(self, row: int) -> object:
        """One cell as a plain Python value, None where it is empty."""
        raw: Any = self.cells[row]
        if self.kind is Kind.TEXT:
            return None if raw is None else str(raw)
        if self.kind is Kind.CATEGORY:
            return self.labels[int(raw)] if 0 <= int(raw) < len(self.labels) else None
        if self.kind is Kind.TIME:
            return None if np.isnat(raw) else str(raw).replace("T", " ")
        if self.kind is Kind.WHOLE:
            return int(raw)
        return None if math.isnan(raw) else float(raw)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length."""

    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0

    def headers(self) -> list[str]:
        """The column names as Optuna's data frame spells them, the group in front; a name that is taken gets a number."""
        return distinct([f"{each.group}_{each.name}" if each.group else each.name for each in self.columns])

    def taken(self, rows: npt.NDArray[np.int64]) -> Table:
        """The table of these rows alone."""
        return Table(tuple(replace(column, cells=_taken(column.cells, rows)) for column in self.columns))

    def rows(self) -> Iterator[list[object]]:
        """The rows, one plain Python value a cell."""
        for row in range(len(self)):
            yield [column.cell(row) for column in self.columns]


def _taken(cells: npt.NDArray[Any] | Sequence[str | None], rows: npt.NDArray[np.int64]) -> Any:
    return cells[rows] if isinstance(cells, np.ndarray) else [cells[row] for row in rows.tolist()]


def distinct(names: Sequence[str]) -> list[str]:
    """The names, those that are taken with a number behind them.

    >>> distinct(["loss", "loss", "loss (2)"])
    ['loss', 'loss (2)', 'loss (2) (2)']
    """
    found: dict[str, None] = {}
    for name in names:
        free = (f"{name} ({count})" for count in range(2, len(names) + 2))
        found[name if name not in found else next(each for each in free if each not in found)] = None
    return list(found)


def whole(name: str, cells: Any, group: str = "") -> Column:
    """A column of whole numbers."""
    return Column(name, Kind.WHOLE, np.asarray(cells, dtype=np.int64), group=group)


def numbers(name: str, cells: Any, group: str = "") -> Column:
    """A column of numbers; NaN is an empty cell."""
    return Column(name, Kind.NUMBER, np.asarray(cells, dtype=np.float64), group=group)


def times(name: str, cells: Any) -> Column:
    """A column of timestamps; NaT is an empty cell."""
    return Column(name, Kind.TIME, cells)


def texts(name: str, cells: Sequence[str | None], group: str = "") -> Column:
    """A column of text; None is an empty cell."""
    return Column(name, Kind.TEXT, list(cells), group=group)


def categories(name: str, codes: Any, labels: Sequence[str], group: str = "") -> Column:
    """A column of few distinct texts."""
    return Column(name, Kind.CATEGORY, np.asarray(codes, dtype=np.int64), tuple(labels), group)


def csv_text(table: Table) -> str:
    """The table as CSV (RFC 4180, first line the headers, empty cells empty).

    A cell that a spreadsheet would run as a formula is kept as text by a leading apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([inert(header) for header in table.headers()])
    for row in table.rows():
        writer.writerow(["" if cell is None else inert(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def inert(text: str) -> str:
    """Text that no spreadsheet runs as a formula.

    >>> inert("=1+1"), inert("-3"), inert("relu")
    ("'=1+1", '-3', 'relu')
    """
    return "'" + text if text[:1] in _FORMULA and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
