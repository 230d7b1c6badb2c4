"""The window of a figure: the part of its axes that a reader has zoomed into, and how much of what lies in it is drawn.

A view that draws a summary of many points declares `View.within`, which takes its result and a Window: what is drawn is
chosen anew then, and nothing is analysed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Bools, Floats, Ints
from analyzer.stats.thinning import Box, Span, inside, thin_points

_WHOLE: Span = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True)
class Window:
    """What of a figure is in sight: the ranges of those axes that the reader has changed.

    Axes are named as traces name them ("x", "y2"). A range is ascending, in the unit that plotly gives it: powers of ten
    on a logarithmic axis; on an axis of dates microseconds since 1970.
    """

    ranges: Mapping[str, Span]

    def along(self, axis: str) -> Span:
        """The range of an axis, infinite where it is whole."""
        return self.ranges.get(axis, _WHOLE)

    def box(self, x: str = "x", y: str = "y") -> Box | None:
        """The window of the panel between two axes; None where both are whole."""
        return (self.along(x), self.along(y)) if x in self.ranges or y in self.ranges else None

    def span(self, axis: str) -> Span | None:
        """The range of an axis, None where it is whole."""
        return self.ranges.get(axis)


WHOLE = Window({})


def read_window(given: Mapping[str, Sequence[float | str]]) -> Window:
    """The window as the page tells it: two numbers for an axis, or two texts of dates.

    >>> read_window({"x": [3, 1.5], "x2": ["1970-01-01", "1970-01-01 00:00:01.5"]}).ranges
    {'x': (1.5, 3.0), 'x2': (0.0, 1500000.0)}
    """
    found: dict[str, Span] = {}
    for axis, ends in given.items():
        low, high = sorted(_place(end) for end in ends)
        found[axis] = low, high
    return Window(found)


def _place(end: float | str) -> float:
    return float(np.datetime64(end, "us").astype(np.int64)) if isinstance(end, str) else float(end)


@dataclass(frozen=True, slots=True)
class Sight:
    """How many of the points that are in sight are drawn."""

    drawn: int
    of: int
    zoomed: bool = False  # whether a part of the axes is in sight, not all of them

    @property
    def is_summary(self) -> bool:
        """Whether points in sight are left out."""
        return self.drawn < self.of


NOTHING = Sight(0, 0)


def no_rows() -> Ints:
    """What a result draws before `within` has chosen: nothing."""
    return np.empty(0, np.int64)


def no_values() -> Floats:
    """The same for values."""
    return np.empty(0)


def dots(
    x: Floats,
    y: Floats,
    cells: tuple[int, int],
    box: Box | None,
    keep: Ints | None = None,
    *,
    priority: Floats | None = None,
    x_range: Span | None = None,
    y_range: Span | None = None,
) -> tuple[Ints, Sight]:
    """Which of the points a panel draws (as `thin_points`, over a grid of cells), and how many of those in sight that are."""
    columns, rows = cells
    drawn = thin_points(x, y, columns, rows, keep, priority=priority, x_range=x_range, y_range=y_range, within=box)
    return drawn, sight(x, y, drawn, box)


def sight(x: Floats, y: Floats, drawn: Ints, box: Box | None) -> Sight:
    """How many finite points lie in the box, and how many of them are among the drawn ones."""
    seen: Bools = np.isfinite(x) & np.isfinite(y)
    if box is not None:
        seen &= inside(x, y, box)
    return Sight(int(np.count_nonzero(seen[drawn])), int(np.count_nonzero(seen)), box is not None)


def crossing(start: tuple[Floats, Floats], end: tuple[Floats, Floats], box: Box) -> Bools:
    """Which straight pieces of lines pass through a box: (n,). A point is a piece that ends where it starts."""
    (x, y), (to_x, to_y) = start, end
    near = touching(np.minimum(x, to_x), np.maximum(x, to_x), box[0]) & touching(np.minimum(y, to_y), np.maximum(y, to_y), box[1])
    with np.errstate(invalid="ignore"):
        sides = [np.sign((to_x - x) * (corner_y - y) - (to_y - y) * (corner_x - x)) for corner_x in box[0] for corner_y in box[1]]
    apart: Bools = (np.abs(np.add.reduce(sides)) == 4) & np.isfinite(box).all()
    return near & ~apart


def touching(low: Floats, high: Floats, span: Span) -> Bools:
    """Which intervals reach into a span: (n,)."""
    return (high >= span[0]) & (low <= span[1])
