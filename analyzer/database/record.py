"""How SQLite spells the records of a table: numbers of variable length, headers, and what stands on a page of its own.

https://www.sqlite.org/fileformat2.html, section 2.1. Every function takes many records at once.
"""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Ints
from analyzer.database.btree import Bytes, OddPages

NULL, REAL, ZERO, ONE, BLOB, TEXT = 0, 7, 8, 9, 12, 13  # kinds; 1 to 6 are whole numbers; BLOB and TEXT and every second one beyond
_SIZES = np.array([0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0])  # bytes by kind


def columns(flat: Bytes, bodies: Ints, sizes: Ints, ends: Ints, width: int) -> list[tuple[Ints, Ints]]:
    """For each column the kinds and the starts of its cells, from the headers of the records."""
    header, at = varints(flat, bodies)
    contents = bodies + header
    if (contents > ends).any():
        raise OddPages("a header off its page")
    start, columns = contents, []
    for _column in range(width):
        if (at >= contents).any():
            raise OddPages("a row from before a column was added")
        kinds, at = varints(flat, at)
        if kinds.min(initial=0) < 0 or kinds.max(initial=0) > 2 * sizes.max(initial=0) + TEXT:
            raise OddPages("a cell longer than its record")
        columns.append((kinds, start))
        start = start + sizes_of(kinds)
    if (at != contents).any() or (start != bodies + sizes).any():
        raise OddPages("a record of another length")
    return columns


def varints(flat: Bytes, at: Ints) -> tuple[Ints, Ints]:
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


def sizes_of(kinds: Ints) -> Ints:
    """Bytes of the contents of each kind."""
    if (kinds < BLOB).all():
        return np.asarray(_SIZES[kinds])
    long = kinds - BLOB >> 1
    return long if (kinds >= BLOB).all() else np.where(kinds < BLOB, _SIZES[np.minimum(kinds, ONE)], long)


def local_sizes(sizes: Ints, usable: int) -> Ints:
    """How many bytes of a record of each size stand on its own page."""
    most = usable - 35
    if (sizes <= most).all():
        return sizes
    least = (usable - 12) * 32 // 255 - 23
    spilled = least + (sizes - least) % (usable - 4)
    return np.where(sizes <= most, sizes, np.where(spilled <= most, spilled, least))
