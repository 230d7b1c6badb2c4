"""An SQLite file as it lies on disk: its pages, the leaves of a table in the order of its rows, and overflow chains.

The format is https://www.sqlite.org/fileformat2.html. What is not exactly as it says there, and what Optuna's databases
do not hold, raises OddPages: SQLite is asked then, which knows it all or says what is wrong. What stands on a leaf is
decoded in `leaf.py`.
"""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Ints

Bytes = npt.NDArray[np.uint8]

LEAF, INTERIOR = 13, 5  # of tables with row ids
_HEADER_BYTES = 100
_DEEPEST = 20  # SQLite's own limit
_SPARSE = 4  # pages between the first and the last for each that is wanted: from here on they are read in runs


class OddPages(Exception):
    """These pages are SQLite's to read."""


class PageFile:
    """The pages of one file. It must not be written while it is read: see `stamp`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        header = self._read(0, _HEADER_BYTES)
        size = int.from_bytes(header[16:18].tobytes(), "big")
        self.size = 65536 if size == 1 else size  # bytes of a page
        self.usable = self.size - int(header[20])  # without those that extensions keep for themselves
        if header[:16].tobytes() != b"SQLite format 3\x00" or self.size < 512 or self.usable < 480:
            raise OddPages("the header")
        if int.from_bytes(header[56:60].tobytes(), "big") != 1:
            raise OddPages("text that is not UTF-8")
        self.count = file.seek(0, 2) // self.size

    def stamp(self) -> bytes:
        """What every commit to the file changes: its counter, and its length."""
        return self._read(24, 4).tobytes() + str(self._file.seek(0, 2)).encode()

    def take(self, pages: Ints) -> Bytes:
        """(k, size) the bytes of these pages; the first page of a file is number 1."""
        if not len(pages):
            return np.empty((0, self.size), np.uint8)
        first, last = int(pages.min()), int(pages.max())
        if first < 1 or last > self.count:
            raise OddPages("a page beyond the file")
        if last - first < _SPARSE * len(pages):
            near = self._read((first - 1) * self.size, (last - first + 1) * self.size).reshape(-1, self.size)
            return near if len(near) == len(pages) and (np.diff(pages) == 1).all() else near[pages - first]
        taken = np.empty((len(pages), self.size), np.uint8)
        starts = np.flatnonzero(np.diff(pages, prepend=-1) != 1).tolist()
        for start, end in zip(starts, [*starts[1:], len(pages)], strict=True):
            taken[start:end] = self._read((int(pages[start]) - 1) * self.size, (end - start) * self.size).reshape(-1, self.size)
        return taken

    def leaves(self, root: int) -> Ints:
        """The leaf pages of a table in the order of its row ids, from the root page down. O(interior pages)."""
        level = np.array([root], dtype=np.int64)
        for _depth in range(_DEEPEST):
            kind = int(self.take(level[:1])[0, 0])
            if kind == LEAF and root > 1:
                return level
            if kind != INTERIOR or root == 1:
                raise OddPages("a table of another kind")
            level = _children(self.take(level), self.usable)
            if len(np.unique(level)) < len(level):
                raise OddPages("a page that is used twice")
        raise OddPages("a tree without an end")

    def overflow(self, page: int, count: int) -> bytes:
        """`count` bytes from a chain of overflow pages."""
        if count > self.count * self.size:
            raise OddPages("a record larger than the file")
        parts: list[bytes] = []
        while count > 0:
            content = self.take(np.array([page]))[0]
            part = content[4 : min(self.usable, 4 + count)].tobytes()
            parts.append(part)
            count -= len(part)
            page = int.from_bytes(content[:4].tobytes(), "big")
        return b"".join(parts)

    def _read(self, start: int, count: int) -> Bytes:
        content = np.empty(count, np.uint8)
        self._file.seek(start)
        view, done = memoryview(content), 0
        while done < count:
            got = self._file.readinto(view[done:])  # type: ignore[attr-defined]
            if not got:
                raise OddPages("the end of the file")
            done += got
        return content


def cell_offsets(pages: Bytes, start: int) -> tuple[Ints, Ints]:
    """The page (its row) and the place on it of every cell, in order; the array of places begins at `start`.

    pages: (k, size). Returns two arrays (cells,).
    """
    count = big_endian(pages[:, 3:5]).astype(np.intp)  # numpy repeats nothing wider; the browser has 32 bits
    end = start + 2 * count
    if (end > pages.shape[1]).any():
        raise OddPages("too many cells")
    page = np.repeat(np.arange(len(pages)), count)
    within = np.arange(len(page)) - np.repeat(np.cumsum(count) - count, count)
    at = start + 2 * within
    place = (pages[page, at].astype(np.int64) << 8) | pages[page, at + 1]
    if (place < end[page]).any() or (place + 4 > pages.shape[1]).any():
        raise OddPages("a cell off its page")
    return page, place


def big_endian(columns: Bytes) -> Ints:
    """(k,) the unsigned numbers that the bytes of each row make. columns: (k, bytes)."""
    numbers = np.zeros(len(columns), np.int64)
    for column in columns.T:
        numbers = numbers << 8 | column
    return numbers


def _children(pages: Bytes, usable: int) -> Ints:
    """The pages below interior pages, in order: one for each cell, and the one at the right end."""
    if (pages[:, 0] != INTERIOR).any():
        raise OddPages("leaves at several depths")
    page, place = cell_offsets(pages[:, :usable], 12)
    last = big_endian(pages[:, 8:12])
    left = big_endian(pages[page[:, None], place[:, None] + np.arange(4)])
    ends = np.cumsum(np.bincount(page, minlength=len(pages)))
    return np.insert(left, ends, last)
