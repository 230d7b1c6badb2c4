"""Optimization history: every trial's value in trial order, and the best so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.progress import progress
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective, State, Study
from analyzer.target import aimed
from analyzer.text import _, counted, marked, named, number, whole
from analyzer.view import OBJECTIVE, Option, Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_FEW = 8  # complete trials that say nothing about a trend
_CELLS = (160, 48)  # at most one dot drawn in each cell of this grid, as wide as a dot: a browser draws 8 000 in a second
_PRUNED_CELLS = (100, 32)
_COLUMNS = 480  # of pixels for the line
_LOG = "log"


def _scales(study: Study) -> list[str]:
    """A logarithmic axis is offered where a complete trial has a value above zero."""
    values = study.trials.values[study.complete]
    return ["linear", _LOG] if (values[np.isfinite(values)] > 0).any() else ["linear"]


_WORDS = {"linear": marked("linear"), _LOG: marked("logarithmic")}
SCALE = Option(
    "scale", marked("the value axis: linear or logarithmic"), _scales, default="linear", named=lambda scale: _(_WORDS[scale])
)


@dataclass(frozen=True, slots=True)
class History:
    """The complete trials in trial order, and what the others left behind."""

    objective: Objective
    numbers: Ints  # (k,)
    values: Floats  # (k,), in the objective's own unit
    best: Floats  # (k,), best feasible of values[: i + 1]; the worst infinity before the first; NaN without a direction
    feasible: Bools  # (k,)
    steps: Ints  # (s,), which of the k improved on all before them
    pruned_numbers: Ints  # (p,), pruned trials that left a last intermediate value
    pruned_values: Floats  # (p,)
    failed_numbers: Ints  # (f,)
    shown_range: tuple[float, float] | None  # of the value axis where outliers would squash it
    outside: int  # complete trials beyond shown_range
    log: bool  # whether the value axis is logarithmic
    unplaced: int  # complete trials with a finite value that a logarithmic axis has no place for
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k are drawn as dots
    sight: Sight = NOTHING  # how many of the complete trials that is
    line: Ints = field(default_factory=no_rows)  # (l,), which of the k the line of the best goes through
    pruned_drawn: Ints = field(default_factory=no_rows)  # (q,), which of the p are drawn
    failed_drawn: Ints = field(default_factory=no_rows)  # (g,), which of the f are drawn
    leaves_out: bool = False  # whether anything in sight is not drawn


def analyze(study: Study, objective: str = "", scale: str = "") -> History:
    """Values and the best so far, as optuna.visualization.plot_optimization_history. O(n).

    On a logarithmic axis no outlier squashes the others, so that none is left out; what is not above zero is, and is told.
    """
    study, which = aimed(study, objective)
    require_values(study)
    rows, trials = study.complete, study.trials
    values, feasible = trials.values[rows, which.index], study.feasible[rows]
    if not np.isfinite(values).any():
        raise NotApplicable(_("None of the {count} complete trials has a finite value.").format(count=len(rows)))
    log = scale == _LOG
    if log and not (values[np.isfinite(values)] > 0).any():
        raise NotApplicable(_("No complete trial has a value above zero, for a logarithmic axis."))
    best, improved = _best(study, which)
    pruned = np.flatnonzero((trials.states == State.PRUNED) & ~np.isnan(trials.values[:, which.index]))
    shown = None if log else plain_range(values)
    outside = 0 if shown is None else int(((values < shown[0]) | (values > shown[1])).sum())
    made = History(
        objective=which,
        numbers=trials.numbers[rows],
        values=values,
        best=best,
        feasible=feasible,
        steps=improved,
        pruned_numbers=trials.numbers[pruned],
        pruned_values=trials.values[pruned, which.index],
        failed_numbers=trials.numbers[trials.states == State.FAIL],
        shown_range=shown,
        outside=outside,
        log=log,
        unplaced=int((np.isfinite(values) & (values <= 0)).sum()) if log else 0,
    )
    return within(made, WHOLE)


def within(history: History, window: Window) -> History:
    """What is drawn of the history: the steps to the best in any case, of the others one for each spot of the window. O(n)."""
    shown, log, box = history.shown_range, history.log, window.box()
    across, heights = history.numbers.astype(np.float64), _placed(history.values, shown, log)
    steps = history.steps[np.isfinite(heights[history.steps])]
    steps = steps[thin_line(across[steps], heights[steps], _COLUMNS, window.span("x"))]
    drawn, sight = dots(across, heights, _CELLS, box, steps, y_range=shown)
    turns = np.union1d(history.steps, [len(history.numbers) - 1]).astype(np.int64)
    turns = turns[_has_place(history.best[turns], shown, log)]
    pruned, left = history.pruned_numbers.astype(np.float64), _placed(history.pruned_values, shown, log)
    pruned_drawn, of_pruned = dots(pruned, left, _PRUNED_CELLS, box, y_range=shown)
    failed = history.failed_numbers.astype(np.float64)
    failed_drawn, of_failed = dots(failed, np.zeros(len(failed)), (_COLUMNS, 1), window.box("x", "y2"))
    line = turns[thin_line(across[turns], history.best[turns], _COLUMNS, window.span("x"))]
    return replace(
        history,
        drawn=drawn,
        sight=sight,
        line=line,
        pruned_drawn=pruned_drawn,
        failed_drawn=failed_drawn,
        leaves_out=any(each.is_summary for each in (sight, of_pruned, of_failed)) or len(line) < len(turns),
    )


def _best(study: Study, objective: Objective) -> tuple[Floats, Ints]:
    """The best after each complete trial, and which of them improved on it; nothing improves without a direction."""
    if not objective.has_best:
        return np.full(len(study.complete), np.nan), np.empty(0, np.int64)
    made = progress(study, objective)
    return made.best, made.steps


def _has_place(values: Floats, shown: tuple[float, float] | None, log: bool) -> Bools:
    """(n,), which values can be drawn."""
    return drawable(values, shown) & ((values > 0) | (not log))


def _placed(values: Floats, shown: tuple[float, float] | None, log: bool) -> Floats:
    """Where values stand along the axis; NaN for those that cannot be drawn."""
    kept = np.where(_has_place(values, shown, log), values, np.nan)
    return np.log10(kept) if log else kept


def answer(history: History) -> str:
    """Whether the search still improves: trials since the last improvement, and what the last quarter gained."""
    if not history.objective.has_best:
        return _level(history)
    if not len(history.steps):
        return _("No feasible trial has a finite value yet.") if history.feasible.any() else _("No feasible trial yet.")
    last = history.steps[-1]
    count = len(history.numbers)
    since = count - 1 - int(last)
    words = {
        "best": number(float(history.best[-1])),
        "trial": int(history.numbers[last]),
        "since": counted(since, "{count} complete trial", "{count} complete trials"),
        "count": counted(count, "{count} complete trial", "{count} complete trials"),
    }
    if count < _FEW:
        return _("Too early to say: best {best} at trial {trial}, of {count}.").format(**words)
    if since == 0:
        return _("Yes: the last complete trial, {trial}, is the best so far: {best}.").format(**words)
    if 4 * since >= count:
        return _("No: best {best} at trial {trial}; nothing better in the {since} since.").format(**words)
    return _("Yes: best {best} at trial {trial}, {since} ago.").format(**words)


def _level(history: History) -> str:
    """Where the values of a target without a direction lie, and where the last quarter of them does."""
    values = history.values
    count = counted(len(values), "{count} complete trial", "{count} complete trials")
    words = {"name": named(history.objective.name), "median": number(float(np.median(values))), "count": count}
    if len(values) < _FEW:
        return _("{name} has no better or worse: its median is {median}, over {count}.").format(**words)
    last = number(float(np.median(values[-(len(values) // 4) :])))
    return _(
        "{name} has no better or worse: its median is {median} over {count}, and {last} in the last quarter."
    ).format(**words, last=last)


def figure(history: History) -> fig.Figure:
    """Dots for trials, a line for the best so far."""
    name = named(history.objective.name)
    hover = _("trial") + " %{customdata}<br>" + fig.escaped(name) + " %{y:.5~g}"
    drawn, feasible = history.drawn, history.feasible[history.drawn]
    traces = []
    if len(history.pruned_drawn):
        pruned = history.pruned_numbers[history.pruned_drawn]
        traces.append(
            fig.points(
                pruned, history.pruned_values[history.pruned_drawn], hover + "<br>" + _pruned(history.objective),
                numbers=pruned, name=_("pruned"), color=fig.PRUNED, size=4, opacity=0.7,
            )
        )  # fmt: skip
    for mask, label, style in (
        (~feasible, _("infeasible"), {"symbol": "circle-open", "opacity": 0.7}),
        (feasible, _("complete"), {}),
    ):
        if mask.any():
            at = drawn[mask]
            traces.append(
                fig.points(
                    history.numbers[at], history.values[at], hover, numbers=history.numbers[at], name=label, **style
                )
            )
    if history.objective.has_best:
        traces.append(
            fig.line(history.numbers[history.line], history.best[history.line], name=_("best so far"), shape="hv",
                     hover=_("best so far") + " %{y:.5~g}<br>" + _("up to trial") + " %{x}")
        )  # fmt: skip
    if len(history.failed_drawn):
        traces.append(_crosses(history))
    value_axis = fig.axis(_("{name} (log)").format(name=name), type="log") if history.log else fig.axis(name)
    layout = {}
    if history.shown_range:
        value_axis["range"] = list(history.shown_range)
    if notes := _notes(history):
        layout["note"] = "; ".join(notes)
    made = fig.figure(traces, height=330, xaxis=fig.axis(_("trial")), yaxis=value_axis,
                      yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True}, **layout)  # fmt: skip
    made = fig.summary(fig.clipped(made, ["yaxis"] if history.shown_range else []), history.leaves_out)
    return fig.selectable(made, {"x": "number", "y": history.objective.index if history.objective.has_best else None})


def _pruned(objective: Objective) -> str:
    return _("pruned (last intermediate value)") if objective.has_best else _("pruned")


def _crosses(history: History) -> fig.Trace:
    """Failed trials have no value: crosses on the axis."""
    hover = _("trial") + " %{customdata}<br>" + _("failed")
    numbers = history.failed_numbers[history.failed_drawn]
    cross = fig.points(numbers, np.full(len(numbers), 0.012), hover, numbers=numbers, name=_("failed"),
                       color=fig.FAILED, symbol="x-thin", size=7, line={"width": 1.5, "color": fig.FAILED})  # fmt: skip
    return {**cross, "yaxis": "y2", "cliponaxis": False}


def _notes(history: History) -> list[str]:
    notes = fig.drawn_notes([history.sight])
    if history.shown_range:
        words = _("{count} of {all} values lie outside the figure; double-click shows all")
        notes.append(words.format(count=whole(history.outside), all=whole(len(history.values))))
    if history.unplaced:
        words = _("{count} of {all} values are not above zero and have no place on a logarithmic axis")
        notes.append(words.format(count=whole(history.unplaced), all=whole(len(history.values))))
    return notes


def table(history: History) -> tab.Table:
    """Number, value, best so far, feasibility."""
    columns = [tab.whole("number", history.numbers), tab.numbers(history.objective.name, history.values)]
    if history.objective.has_best:
        columns.append(tab.numbers("best", history.best))
        columns.append(tab.categories("feasible", history.feasible.astype(np.int64), ("no", "yes")))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="history",
    title="Optimization history",
    section=Section.PROGRESS,
    question="Is the search still improving?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE, SCALE),
    within=within,
)
