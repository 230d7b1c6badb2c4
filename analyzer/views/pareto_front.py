"""Pareto front: the trials that no other trial beats in every objective."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.best import best_rows, require_values
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.reference_point import reference_point
from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.outliers import plain_range
from analyzer.stats.sampled_volume import is_too_large
from analyzer.stats.thinning import thin_points
from analyzer.study import Objective, Study
from analyzer.text import _, enumerated, named, noted, number, whole
from analyzer.view import Option, Section, View, objective_names
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_CELLS = (110, 75)  # at most one dot drawn in each cell of this grid
_FRONT = 3000  # trials on the front that are all drawn; of more, one for each cell of a finer grid
_FRONT_CELLS = (75, 50)
_MOST_PAIRS = 10  # of objectives offered as axes
_BETWEEN = " × "


@dataclass(frozen=True, slots=True)
class ParetoFront:
    """The complete trials of several objectives, and which of them are best."""

    objectives: tuple[Objective, ...]
    axes: tuple[int, ...]  # two or three objectives to draw
    numbers: Ints  # (k,), complete trials in trial order
    values: Floats  # (k, m), as reported
    feasible: Bools  # (k,)
    front: Bools  # (k,)
    shown: tuple[tuple[float, float] | None, ...]  # of a plane, the range of each axis where outliers would squash it
    outside: int  # trials beyond those
    reference: Floats | None  # (m,), in the objectives' own units
    hypervolume: float | None  # None too where its exact computation would take too long
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k are drawn; of the front those that can be told
    # apart, and the best of each objective
    sight: Sight = NOTHING  # how many of the k that is


def analyze(study: Study, axes: str = "", reference: str = "") -> ParetoFront:
    """The front of all objectives, as Study.best_trials; `axes` only chooses what is drawn."""
    require_values(study)
    if len(study.objectives) < 2:
        raise NotApplicable(_("A Pareto front needs two or more objectives; this study has one."))
    rows, values = study.complete, study.trials.values[study.complete]
    front = np.isin(rows, best_rows(study))
    which = _axes(study, axes)
    point = reference_point(study, reference)
    signs = np.array([objective.sign for objective in study.objectives])
    drawn_values = values[:, which]
    shown = tuple(_shown(column, front) for column in drawn_values.T) if len(which) == 2 else (None, None)
    low, high = np.array([one or (-np.inf, np.inf) for one in shown]).T
    seen = np.clip(drawn_values[:, :2], low, high)
    finite = np.isfinite(drawn_values[:, :2]).all(axis=1)
    made = ParetoFront(
        objectives=study.objectives,
        axes=which,
        numbers=study.trials.numbers[rows],
        values=values,
        feasible=study.feasible[rows],
        front=front,
        shown=shown,
        outside=int((finite & (seen != drawn_values[:, :2]).any(axis=1)).sum()),
        reference=point,
        hypervolume=None if point is None else _hypervolume(values[front] * signs, point * signs),
    )
    return within(made, WHOLE)


def within(result: ParetoFront, window: Window) -> ParetoFront:
    """What is drawn: of the front those that can be told apart, of the others one for each spot of the window. O(n)."""
    x, y = (result.values[:, index] for index in result.axes[:2])
    box, (x_range, y_range) = window.box(), result.shown[:2]
    keep = _drawn_front(result, window)
    drawn, sight = dots(x, y, _CELLS, box, keep, x_range=x_range, y_range=y_range)
    return replace(result, drawn=drawn, sight=sight)


def _shown(values: Floats, front: Bools) -> tuple[float, float] | None:
    """The range of an axis without the outliers that would squash it; the front is always within."""
    plain, ends = plain_range(values), values[front & np.isfinite(values)]
    if plain is None or not len(ends):
        return plain
    margin = 0.05 * (plain[1] - plain[0])
    low, high = min(plain[0], float(ends.min()) - margin), max(plain[1], float(ends.max()) + margin)
    return (low, high) if (np.isfinite(values) & ((values < low) | (values > high))).any() else None


def _hypervolume(front: Floats, reference: Floats) -> float | None:
    return None if is_too_large(front, reference) else hypervolume(front, reference)


def _drawn_front(result: ParetoFront, window: Window) -> Ints:
    """The front, or of a large one a trial for each cell, with the best and the worst of each objective."""
    rows = np.flatnonzero(result.front)
    if len(rows) <= _FRONT:
        return rows
    values = result.values[rows]
    ends = np.concatenate([values.argmin(axis=0), values.argmax(axis=0)])
    x, y = (values[:, index] for index in result.axes[:2])
    return rows[thin_points(x, y, *_FRONT_CELLS, keep=ends, within=window.box())]


def choices(study: Study) -> list[str]:
    """The combinations of objectives that can be drawn: all three of three, and the pairs."""
    names = objective_names(study)
    pairs = [_BETWEEN.join(pair) for pair in combinations(names, 2)][:_MOST_PAIRS]
    return [_BETWEEN.join(names), *pairs] if len(names) == 3 else pairs


def _axes(study: Study, axes: str) -> tuple[int, ...]:
    count = len(study.objectives)
    sets = [*([(0, 1, 2)] if count == 3 else []), *combinations(range(count), 2)]
    offered = dict(zip(choices(study), sets, strict=False))
    if axes and axes not in offered:
        raise UnknownOption(
            _("These axes cannot be drawn: {axes!r}; choose from: {names}.").format(axes=axes, names=", ".join(offered))
        )
    return offered[axes or next(iter(offered))]


def answer(result: ParetoFront) -> str:
    """How many trials share the front, and the best value of each objective on it."""
    count = int(result.front.sum())
    parts = []
    for objective in result.objectives:
        column = result.values[result.front, objective.index]
        best = column.max() if objective.sign < 0 else column.min()
        parts.append(f"{named(objective.name)} {number(float(best))}")
    return _("{count} of {all} complete trials are on the front; the best of each objective: {parts}.").format(
        count=whole(count), all=whole(len(result.numbers)), parts=enumerated(parts)
    )


def figure(result: ParetoFront) -> fig.Figure:
    """Two objectives as a plane with the front as a staircase, three as a space."""
    return _space(result) if len(result.axes) == 3 else _plane(result)


def _groups(result: ParetoFront) -> list[tuple[Ints, str, dict[str, object]]]:
    """The drawn trials by meaning: which, legend entry, marker."""
    drawn = result.drawn
    front, feasible = result.front[drawn], result.feasible[drawn]
    age = {
        "color": result.numbers[drawn[~front & feasible]],
        "colorscale": fig.AGE,
        "colorbar": fig.colour_bar(_("trial")),
    }
    groups: list[tuple[Ints, str, dict[str, object]]] = [
        (drawn[~feasible], _("infeasible"), {"symbol": "circle-open", "color": fig.MUTED, "opacity": 0.6}),
        (drawn[~front & feasible], _("dominated (colour: age)"), age),
        (
            drawn[front],
            _("Pareto front"),
            {"color": fig.COMPLETE, "line": {"width": 1.5, "color": fig.BEST}, "size": 9},
        ),
    ]
    return [group for group in groups if len(group[0])]


def _hover(result: ParetoFront, letters: str) -> str:
    lines = [
        f"{fig.escaped(named(result.objectives[index].name))} %{{{letter}:.5~g}}"
        for index, letter in zip(result.axes, letters, strict=False)
    ]
    return "<br>".join([_("trial") + " %{customdata}", *lines])


def _plane(result: ParetoFront) -> fig.Figure:
    x, y = (result.values[:, index] for index in result.axes)
    traces = []
    if len(result.objectives) == 2:
        shown = result.drawn[result.front[result.drawn]]
        order = shown[np.lexsort((y[shown], x[shown]))]
        shape = "hv" if result.objectives[result.axes[0]].sign > 0 else "vh"
        traces.append(fig.line(x[order], y[order], shape=shape, color=fig.BEST))
    for rows, name, marker in _groups(result):
        trace = fig.points(x[rows], y[rows], _hover(result, "xy"), numbers=result.numbers[rows], name=name, **marker)
        traces.append(trace)
    axes = {}
    for letter, index, ends in zip("xy", result.axes, result.shown, strict=True):
        within = {"range": list(ends)} if ends else {}
        axes[f"{letter}axis"] = fig.axis(_axis_title(result.objectives[index]), **within)
    made = fig.figure(traces, height=460, **axes, note=_note(result))
    made = fig.summary(fig.clipped(made, [name for name, one in axes.items() if "range" in one]), result.sight.is_summary)
    return fig.selectable(made, dict(zip("xy", result.axes, strict=True)))


def _note(result: ParetoFront) -> str:
    notes = fig.drawn_notes([result.sight])
    if result.outside:
        words = _("{count} of {all} values lie outside the figure; double-click shows all")
        notes.append(words.format(count=whole(result.outside), all=whole(len(result.values))))
    return noted(notes)


def _space(result: ParetoFront) -> fig.Figure:
    traces = []
    for rows, name, marker in _groups(result):
        x, y, z = (result.values[rows, index] for index in result.axes)
        trace = fig.points(x, y, _hover(result, "xyz"), numbers=result.numbers[rows], name=name, **marker)
        if name == _("Pareto front"):
            trace["marker"] |= {"size": 6}
        else:
            trace["marker"] |= {"size": 3.5}
        traces.append({**trace, "type": "scatter3d", "z": z})
    axes = {
        f"{letter}axis": {
            **fig.axis(_axis_title(result.objectives[index])), "backgroundcolor": "rgba(0,0,0,0)",
            "showspikes": False,
        }
        for letter, index in zip("xyz", result.axes, strict=True)
    }  # fmt: skip
    for one in axes.values():
        del one["automargin"]
        del one["title"]["standoff"]
    return fig.figure(
        traces,
        height=560,
        scene={**axes, "camera": {"eye": {"x": 1.55, "y": 1.55, "z": 1.1}}},
        margin={"l": 0, "r": 0, "t": 34, "b": 0},
        note=_note(result),
    )


def _axis_title(objective: Objective) -> str:
    return (_("{name} (more is better)") if objective.sign < 0 else _("{name} (less is better)")).format(
        name=named(objective.name)
    )


def table(result: ParetoFront) -> tab.Table:
    """All complete trials: number, values, on the front or not, feasible or not."""
    return tab.Table(
        (
            tab.whole("number", result.numbers),
            *(tab.numbers(objective.name, result.values[:, objective.index]) for objective in result.objectives),
            tab.categories("on_front", result.front.astype(np.int64), ("no", "yes")),
            tab.categories("feasible", result.feasible.astype(np.int64), ("no", "yes")),
        )
    )


VIEW = View(
    slug="pareto-front",
    title="Pareto front",
    section=Section.OBJECTIVES,
    question="What can be had at once?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    reads=frozenset(),
    options=(
        Option("axes", "the objectives to draw", choices, varies=True),
        Option("reference", "reference point: the worst value of each objective that counts, separated by commas"),
    ),
    order=0,
    within=within,
)
