"""Which rows to draw, where there are more of them than pixels: one point per cell, four per column of a line.

The rows left out are hidden by those kept, at the size of the grid; a reader who looks closer gets a grid over the window.
Nothing is averaged: every drawn point is a row.
"""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Bools, Floats, Ints

ENOUGH = 1000  # as many points are drawn as they are, if the grid has as many places
MARGIN = 0.25  # of a window's size, on each of its sides: what is drawn beyond it, for a reader who moves it a little

Span = tuple[float, float]
Box = tuple[Span, Span]  # of x and of y


def thin_points(
    x: Floats,
    y: Floats,
    columns: int,
    rows: int,
    keep: Ints | None = None,
    *,
    priority: Floats | None = None,
    x_range: Span | None = None,
    y_range: Span | None = None,
    within: Box | None = None,
) -> Ints:
    """The rows to draw, ascending: one per cell of a grid over the points, and always the lowest and the highest x and y.

    Rows that are not finite in x and y are left out. No more finite rows than cells, up to 1000, are all kept.
    x, y: (n,), as the axes show them (the logarithm, for a logarithmic axis); keep: indices of rows to draw in any
    case; priority: (n,), the row with the lowest is drawn for its cell, without it the first; x_range, y_range: the part
    of an axis that is in sight, where outliers lie outside: the grid is laid over it, and they fall into its edge cells.
    within: the window that the reader looks at, its ends included and infinite along an axis that is whole: the grid
    is laid over it, and (with cells of the same size) over a margin; what lies beyond is not drawn, but for the kept rows
    and the extremes. Of window and margin, each is drawn whole where it holds few points.
    Returns (k,), k <= columns x rows + len(keep) + 4, within a window 3.25 times as many. O(n), with priority O(n log n).

    >>> x, y = np.arange(3000.0), np.tile([0.0, 1.0], 1500)
    >>> thin_points(x, y, columns=3, rows=2, keep=np.array([7]))
    array([   0,    1,    7, 1000, 1001, 2000, 2001, 2999])
    >>> thin_points(x, y, columns=3, rows=2, within=((70.0, 73.0), (-np.inf, np.inf)))
    array([   0,    1,   70,   71,   72,   73, 2999])
    """
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(finite) <= min(columns * rows, ENOUGH):
        return finite.astype(np.int64)
    drawn = np.zeros(len(x), dtype=bool)
    for part, spans, size in _parts(x, y, finite, within, (columns, rows)):
        ends = spans[0] or x_range, spans[1] or y_range
        ranks = None if priority is None else priority[part]
        drawn[part[_one_for_each(x[part], y[part], ends, size, ranks)]] = True
    for values in (x[finite], y[finite]):
        drawn[finite[[values.argmin(), values.argmax()]]] = True
    if keep is not None:
        drawn[keep] = np.isfinite(x[keep]) & np.isfinite(y[keep])
    return np.flatnonzero(drawn).astype(np.int64)


def inside(x: Floats, y: Floats, box: Box) -> Bools:
    """Which points lie in a box, its edges included: (n,)."""
    return (x >= box[0][0]) & (x <= box[0][1]) & (y >= box[1][0]) & (y <= box[1][1])


def widened(span: Span) -> Span:
    """A span with its margin on both sides.

    >>> widened((2.0, 4.0)), widened((-np.inf, np.inf))
    ((1.5, 4.5), (-inf, inf))
    """
    low, high = span
    margin = MARGIN * (high - low) if np.isfinite(high - low) else 0.0
    return low - margin, high + margin


_Part = tuple[Ints, tuple[Span | None, Span | None], tuple[int, int]]  # rows, what the grid is laid over, its size


def _parts(x: Floats, y: Floats, finite: Ints, within: Box | None, size: tuple[int, int]) -> list[_Part]:
    """The rows that are thinned together: all of them, or those in the window and those in the margin around it."""
    if within is None:
        return [(finite, (None, None), size)]
    around = widened(within[0]), widened(within[1])
    seen = inside(x[finite], y[finite], within)
    near = inside(x[finite], y[finite], around) & ~seen
    wider = tuple(round(count * (1 + 2 * MARGIN)) if _known(span) else count for count, span in zip(size, within, strict=True))
    return [
        (finite[seen], (_known(within[0]), _known(within[1])), size),
        (finite[near], (_known(around[0]), _known(around[1])), (wider[0], wider[1])),
    ]


def _known(span: Span) -> Span | None:
    return span if np.isfinite(span[1] - span[0]) else None


def _one_for_each(
    x: Floats, y: Floats, ends: tuple[Span | None, Span | None], size: tuple[int, int], priority: Floats | None
) -> Ints:
    """One row for each cell of a grid; all of few."""
    columns, rows = size
    if len(x) <= min(columns * rows, ENOUGH):
        return np.arange(len(x))
    cells = _cells(x, columns, ends[0]) * rows + _cells(y, rows, ends[1])
    return _first_of_each(cells, columns * rows, priority)


def thin_line(x: Floats, y: Floats, columns: int, within: Span | None = None) -> Ints:
    """The rows through which a line looks like the whole: of each pixel column the first, last, lowest and highest.

    Rows that are not finite are left out. No more finite rows than 4 columns, up to 1000, are all kept. A line with
    gaps is several lines.
    within: the part of x that the reader looks at, which gets as many columns of its own.
    x: (n,), ascending in its finite rows; y: (n,). Returns (k,), ascending, k <= 4 columns, with a window 8. O(n).
    M4 of Jugel et al. 2014, https://doi.org/10.14778/2732951.2732953.

    >>> rows = thin_line(np.arange(4000.0), np.sin(np.arange(4000.0)), columns=2)
    >>> len(rows), int(rows[0]), int(rows[-1])
    (8, 0, 3999)
    """
    if within is not None:
        low, high = widened(within)
        seen = np.flatnonzero((x >= low) & (x <= high))
        return np.union1d(thin_line(x, y, columns), seen[thin_line(x[seen], y[seen], columns)]).astype(np.int64)
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


def _cells(values: Floats, count: int, shown: Span | None) -> Ints:
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
