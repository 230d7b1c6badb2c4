"""Empirical distribution function: which share of the trials reached a value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.ranks import empirical_distribution
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective, Study
from analyzer.target import aimed
from analyzer.text import _, named, number, percent, whole
from analyzer.view import OBJECTIVE, Section, View
from analyzer.window import WHOLE, Window, no_rows, no_values

_POINTS = 100
_COLUMNS = 400  # of the line that is drawn


@dataclass(frozen=True, slots=True)
class Distribution:
    """The share of complete trials with a value at or below each of 100 evenly spaced ones."""

    objective: Objective
    values: Floats  # (100,)
    shares: Floats  # (100,), ascending to 1
    reached: Floats  # (k,), the finite values of trials, ascending
    best: float
    close: float  # the value nearest to the best tenth of the range
    close_share: float  # share of trials in the best tenth of the range
    half: float  # the lowest value that half of the trials do not exceed
    most: float  # the lowest value that nine in ten do not exceed
    shown_range: tuple[float, float] | None  # of the value axis where outliers would squash it
    outside: int  # trials beyond shown_range
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k the line is drawn through
    drawn_shares: Floats = field(default_factory=no_values)  # (d,), the share of trials at or below each of them
    leaves_out: bool = False  # whether the line passes over trials


def analyze(study: Study, objective: str = "") -> Distribution:
    """As optuna.visualization.plot_edf: finite complete values, 100 points from their minimum to their maximum.

    The line goes through every trial instead: an outlier takes its detail from the hundred points. For the same reason
    the range, of which the answer speaks, is without outliers.
    """
    study, which = aimed(study, objective)
    require_values(study)
    values = study.trials.values[study.complete, which.index]
    finite = np.sort(values[np.isfinite(values)])
    if not len(finite):
        raise NotApplicable(_("No complete trial has a finite value."))
    grid = _grid(float(finite[0]), float(finite[-1]))
    shown = plain_range(finite)
    plain = finite if shown is None else finite[(finite >= shown[0]) & (finite <= shown[1])]
    best, worst = (finite[-1], plain[0]) if which.sign < 0 else (finite[0], plain[-1])
    close = float(0.9 * best + 0.1 * worst)
    made = Distribution(
        objective=which,
        values=grid,
        shares=empirical_distribution(finite, grid),
        reached=finite,
        best=float(best),
        close=close,
        close_share=float((finite * which.sign <= close * which.sign).mean()),
        half=float(finite[-(-len(finite) // 2) - 1]),
        most=float(finite[-(-9 * len(finite) // 10) - 1]),
        shown_range=shown,
        outside=len(finite) - len(plain),
    )
    return within(made, WHOLE)


def within(result: Distribution, window: Window) -> Distribution:
    """What the line is drawn through: of a part of it as many trials as of the whole. O(n)."""
    seen = np.flatnonzero(drawable(result.reached, result.shown_range))
    drawn = seen[thin_line(result.reached[seen], seen.astype(np.float64), _COLUMNS, window.span("x"))]
    shares = empirical_distribution(result.reached, result.reached[drawn])
    return replace(result, drawn=drawn, drawn_shares=shares, leaves_out=len(drawn) < len(seen))


def _grid(low: float, high: float) -> Floats:
    """Evenly spaced points; halved on the way where the range is too long for a number."""
    return np.linspace(low, high, _POINTS) if np.isfinite(high - low) else 2 * np.linspace(low / 2, high / 2, _POINTS)


def answer(result: Distribution) -> str:
    """How common good trials are."""
    if result.values[0] == result.values[-1]:
        return _("All trials have the same value, {best}.").format(best=number(result.best))
    if not result.objective.has_best:
        words = {"name": named(result.objective.name), "half": number(result.half), "most": number(result.most)}
        return _("{name} is at most {half} in half of the trials and at most {most} in nine of ten.").format(**words)
    return _(
        "{share} of the trials came within a tenth of the range from the best ({close} or better; best {best})."
    ).format(share=percent(result.close_share), close=number(result.close), best=number(result.best))


def figure(result: Distribution) -> fig.Figure:
    """One step line from the lowest value to the highest."""
    hover = _("{share} of the trials at or below {value}").format(share="%{y:.1%}", value="%{x:.5~g}")
    value_axis = fig.axis(named(result.objective.name))
    layout = {}
    if result.shown_range:
        value_axis["range"] = list(result.shown_range)
        words = _("{count} of the trials lie outside the figure; double-click shows all")
        layout["note"] = words.format(count=whole(result.outside))
    made = fig.figure(
        [fig.line(result.reached[result.drawn], result.drawn_shares, hover=hover, color=fig.COMPLETE, shape="hv")],
        height=320,
        xaxis=value_axis,
        yaxis=fig.axis(_("share of complete trials"), tickformat=".0%", range=[0, 1.02]),
        **layout,
    )
    return fig.summary(fig.clipped(made, ["xaxis"] if result.shown_range else []), result.leaves_out)


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
    within=within,
)
