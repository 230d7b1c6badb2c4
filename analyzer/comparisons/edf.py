"""Empirical distributions of several studies in one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.errors import NotApplicable
from analyzer.overlay import colour, dash, label
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.ranks import empirical_distribution
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective
from analyzer.target import objective_index
from analyzer.text import _, named, number, percent, whole
from analyzer.together import OBJECTIVE, Together
from analyzer.view import Section, View

_WIDTH = 300  # columns of the lines that are drawn
_GOOD = 0.1  # of the pooled trials


@dataclass(frozen=True, slots=True)
class Curve:
    """One series: the share of its complete trials at or below each of their values."""

    name: str
    place: int  # among all series
    trials: int
    values: Floats  # (k,), ascending
    shares: Floats  # (k,)
    good: float  # share of the trials that reach the bound


@dataclass(frozen=True, slots=True)
class Distributions:
    """All series; repeats of one setting are pooled."""

    objective: Objective
    curves: tuple[Curve, ...]
    bound: float  # that a tenth of all trials together reach
    shown_range: tuple[float, float] | None  # of the value axis where outliers would squash it
    outside: int  # trials beyond it


def analyze(compared: Together, objective: str = "") -> Distributions:
    """As optuna.visualization.plot_edf of several studies: finite values of complete trials; the lines go through every trial."""
    compared.require_values()
    which = compared.objectives[objective_index(compared, objective)]
    pools = []
    for series in compared.series:
        members = [compared.studies[index] for index in series.members]
        values = np.concatenate([study.trials.values[study.complete, which.index] for study in members])
        pools.append(np.sort(values[np.isfinite(values)]))
    every = np.sort(np.concatenate(pools) * which.sign)
    if not len(every):
        raise NotApplicable(_("None of these studies has a complete trial with a finite value."))
    bound = float(every[int(np.ceil(_GOOD * len(every))) - 1])
    shown = plain_range(every * which.sign)
    curves = []
    for place, (series, values) in enumerate(zip(compared.series, pools, strict=True)):
        if len(values):
            seen = values[drawable(values, shown)]
            steps = seen[thin_line(seen, np.arange(len(seen), dtype=np.float64), _WIDTH)]
            good = float((values * which.sign <= bound).mean())
            curves.append(Curve(series.name, place, len(values), steps, empirical_distribution(values, steps), good))
    outside = 0 if shown is None else int((~drawable(every * which.sign, shown)).sum())
    return Distributions(which, tuple(curves), bound * which.sign, shown, outside)


def answer(result: Distributions) -> str:
    """In which study good trials are most common."""
    ranked = sorted(result.curves, key=lambda curve: -curve.good)
    first = {"name": named(ranked[0].name), "share": percent(ranked[0].good), "bound": number(result.bound)}
    if len(ranked) == 1:
        return _("Only {name} has complete trials with finite values.").format(**first)
    last = {"other": named(ranked[-1].name), "less": percent(ranked[-1].good)}
    if ranked[0].good == ranked[-1].good:
        return _("Good trials are as common in all: {share} reach {bound}, as a tenth of all trials together do.").format(**first)
    return _("Good trials are most common in {name}: {share} reach {bound}, as a tenth of all trials together do; in {other} {less}.").format(**first, **last)


def figure(result: Distributions) -> fig.Figure:
    """One step line a series."""
    drawn = []
    for curve in result.curves:
        said = _("{share} of the trials at or below {value}").format(share="%{y:.1%}", value="%{x:.5~g}")
        hover = f"{fig.escaped(label(curve.name))}<br>{said}"
        drawn.append(fig.line(curve.values, curve.shares, name=label(curve.name), hover=hover, color=colour(curve.place), shape="hv", dash=dash(curve.place)))
    value_axis = fig.axis(named(result.objective.name))
    note = ""
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
        note = _("{count} of the trials lie outside the figure; double-click shows all").format(count=whole(result.outside))
    return fig.figure(drawn, height=360, note=note, xaxis=value_axis, yaxis=fig.axis(_("share of complete trials"), tickformat=".0%", range=[0, 1.02]))


def table(result: Distributions) -> tab.Table:
    """One row a point of a line: series, value, share."""
    sizes = [len(curve.values) for curve in result.curves]
    return tab.Table((
        tab.categories("series", np.repeat(np.arange(len(sizes)), sizes), [curve.name for curve in result.curves]),
        tab.numbers(result.objective.name, np.concatenate([curve.values for curve in result.curves])),
        tab.numbers("share", np.concatenate([curve.shares for curve in result.curves])),
    ))  # fmt: skip


VIEW = View(
    slug="edf",
    title="Empirical distributions",
    section=Section.COMPARISON,
    question="In which search are good trials more common?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=3,
)
