"""Parallel coordinates: every trial as a line through all parameters and objectives; drag along an axis to select."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints, settled
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.pairs import by_importance
from analyzer.scale import Scale, positions, scale
from analyzer.stats.pareto import non_domination_rank
from analyzer.stats.ranks import scaled_ranks
from analyzer.study import Objective, Study
from analyzer.text import _, counted, number, shortened, whole
from analyzer.view import Section, View

_LINES = 1500  # drawn at most; the best ones are always among them
_AXES = 12  # parameters drawn at most, the most important ones


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter's axis."""

    scale: Scale
    positions: Floats  # (k,), in the axis's own unit, NaN where a trial has no such parameter


@dataclass(frozen=True, slots=True)
class ParallelCoordinate:
    """Complete trials with finite values along all axes."""

    objectives: tuple[Objective, ...]
    numbers: Ints  # (k,)
    values: Floats  # (k, m)
    goodness: Floats  # (k,), 0 best … 1 worst: rank of the value, or of the Pareto layer
    axes: tuple[Axis, ...]
    parameters: int  # of the study, of which the axes are the most important
    drawn: Ints  # (d,), worst first so that the best lie on top


def analyze(study: Study) -> ParallelCoordinate:
    """As optuna.visualization.plot_parallel_coordinate 5.0: conditional parameters stay, absent ones at "None"."""
    require_values(study)
    rows = study.complete[np.isfinite(study.trials.values[study.complete]).all(axis=1)]
    used = [p.name for p in study.parameters.values() if p.present[rows].any()]
    if not used:
        raise NotApplicable(_("No complete trial with finite values has a parameter."))
    losses = study.losses[rows]
    layers = losses[:, 0] if losses.shape[1] == 1 else non_domination_rank(losses).astype(np.float64)
    goodness = scaled_ranks(layers)
    shown = used if len(used) <= _AXES else by_importance(study, study.objectives[0], used)[:_AXES]
    axes = [Axis(scale(study.parameters[name]), positions(study.parameters[name])[rows]) for name in shown]
    return ParallelCoordinate(
        objectives=study.objectives,
        numbers=study.trials.numbers[rows],
        values=study.trials.values[rows],
        goodness=goodness,
        axes=tuple(axes),
        parameters=len(used),
        drawn=_drawn(goodness),
    )


def _drawn(goodness: Floats) -> Ints:
    """All trials, or the best half of the budget and an even sample of the rest; worst first."""
    order = np.argsort(goodness, kind="stable")
    if len(order) > _LINES:
        best, rest = order[: _LINES // 2], order[_LINES // 2 :]
        sample = np.linspace(0, len(rest) - 1, _LINES - len(best)).astype(np.int64)
        order = np.concatenate([best, rest[sample]])
    return order[::-1].astype(np.int64)


def answer(result: ParallelCoordinate) -> str:
    """What the lines are."""
    axes = counted(len(result.axes), "{count} parameter", "{count} parameters")
    if result.parameters > len(result.axes):
        several = _("the {shown} most important of {count} parameters")
        axes = several.format(shown=whole(len(result.axes)), count=whole(result.parameters))
    complete = counted(len(result.numbers), "{count} complete trial", "{count} complete trials")
    words = {"drawn": whole(len(result.drawn)), "all": complete, "axes": axes}
    if len(result.drawn) < len(result.numbers):
        return _("{drawn} of {all} over {axes}: the best ones and an even sample of the rest; "
                 "drag along an axis to select.").format(**words)  # fmt: skip
    return _("{all} over {axes}; drag along an axis to select.").format(**words)


def figure(result: ParallelCoordinate) -> fig.Figure:
    """Objectives first, then parameters; dark lines are better."""
    drawn = result.drawn
    dimensions = [
        {"label": fig.escaped(shortened(o.name, 16)), "values": result.values[drawn, o.index], "tickformat": ".3~g"}
        for o in result.objectives
    ] + [_dimension(axis, drawn) for axis in result.axes]
    several = len(result.objectives) > 1
    bar = fig.colour_bar(_("Pareto layer") if several else _("rank"), tickvals=[0, 1], ticktext=[_("best"), _("worst")])
    trace: fig.Trace = {
        "type": "parcoords",
        "line": {"color": result.goodness[drawn], "colorscale": fig.AGE, "cmin": 0, "cmax": 1, "colorbar": bar},
        "dimensions": dimensions,
        "customdata": result.numbers[drawn],
        "labelangle": -18,
        "labelside": "top",
        "labelfont": {"size": 12, "color": fig.TEXT},
        "tickfont": {"size": 11, "color": fig.TEXT},
        "rangefont": {"size": 10, "color": "rgba(0,0,0,0)"},
    }
    wide = 1 + len(dimensions) * 62
    margin = {"l": 72, "r": 40, "t": 92, "b": 28}
    made = fig.figure([trace], height=430, margin=margin, meta={"minimum_width": wide})
    return fig.selectable(made, {"dimensions": _columns(result)})


def _columns(result: ParallelCoordinate) -> list[dict[str, Any]]:
    """Which column of the table of all trials stands on each axis, and whether as its decimal logarithm."""
    objectives = [{"column": objective.index, "log": False} for objective in result.objectives]
    return objectives + [{"column": f"params_{axis.scale.name}", "log": axis.scale.log} for axis in result.axes]


def _dimension(axis: Axis, drawn: Ints) -> dict[str, Any]:
    values = axis.positions[drawn]
    name = fig.escaped(shortened(axis.scale.name, 16))
    if axis.scale.labels:
        low, high = 0.0, float(max(len(axis.scale.labels) - 1, 1))
        marks = [(float(at), shortened(label, 12)) for at, label in enumerate(axis.scale.labels)]
    elif axis.scale.log:
        values, low, high = settled(np.log10(values)), math.log10(axis.scale.low), math.log10(axis.scale.high)
        marks, name = _decades(low, high), _("{name} (log)").format(name=name)
    else:
        low, high = axis.scale.low, axis.scale.high
        marks = (
            [(at, number(at, 3)) for at in np.linspace(low, high, 5).tolist()]
            if high > low
            else [(low, number(low, 3))]
        )
    if high == low:
        low, high = low - 0.5, high + 0.5
    if np.isnan(values).any():
        below = low - 0.12 * (high - low)
        values, low = np.where(np.isnan(values), below, values), below
        marks = [(below, _("none")), *marks]
    return {
        "label": name, "values": values, "range": [low, high],
        "tickvals": [at for at, _label in marks], "ticktext": [fig.escaped(label) for _at, label in marks],
    }  # fmt: skip


def _decades(low: float, high: float) -> list[tuple[float, str]]:
    whole_ones = [float(at) for at in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)]
    at = whole_ones if len(whole_ones) > 1 else [low, (low + high) / 2, high]
    return [(place, number(10**place, 2)) for place in at]


def table(result: ParallelCoordinate) -> tab.Table:
    """Number, values, parameters."""
    columns = [tab.whole("number", result.numbers)]
    columns += [tab.numbers(o.name, result.values[:, o.index]) for o in result.objectives]
    for axis in result.axes:
        if axis.scale.labels:
            codes = np.nan_to_num(axis.positions, nan=-1.0).astype(np.int64)
            columns.append(tab.categories(axis.scale.name, codes, axis.scale.labels, group="params"))
        else:
            columns.append(tab.numbers(axis.scale.name, axis.positions, group="params"))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="parallel-coordinate",
    title="Parallel coordinates",
    section=Section.PARAMETERS,
    question="What do good trials have in common?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    reads=frozenset(),
    order=2,
)
