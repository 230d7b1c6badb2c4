"""Strips: all trials along one range, the best of them, and a few chosen ones; small multiples over one wide panel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import figure as fig
from analyzer.arrays import Floats, Ints
from analyzer.places import shares
from analyzer.scale import Scale, drawn_axis, hover_value, positions, scale
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.thinning import thin_points
from analyzer.study import Objective, Parameter, Study
from analyzer.text import _, shortened

_COLUMNS, _LINES = 100, 4  # places for dots along a strip and across
_GOLDEN = 0.6180339887498949
_ACROSS, _STRIP = 0.03, 106  # between strips, of the width; height of one with its axis


@dataclass(frozen=True, slots=True)
class Mark:
    """How a chosen trial is marked in every strip."""

    number: int
    name: str
    marker: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Strip:
    """One range."""

    scale: Scale
    objective: Objective | None  # None: a parameter
    numbers: Ints  # (k,), the trials that are drawn
    places: Floats  # (k,)
    best_numbers: Ints  # (b,), those of the best that are drawn
    best_places: Floats  # (b,)
    stands: tuple[float | None, ...]  # of each chosen trial; None where it has no place
    shares: tuple[float | None, ...]  # the same as shares of the range, on the scale that was searched
    best_range: tuple[float, float] | None  # of the best; None for categories, or where there is none
    best_counts: tuple[tuple[str, int], ...]  # of the best, by category, the most frequent first
    shown_range: tuple[float, float] | None


def parameter_strip(study: Study, parameter: Parameter, best: Ints, chosen: Sequence[int]) -> Strip:
    """All trials along a parameter's range. `best` and `chosen` are rows. O(n)."""
    axis, places = scale(parameter), positions(parameter)
    known = np.isfinite(places)
    counts: tuple[tuple[str, int], ...] = ()
    if axis.labels:
        counts = tuple(Counter(axis.labels[int(place)] for place in places[best[known[best]]]).most_common())
    return _strip(study, axis, None, places, best, chosen, None, counts)


