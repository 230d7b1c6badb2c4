"""The hypervolume of each study, trial by trial, from one reference point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.errors import NotApplicable
from analyzer.overlay import table as lines_table
from analyzer.overlay import traces
from analyzer.progress import front_progress
from analyzer.reference_point import common_reference
from analyzer.study import Study
from analyzer.text import _, counted, enumerated, named, noted, number, percent
from analyzer.together import Together
from analyzer.trajectories import Line, Path, leader, lines
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Hypervolumes:
    """The hypervolume of the feasible complete trials up to each complete trial."""

    reference: Floats  # (m,), one for all
    lines: tuple[Line, ...]
    places: tuple[int, ...]  # of the lines among all series
    common: float  # complete trials that every study has
    error: float  # the largest standard error of a last volume, as a share of it, where volumes are estimated


def analyze(compared: Together) -> Hypervolumes:
    """One line a study, or one with its quartiles for repeats of one setting."""
    compared.require_values(objectives=2)
    point = common_reference([compared.studies[index] for series in compared.series for index in series.members])
    if point is None:
        raise NotApplicable(_("None of these studies has a complete trial that is finite in every objective."))

    errors = [0.0]

    def path(study: Study) -> Path:
        if not len(study.complete):
            return np.empty(0), np.empty(0)
        made = front_progress(study, point)
        errors.append(made.error)
        return np.arange(1.0, len(made.volumes) + 1), -made.volumes

    found = lines(compared, -1.0, path)
    names = [series.name for series in compared.series]
    places = tuple(names.index(line.name) for line in found)
    return Hypervolumes(point, found, places, min(line.end for line in found), max(errors))


def answer(result: Hypervolumes) -> str:
    """Who covers most after as many trials as all have, and who in the end."""
    early, late = leader(result.lines, result.common), leader(result.lines, float("inf"))
    assert early is not None and late is not None  # the volume is 0 from the first trial on
    words = {
        "count": counted(int(result.common), "{count} complete trial", "{count} complete trials"),
        "first": named(early[0].name),
        "value": number(early[1]),
        "last": named(late[0].name),
        "final": number(late[1]),
    }
    if len({line.value_at(float("inf")) for line in result.lines}) == 1 < len(result.lines):
        return _("In the end all cover the same, {final}.").format(**words)
    return _("After {count}, as many as all have, {first} covers most, {value}; in the end {last} does, {final}.").format(**words)


def figure(result: Hypervolumes) -> fig.Figure:
    """Step lines, a colour each; bands from quartile to quartile."""
    drawn = traces(result.lines, _("complete trials"), "%{x}", result.places)
    point = enumerated(number(float(value)) for value in result.reference)
    notes = [_("one reference point for all: {parts}").format(parts=point)]
    if result.error:
        notes.append(_("hypervolumes are estimated, to ±{error} at most").format(error=percent(result.error)))
    return fig.figure(
        drawn, height=380, note=noted(notes),
        xaxis=fig.axis(_("complete trials")), yaxis=fig.axis(_("hypervolume"), rangemode="tozero"),
    )  # fmt: skip


def table(result: Hypervolumes) -> tab.Table:
    """The points of the lines."""
    return lines_table(result.lines, "complete_trials", "hypervolume")


VIEW = View(
    slug="hypervolume",
    title="Hypervolume histories",
    section=Section.COMPARISON,
    question="Whose front grows faster?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    order=5,
)
