"""Timeline: when every trial ran, in as many rows as ran at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints, Times
from analyzer.errors import NotApplicable
from analyzer.states import STATE_COLOURS, state_name
from analyzer.stats.thinning import widened
from analyzer.study import State, Study
from analyzer.text import _, counted, duration, percent, whole
from analyzer.timing import seconds_by_state, slots, timing
from analyzer.view import Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, no_rows, touching

_BARS = 2500  # drawn at most


@dataclass(frozen=True, slots=True)
class Timeline:
    """The started trials in order of their start."""

    numbers: Ints  # (k,)
    states: npt.NDArray[np.int8]  # (k,)
    starts: Times  # (k,), in the writer's own clock
    ends: Times  # (k,), of a running trial: the last moment of the study
    slots: Ints  # (k,), row of the figure
    not_started: int  # waiting trials, and others without a start
    at_once: int
    span_s: float
    lost_share: float | None  # of the trial time, in pruned and failed trials; None where no finished trial has both times
    clock: str
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k get a bar of their own
    sight: Sight = NOTHING  # how many of the k that is


def analyze(study: Study) -> Timeline:
    """All trials that were started, laid out without overlap. O(n log n)."""
    if not len(study):
        raise NotApplicable(_("The study has no trials yet."))
    laid = timing(study)
    if not len(laid.rows):
        raise NotApplicable(_("No trial has a start time."))
    spent = seconds_by_state(study)
    total = sum(spent.values())
    made = Timeline(
        numbers=study.trials.numbers[laid.rows],
        states=study.trials.states[laid.rows],
        starts=laid.origin + laid.starts_us.astype("timedelta64[us]"),
        ends=laid.origin + laid.ends_us.astype("timedelta64[us]"),
        slots=slots(laid),
        not_started=len(study) - len(laid.rows),
        at_once=laid.at_once,
        span_s=laid.span_s,
        lost_share=(spent[State.PRUNED] + spent[State.FAIL]) / total if total > 0 else None,
        clock=study.source.clock,
    )
    return within(made, WHOLE)


def within(result: Timeline, window: Window) -> Timeline:
    """What is drawn: the bars that reach into the window, one for each pixel; the first to start and the last to end. O(n)."""
    starts, ends = (times.astype(np.int64).astype(np.float64) for times in (result.starts, result.ends))
    row = (result.slots + 1).astype(np.float64)
    spans = window.along("x"), window.along("y")
    around = widened(spans[0]), widened(spans[1])
    seen, near = (touching(starts, ends, x) & touching(row - 0.5, row + 0.5, y) for x, y in (spans, around))
    chosen = np.zeros(len(starts), dtype=bool)
    for mask, (across, _down) in ((seen, spans), (near & ~seen, around)):
        part = np.flatnonzero(mask)
        first, last = np.clip(starts[part], *across), np.clip(ends[part], *across)
        chosen[part[_one_for_each(first, last, result.slots[part], result.states[part])]] = True
    chosen[[starts.argmin(), ends.argmax()]] = True
    sight = Sight(int(np.count_nonzero(chosen & seen)), int(np.count_nonzero(seen)), window.box() is not None)
    return replace(result, drawn=np.flatnonzero(chosen), sight=sight)


def _one_for_each(starts: Floats, ends: Floats, slots: Ints, states: npt.NDArray[np.int8]) -> Ints:
    """All of few trials, or one for each cell of a grid of time, row and state: bars thinner than a pixel hide each other."""
    if len(starts) <= _BARS:
        return np.arange(len(starts))
    columns = 1200
    while True:
        cell = ((starts - starts.min()) * columns // max(ends.max() - starts.min(), 1.0)).astype(np.int64)
        key = (cell * (int(slots.max()) + 1) + slots) * len(State) + states
        first = np.unique(key, return_index=True)[1]
        if len(first) <= _BARS or columns <= 10:
            return np.sort(first)[:_BARS].astype(np.int64)
        columns = columns * 2 // 3


def answer(result: Timeline) -> str:
    """How long, how many at once, and what was lost."""
    trials, span = counted(len(result.numbers), "{count} trial", "{count} trials"), duration(result.span_s)
    if result.lost_share is None:
        return _("{trials} in {span}, up to {at_once} at once.").format(
            trials=trials, span=span, at_once=whole(result.at_once)
        )
    return _(
        "{trials} in {span}, up to {at_once} at once; {lost} of the trial time went into pruned and failed trials."
    ).format(
        trials=trials,
        span=span,
        at_once=whole(result.at_once),
        lost=percent(result.lost_share),
    )


def figure(result: Timeline) -> fig.Figure:
    """One bar a trial; a row is a slot in which one trial ran after another."""
    traces = []
    for state, colour in STATE_COLOURS.items():
        at = result.drawn[result.states[result.drawn] == state]
        if not len(at):
            continue
        starts = _milliseconds(result.starts[at])
        lengths = np.maximum(_milliseconds(result.ends[at]) - starts, result.span_s)
        bars: fig.Trace = {
            "type": "bar", "orientation": "h", "base": starts, "x": lengths, "y": result.slots[at] + 1,
            "width": 0.86, "customdata": result.numbers[at],
            "marker": {"color": colour, "line": {"width": 0.5, "color": fig.PAPER}},
            "hovertemplate": _("trial") + " %{customdata}<br>" + state_name(state) + "<br>%{base|%Y-%m-%d %H:%M:%S}<extra></extra>",
        }  # fmt: skip
        traces.append(fig.named(bars, state_name(state)))
    rows = int(result.slots.max()) + 1
    layout = {}
    sight = result.sight
    if sight.is_summary:
        words = _("{drawn} of {all} bars in sight drawn, one for each pixel") if sight.zoomed else _("{drawn} of {all} bars drawn, one for each pixel")
        layout["note"] = words.format(drawn=whole(sight.drawn), all=whole(sight.of))
    made = fig.figure(
        traces,
        height=min(120 + 22 * max(rows, 2), 620),
        barmode="overlay",
        xaxis=fig.axis(_("time ({clock})").format(clock=_(result.clock)), type="date"),
        yaxis=fig.axis(_("slot"), tickformat="d", dtick=max(1, rows // 10), range=[rows + 0.6, 0.4], showgrid=False),
        **layout,
    )
    return fig.summary(made, sight.is_summary)


def _milliseconds(times: Times) -> Floats:
    return times.astype("datetime64[us]").astype(np.int64) / 1e3


def _known_ends(result: Timeline) -> Times:
    """The ends without those that only stand for "still running"."""
    return np.where(result.states == State.RUNNING, np.datetime64("NaT", "us"), result.ends)


def table(result: Timeline) -> tab.Table:
    """Number, state, start, end, slot."""
    return tab.Table(
        (
            tab.whole("number", result.numbers),
            tab.categories("state", result.states, [state.name for state in State]),
            tab.times("datetime_start", result.starts),
            tab.times("datetime_complete", _known_ends(result)),
            tab.whole("slot", result.slots + 1),
        )
    )


VIEW = View(
    slug="timeline",
    title="Timeline",
    section=Section.TRIALS,
    question="When did the trials run, and what did it cost?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    reads=frozenset(),
    order=0,
    within=within,
)
