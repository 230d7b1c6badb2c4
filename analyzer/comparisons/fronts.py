"""Pareto fronts of several studies in one scale, with hypervolumes from one reference point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.best import candidates
from analyzer.errors import NotApplicable
from analyzer.overlay import colour, label
from analyzer.reference_point import common_reference
from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.pareto import pareto_front
from analyzer.stats.sampled_volume import is_too_large, sampled_history
from analyzer.study import Objective
from analyzer.target import objective_names
from analyzer.text import _, enumerated, named, noted, number, percent, whole
from analyzer.together import Together
from analyzer.view import Option, Section, View

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
_MOST_PAIRS = 10  # of objectives offered as axes


@dataclass(frozen=True, slots=True)
class Front:
    """One series; repeats of one setting together."""

    name: str
    place: int  # among all series
    studies: Ints  # (k,), position of the study of each trial
    numbers: Ints  # (k,), trials of the front
    values: Floats  # (k, m)
    common: Bools  # (k,), whether the trial is on the front of all studies together
    hypervolume: float
    error: float  # standard error of the volume as a share of it, where it is estimated; 0 where it is exact


@dataclass(frozen=True, slots=True)
class Fronts:
    """The fronts of the series."""

    objectives: tuple[Objective, ...]
    axes: tuple[int, int]  # the objectives to draw
    reference: Floats  # (m,), in the objectives' own units; one for all
    fronts: tuple[Front, ...]
    names: tuple[str, ...]  # of all studies


def pairs(compared: Together) -> list[str]:
    """The pairs of objectives that can be drawn."""
    return [" × ".join(pair) for pair in combinations(objective_names(compared), 2)][:_MOST_PAIRS]


def analyze(compared: Together, axes: str = "") -> Fronts:
    """The feasible front of each series; the reference point is a tenth of the range beyond the worst value of all."""
    compared.require_values(objectives=2)
    signs = np.array([objective.sign for objective in compared.objectives])
    point = common_reference([compared.studies[index] for series in compared.series for index in series.members])
    rows = [[candidates(compared.studies[index]) for index in series.members] for series in compared.series]
    if point is None or not any(len(mine) for each in rows for mine in each):
        raise NotApplicable(_("None of these studies has a feasible complete trial with finite values."))
    found = []
    for place, series in enumerate(compared.series):
        studies = np.concatenate([np.full(len(mine), index) for index, mine in zip(series.members, rows[place], strict=True)])
        trials = [compared.studies[index].trials for index in series.members]
        numbers = np.concatenate([each.numbers[mine] for each, mine in zip(trials, rows[place], strict=True)])
        values = np.concatenate([each.values[mine] for each, mine in zip(trials, rows[place], strict=True)])
        on = pareto_front(values * signs)
        found.append((place, series.name, studies[on].astype(np.int64), numbers[on], values[on]))
    every = pareto_front(np.concatenate([values for *_rest, values in found]) * signs)
    parts = np.split(every, np.cumsum([len(values) for *_rest, values in found])[:-1])
    fronts = [
        Front(name, place, studies, numbers, values, common, *_volume(values * signs, point * signs))
        for (place, name, studies, numbers, values), common in zip(found, parts, strict=True)
    ]
    which = list(combinations(range(len(signs)), 2))[pairs(compared).index(axes) if axes else 0]
    return Fronts(compared.objectives, which, point, tuple(fronts), compared.names)


def _volume(losses: Floats, reference: Floats) -> tuple[float, float]:
    """The hypervolume and its error: estimated where many objectives and a large front would take hours."""
    if not is_too_large(losses, reference) or not np.isfinite(losses).all():
        return hypervolume(losses, reference), 0.0
    estimate = sampled_history(losses, reference)
    return float(estimate.volumes[-1]), estimate.error


def answer(result: Fronts) -> str:
    """Who covers most, and whose trials make the front of all."""
    ranked = sorted(result.fronts, key=lambda front: -front.hypervolume)
    common = sum(int(front.common.sum()) for front in result.fronts)
    most = max(result.fronts, key=lambda front: int(front.common.sum()))
    words = {
        "first": named(ranked[0].name),
        "volume": number(ranked[0].hypervolume),
        "next": named(ranked[1].name) if len(ranked) > 1 else "",
        "less": number(ranked[1].hypervolume) if len(ranked) > 1 else "",
        "count": whole(int(most.common.sum())),
        "all": whole(common),
        "most": named(most.name),
    }
    if len(ranked) == 1:
        return _("Only repeats of one setting are compared: their front has {all} trials and hypervolume {volume}.").format(**words)
    if ranked[0].hypervolume == ranked[1].hypervolume:
        return _("{first} and {next} cover the same: hypervolume {volume}. Of {all} trials on the front of all together {count} come from {most}.").format(**words)
    return _("{first} covers most: hypervolume {volume}, then {next} with {less}. Of {all} trials on the front of all together {count} come from {most}.").format(**words)


def figure(result: Fronts) -> fig.Figure:
    """The fronts over two objectives; a staircase each where there are no more."""
    first, second = (result.objectives[index] for index in result.axes)
    drawn = []
    for front in result.fronts:
        x, y = front.values[:, first.index], front.values[:, second.index]
        order = np.lexsort((y, x))
        tint, name = colour(front.place), fig.escaped(label(front.name))
        if len(result.objectives) == 2 and len(order):
            drawn.append(fig.line(x[order], y[order], color=tint, width=1.5, shape="hv" if first.sign > 0 else "vh"))
        hover = f"{name}<br>%{{customdata}}<br>{fig.escaped(named(first.name))} %{{x:.5~g}}<br>{fig.escaped(named(second.name))} %{{y:.5~g}}"
        dots = fig.points(x[order], y[order], hover, name=label(front.name), color=tint, size=7, symbol=_SYMBOLS[front.place // 6 % 6])
        drawn.append({**dots, "customdata": [_("trial") + f" {number_}" for number_ in front.numbers[order]]})
    point = enumerated(
        f"{named(objective.name, 24)} {number(float(value))}"
        for objective, value in zip(result.objectives, result.reference, strict=True)
    )
    notes = [_("one reference point for all: {parts}").format(parts=point)]
    error = max(front.error for front in result.fronts)
    if error:
        notes.append(_("hypervolumes are estimated, to ±{error} at most").format(error=percent(error)))
    return fig.figure(drawn, height=460, note=noted(notes), xaxis=fig.axis(_title(first)), yaxis=fig.axis(_title(second)))


def _title(objective: Objective) -> str:
    return f"{named(objective.name)} ({_('more is better') if objective.sign < 0 else _('less is better')})"


def table(result: Fronts) -> tab.Table:
    """One row a trial of a front: series, study, trial, values, on the front of all or not, and the series' hypervolume."""
    sizes = [len(front.numbers) for front in result.fronts]
    values = np.concatenate([front.values for front in result.fronts])
    studies = np.concatenate([front.studies for front in result.fronts])
    return tab.Table((
        tab.categories("series", np.repeat(np.arange(len(sizes)), sizes), [front.name for front in result.fronts]),
        tab.categories("study", studies, result.names),
        tab.whole("number", np.concatenate([front.numbers for front in result.fronts])),
        *(tab.numbers(objective.name, values[:, objective.index]) for objective in result.objectives),
        tab.categories("on_common_front", np.concatenate([front.common for front in result.fronts]), ("no", "yes")),
        tab.numbers("hypervolume", np.repeat([front.hypervolume for front in result.fronts], sizes)),
    ))  # fmt: skip


VIEW = View(
    slug="fronts",
    title="Pareto fronts",
    section=Section.COMPARISON,
    question="Whose front is ahead?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(Option("axes", "the objectives to draw", pairs, varies=True),),
    order=4,
)
