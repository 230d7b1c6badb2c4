"""What each study spent: trials by state, and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.states import STATE_COLOURS, state_name
from analyzer.study import State
from analyzer.text import _, counted, duration, named, paragraph, shortened, whole
from analyzer.timing import seconds_by_state, timing
from analyzer.together import Together, objectives_text
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Budget:
    """All studies, those whose values are not compared among them."""

    names: tuple[str, ...]  # (s,)
    databases: tuple[str, ...]  # (s,)
    objectives: tuple[str, ...]  # (s,)
    states: tuple[State, ...]  # (c,), those that occur
    counts: Ints  # (s, c)
    spans_s: Floats  # (s,), from the first start to the last moment; NaN where no trial has started
    work_s: Floats  # (s,), time of finished trials added up
    at_once: Ints  # (s,), the most trials at once


def analyze(compared: Together) -> Budget:
    """Counts and times of all studies."""
    counts = [study.state_counts() for study in compared.studies]
    states = tuple(state for state in STATE_COLOURS if any(each.get(state.name) for each in counts))
    timings = [timing(study) for study in compared.studies]
    return Budget(
        names=compared.names,
        databases=tuple(study.source.name for study in compared.studies),
        objectives=tuple(objectives_text(study) for study in compared.studies),
        states=states,
        counts=np.array([[each.get(state.name, 0) for state in states] for each in counts], dtype=np.int64).reshape(len(counts), len(states)),
        spans_s=np.array([each.span_s if len(each.rows) else np.nan for each in timings]),
        work_s=np.array([sum(seconds_by_state(study).values()) for study in compared.studies]),
        at_once=np.array([each.at_once for each in timings], dtype=np.int64),
    )


def answer(result: Budget) -> str:
    """The largest and the smallest budget."""
    totals = result.counts.sum(axis=1)
    large, small = int(np.argmax(totals)), int(np.argmin(totals))
    words = {"count": counted(int(totals[large]), "{count} trial", "{count} trials"), "large": named(result.names[large])}
    if totals[large] == totals[small]:
        said = _("All have {count}.").format(**words)
    else:
        said = _("{large} has the most trials, {count}; {small} the fewest, {less}.").format(**words, small=named(result.names[small]), less=whole(int(totals[small])))
    if np.isnan(result.spans_s).all():
        return said
    longest, shortest = int(np.nanargmax(result.spans_s)), int(np.nanargmin(result.spans_s))
    if longest == shortest:
        return said
    more = _("{long} took longest, {most}; {short} was done in {least}.").format(
        long=named(result.names[longest]), most=duration(float(result.spans_s[longest])),
        short=named(result.names[shortest]), least=duration(float(result.spans_s[shortest])),
    )  # fmt: skip
    return paragraph([said, more])


def figure(result: Budget) -> fig.Figure:
    """One stacked bar a study, its trials by state."""
    count = len(result.names)
    labels = [fig.escaped(shortened(name, 28)) for name in result.names]
    return fig.figure(
        [_bars(result, column) for column in range(len(result.states))] or [_no_bars(count)],
        height=110 + 30 * count, barmode="stack", bargap=0.3,
        xaxis=fig.axis(_("trials"), rangemode="tozero"),
        yaxis=fig.axis(_("study"), tickmode="array", tickvals=list(range(count)), ticktext=labels, range=[count - 0.4, -0.6], showgrid=False),
    )  # fmt: skip


def _bars(result: Budget, column: int) -> fig.Trace:
    state = result.states[column]
    said = [f"{fig.escaped(named(name))}<br>{state_name(state)} {whole(int(count))}" for name, count in zip(result.names, result.counts[:, column], strict=True)]
    bar = {
        "type": "bar", "orientation": "h", "x": result.counts[:, column], "y": list(range(len(result.names))),
        "marker": {"color": STATE_COLOURS[state]}, "hovertext": said, "hoverinfo": "text",
    }  # fmt: skip
    return fig.named(bar, state_name(state))


def _no_bars(count: int) -> fig.Trace:
    return {"type": "bar", "orientation": "h", "x": [0] * count, "y": list(range(count))}


def table(result: Budget) -> tab.Table:
    """One row a study."""
    return tab.Table((
        tab.texts("study", result.names),
        tab.texts("database", result.databases),
        tab.texts("objectives", result.objectives),
        tab.whole("trials", result.counts.sum(axis=1)),
        *(tab.whole(state.name, result.counts[:, column]) for column, state in enumerate(result.states)),
        tab.numbers("seconds", result.spans_s),
        tab.numbers("seconds_of_trials", result.work_s),
        tab.whole("at_once", result.at_once),
    ))  # fmt: skip


VIEW = View(
    slug="budget",
    title="Budgets",
    section=Section.COMPARISON,
    question="What did each search spend?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    order=8,
)
