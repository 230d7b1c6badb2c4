"""The rows on leaf pages of an SQLite table, decoded a block at a time: no Python object for a row, nor for a number.

A row is a record: the kinds of its cells, then their contents (https://www.sqlite.org/fileformat2.html, section 2.1).
What SQLite would not have written raises OddPages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Floats, Ints
from analyzer.database.btree import LEAF, Bytes, OddPages, PageFile, big_endian, cell_offsets
from analyzer.database.record import NULL, ONE, REAL, TEXT, ZERO, columns, local_sizes, sizes_of, varints
from analyzer.database.timestamp import LIKE_TIME, moments_in

_BLOCK_BYTES = 2**22
_PADDING = 16  # so that eight bytes may be read at the last one
_MARK = "\x1e"  # JSON never holds it as it is
_SHIFTS = np.array([0, 56, 48, 40, 32, 16, 0, 0, 0, 0])  # from eight bytes to the size of a kind
_SMALL_KINDS = 2**12
_TRIED = 16  # texts that a column is compared with as a whole; further ones are looked up one by one
_LONG = 48  # bytes from which texts are cut out one by one


def blocks(file: PageFile, root: int, width: int) -> Iterator[Rows]:
    """The rows of a table of `width` columns in ascending order of their ids."""
    leaves, last = file.leaves(root), None
    at_once = max(1, _BLOCK_BYTES // file.size)
    for start in range(0, len(leaves), at_once):
        rows = _rows(file, file.take(leaves[start : start + at_once]), width)
        if not len(rows):
            continue
        if (rows.ids[1:] <= rows.ids[:-1]).any() or (last is not None and rows.ids[0] <= last):
            raise OddPages("rows out of order")
        last = rows.ids[-1]
        yield rows


class Distinct:
    """The distinct texts of a column by the order in which they were met; their numbers stand for them in arrays."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.by_kind: dict[int, list[tuple[bytes, int]]] = {}  # those that are tried first
        self._numbers: dict[bytes, int] = {}

    def number(self, content: bytes) -> int:
        """The number of a text, a new one where it has none."""
        number = self._numbers.get(content)
        if number is None:
            number = self._numbers[content] = len(self.texts)
            self.texts.append(_decoded(content))
        return number