def objective_strip(study: Study, objective: Objective, best: Ints, chosen: Sequence[int]) -> Strip:
    """The complete trials along the values of an objective, with the chosen ones that have a value in any state."""
    values = study.trials.values[:, objective.index]
    places = np.full(len(values), np.nan)
    places[study.complete] = values[study.complete]
    places[list(chosen)] = values[list(chosen)]
    finite = places[np.isfinite(places)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    axis = Scale(objective.name, False, (), low, high)
    return _strip(study, axis, objective, places, best, chosen, _with(plain_range(finite), places[list(chosen)]), ())


def _with(shown: tuple[float, float] | None, asked: Floats) -> tuple[float, float] | None:
    """A range without outliers, but with those that were asked for and can be drawn."""
    if shown is None:
        return None
    asked = asked[drawable(asked, shown)]
    low, high = min(shown[0], *asked.tolist(), shown[1]), max(shown[1], *asked.tolist(), shown[0])
    return low, high


def _strip(
    study: Study, axis: Scale, objective: Objective | None, places: Floats, best: Ints, chosen: Sequence[int],
    shown: tuple[float, float] | None, counts: tuple[tuple[str, int], ...],
) -> Strip:  # fmt: skip
    numbers = study.trials.numbers
    can = drawable(places, shown)
    spots = np.where(can, places, np.nan)
    every = np.flatnonzero(can)
    drawn = _drawn(axis, spots, numbers, every)
    best = best[can[best]]
    asked = [float(places[row]) if can[row] else None for row in chosen]
    spans = len(best) > 0 and not axis.labels
    return Strip(
        scale=axis,
        objective=objective,
        numbers=numbers[drawn],
        places=places[drawn],
        best_numbers=numbers[_drawn(axis, spots, numbers, best)],
        best_places=places[_drawn(axis, spots, numbers, best)],
        stands=tuple(asked),
        shares=tuple(None if place is None else float(shares(axis, np.array([place]))[0]) for place in asked),
        best_range=(float(places[best].min()), float(places[best].max())) if spans else None,
        best_counts=counts,
        shown_range=shown,
    )


def _drawn(axis: Scale, places: Floats, numbers: Ints, rows: Ints) -> Ints:
    along = np.log(places[rows]) if axis.log else places[rows]
    return rows[thin_points(along, scattered(numbers[rows]), _COLUMNS, _LINES)]


def scattered(numbers: Ints) -> Floats:
    """Where a trial's dot lies across a strip, -0.7 … 0.7: the same in every strip, neighbours apart.

    >>> scattered(np.array([0, 1, 2])).round(2).tolist()
    [-0.7, 0.16, -0.37]
    """
    return np.round((numbers * _GOLDEN % 1.0 - 0.5) * 1.4, 3)


def strip_traces(strip: Strip, marks: Sequence[Mark], best: str) -> list[fig.Trace]:
    """Faint dots for all, stronger ones for the best (and what they are called), a mark of its own for each chosen trial."""
    hover = "<br>".join((
        _("trial") + " %{customdata}",
        f"{fig.escaped(shortened(strip.scale.name, 32))} {hover_value(strip.scale, 'x')}",
    ))  # fmt: skip
    traces = []
    for words, numbers, places, colour, opacity in (
        (_("all trials"), strip.numbers, strip.places, fig.DOMINATED, 0.45),
        (best, strip.best_numbers, strip.best_places, fig.COMPLETE, 0.75),
    ):
        if len(places):
            dots = fig.points(
                places, scattered(numbers), hover, numbers=numbers, color=colour, size=5, opacity=opacity
            )
            traces.append({**dots, "legendgroup": words})
    heights = np.linspace(0.6, -0.6, len(marks)).round(3) if len(marks) > 1 else np.zeros(1)  # side by side: one over the other
    for mark, place, height in zip(marks, strip.stands, heights.tolist(), strict=True):
        if place is not None:
            spot = fig.points([place], [height], hover, numbers=[mark.number], **mark.marker)
            traces.append({**spot, "legendgroup": mark.name, "cliponaxis": False})
    return traces


def with_legend(traces: Sequence[fig.Trace]) -> list[fig.Trace]:
    """The first trace of each group bears its name, and switches the same marks in all strips."""
    seen: set[str] = set()
    named = []
    for trace in traces:
        group = trace.get("legendgroup", "")
        named.append(fig.named(trace, group) if group not in seen else trace)
        seen.add(group)
    return named


def strip_axes(strip: Strip) -> fig.Axes:
    """The range with its title; across there is nothing to read."""
    shown = {"range": list(strip.shown_range)} if strip.shown_range else {}
    x = drawn_axis(strip.scale) | shown
    return x, fig.axis("", visible=False, range=[-1.1, 1.1], fixedrange=True)


def placed(axes: Sequence[fig.Axes], below: fig.Axes | None, height_below: int) -> dict[str, Any]:
    """The layout of strips row by row over a wide panel, and the same in one column for narrow paper."""
    return {**_placed(axes, 3, below, height_below), "meta": {"narrow": _placed(axes, 1, below, height_below)}}


def _placed(axes: Sequence[fig.Axes], columns: int, below: fig.Axes | None, height_below: int) -> dict[str, Any]:
    columns = max(1, min(columns, len(axes)))
    rows = -(-len(axes) // columns)
    height = rows * _STRIP + (height_below if below else 0)
    width = (1 - _ACROSS * (columns - 1)) / columns
    layout: dict[str, Any] = {"height": height + 80}
    for index, (x, y) in enumerate(axes):
        row, column = divmod(index, columns)
        left, top = column * (width + _ACROSS), 1 - row * _STRIP / height
        layout[fig.layout_name("x", index)] = {**x, "domain": [left, min(1.0, left + width)], "anchor": fig.axis_name("y", index)}
        layout[fig.layout_name("y", index)] = {**y, "domain": [top - 48 / height, top], "anchor": fig.axis_name("x", index)}
    if below:
        x, y = below
        index = len(axes)
        top = (height_below - 20) / height if axes else 1.0
        layout[fig.layout_name("x", index)] = {**x, "domain": [0.0, 1.0], "anchor": fig.axis_name("y", index)}
        layout[fig.layout_name("y", index)] = {**y, "domain": [0.0, top], "anchor": fig.axis_name("x", index)}
    return layout
