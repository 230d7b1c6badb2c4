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

_BLOCK_BYTES = 2**22
_PADDING = 16  # so that eight bytes may be read at the last one
_MARK = "\x1e"  # JSON never holds it as it is
_NULL, _REAL, _ZERO, _ONE, _BLOB, _TEXT = 0, 7, 8, 9, 12, 13  # kinds; 1 to 6 are whole numbers
_SIZES = np.array([0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0])  # bytes by kind
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
        if (kinds == _REAL).any() or (none is None and (kinds == _NULL).any()):
            raise OddPages("something else in a whole number's place")
        numbers = self._whole(kinds, starts)
        return numbers if none is None else np.where(kinds == _NULL, none, numbers)

    def row_ids(self, column: int) -> Ints:
        """The column that is the table's key: stored as NULL, since it is the row's own id."""
        kinds, _starts = self._columns[column]
        return self.ids if not kinds.any() else np.where(kinds == _NULL, self.ids, self.integers(column, 0))

    def floats(self, column: int) -> Floats:
        """Numbers, NaN for NULL. Anything else is odd."""
        kinds, starts = self._numbers(column)
        real = kinds == _REAL
        numbers = self._reals[starts].astype(np.float64)
        if not real.all():
            rest = ~real
            numbers[rest] = self._whole(kinds[rest], starts[rest])
            numbers[kinds == _NULL] = np.nan
        return numbers

    def numbered(self, column: int, known: Distinct) -> Ints:
        """Texts as their numbers in `known`, which learns new ones; -1 for NULL."""
        kinds, starts = self._columns[column]
        numbers = np.full(len(self), -1, np.int64)
        whole = self._on_page(column)
        for kind in _present(kinds):
            if kind == _NULL:
                continue
            self._need_text(kind)
            rows = np.flatnonzero((kinds == kind) & whole)
            rows = self._compared(rows, kind, starts, numbers, known)
            length = kind - _TEXT >> 1
            for row, start in zip(rows.tolist(), starts[rows].tolist(), strict=True):
                numbers[row] = known.number(self._flat[start : start + length].tobytes())
        for row in np.flatnonzero(~whole).tolist():
            numbers[row] = known.number(self._spilled(row, column))
        return numbers

    def texts(self, column: int) -> list[str]:
        """Texts, one Python object each. NULL is odd."""
        kinds, starts = self._columns[column]
        if ((kinds < _TEXT) | (kinds % 2 == 0)).any():
            raise OddPages("something else in a text's place")
        whole = self._on_page(column)
        lengths = np.where(whole, kinds - _TEXT >> 1, 0)
        found = self._cut(np.where(whole, starts, 0), lengths)
        for row in np.flatnonzero(~whole).tolist():
            found[row] = _decoded(self._spilled(row, column))
        return found

    def times(self, column: int) -> tuple[npt.NDArray[np.datetime64], Ints]:
        """Timestamps as SQLAlchemy writes them ("2026-01-02 03:04:05.678901"), NaT for NULL; and the rows of all other texts."""
        kinds, starts = self._columns[column]
        moments = np.full(len(self), np.datetime64("NaT", "us"))
        usual = np.flatnonzero((kinds == _TEXT + 2 * len(_LIKE_TIME)) & self._on_page(column))
        found, fits = _moments([self._flat[starts[usual] + at] for at in range(len(_LIKE_TIME))])
        moments[usual[fits]] = found[fits]
        known = kinds == _NULL
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
        if (kinds > _ONE).any() or not self._on_page(column).all():
            raise OddPages("something else in a number's place")
        return kinds, starts

    def _whole(self, kinds: Ints, starts: Ints) -> Ints:
        numbers: Ints = self._signed[starts].astype(np.int64) >> _SHIFTS[kinds]
        short = kinds >= _ZERO
        if short.any():
            numbers = np.where(short, kinds - _ZERO, numbers)
        return numbers

    def _on_page(self, column: int) -> npt.NDArray[np.bool_]:
        """Whether the content of each cell stands on the row's own page as a whole."""
        kinds, starts = self._columns[column]
        return np.asarray(starts + _sizes(kinds) <= self._ends)

    def _need_text(self, kind: int) -> None:
        if kind < _TEXT or kind % 2 == 0:
            raise OddPages("something else in a text's place")

    def _compared(self, rows: Ints, kind: int, starts: Ints, numbers: Ints, known: Distinct) -> Ints:
        """Number the rows whose text is one of a few; the rest is returned."""
        tried = known.by_kind.setdefault(kind, [])
        length = kind - _TEXT >> 1
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
        start, length = int(starts[row]) - body, int(kinds[row]) - _TEXT >> 1
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
    sizes, after = _varints(flat, page * file.size + place)
    ids, bodies = _varints(flat, after)
    ends = bodies + _local(sizes, file.usable)
    if (sizes < 1).any() or (sizes > file.count * file.size).any() or (ends + 4 * (ends < bodies + sizes) > page * file.size + file.usable).any():
        raise OddPages("a record off its page")
    return Rows(file, flat, ids, _columns(flat, bodies, sizes, ends, width), ends, bodies)


