"""Slice: the objective against each parameter, all parameters at once as small multiples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import best_row, candidates, require_values
from analyzer.edges import edge_names
from analyzer.errors import NotApplicable
from analyzer.panels import each_within
from analyzer.scale import Scale, drawn_axis, hover_value, positions, scale
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.thinning import Box
from analyzer.study import Objective, Study
from analyzer.target import aimed
from analyzer.text import _, listed, named, number, shortened, whole
from analyzer.view import OBJECTIVE, Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_DOTS = 9000  # in all panels together, about
_COLUMNS, _ROW_HEIGHT = 3, 210


@dataclass(frozen=True, slots=True)
class Panel:
    """One parameter."""

    scale: Scale
    positions: Floats  # (k,), NaN where a trial has no such parameter
    best: float | None  # where the best trial stands; None where it has no such parameter
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k are drawn
    sight: Sight = NOTHING  # how many of the k that is


@dataclass(frozen=True, slots=True)
class Slice:
    """The complete trials with a finite value, seen along each parameter."""

    objective: Objective
    numbers: Ints  # (k,)
    values: Floats  # (k,)
    panels: tuple[Panel, ...]
    best: tuple[int, float] | None  # number and value of the best trial
    shown_range: tuple[float, float] | None
    edges: tuple[str, ...]  # parameters in which the best trials crowd at the edge of the range


def analyze(study: Study, objective: str = "") -> Slice:
    """As optuna.visualization.plot_slice: complete trials with finite values. O(n p)."""
    study, which = aimed(study, objective)
    require_values(study)
    rows = study.complete[np.isfinite(study.trials.values[study.complete, which.index])]
    used = [p for p in study.parameters.values() if p.present[rows].any()]
    if not used:
        raise NotApplicable(_("No complete trial with a finite value has a parameter."))
    values = study.trials.values[rows, which.index]
    best = best_row(study, which.index) if which.has_best and len(candidates(study)) else None
    shown = plain_range(values)
    ring = best if best is not None and drawable(study.trials.values[[best], which.index], shown)[0] else None
    panels = []
    for parameter in used:
        axis, places = scale(parameter), positions(parameter)
        stands = None if ring is None or np.isnan(places[ring]) else float(places[ring])
        panels.append(Panel(axis, places[rows], stands))
    made = Slice(
        objective=which,
        numbers=study.trials.numbers[rows],
        values=values,
        panels=tuple(panels),
        best=None if best is None else (int(study.trials.numbers[best]), float(study.trials.values[best, which.index])),
        shown_range=shown,
        edges=() if best is None else edge_names(study, which),
    )
    return within(made, WHOLE)


def within(result: Slice, window: Window) -> Slice:
    """What is drawn in each panel: one trial for each spot of its part of the window. O(n p)."""
    side = np.sqrt(_DOTS / len(result.panels) * 1.5)
    cells = max(8, round(side)), max(8, round(side / 1.5))
    heights = np.where(drawable(result.values, result.shown_range), result.values, np.nan)

    def chosen(panel: Panel, box: Box | None) -> Panel:
        spots = np.log10(panel.positions) if panel.scale.log else panel.positions
        drawn, sight = dots(spots, heights, cells, box, y_range=result.shown_range)
        return replace(panel, drawn=drawn, sight=sight)

    return replace(result, panels=each_within(result.panels, window, chosen))


def answer(result: Slice) -> str:
    """Where the best trials stand in the ranges that were searched: at an edge, the range may be too narrow."""
    edges = [named(name) for name in result.edges]
    if not result.objective.has_best:
        low, median, high = (number(float(q)) for q in np.percentile(result.values, (0, 50, 100), method="nearest"))
        return _(
            "{name} runs from {low} to {high}, median {median}; it has no better or worse, so no trial is marked."
        ).format(name=named(result.objective.name), low=low, median=median, high=high)
    if result.best is None:
        return _("No feasible trial yet.")
    words = {"trial": result.best[0], "value": number(result.best[1])}
    if edges:
        more = _("{count} more").format(count=whole(len(edges) - 4)) if len(edges) > 4 else ""
        names = listed([*edges[:4], *([more] if more else [])])
        return _(
            "The best trials (the first is {trial}, {value}) crowd at the edge of the range of {names}: consider widening it."
        ).format(**words, names=names)
    if all(panel.scale.labels for panel in result.panels):
        return _("The best trial ({trial}, {value}) is marked in every panel.").format(**words)
    return _(
        "No range looks too narrow: the best trials (the first is {trial}, {value}) do not crowd at an edge."
    ).format(**words)


def figure(result: Slice) -> fig.Figure:
    """One panel a parameter; the colour of a dot is the trial's age."""
    traces: list[fig.Trace] = []
    axes: list[fig.Axes] = []
    columns: dict[str, str | int | None] = {}
    for index, panel in enumerate(result.panels):
        on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
        traces += [{**trace, **on} for trace in _panel(result, panel)]
        columns |= {on["xaxis"]: f"params_{panel.scale.name}", on["yaxis"]: result.objective.index if result.objective.has_best else None}
        shown = {"range": list(result.shown_range)} if result.shown_range else {}
        axes.append((drawn_axis(panel.scale), fig.axis("", **shown)))
    layout = fig.panels(axes, _COLUMNS, _ROW_HEIGHT, shared_y=shortened(result.objective.name, 22))
    notes = fig.drawn_notes([panel.sight for panel in result.panels])
    if result.shown_range:
        outside = int(((result.values < result.shown_range[0]) | (result.values > result.shown_range[1])).sum())
        words = _("{count} of {all} values lie outside the figure; double-click shows all")
        notes.append(words.format(count=whole(outside), all=whole(len(result.values))))
    made = fig.figure(traces, note="; ".join(notes), **layout)
    values = [fig.layout_name("y", index) for index in range(len(result.panels))]
    made = fig.summary(made, any(panel.sight.is_summary for panel in result.panels))
    return fig.selectable(fig.clipped(made, values if result.shown_range else []), columns)


