"""Which rows to draw, where there are more of them than pixels: one point per cell, four per column of a line.

The rows left out are hidden by those kept, at the size of the grid. Nothing is averaged: every drawn point is a row.
"""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats, Ints

ENOUGH = 1000  # as many points are drawn as they are, if the grid has as many places


def thin_points(
    x: Floats,
    y: Floats,
    columns: int,
    rows: int,
    keep: Ints | None = None,
    *,
    priority: Floats | None = None,
    y_range: tuple[float, float] | None = None,
) -> Ints:
    """The rows to draw, ascending: one per cell of a grid over the points, and always the lowest and the highest y.

    Rows that are not finite in x and y are left out. No more finite rows than cells, up to 1000, are all kept.
    x, y: (n,), as the axes show them (the logarithm, for a logarithmic axis); keep: indices of rows to draw in any
    case; priority: (n,), the row with the lowest is drawn for its cell, without it the first; y_range: the part of the
    y axis that is in sight, where outliers lie outside: the grid is laid over it, and they fall into its edge cells.
    Returns (k,), k <= columns x rows + len(keep) + 2. O(n), with priority O(n log n).

    >>> x, y = np.arange(3000.0), np.tile([0.0, 1.0], 1500)
    >>> thin_points(x, y, columns=3, rows=2, keep=np.array([7]))
    array([   0,    1,    7, 1000, 1001, 2000, 2001])
    """
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(finite) <= min(columns * rows, ENOUGH):
        return finite.astype(np.int64)
    heights = y[finite]
    cells = _cells(x[finite], columns, None) * rows + _cells(heights, rows, y_range)
    drawn = np.zeros(len(x), dtype=bool)
    drawn[finite[_first_of_each(cells, columns * rows, None if priority is None else priority[finite])]] = True
    drawn[finite[[heights.argmin(), heights.argmax()]]] = True
    if keep is not None:
        drawn[keep] = np.isfinite(x[keep]) & np.isfinite(y[keep])
    return np.flatnonzero(drawn).astype(np.int64)


def thin_line(x: Floats, y: Floats, columns: int) -> Ints:
    """The rows through which a line looks like the whole: of each pixel column the first, last, lowest and highest.

    Rows that are not finite are left out. No more finite rows than 4 columns, up to 1000, are all kept. A line with
    gaps is several lines.
    x: (n,), ascending in its finite rows; y: (n,). Returns (k,), ascending, k <= 4 columns. O(n).
    M4 of Jugel et al. 2014, https://doi.org/10.14778/2732951.2732953.

    >>> rows = thin_line(np.arange(4000.0), np.sin(np.arange(4000.0)), columns=2)
    >>> len(rows), int(rows[0]), int(rows[-1])
    (8, 0, 3999)
    """
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(finite) <= min(4 * columns, ENOUGH):
        return finite.astype(np.int64)
    cells, heights = _cells(x[finite], columns, None), y[finite]
    starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
    drawn = np.zeros(len(x), dtype=bool)
    drawn[finite[starts]] = True
    drawn[finite[np.append(starts[1:], len(finite)) - 1]] = True
    for extreme in (np.minimum, np.maximum):
        drawn[finite[_first_equal(heights, extreme.reduceat(heights, starts), starts)]] = True
    return np.flatnonzero(drawn).astype(np.int64)


def _cells(values: Floats, count: int, shown: tuple[float, float] | None) -> Ints:
    """Which of `count` equal parts of the range each value lies in; values beyond the range in the outermost ones."""
    low, high = (float(values.min()), float(values.max())) if shown is None else shown
    with np.errstate(over="ignore", invalid="ignore"):
        width = (high - low) / count
        if not width > 0 or not np.isfinite(width):
            return np.zeros(len(values), dtype=np.int64)
        place = (values - low) / width
    return np.clip(place, 0, count - 1).astype(np.int64)


def _first_of_each(cells: Ints, size: int, priority: Floats | None) -> Ints:
    """For each cell that occurs the index of its first row, or of the first with the lowest priority."""
    count = len(cells)
    if priority is None:
        order = np.arange(count)
        turn = order
    else:
        order = np.argsort(priority, kind="stable")
        turn = np.empty(count, dtype=np.int64)
        turn[order] = np.arange(count)
    earliest = np.full(size, count, dtype=np.int64)
    np.minimum.at(earliest, cells.astype(np.intp, copy=False), turn)
    return order[earliest[earliest < count]].astype(np.int64)


def _first_equal(values: Floats, targets: Floats, starts: Ints) -> Ints:
    """In each run of values (from its start to the next one's) the first index whose value is the run's target."""
    lengths = np.diff(np.append(starts, len(values)))
    hits = np.flatnonzero(values == np.repeat(targets, lengths))
    return hits[np.searchsorted(hits, starts)].astype(np.int64)