def _columns(flat: Bytes, bodies: Ints, sizes: Ints, ends: Ints, width: int) -> list[tuple[Ints, Ints]]:
    """For each column the kinds and the starts of its cells, from the headers of the records."""
    header, at = _varints(flat, bodies)
    contents = bodies + header
    if (contents > ends).any():
        raise OddPages("a header off its page")
    start, columns = contents, []
    for _column in range(width):
        if (at >= contents).any():
            raise OddPages("a row from before a column was added")
        kinds, at = _varints(flat, at)
        if kinds.min(initial=0) < 0 or kinds.max(initial=0) > 2 * sizes.max(initial=0) + _TEXT:
            raise OddPages("a cell longer than its record")
        columns.append((kinds, start))
        start = start + _sizes(kinds)
    if (at != contents).any() or (start != bodies + sizes).any():
        raise OddPages("a record of another length")
    return columns


def _varints(flat: Bytes, at: Ints) -> tuple[Ints, Ints]:
    """The numbers of seven bits a byte that stand at these places, and the places behind them."""
    first = flat[at]
    numbers, after = first.astype(np.int64), at + 1
    going = np.flatnonzero(first >= 0x80)
    if not len(going):
        return numbers, after
    value, place = numbers[going] & 0x7F, after[going]
    for count in range(2, 10):
        byte = flat[np.minimum(place, len(flat) - 1)]
        place = place + 1
        if count == 9:
            numbers[going], after[going] = value << 8 | byte, place
            break
        value = value << 7 | (byte & 0x7F)
        more = byte >= 0x80
        if not more.any():
            numbers[going], after[going] = value, place
            break
        numbers[going[~more]], after[going[~more]] = value[~more], place[~more]
        going, value, place = going[more], value[more], place[more]
    return numbers, after


def _present(kinds: Ints) -> list[int]:
    """The distinct kinds. Most are small numbers, which need no sorting."""
    if not len(kinds) or kinds.max() >= _SMALL_KINDS:
        return list(np.unique(kinds).tolist())
    return list(np.flatnonzero(np.bincount(kinds.astype(np.intp))).tolist())


def _sizes(kinds: Ints) -> Ints:
    """Bytes of the contents of each kind."""
    if (kinds < _BLOB).all():
        return np.asarray(_SIZES[kinds])
    long = kinds - _BLOB >> 1
    return long if (kinds >= _BLOB).all() else np.where(kinds < _BLOB, _SIZES[np.minimum(kinds, _ONE)], long)


def _local(sizes: Ints, usable: int) -> Ints:
    """How many bytes of a record of each size stand on its own page."""
    most = usable - 35
    if (sizes <= most).all():
        return sizes
    least = (usable - 12) * 32 // 255 - 23
    spilled = least + (sizes - least) % (usable - 4)
    return np.where(sizes <= most, sizes, np.where(spilled <= most, spilled, least))


_LIKE_TIME = "2026-01-02 03:04:05.678901"
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _moments(characters: list[Bytes]) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    """The times that 26 columns of characters (k,) spell, and which rows are times that look like `_LIKE_TIME`."""
    digits = [column - np.uint8(48) for column in characters]  # above 9 for whatever is no digit
    fits = np.ones(len(characters[0]), bool)
    for like, column, digit in zip(_LIKE_TIME, characters, digits, strict=True):
        fits &= digit <= 9 if like.isdigit() else column == ord(like)

    def number(first: int, last: int) -> Ints:
        total = np.zeros(len(fits), np.int64)
        for digit in digits[first:last]:
            total = total * 10 + digit
        return total

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    hour, minute, second = number(11, 13), number(14, 16), number(17, 19)
    fits &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits &= day <= _DAYS[np.clip(month, 1, 12) - 1] - ((month == 2) & ~leap)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000 + number(20, 26)
    return days.astype("datetime64[us]") + microseconds.astype("timedelta64[us]"), fits
