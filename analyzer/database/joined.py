"""Columns that SQLite joins to one text for thousands of rows, instead of an object for each cell.

Making Python objects row by row is most of the time that reading takes. Whole numbers and texts can be joined without
loss; other numbers cannot, and come as they are, in the order of the same rows. Tables are read in ranges of their
primary key. What a join cannot tell apart (NULL, text that holds the mark between two cells, anything but whole numbers
in their place) is noticed, and then the rows are read one by one as from any other engine.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.database import schema

_MARK = "\x1e"  # JSON never holds it as it is
_TEXTS_AT_ONCE = 2**11
_NUMBERS_AT_ONCE = 2**15
_SPARSE = 4  # ids for each row: from here on ranges of ids would mostly be empty

Rows = Callable[..., Iterator[Sequence[Any]]]  # runs a statement with its parameters
Texts = tuple[Ints, Sequence[str], Sequence[str]]  # trial ids, keys, texts
Cells = tuple[Ints, Ints, Floats]  # trial ids, positions, values

_NONE = np.empty(0, np.int64)


class _NotJoined(Exception):
    """These rows have to be read one by one."""


def texts(rows: Rows, table: schema.AttributeTable) -> list[Texts] | None:
    """A whole table of attributes in the order of its rows; None where they have to be read one by one."""
    return _unless_odd(lambda: [_texts(rows, table, span) for span in _ranges(rows, table.range, _TEXTS_AT_ONCE)])


def numbers(rows: Rows, table: schema.NumberTable) -> list[Cells] | None:
    """A whole table of numbers in the order of its rows, likewise."""
    return _unless_odd(lambda: [_cells(rows, table, span) for span in _ranges(rows, table.range, _NUMBERS_AT_ONCE)])


def _unless_odd(work: Callable[[], list[Any]]) -> list[Any] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # numpy's way to say that a text is no list of numbers
            return work()
    except (_NotJoined, ValueError, TypeError, OverflowError, DeprecationWarning):
        return None
    except sqlite3.DataError:  # longer than SQLite lets a text be
        return None


def _ranges(rows: Rows, statement: str, size: int) -> Iterator[dict[str, object]]:
    """Ranges of the primary key that hold the whole table, as parameters of a statement."""
    first, last, count = next(rows(statement))
    if not count:
        return
    if not isinstance(first, int) or not isinstance(last, int) or last - first >= _SPARSE * count + size:
        raise _NotJoined
    for start in range(first, last + 1, size):
        yield {"first": start, "last": min(start + size - 1, last)}


def _texts(rows: Rows, table: schema.AttributeTable, span: dict[str, object]) -> Texts:
    count, keyed, filled, trials, keys, values = next(rows(table.joined, mark=_MARK, **span))
    if not count:
        return _NONE, [], []
    if keyed < count or filled < count:
        raise _NotJoined
    found = _whole(trials, count), keys.split(_MARK), values.split(_MARK)
    if not count == len(found[1]) == len(found[2]):
        raise _NotJoined
    return found


def _cells(rows: Rows, table: schema.NumberTable, span: dict[str, object]) -> Cells:
    count, trials, positions = next(rows(table.joined, **span))
    values = np.fromiter(chain.from_iterable(rows(table.values, **span)), np.float64)
    if len(values) != count:
        raise _NotJoined
    return (_whole(trials, count), _whole(positions, count), values) if count else (_NONE, _NONE, values)


def _whole(text: str, count: int) -> Ints:
    numbers = np.fromstring(text, dtype=np.int64, sep=",")
    if len(numbers) != count:
        raise _NotJoined
    return numbers
