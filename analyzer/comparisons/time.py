"""The best so far of each study, over the time since its first trial."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.errors import NotApplicable
from analyzer.overlay import table as lines_table
from analyzer.overlay import traces
from analyzer.study import Objective
from analyzer.target import objective_index
from analyzer.text import _, duration, named, noted, number
from analyzer.together import OBJECTIVE, Together, some
from analyzer.trajectories import Line, by_time, leader, lines, shown_range
from analyzer.view import Section, View

_UNITS = ((7200.0, 3600.0, "h"), (120.0, 60.0, "min"), (0.0, 1.0, "s"))  # from which length, seconds, name


@dataclass(frozen=True, slots=True)
class Times:
    """The best feasible value by so many seconds after the first start."""

    objective: Objective
    lines: tuple[Line, ...]
    places: tuple[int, ...]  # of the lines among all series
    shown_range: tuple[float, float] | None  # of the value axis where the first values would squash it
    common: float  # seconds that every study took
    untimed: tuple[str, ...]  # series without a complete trial that has times


def analyze(compared: Together, objective: str = "") -> Times:
    """One line a study, or one with its quartiles for repeats of one setting. Pauses count as time."""
    compared.require_values()
    which = compared.objectives[objective_index(compared, objective)]
    found = lines(compared, which.sign, lambda study: by_time(study, which))
    if not found:
        raise NotApplicable(_("None of these studies has a feasible complete trial with a start and an end."))
    names = [series.name for series in compared.series]
    places = tuple(names.index(line.name) for line in found)
    untimed = tuple(name for place, name in enumerate(names) if place not in places)
    return Times(which, found, places, shown_range(found), min(line.end for line in found), untimed)


def answer(result: Times) -> str:
    """Who is ahead after as much time as all took, and who in the end."""
    early, late = leader(result.lines, result.common), leader(result.lines, float("inf"))
    assert late is not None  # a line has a value at its end
    words = {"last": named(late[0].name), "final": number(late[1], 5), "span": duration(result.common)}
    if early is None:
        return _("In the end {last} is ahead with {final}.").format(**words)
    words |= {"first": named(early[0].name), "value": number(early[1], 5)}
    if early[0] is late[0] and early[1] == late[1]:
        return _("{first} is ahead after {span}, as long as all took, and in the end: {value}.").format(**words)
    if early[0] is late[0]:
        return _("{first} is ahead after {span}, as long as all took, with {value}, and in the end with {final}.").format(**words)
    return _("After {span}, as long as all took, {first} is ahead with {value}; in the end {last} is, with {final}.").format(**words)


def figure(result: Times) -> fig.Figure:
    """Step lines, a colour each; bands from quartile to quartile."""
    longest = max(float(line.at[-1]) for line in result.lines)
    _from, scale, unit = next(each for each in _UNITS if longest >= each[0])
    title = _("time since the first start ({unit})").format(unit=unit)
    drawn = traces(result.lines, _("after"), f"%{{x:.4~g}} {unit}", result.places, scale)
    value_axis = fig.axis(_("best {name} so far").format(name=named(result.objective.name)))
    notes = [_("without times: {names}").format(names=some(result.untimed))] if result.untimed else []
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
        notes.append(_("the first values lie outside the figure; double-click shows all"))
    return fig.figure(drawn, height=400, note=noted(notes), xaxis=fig.axis(title), yaxis=value_axis)


def table(result: Times) -> tab.Table:
    """The points of the lines."""
    return lines_table(result.lines, "seconds", f"best {result.objective.name}")


VIEW = View(
    slug="time",
    title="Histories by time",
    section=Section.COMPARISON,
    question="Which search needs less time?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=2,
)
