"""Who dominates whom among many rows: the exact machinery beneath `pareto` and `hypervolume`.

Dominance looks at the order within each column and at nothing else, so all but the first filter work on integer
positions: no rounding, no special case for infinities. What a front or a rank means is said in `pareto`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Bools, Floats, Ints

Positions = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

CHUNK = 512  # rows that are settled together: eight machine words of bits per later row
PIECE = 1 << 14  # later rows that are compared with a chunk at a time; keeps the bits within the cache
PIVOTS = 24
WORTHWHILE = 0.03  # a pivot that removes a smaller share than this is the last one


def column_positions(losses: Floats) -> Positions:
    """Position of each value among the distinct values of its column; returned by columns, (m, n).

    >>> column_positions(np.array([[5.0, -np.inf], [7.0, 0.0], [5.0, np.inf]]))
    array([[0, 1, 0],
           [0, 1, 2]], dtype=int32)
    """
    columns = [np.unique(column, return_inverse=True)[1] for column in losses.T]
    return np.array(columns, dtype=np.int32).reshape(losses.shape[1], len(losses))


def row_numbers(positions: Positions) -> Ints:
    """Number the distinct rows in lexicographic order; equal rows share a number. (m, n) to (n,), O(m n log n).

    >>> row_numbers(np.array([[0, 1, 0, 0], [3, 0, 3, 2]], dtype=np.int32))
    array([1, 2, 1, 0])
    """
    numbers: Ints = positions[0].astype(np.int64)
    for column in positions[1:]:
        if int(numbers.max(initial=0)) + 1 == len(numbers):
            break  # all rows differ already
        # Dense numbers times dense positions stay below n², so that the pair fits one integer.
        pairs = numbers * (int(column.max(initial=0)) + 1) + column
        numbers = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    return numbers


def candidates(losses: Floats) -> Ints:
    """Indices, ascending, of the rows that survive a comparison with a few good rows (pivots).

    Only rows that a pivot dominates are left out, so every front row (and every copy of it) is in. Which rows are taken
    for pivots decides the speed alone; most clouds of points lose all but a few per cent. O(n m) per pivot.
    """
    alive = np.arange(len(losses))
    if len(losses) < CHUNK:
        return alive
    key = _goodness(losses)
    columns = [np.ascontiguousarray(column) for column in losses.T]
    for _ in range(PIVOTS):
        best = int(np.argmin(key))
        kept, copies = _beside_pivot(columns, best)
        key[copies] = np.inf
        share = 1 - np.count_nonzero(kept) / kept.size
        if share > 0:
            alive, key, columns = alive[kept], key[kept], [column[kept] for column in columns]
        if share < WORTHWHILE or alive.size < CHUNK:
            break
    return alive


def _beside_pivot(columns: list[Floats], pivot: int) -> tuple[Bools, Bools]:
    """The rows that the pivot does not dominate, and among them its own copies."""
    below = columns[0] < columns[0][pivot]
    equal = columns[0] == columns[0][pivot]
    for column in columns[1:]:
        below |= column < column[pivot]
        equal &= column == column[pivot]
    return below | equal, equal


def _goodness(losses: Floats) -> Floats:
    """A rough size of each row, small for good ones: the columns summed in units of their lower half's width."""
    sample = np.sort(losses[:: max(1, len(losses) // CHUNK)], axis=0)
    low, middle = sample[0], sample[len(sample) // 2]
    with np.errstate(all="ignore"):
        width = middle - low
        usable = np.isfinite(low) & np.isfinite(width) & (width > 0)
        key = np.zeros(len(losses))
        for column in np.flatnonzero(usable):
            key += (losses[:, column] - low[column]) / width[column]
    return np.nan_to_num(key, nan=np.inf)


def depths(positions: Positions, enough: int) -> Ints:
    """Length of the longest chain of dominating rows above each row: its non-domination rank.

    positions: (m, n), distinct rows. Once `enough` rows are ranked all rows beyond share the next value, as said in
    `pareto.non_domination_rank`. Exact. O(n² m / 64) word operations at most; with a small `enough` the rows that are
    out of the running are dropped early and the cost falls to about O(n r m / 64), r the number of rows ranked.

    Rows are visited in ascending order of the sum of their positions, which puts every row behind all that dominate
    it. A chunk of settled rows then raises the depth of all later rows at once: for each column a table holds the set
    of chunk rows up to each position as bits, and the intersection over the columns is the set of dominating rows.
    """
    total = positions.sum(axis=0, dtype=np.int64)
    order = np.argsort(total, kind="stable")
    positions = positions[:, order]
    depth = np.zeros(len(order), dtype=np.int64)
    settled = np.zeros(len(order), dtype=np.int64)  # rows by depth
    limit, alive = len(order), np.arange(len(order))
    while alive.size:
        chunk, alive = alive[:CHUNK], alive[CHUNK:]
        depth[chunk] = _settle(positions[:, chunk], depth[chunk])
        np.add.at(settled, depth[chunk], 1)
        limit = min(limit, int(np.searchsorted(np.cumsum(settled[:limit]), enough)) + 1)
        chunk = chunk[depth[chunk] < limit]
        _raise_depths(positions, depth, chunk, alive)
        alive = alive[depth[alive] < limit]
    ranks = np.empty_like(depth)
    ranks[order] = np.minimum(depth, limit)
    return ranks


def _settle(positions: Positions, depth: Ints) -> Ints:
    """Final depths within a chunk, (b,), from the depths that earlier rows give; repeats until nothing moves."""
    dominates = ~np.eye(len(depth), dtype=bool)
    for column in positions:
        dominates &= column[None, :] <= column[:, None]
    rows = np.flatnonzero(dominates.any(axis=1))
    dominates = dominates[rows]
    while rows.size:
        raised = np.maximum(depth[rows], np.where(dominates, depth + 1, 0).max(axis=1))
        if (raised == depth[rows]).all():
            break
        depth[rows] = raised
    return depth


def _raise_depths(positions: Positions, depth: Ints, chunk: Ints, later: Ints) -> None:
    """Raise depth[later] to one more than the deepest row of the chunk that dominates it."""
    if not (chunk.size and later.size):
        return
    chunk = chunk[np.argsort(-depth[chunk], kind="stable")]  # the first bit that is set is then the deepest row
    tables = [_up_to(column[chunk]) for column in positions]
    for start in range(0, later.size, PIECE):
        piece = later[start : start + PIECE]
        bits = _dominating(tables, positions[:, piece])
        word = (bits != 0).argmax(axis=1)
        first = bits[np.arange(len(bits)), word]
        hit = np.flatnonzero(first)
        lowest = first[hit] & (~first[hit] + np.uint64(1))
        bit = word[hit] * 64 + np.bitwise_count(lowest - np.uint64(1))
        depth[piece[hit]] = np.maximum(depth[piece[hit]], depth[chunk[bit]] + 1)


def _up_to(column: Positions) -> tuple[Ints, Words]:
    """For each position how many of a chunk's rows lie at or before it, and for each count those rows as bits."""
    order = np.argsort(column, kind="stable")
    bits = np.zeros((len(column) + 1, -(-len(column) // 64)), dtype=np.uint64)
    bits[np.arange(1, len(column) + 1), order >> 6] = np.uint64(1) << (order & 63).astype(np.uint64)
    np.bitwise_or.accumulate(bits, axis=0, out=bits)
    return np.cumsum(np.bincount(column.astype(np.intp))), bits


def _dominating(tables: list[tuple[Ints, Words]], positions: Positions) -> Words:
    """The chunk rows that are at or before each of the positions in every column, as bits (n, words)."""
    counts, bits = tables[0]
    result: Words = bits[counts[np.minimum(positions[0], len(counts) - 1)]]
    for (counts, bits), column in zip(tables[1:], positions[1:], strict=True):
        result &= bits[counts[np.minimum(column, len(counts) - 1)]]
    return result
