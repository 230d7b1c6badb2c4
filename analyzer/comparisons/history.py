"""The best so far of each study, trial by trial."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.errors import NotApplicable
from analyzer.overlay import table as lines_table
from analyzer.overlay import traces
from analyzer.study import Objective
from analyzer.target import objective_index
from analyzer.text import _, counted, named, number
from analyzer.together import OBJECTIVE, Together
from analyzer.trajectories import Line, by_trial, leader, lines, shown_range
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Histories:
    """The best feasible value after each complete trial."""

    objective: Objective
    lines: tuple[Line, ...]
    places: tuple[int, ...]  # of the lines among all series
    shown_range: tuple[float, float] | None  # of the value axis where the first values would squash it
    common: float  # complete trials that every study has


def analyze(compared: Together, objective: str = "") -> Histories:
    """One line a study, or one with its quartiles for repeats of one setting."""
    compared.require_values()
    which = compared.objectives[objective_index(compared, objective)]
    found = lines(compared, which.sign, lambda study: by_trial(study, which))
    if not found:
        raise NotApplicable(_("None of these studies has a feasible complete trial yet."))
    names = [series.name for series in compared.series]
    places = tuple(names.index(line.name) for line in found)
    return Histories(which, found, places, shown_range(found), min(line.end for line in found))


def answer(result: Histories) -> str:
    """Who is ahead after as many trials as all have, and who in the end."""
    early, late = leader(result.lines, result.common), leader(result.lines, float("inf"))
    assert late is not None  # a line has a value at its end
    words = {"last": named(late[0].name), "final": number(late[1], 5)}
    if early is None:
        return _("In the end {last} is ahead with {final}.").format(**words)
    words |= {
        "first": named(early[0].name),
        "value": number(early[1], 5),
        "count": counted(int(result.common), "{count} complete trial", "{count} complete trials"),
    }
    if early[0] is late[0]:
        if early[1] == late[1]:
            return _("{first} is ahead after {count}, as many as all have, and in the end: {value}.").format(**words)
        return _("{first} is ahead after {count}, as many as all have, with {value}, and in the end with {final}.").format(**words)
    return _("After {count}, as many as all have, {first} is ahead with {value}; in the end {last} is, with {final}.").format(**words)


def figure(result: Histories) -> fig.Figure:
    """Step lines, a colour each; bands from quartile to quartile."""
    drawn = traces(result.lines, _("complete trials"), "%{x}", result.places)
    value_axis = fig.axis(_("best {name} so far").format(name=named(result.objective.name)))
    note = ""
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
        note = _("the first values lie outside the figure; double-click shows all")
    return fig.figure(drawn, height=400, note=note, xaxis=fig.axis(_("complete trials")), yaxis=value_axis)


def table(result: Histories) -> tab.Table:
    """The points of the lines."""
    return lines_table(result.lines, "complete_trials", f"best {result.objective.name}")


VIEW = View(
    slug="history",
    title="Histories by trial",
    section=Section.COMPARISON,
    question="Which search needs fewer trials?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=1,
)
