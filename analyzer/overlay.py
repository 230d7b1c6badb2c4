"""Lines of several studies in one figure: a colour each, a band for repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.text import _, named, whole
from analyzer.trajectories import Line

_COLOURS = (fig.COMPLETE, fig.PRUNED, fig.RUNNING, "#8a4fbf", fig.FAILED, fig.WAITING)
_DASHES = ("solid", "dash", "dot", "dashdot")  # beyond six lines the colours come again, as dashes


def colour(index: int) -> str:
    """The colour of the index-th series."""
    return _COLOURS[index % len(_COLOURS)]


def dash(index: int) -> str:
    """The dash of the index-th series: colour alone does not tell a seventh one."""
    return _DASHES[index // len(_COLOURS) % len(_DASHES)]


def faint(index: int) -> str:
    """The colour as the filling of a band."""
    red, green, blue = (int(colour(index)[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def label(name: str) -> str:
    """A study's name in a legend and a hover text."""
    return named(name, 40)


def traces(lines: Sequence[Line], clock: str, moments: str, places: Sequence[int], scale: float = 1.0) -> list[fig.Trace]:
    """The lines as steps, bands first. `clock`: what the axis counts; `moments`: how the hover shows it.

    `places`: the place of each line among all series, for its colour; `scale`: of the axis, in units of the lines' own.
    """
    made = [trace for place, line in zip(places, lines, strict=True) if len(line.low) for trace in _band(line, place, scale)]
    for place, line in zip(places, lines, strict=True):
        what = _("median of {count} studies").format(count=whole(line.studies)) if len(line.low) else _("best so far")
        hover = f"{fig.escaped(label(line.name))}<br>{clock} {moments}<br>{what} %{{y:.5~g}}"
        made.append(fig.line(line.at / scale, line.values, name=label(line.name), hover=hover, color=colour(place), shape="hv", dash=dash(place)))
    return made


def _band(line: Line, place: int, scale: float) -> list[fig.Trace]:
    edge = {"shape": "hv", "width": 0, "color": colour(place)}
    shared = {"type": "scatter", "mode": "lines", "x": line.at / scale, "hoverinfo": "skip", "line": edge}
    return [{**shared, "y": line.low}, {**shared, "y": line.high, "fill": "tonexty", "fillcolor": faint(place)}]


def table(lines: Sequence[Line], clock: str, value: str) -> tab.Table:
    """One row a point: series, moment, value, and the quartiles where there are repeats."""
    sizes = [len(line.at) for line in lines]
    columns = [
        tab.categories("series", np.repeat(np.arange(len(lines)), sizes), [line.name for line in lines]),
        tab.numbers(clock, np.concatenate([line.at for line in lines])),
        tab.numbers(value, np.concatenate([line.values for line in lines])),
    ]
    if any(len(line.low) for line in lines):
        nothing = [np.full(size, np.nan) for size in sizes]
        for name in ("low", "high"):
            ends = [getattr(line, name) if len(line.low) else empty for line, empty in zip(lines, nothing, strict=True)]
            columns.append(tab.numbers({"low": "lower_quartile", "high": "upper_quartile"}[name], np.concatenate(ends)))
    return tab.Table(tuple(columns))
