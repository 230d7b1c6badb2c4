"""Contour: the mean objective over two parameters, for the pairs that matter most or one that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints, settled
from analyzer.best import require_values
from analyzer.pairs import Place, X, Y, places, spots
from analyzer.panels import each_within
from analyzer.scale import Scale, drawn_axis, hover_value
from analyzer.stats.outliers import plain_range
from analyzer.stats.surface import cells, local_mean
from analyzer.stats.thinning import Box
from analyzer.study import Objective, Study
from analyzer.target import aimed
from analyzer.text import _, named, noted, number, shortened
from analyzer.view import OBJECTIVE, Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_GRID = 40  # cells along a numeric axis
_DOTS = 2400  # in all panels together, about
_COLUMNS, _ROW_HEIGHT, _SINGLE_HEIGHT = 3, 260, 430


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of parameters."""

    place: Place
    x_grid: Floats  # (c,), cell centres in the axis's own unit
    y_grid: Floats  # (r,)
    means: Floats  # (r, c), NaN where no trial is near
    drawn: Ints = field(default_factory=no_rows)  # which of the pair's trials are drawn as dots
    sight: Sight = NOTHING  # how many of the pair's trials that is


@dataclass(frozen=True, slots=True)
class Contour:
    """Smoothed means over pairs of parameters."""

    objective: Objective
    numbers: Ints  # (k,), complete trials with a finite value
    values: Floats  # (k,)
    panels: tuple[Panel, ...]
    low: float  # of all means
    high: float
    best_cell: tuple[str, str, str, str]  # names and values of the two parameters where the first panel is best


def analyze(study: Study, objective: str = "", x: str = "", y: str = "") -> Contour:
    """The local mean of finite complete values on a grid of at most 40 x 40 cells, on the scale that was searched.

    Unlike optuna.visualization.plot_contour, which interpolates between single trials and grows with their square.
    Outliers that would squash the colours are drawn in to the last plain value. O(n) a panel.
    """
    study, which = aimed(study, objective)
    require_values(study)
    rows = study.complete[np.isfinite(study.trials.values[study.complete, which.index])]
    values = study.trials.values[rows, which.index]
    pairs = places(study, rows, which, x, y)
    plain = plain_range(values) or (-np.inf, np.inf)
    panels = tuple(_panel(place, np.clip(values[place.rows], *plain)) for place in pairs)
    known = np.concatenate([panel.means[~np.isnan(panel.means)] for panel in panels])
    made = Contour(
        objective=which,
        numbers=study.trials.numbers[rows],
        values=values,
        panels=panels,
        low=float(known.min()),
        high=float(known.max()),
        best_cell=_best_cell(panels[0], which.sign),
    )
    return within(made, WHOLE)


def within(result: Contour, window: Window) -> Contour:
    """What is drawn in each panel: a trial for each spot of its part of the window. O(n)."""
    side = max(6, round(np.sqrt(_DOTS / len(result.panels) * 1.3)))

    def chosen(panel: Panel, box: Box | None) -> Panel:
        drawn, sight = dots(*spots(panel.place), (side, side), box)
        return replace(panel, drawn=drawn, sight=sight)

    return replace(result, panels=each_within(result.panels, window, chosen))


def _panel(place: Place, values: Floats) -> Panel:
    (x_cells, x_grid), (y_cells, y_grid) = (
        _axis_cells(place.x, place.x_positions),
        _axis_cells(place.y, place.y_positions),
    )
    smooth = (not _is_discrete(place.x), not _is_discrete(place.y))
    return Panel(
        place=place,
        x_grid=x_grid,
        y_grid=y_grid,
        means=settled(local_mean(x_cells, y_cells, values, (len(x_grid), len(y_grid)), smooth), digits=6),
    )


def _is_discrete(axis: Scale) -> bool:
    return bool(axis.labels or axis.grid)


def _axis_cells(axis: Scale, positions: Floats) -> tuple[Floats, Floats]:
    """The cell of each trial along one axis, and the centres of the cells in the axis's unit."""
    if axis.labels:
        return positions, np.arange(len(axis.labels), dtype=np.float64)
    if axis.grid:
        grid = np.array(axis.grid)
        return np.abs(positions[:, None] - grid).argmin(axis=1).astype(np.float64), grid
    low, high = axis.low, axis.high
    if axis.log:
        low, high, positions = float(np.log(low)), float(np.log(high)), np.log(positions)
    centres = low + (np.arange(_GRID) + 0.5) / _GRID * (high - low)
    return cells(positions, low, high, _GRID), settled(np.exp(centres) if axis.log else centres)


