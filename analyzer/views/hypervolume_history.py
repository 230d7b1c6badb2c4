"""Hypervolume history: how much of the objective space the front has covered, trial by trial."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.progress import front_progress
from analyzer.reference_point import reference_point
from analyzer.stats.sampled_volume import POINTS
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective, Study
from analyzer.text import _, ago, enumerated, named, number, percent, whole
from analyzer.view import Option, Section, View
from analyzer.window import WHOLE, Window, no_rows

_WIDTH = 800  # columns of the line that is drawn


@dataclass(frozen=True, slots=True)
class HypervolumeHistory:
    """The hypervolume of the feasible complete trials up to each complete trial."""

    objectives: tuple[Objective, ...]
    reference: Floats  # (m,), in the objectives' own units
    numbers: Ints  # (k,)
    hypervolumes: Floats  # (k,), never falling
    last_gain: int  # position of the last trial that added volume, -1 where none did
    quarter_share: float  # share of the final volume that the last quarter of the trials added
    error: float  # standard error of the last volume as a share of it, where volumes are estimated; 0 where they are exact
    drawn: Ints = field(default_factory=no_rows)  # (d,), which of the k the line is drawn through


def analyze(study: Study, reference: str = "") -> HypervolumeHistory:
    """As optuna.visualization.plot_hypervolume_history; infeasible trials and those beyond the reference add nothing."""
    require_values(study)
    if len(study.objectives) < 2:
        raise NotApplicable(_("A hypervolume needs two or more objectives; this study has one."))
    point = reference_point(study, reference)
    if point is None:
        raise NotApplicable(_("No complete trial is finite in every objective."))
    made = front_progress(study, point)
    history = HypervolumeHistory(
        objectives=study.objectives,
        reference=point,
        numbers=study.trials.numbers[study.complete],
        hypervolumes=made.volumes,
        last_gain=made.last_gain,
        quarter_share=made.quarter_share,
        error=made.error,
    )
    return within(history, WHOLE)


def within(history: HypervolumeHistory, window: Window) -> HypervolumeHistory:
    """What the line is drawn through: of a part of it as many trials as of the whole. O(n)."""
    across = history.numbers.astype(np.float64)
    return replace(history, drawn=thin_line(across, history.hypervolumes, _WIDTH, window.span("x")))


def answer(result: HypervolumeHistory) -> str:
    """What the last quarter added, and since when nothing did."""
    if result.last_gain < 0:
        return _("No feasible trial lies within the reference point.")
    since = len(result.numbers) - 1 - result.last_gain
    return _(
        "Hypervolume {volume}; the last quarter of the trials added {share}, the last gain was {since}."
    ).format(
        volume=number(float(result.hypervolumes[-1])),
        share=percent(result.quarter_share),
        since=ago(since),
    )


def figure(result: HypervolumeHistory) -> fig.Figure:
    """One step line."""
    x, y = result.numbers[result.drawn], result.hypervolumes[result.drawn]
    hover = _("up to trial") + " %{x}<br>" + _("hypervolume") + " %{y:.5~g}"
    made = fig.figure(
        [fig.line(x, y, shape="hv", hover=hover, color=fig.COMPLETE)],
        height=320,
        xaxis=fig.axis(_("trial")),
        yaxis=fig.axis(_("hypervolume"), rangemode="tozero"),
        note="; ".join([*_estimate(result), _reference(result)]),
    )
    return fig.summary(made, len(result.drawn) < len(result.numbers))


def _estimate(result: HypervolumeHistory) -> list[str]:
    if not result.error:
        return []
    words = _("volumes are estimated from {count} random points (the last to {error}): exact ones of so many objectives take hours")
    return [words.format(count=whole(POINTS), error=f"±{percent(result.error)}")]


def _reference(result: HypervolumeHistory) -> str:
    parts = [f"{named(o.name)} {number(float(v))}" for o, v in zip(result.objectives, result.reference, strict=True)]
    return _("reference point: {parts}").format(parts=enumerated(parts))


def table(result: HypervolumeHistory) -> tab.Table:
    """Trial number and hypervolume."""
    return tab.Table((tab.whole("number", result.numbers), tab.numbers("hypervolume", result.hypervolumes)))


VIEW = View(
    slug="hypervolume-history",
    title="Hypervolume history",
    section=Section.PROGRESS,
    question="Is the front still growing?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    reads=frozenset(),
    options=(
        Option("reference", "reference point: the worst value of each objective that counts, separated by commas"),
    ),
    order=1,
    within=within,
)
