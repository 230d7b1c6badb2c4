"""Empirical distribution function: which share of the trials reached a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.stats.ranks import empirical_distribution
from analyzer.study import Objective, Study
from analyzer.text import _, number, percent
from analyzer.view import OBJECTIVE, Section, View, objective_index

_POINTS = 100


@dataclass(frozen=True, slots=True)
class Distribution:
    """The share of complete trials with a value at or below each of 100 evenly spaced ones."""

    objective: Objective
    values: Floats  # (100,)
    shares: Floats  # (100,), ascending to 1
    best: float
    close: float  # the value nearest to the best tenth of the range
    close_share: float  # share of trials in the best tenth of the range


def analyze(study: Study, objective: str = "") -> Distribution:
    """As optuna.visualization.plot_edf: finite complete values, 100 points from their minimum to their maximum."""
    require_values(study)
    which = study.objectives[objective_index(study, objective)]
    values = study.trials.values[study.complete, which.index]
    finite = values[np.isfinite(values)]
    if not len(finite):
        raise NotApplicable("No complete trial has a finite value.")
    low, high = float(finite.min()), float(finite.max())
    grid = np.linspace(low, high, _POINTS)
    best, worst = (high, low) if which.sign < 0 else (low, high)
    close = best + 0.1 * (worst - best)
    return Distribution(
        objective=which,
        values=grid,
        shares=empirical_distribution(finite, grid),
        best=best,
        close=close,
        close_share=float(((finite - close) * which.sign <= 0).mean()),
    )


def answer(result: Distribution) -> str:
    """How common good trials are."""
    return _(
        "{share} of the trials came within a tenth of the range from the best ({close} or better; best {best})."
    ).format(share=percent(result.close_share), close=number(result.close), best=number(result.best))


def figure(result: Distribution) -> fig.Figure:
    """One step line from the lowest value to the highest."""
    name = result.objective.name
    hover = "%{y:.1%} " + _("of the trials at or below") + " %{x:.5~g}"
    return fig.figure(
        [fig.line(result.values, result.shares, hover=hover, color=fig.COMPLETE)],
        height=320,
        xaxis=fig.axis(name),
        yaxis=fig.axis(_("share of complete trials"), tickformat=".0%", range=[0, 1.02]),
    )


def table(result: Distribution) -> tab.Table:
    """Value and share."""
    return tab.Table((tab.numbers(result.objective.name, result.values), tab.numbers("share", result.shares)))


VIEW = View(
    slug="edf",
    title="Empirical distribution",
    section=Section.OBJECTIVES,
    question="How common are good trials?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=3,
)