def _best_cell(panel: Panel, sign: float) -> tuple[str, str, str, str]:
    row, column = np.unravel_index(int(np.nanargmin(panel.means * sign)), panel.means.shape)
    x, y = panel.place.x, panel.place.y
    at_x = x.labels[column] if x.labels else number(float(panel.x_grid[column]), 3)
    at_y = y.labels[row] if y.labels else number(float(panel.y_grid[row]), 3)
    return x.name, at_x, y.name, at_y


def answer(result: Contour) -> str:
    """Where the mean is best in the first pair."""
    x, at_x, y, at_y = result.best_cell
    if result.low == result.high:
        return _("All trials have the same value, {value}.").format(value=number(result.low))
    words = {"x": named(x), "at_x": named(at_x), "y": named(y), "at_y": named(at_y)}
    if not result.objective.has_best:
        lowest = _("{name} is lowest on average around {x} = {at_x} and {y} = {at_y}.")
        return lowest.format(name=named(result.objective.name), **words)
    return _("Trials are best on average around {x} = {at_x} and {y} = {at_y}.").format(**words)


def figure(result: Contour) -> fig.Figure:
    """One panel a pair; dark is better (or lower, where nothing is better), open where no trial is near."""
    traces: list[fig.Trace] = []
    axes: list[fig.Axes] = []
    columns: dict[str, str] = {}
    for index, panel in enumerate(result.panels):
        on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
        traces += [{**trace, **on} for trace in _traces(result, panel)]
        columns |= {on["xaxis"]: f"params_{panel.place.x.name}", on["yaxis"]: f"params_{panel.place.y.name}"}
        axes.append((drawn_axis(panel.place.x), drawn_axis(panel.place.y)))
    row_height = _ROW_HEIGHT if len(result.panels) > 1 else _SINGLE_HEIGHT
    sights = [panel.sight for panel in result.panels]
    note = noted(fig.drawn_notes(sights))
    made = fig.figure(traces, note=note, coloraxis=_colours(result), **fig.panels(axes, _COLUMNS, row_height))
    return fig.selectable(fig.summary(made, any(each.is_summary for each in sights)), columns)


def _colours(result: Contour) -> dict[str, object]:
    scale = fig.AGE if result.objective.sign > 0 else fig.reversed_scale(fig.AGE)
    bar = fig.colour_bar(shortened(result.objective.name))
    return {"colorscale": scale, "cmin": result.low, "cmax": result.high, "colorbar": bar}


def _traces(result: Contour, panel: Panel) -> list[fig.Trace]:
    place = panel.place
    x_line = f"{fig.escaped(shortened(place.x.name, 32))} {hover_value(place.x, 'x')}"
    y_line = f"{fig.escaped(shortened(place.y.name, 32))} {hover_value(place.y, 'y')}"
    surface: fig.Trace = {
        "type": "heatmap" if _is_discrete(place.x) or _is_discrete(place.y) else "contour",
        "x": panel.x_grid,
        "y": panel.y_grid,
        "z": panel.means,
        "coloraxis": "coloraxis",
        "hovertemplate": f"{x_line}<br>{y_line}<br>" + _("mean nearby") + " %{z:.4~g}<extra></extra>",
    }
    if surface["type"] == "contour":
        surface |= {"ncontours": 12, "line": {"width": 0.4}, "contours": {"coloring": "heatmap"}}
    rows = place.rows[panel.drawn]
    dots = fig.points(
        place.x_positions[panel.drawn], place.y_positions[panel.drawn],
        _("trial") + " %{customdata}<br>" + x_line + "<br>" + y_line, numbers=result.numbers[rows],
        color=fig.PAPER, size=4, opacity=0.9, line={"width": 0.8, "color": fig.BEST},
    )  # fmt: skip
    return [surface, dots]


def table(result: Contour) -> tab.Table:
    """The grid of the panels: names and values of both parameters, and the mean."""
    names_x, names_y, at_x, at_y, means = [], [], [], [], []
    for panel in result.panels:
        for row, column in zip(*np.nonzero(~np.isnan(panel.means)), strict=True):
            names_x.append(panel.place.x.name)
            names_y.append(panel.place.y.name)
            at_x.append(_label(panel.place.x, panel.x_grid, int(column)))
            at_y.append(_label(panel.place.y, panel.y_grid, int(row)))
            means.append(panel.means[row, column])
    return tab.Table(
        (tab.texts("x", names_x), tab.texts("x_value", at_x), tab.texts("y", names_y), tab.texts("y_value", at_y),
         tab.numbers(f"mean {result.objective.name}", means))
    )  # fmt: skip


def _label(axis: Scale, grid: Floats, index: int) -> str:
    return axis.labels[index] if axis.labels else repr(float(grid[index]))


VIEW = View(
    slug="contour",
    title="Contour",
    section=Section.PARAMETERS,
    question="Which combinations of two parameters work?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE, X, Y),
    order=3,
    within=within,
)