def _panel(result: Slice, panel: Panel) -> list[fig.Trace]:
    hover = "<br>".join((
        _("trial") + " %{customdata}",
        f"{fig.escaped(shortened(panel.scale.name, 32))} {hover_value(panel.scale, 'x')}",
        fig.escaped(named(result.objective.name)) + " %{y:.5~g}",
    ))  # fmt: skip
    at = panel.drawn
    dots = fig.points(
        panel.positions[at], result.values[at], hover, numbers=result.numbers[at],
        color=result.numbers[at], colorscale=fig.AGE, cmin=int(result.numbers.min()), cmax=int(result.numbers.max()), size=5, opacity=0.75,
    )  # fmt: skip
    if panel.best is None or result.best is None:
        return [dots]
    ring = fig.points(
        [panel.best], [result.best[1]], hover + "<br>" + _("best"), numbers=[result.best[0]],
        color="rgba(0,0,0,0)", size=11, opacity=1, line={"width": 2, "color": fig.BEST},
    )  # fmt: skip
    return [dots, ring]


def table(result: Slice) -> tab.Table:
    """Number, value, and the position on every axis (categories by name)."""
    columns = [tab.whole("number", result.numbers), tab.numbers(result.objective.name, result.values)]
    for panel in result.panels:
        if panel.scale.labels:
            codes = np.nan_to_num(panel.positions, nan=-1.0).astype(np.int64)
            columns.append(tab.categories(panel.scale.name, codes, panel.scale.labels, group="params"))
        else:
            columns.append(tab.numbers(panel.scale.name, panel.positions, group="params"))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="slice",
    title="Slice",
    section=Section.PARAMETERS,
    question="Where in each range are the good values?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=1,
    within=within,
)
