"""History by time: the complete trials when they ended, the best so far, and how soon most of the way was done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective, Study
from analyzer.text import _, duration, named, noted, number, whole
from analyzer.view import OBJECTIVE, Section, View, objective_index
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_CELLS = (160, 48)  # at most one dot drawn in each cell of this grid
_COLUMNS = 480  # of pixels for the line
_MOST = 0.9  # of the way from the first feasible value to the best
_UNITS = ((7200.0, 3600.0, "h"), (120.0, 60.0, "min"), (0.0, 1.0, "s"))  # from which span, seconds, name


@dataclass(frozen=True, slots=True)
class HistoryByTime:
    """The complete trials that have an end, in the order of their ends."""

    objective: Objective
    numbers: Ints  # (k,)
    seconds: Floats  # (k,), from the first start in the study
    values: Floats  # (k,), in the objective's own unit
    best: Floats  # (k,), best feasible of values[: i + 1]; the worst infinity before the first
    feasible: Bools  # (k,)
    steps: Ints  # (s,), which of the k improved on all before them
    last: int  # position of the last improvement, -1 where no feasible value is finite
    most: int  # position at which nine tenths of the way were done; -1 where the first value was the best
    untimed: int  # complete trials without an end
    shown_range: tuple[float, float] | None  # of the value axis where outliers would squash it
    unit: tuple[float, str]  # of the time axis: its seconds and its name
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k are drawn as dots
    sight: Sight = NOTHING  # how many of the k that is
    line: Ints = field(default_factory=no_rows)  # (l,), which of the k the line of the best goes through


def analyze(study: Study, objective: str = "") -> HistoryByTime:
    """Order complete trials by their end; seconds count from the first start of any trial, pauses included. O(n log n)."""
    require_values(study)
    which = study.objectives[objective_index(study, objective)]
    trials, complete = study.trials, study.complete
    ended = complete[~np.isnat(trials.ends[complete])]
    if not len(ended) or np.isnat(trials.starts).all():
        raise NotApplicable(_("No complete trial has times."))
    rows = ended[np.argsort(trials.ends[ended], kind="stable")]
    seconds = (trials.ends[rows] - trials.starts[~np.isnat(trials.starts)].min()).astype(np.int64) / 1e6
    values, feasible = trials.values[rows, which.index], study.feasible[rows]
    if not np.isfinite(values).any():
        raise NotApplicable(_("None of the {count} complete trials has a finite value.").format(count=len(rows)))
    losses = np.minimum.accumulate(np.where(feasible, values * which.sign, np.inf))
    steps = np.flatnonzero(losses < np.concatenate([[np.inf], losses[:-1]]))
    shown = plain_range(values)
    finite = steps[np.isfinite(losses[steps])]
    made = HistoryByTime(
        objective=which,
        numbers=trials.numbers[rows],
        seconds=seconds,
        values=values,
        best=losses * which.sign,
        feasible=feasible,
        steps=steps,
        last=int(finite[-1]) if len(finite) else -1,
        most=_most(losses, finite),
        untimed=len(complete) - len(ended),
        shown_range=shown,
        unit=next((scale, name) for least, scale, name in _UNITS if max(float(seconds[-1]), 0.0) >= least),
    )
    return within(made, WHOLE)


def within(result: HistoryByTime, window: Window) -> HistoryByTime:
    """What is drawn: the steps to the best in any case, of the others one for each spot of the window. O(n)."""
    at, shown, along = result.seconds / result.unit[0], result.shown_range, window.span("x")
    heights = np.where(drawable(result.values, shown), result.values, np.nan)
    drawn, sight = dots(at, heights, _CELLS, window.box(), result.steps, y_range=shown)
    turns = np.union1d(result.steps, [len(at) - 1]).astype(np.int64)
    turns = turns[drawable(result.best[turns], shown)]
    return replace(
        result, drawn=drawn, sight=sight, line=turns[thin_line(at[turns], result.best[turns], _COLUMNS, along)]
    )


def _most(losses: Floats, steps: Ints) -> int:
    """The step at which nine tenths of the way from the first step's loss to the last one's were done."""
    if len(steps) < 2:
        return -1
    with np.errstate(over="ignore"):
        goal = losses[steps[0]] - _MOST * (losses[steps[0]] - losses[steps[-1]])
    return int(steps[np.argmax(losses[steps] <= goal)])


def answer(result: HistoryByTime) -> str:
    """When the best was found, and when most of the way to it was done."""
    span = duration(float(result.seconds[-1]))
    if result.last < 0:
        return _("No feasible trial has a finite value yet, after {span}.").format(span=span)
    words = {
        "best": number(float(result.best[-1])),
        "when": duration(float(result.seconds[result.last])),
        "span": span,
    }
    if result.most < 0:
        return _("The first feasible value, {best}, after {when} of {span}, is still the best.").format(**words)
    return _(
        "Best {best} after {when} of {span}; nine tenths of the way to it from the first value were done after {most}."
    ).format(**words, most=duration(float(result.seconds[result.most])))


def figure(result: HistoryByTime) -> fig.Figure:
    """Dots where trials ended, a line for the best so far."""
    name, (scale, unit) = named(result.objective.name), result.unit
    hover = _("trial") + " %{customdata}<br>" + fig.escaped(name) + " %{y:.5~g}<br>" + f"%{{x:.4~g}} {unit}"
    at = result.seconds / scale
    traces = []
    for mask, label, style in (
        (~result.feasible, _("infeasible"), {"symbol": "circle-open", "opacity": 0.7}),
        (result.feasible, _("complete"), {}),
    ):
        rows = result.drawn[mask[result.drawn]]
        if len(rows):
            numbers = result.numbers[rows]
            traces.append(fig.points(at[rows], result.values[rows], hover, numbers=numbers, name=label, **style))
    traces.append(
        fig.line(at[result.line], result.best[result.line], name=_("best so far"), shape="hv",
                 hover=_("best so far") + f" %{{y:.5~g}}<br>%{{x:.4~g}} {unit}")
    )  # fmt: skip
    value_axis = fig.axis(name)
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
    time_axis = fig.axis(_("time since the first start ({unit})").format(unit=unit))
    made = fig.figure(traces, height=330, note=noted(_notes(result)), xaxis=time_axis, yaxis=value_axis)
    made = fig.summary(fig.clipped(made, ["yaxis"] if result.shown_range else []), result.sight.is_summary)
    return fig.selectable(made, {"x": None, "y": result.objective.index})


def _notes(result: HistoryByTime) -> list[str]:
    notes = fig.drawn_notes([result.sight])
    if result.untimed:
        words = _("{count} of {all} complete trials have no end and are left out")
        notes.append(words.format(count=whole(result.untimed), all=whole(result.untimed + len(result.numbers))))
    return notes


def table(result: HistoryByTime) -> tab.Table:
    """Number, seconds, value, best so far."""
    return tab.Table(
        (
            tab.whole("number", result.numbers),
            tab.numbers("seconds", result.seconds),
            tab.numbers(result.objective.name, result.values),
            tab.numbers("best", result.best),
        )
    )


VIEW = View(
    slug="history-by-time",
    title="History by time",
    section=Section.PROGRESS,
    question="How soon was most of the way done?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    reads=frozenset(),
    options=(replace(OBJECTIVE, more=None),),
    within=within,
    order=1,
)