class Rows:
    """Some rows of a table. Columns are asked for by their position in the table."""

    def __init__(self, file: PageFile, flat: Bytes, ids: Ints, columns: list[tuple[Ints, Ints]], ends: Ints, bodies: Ints) -> None:
        self._file = file
        self._flat = flat
        self.ids = ids  # (k,)
        self._columns = columns  # for each its kinds and starts, (k,)
        self._ends = ends  # (k,), where a record leaves its page
        self._bodies = bodies  # (k,), where it begins

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, rows: Ints) -> Rows:
        """Some of the rows."""
        columns = [(kinds[rows], starts[rows]) for kinds, starts in self._columns]
        return Rows(self._file, self._flat, self.ids[rows], columns, self._ends[rows], self._bodies[rows])

    def integers(self, column: int, none: int | None = None) -> Ints:
        """Whole numbers, `none` for NULL where it is given. Anything else is odd."""
        kinds, starts = self._numbers(column)
        if (kinds == REAL).any() or (none is None and (kinds == NULL).any()):
            raise OddPages("something else in a whole number's place")
        numbers = self._whole(kinds, starts)
        return numbers if none is None else np.where(kinds == NULL, none, numbers)

    def row_ids(self, column: int) -> Ints:
        """The column that is the table's key: stored as NULL, since it is the row's own id."""
        kinds, _starts = self._columns[column]
        return self.ids if not kinds.any() else np.where(kinds == NULL, self.ids, self.integers(column, 0))

    def floats(self, column: int) -> Floats:
        """Numbers, NaN for NULL. Anything else is odd."""
        kinds, starts = self._numbers(column)
        real = kinds == REAL
        numbers = self._reals[starts].astype(np.float64)
        if not real.all():
            rest = ~real
            numbers[rest] = self._whole(kinds[rest], starts[rest])
            numbers[kinds == NULL] = np.nan
        return numbers

    def numbered(self, column: int, known: Distinct) -> Ints:
        """Texts as their numbers in `known`, which learns new ones; -1 for NULL."""
        kinds, starts = self._columns[column]
        numbers = np.full(len(self), -1, np.int64)
        whole = self._on_page(column)
        for kind in _present(kinds):
            if kind == NULL:
                continue
            self._need_text(kind)
            rows = np.flatnonzero((kinds == kind) & whole)
            rows = self._compared(rows, kind, starts, numbers, known)
            length = kind - TEXT >> 1
            for row, start in zip(rows.tolist(), starts[rows].tolist(), strict=True):
                numbers[row] = known.number(self._flat[start : start + length].tobytes())
        for row in np.flatnonzero(~whole).tolist():
            numbers[row] = known.number(self._spilled(row, column))
        return numbers

    def texts(self, column: int) -> list[str]:
        """Texts, one Python object each. NULL is odd."""
        kinds, starts = self._columns[column]
        if ((kinds < TEXT) | (kinds % 2 == 0)).any():
            raise OddPages("something else in a text's place")
        whole = self._on_page(column)
        lengths = np.where(whole, kinds - TEXT >> 1, 0)
        found = self._cut(np.where(whole, starts, 0), lengths)
        for row in np.flatnonzero(~whole).tolist():
            found[row] = _decoded(self._spilled(row, column))
        return found

    def times(self, column: int) -> tuple[npt.NDArray[np.datetime64], Ints]:
        """Timestamps as SQLAlchemy writes them ("2026-01-02 03:04:05.678901"), NaT for NULL; and the rows of all other texts."""
        kinds, starts = self._columns[column]
        moments = np.full(len(self), np.datetime64("NaT", "us"))
        usual = np.flatnonzero((kinds == TEXT + 2 * len(LIKE_TIME)) & self._on_page(column))
        found, fits = moments_in([self._flat[starts[usual] + at] for at in range(len(LIKE_TIME))])
        moments[usual[fits]] = found[fits]
        known = kinds == NULL
        known[usual[fits]] = True
        return moments, np.flatnonzero(~known)

    @cached_property
    def _reals(self) -> npt.NDArray[Any]:
        """The big-endian float that begins at each byte; likewise below."""
        return np.ndarray((len(self._flat) - 7,), ">f8", self._flat, strides=(1,))

    @cached_property
    def _signed(self) -> npt.NDArray[Any]:
        return np.ndarray((len(self._flat) - 7,), ">i8", self._flat, strides=(1,))

    def _numbers(self, column: int) -> tuple[Ints, Ints]:
        """The kinds and starts of a column of numbers and NULL."""
        kinds, starts = self._columns[column]
        if (kinds > ONE).any() or not self._on_page(column).all():
            raise OddPages("something else in a number's place")
        return kinds, starts

    def _whole(self, kinds: Ints, starts: Ints) -> Ints:
        numbers: Ints = self._signed[starts].astype(np.int64) >> _SHIFTS[kinds]
        short = kinds >= ZERO
        if short.any():
            numbers = np.where(short, kinds - ZERO, numbers)
        return numbers

    def _on_page(self, column: int) -> npt.NDArray[np.bool_]:
        """Whether the content of each cell stands on the row's own page as a whole."""
        kinds, starts = self._columns[column]
        return np.asarray(starts + sizes_of(kinds) <= self._ends)

    def _need_text(self, kind: int) -> None:
        if kind < TEXT or kind % 2 == 0:
            raise OddPages("something else in a text's place")

    def _compared(self, rows: Ints, kind: int, starts: Ints, numbers: Ints, known: Distinct) -> Ints:
        """Number the rows whose text is one of a few; the rest is returned."""
        tried = known.by_kind.setdefault(kind, [])
        length = kind - TEXT >> 1
        at = 0
        while len(rows):
            if at == len(tried):
                if at == _TRIED:
                    break
                start = int(starts[rows[0]])
                content = self._flat[start : start + length].tobytes()
                tried.append((content, known.number(content)))
            content, number = tried[at]
            same = self._equal(starts[rows], content)
            numbers[rows[same]] = number
            rows = rows[~same]
            at += 1
        return rows

    def _equal(self, starts: Ints, content: bytes) -> npt.NDArray[np.bool_]:
        """Whether these bytes stand at each of the places."""
        if not content:
            return np.ones(len(starts), bool)
        kind = f"S{len(content)}"  # trailing zeros do not count in it, which is no loss between equal lengths
        stored = np.ndarray((len(self._flat) - len(content) + 1,), kind, self._flat, strides=(1,))
        return np.asarray(stored[starts] == np.array(content, kind))

    def _cut(self, starts: Ints, lengths: Ints) -> list[str]:
        """The texts at these places: decoded as one and split, or cut out one by one where they are long."""
        if int(lengths.sum()) < _LONG * len(lengths):
            wide = (lengths + 1).astype(np.intp)
            first = np.cumsum(wide) - wide
            index = np.arange(int(wide.sum())) + np.repeat(starts - first, wide)
            joined = self._flat[index]
            joined[first + lengths] = ord(_MARK)
            texts = _decoded(joined.tobytes()).split(_MARK)
            if len(texts) == len(lengths) + 1:
                return texts[:-1]
        ends = (starts + lengths).tolist()
        return [_decoded(self._flat[start:end].tobytes()) for start, end in zip(starts.tolist(), ends, strict=True)]

    def _spilled(self, row: int, column: int) -> bytes:
        """A text that leaves its page."""
        kinds, starts = self._columns[column]
        self._need_text(int(kinds[row]))
        body, end = int(self._bodies[row]), int(self._ends[row])
        start, length = int(starts[row]) - body, int(kinds[row]) - TEXT >> 1
        page = int(big_endian(self._flat[None, end : end + 4])[0])
        missing = start + length - (end - body)
        whole = self._flat[body:end].tobytes() + self._file.overflow(page, missing)
        return whole[start : start + length]


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise OddPages("text that is not UTF-8") from error


def _rows(file: PageFile, pages: Bytes, width: int) -> Rows:
    if (pages[:, 0] != LEAF).any():
        raise OddPages("leaves at several depths")
    page, place = cell_offsets(pages[:, : file.usable], 8)
    flat = np.concatenate([pages.ravel(), np.zeros(_PADDING, np.uint8)])
    sizes, after = varints(flat, page * file.size + place)
    ids, bodies = varints(flat, after)
    ends = bodies + local_sizes(sizes, file.usable)
    if (sizes < 1).any() or (sizes > file.count * file.size).any() or (ends + 4 * (ends < bodies + sizes) > page * file.size + file.usable).any():
        raise OddPages("a record off its page")
    return Rows(file, flat, ids, columns(flat, bodies, sizes, ends, width), ends, bodies)


def _present(kinds: Ints) -> list[int]:
    """The distinct kinds. Most are small numbers, which need no sorting."""
    if not len(kinds) or kinds.max() >= _SMALL_KINDS:
        return list(np.unique(kinds).tolist())
    return list(np.flatnonzero(np.bincount(kinds.astype(np.intp))).tolist())
