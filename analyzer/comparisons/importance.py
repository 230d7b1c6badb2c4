"""Importances of the parameters in each study, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.errors import NotApplicable
from analyzer.importance import importances
from analyzer.overlay import colour, label
from analyzer.study import Objective
from analyzer.target import objective_index
from analyzer.text import _, counted, listed, named, noted, paragraph, percent, shortened, whole
from analyzer.together import OBJECTIVE, Together, some
from analyzer.view import Section, View

_ROWS = 15  # parameters in the figure
_ALIKE = 0.1  # shares that differ by less agree
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")


@dataclass(frozen=True, slots=True)
class Shares:
    """PED-ANOVA's importances for one objective, parameters with the largest mean share first."""

    objective: Objective
    names: tuple[str, ...]  # (p,), parameters
    studies: tuple[str, ...]  # (s,), those of which importance can be told
    places: tuple[int, ...]  # (s,), of each among all series
    series: tuple[str, ...]  # names of all series
    shares: Floats  # (p, s), NaN where a study has no such parameter
    without: tuple[str, ...]  # studies with too few trials


def analyze(compared: Together, objective: str = "") -> Shares:
    """The importance of each parameter in each study; repeats of one setting count one by one."""
    compared.require_values()
    which = compared.objectives[objective_index(compared, objective)]
    found, places, without = {}, [], []
    for place, series in enumerate(compared.series):
        for index in series.members:
            study = compared.studies[index]
            try:
                made = importances(study, objective=study.objectives[which.index])
            except NotApplicable:
                without.append(compared.names[index])
                continue
            found[compared.names[index]] = dict(zip(made.names, made.values.tolist(), strict=True))
            places.append(place)
    if len(found) < 2:
        raise NotApplicable(_("Importance can be compared where two studies have parameters and two finite complete trials each."))
    names = list(dict.fromkeys(name for shares in found.values() for name in shares))
    table_ = np.array([[shares.get(name, np.nan) for shares in found.values()] for name in names])
    order = np.argsort(-np.nan_to_num(table_).mean(axis=1), kind="stable")
    return Shares(which, tuple(names[at] for at in order), tuple(found), tuple(places), tuple(each.name for each in compared.series), table_[order], tuple(without))


def answer(result: Shares) -> str:
    """What matters most in each, and about which parameter they differ most."""
    first = [result.names[int(at)] for at in np.nanargmax(np.nan_to_num(result.shares, nan=-1.0), axis=0)]
    counts = {name: first.count(name) for name in dict.fromkeys(first)}
    if len(counts) == 1:
        said = _("{name} matters most in every study.").format(name=named(first[0]))
    else:
        ranked = sorted(counts, key=lambda name: -counts[name])[:3]
        parts = [_("{name} in {count}").format(name=named(name), count=counted(counts[name], "{count} study", "{count} studies")) for name in ranked]
        said = _("What matters most is {parts}.").format(parts=listed(parts))
    shared = np.flatnonzero(~np.isnan(result.shares).any(axis=1))
    if not len(shared):
        return said
    apart = result.shares[shared].max(axis=1) - result.shares[shared].min(axis=1)
    row = int(shared[int(np.argmax(np.round(apart, 9)))])
    if apart.max() < _ALIKE:
        more = _("No share of a parameter that all have differs by more than {apart}.").format(apart=percent(float(apart.max())))
    else:
        low, high = int(np.argmin(result.shares[row])), int(np.argmax(result.shares[row]))
        more = _("They differ most about {name}: {more} in {high}, {less} in {low}.").format(
            name=named(result.names[row]),
            more=percent(float(result.shares[row, high])),
            high=named(result.studies[high]),
            less=percent(float(result.shares[row, low])),
            low=named(result.studies[low]),
        )
    return paragraph([said, more])


def figure(result: Shares) -> fig.Figure:
    """A row a parameter, a dot a study."""
    count = min(len(result.names), _ROWS)
    drawn = []
    for column, (study, place) in enumerate(zip(result.studies, result.places, strict=True)):
        rows = [row for row in range(count) if not np.isnan(result.shares[row, column])]
        said = [f"{fig.escaped(label(study))}<br>{fig.escaped(named(result.names[row], 200))}<br>{percent(float(result.shares[row, column]))}" for row in rows]
        is_first = place not in result.places[:column]
        dots = fig.points(result.shares[rows, column], np.array(rows, dtype=np.float64), "", name=label(result.series[place]), color=colour(place), size=10, symbol=_SYMBOLS[place // 6 % 6])
        drawn.append({key: value for key, value in dots.items() if key != "hovertemplate"} | {"hovertext": said, "hoverinfo": "text", "showlegend": is_first})
    notes = [_("PED-ANOVA for {name}").format(name=named(result.objective.name))]
    if count < len(result.names):
        notes.append(_("the {shown} largest of {all} parameters").format(shown=count, all=whole(len(result.names))))
    if result.without:
        notes.append(_("too few trials to tell: {names}").format(names=some(result.without)))
    highest = float(np.nanmax(result.shares[:count]))
    return fig.figure(
        drawn, height=110 + 30 * count, note=noted(notes),
        xaxis=fig.axis(_("importance"), tickformat=".0%", range=[-0.02 * highest, 1.06 * highest]),
        yaxis=fig.axis(_("parameter"), tickmode="array", tickvals=list(range(count)), range=[count - 0.4, -0.6],
                       ticktext=[fig.escaped(shortened(name, 28)) for name in result.names[:count]]),
    )  # fmt: skip


def table(result: Shares) -> tab.Table:
    """One row a parameter, one column a study."""
    shares = [tab.numbers(study, result.shares[:, column]) for column, study in enumerate(result.studies)]
    return tab.Table((tab.texts("parameter", result.names), *shares))


VIEW = View(
    slug="importance",
    title="Importances",
    section=Section.COMPARISON,
    question="Do the same parameters matter in all of them?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=6,
)
