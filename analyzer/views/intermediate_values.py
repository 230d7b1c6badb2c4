"""Intermediate values: the learning curves, readable with ten as with ten thousand of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import best_row, candidates
from analyzer.curves import CURVE_STATES, band_traces, binned
from analyzer.errors import NotApplicable
from analyzer.states import STATE_COLOURS, state_name
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.quantiles import Bands, quantile_bands
from analyzer.stats.thinning import Box, inside
from analyzer.study import Objective, Part, State, Study
from analyzer.text import _, counted, noted, percent, whole
from analyzer.view import Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, crossing, no_rows

_CURVES = 60  # drawn one by one at most; bands stand for more
_POINTS = 12000  # drawn at most in all curves


@dataclass(frozen=True, slots=True)
class IntermediateCurves:
    """The reported values of pruned, complete and running trials, as flat arrays sorted by trial and step."""

    objective: Objective
    numbers: Ints  # (c,), trials with at least one reported value
    states: npt.NDArray[np.int8]  # (c,)
    lengths: Ints  # (c,), values each of them reported
    curve: Ints  # (k,), which of the c
    steps: Ints  # (k,)
    values: Floats  # (k,), may be NaN or infinite
    best: int | None  # which of the c is the best trial's
    bands: Bands | None  # quantiles over all curves where not all are drawn
    shown_range: tuple[float, float] | None
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the c are drawn as curves of their own
    sight: Sight = NOTHING  # how many of the c that is


def analyze(study: Study) -> IntermediateCurves:
    """As optuna.visualization.plot_intermediate_values: trials with a value, neither failed nor waiting. O(k log k)."""
    held = study.intermediate
    states = study.trials.states
    shown = np.isin(states[held.rows], CURVE_STATES)
    rows, curve, lengths = np.unique(held.rows[shown], return_inverse=True, return_counts=True)
    if not len(rows):
        raise NotApplicable(_("No trial reported intermediate values (trial.report), so there are no curves."))
    steps, values = held.steps[shown], held.values[shown]
    if not np.isfinite(values).any():
        raise NotApplicable(_("None of the reported intermediate values is finite, so there are no curves."))
    best = _best(study, rows)
    everything = _are_few(lengths)
    made = IntermediateCurves(
        objective=study.objectives[0],
        numbers=study.trials.numbers[rows],
        states=states[rows],
        lengths=lengths.astype(np.int64),
        curve=curve.astype(np.int64),
        steps=steps,
        values=values,
        best=best,
        bands=None if everything else quantile_bands(binned(steps), values),
        shown_range=plain_range(values),
    )
    return within(made, WHOLE)


def within(result: IntermediateCurves, window: Window) -> IntermediateCurves:
    """What is drawn: the curves that pass through the window, or an even sample of them; the best one in any case. O(k)."""
    box = window.box()
    seen = np.arange(len(result.numbers))
    if box is not None:
        seen = _passing(result, box)
    sample = np.arange(len(seen)) if _are_few(result.lengths[seen]) else _sample(result.lengths[seen])
    drawn = seen[sample] if result.best is None else np.union1d(seen[sample], [result.best])
    sight = Sight(int(np.isin(seen, drawn).sum()), len(seen), box is not None)
    return replace(result, drawn=drawn.astype(np.int64), sight=sight)


def _passing(result: IntermediateCurves, box: Box) -> Ints:
    """The curves that pass through a box, ascending."""
    steps, values = result.steps.astype(np.float64), result.values
    goes_on = np.flatnonzero(result.curve[1:] == result.curve[:-1])
    pieces = crossing((steps[goes_on], values[goes_on]), (steps[goes_on + 1], values[goes_on + 1]), box)
    return np.union1d(result.curve[goes_on[pieces]], result.curve[inside(steps, values, box)]).astype(np.int64)


def _are_few(lengths: Ints) -> bool:
    """Whether curves of these lengths can all be drawn."""
    return len(lengths) <= _CURVES and int(lengths.sum()) <= _POINTS


def _best(study: Study, rows: Ints) -> int | None:
    if len(study.objectives) > 1 or study.is_preferential or not len(candidates(study)):
        return None
    at = np.flatnonzero(rows == best_row(study, 0))
    return int(at[0]) if len(at) else None


def _sample(lengths: Ints) -> Ints:
    """Evenly spaced curves within the budget of points."""
    count = max(1, min(_CURVES, _POINTS // max(1, int(lengths.mean()))))
    return np.unique(np.linspace(0, len(lengths) - 1, count).astype(np.int64))


def answer(result: IntermediateCurves) -> str:
    """How early pruning struck, and how much it saved."""
    pruned = result.states == State.PRUNED
    words = {"curves": counted(len(result.numbers), "{count} curve", "{count} curves")}
    if not pruned.any():
        return _("{curves}, none of them pruned.").format(**words)
    full = result.lengths[result.states == State.COMPLETE]
    cut = result.lengths[pruned]
    words |= {"pruned": whole(int(pruned.sum())), "median": counted(int(np.median(cut)), "{count} report", "{count} reports")}
    if not len(full):
        return _("{curves}; {pruned} pruned, in the median after {median}.").format(**words)
    saved = 1 - float(result.lengths.sum()) / max(1.0, float(np.median(full)) * len(result.lengths))
    if saved <= 0:
        return _("{curves}; {pruned} pruned, in the median after {median}, which saved nothing.").format(**words)
    return _("{curves}; {pruned} pruned, in the median after {median}, which saved about {saved} of all reports.").format(
        **words, saved=percent(saved)
    )


def figure(result: IntermediateCurves) -> fig.Figure:
    """Curves by state, the best one on top; quantile bands behind them where there are many."""
    traces = band_traces(result.bands) if result.bands else []
    for state in CURVE_STATES:
        at = result.drawn[result.states[result.drawn] == state]
        at = at if result.best is None else at[at != result.best]
        if len(at):
            width, opacity = (1.0, 0.5) if len(result.drawn) > 12 else (1.5, 0.8)
            traces.append(fig.named(_curves(result, at, STATE_COLOURS[state], width, opacity), state_name(state)))
    if result.best is not None:
        best = _curves(result, np.array([result.best]), fig.BEST, 2.5, 1.0)
        traces.append(fig.named(best, _("best trial ({number})").format(number=result.numbers[result.best])))
    value_axis = fig.axis(_("intermediate value"))
    layout = {}
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
    notes = _notes(result)
    if notes:
        layout["note"] = noted(notes)
    made = fig.figure(traces, height=400, xaxis=fig.axis(_("step")), yaxis=value_axis, **layout)
    return fig.summary(fig.clipped(made, ["yaxis"] if result.shown_range else []), result.sight.is_summary)


def _notes(result: IntermediateCurves) -> list[str]:
    notes = []
    sight = result.sight
    if sight.is_summary:
        words = _("{drawn} of {all} curves in sight drawn") if sight.zoomed else _("{drawn} of {all} curves drawn")
        notes.append(words.format(drawn=whole(sight.drawn), all=whole(sight.of)))
    if result.shown_range:
        low, high = result.shown_range
        finite = result.values[np.isfinite(result.values)]
        outside = int(((finite < low) | (finite > high)).sum())
        notes.append(_("{count} values lie outside the figure; double-click shows all").format(count=whole(outside)))
    return notes


def _curves(result: IntermediateCurves, which: Ints, colour: str, width: float, opacity: float) -> fig.Trace:
    """Several curves as one line with gaps between them."""
    mine = np.isin(result.curve, which)
    curve, steps, values = result.curve[mine], result.steps[mine].astype(np.float64), result.values[mine]
    ends = np.flatnonzero(np.diff(curve)) + 1
    numbers = np.insert(result.numbers[curve], ends, -1)
    hover = _("trial") + " %{customdata}<br>" + _("step") + " %{x}<br>" + _("value") + " %{y:.5~g}"
    single = len(which) == 1
    return {
        "type": "scatter", "mode": "lines+markers" if single and len(steps) < 40 else "lines",
        "x": np.insert(steps, ends, np.nan), "y": np.insert(np.where(drawable(values, result.shown_range), values, np.nan), ends, np.nan),
        "customdata": numbers, "line": {"color": colour, "width": width}, "opacity": opacity, "marker": {"size": 4},
        "hovertemplate": hover + "<extra></extra>", "connectgaps": False,
    }  # fmt: skip


def table(result: IntermediateCurves) -> tab.Table:
    """Trial, state, step, value."""
    return tab.Table(
        (
            tab.whole("number", result.numbers[result.curve]),
            tab.categories("state", result.states[result.curve], [state.name for state in State]),
            tab.whole("step", result.steps),
            tab.numbers("intermediate_value", result.values),
        )
    )


VIEW = View(
    slug="intermediate-values",
    title="Intermediate values",
    section=Section.TRIALS,
    question="How do the learning curves compare, and did pruning pay?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    order=1,
    reads=frozenset({Part.STEPS}),
    within=within,
)
