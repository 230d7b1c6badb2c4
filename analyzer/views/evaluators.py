"""Importance evaluators side by side: where PED-ANOVA, fANOVA and MDI disagree, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats
from analyzer.best import require_values
from analyzer.distributions import is_log
from analyzer.errors import NotApplicable
from analyzer.forest_words import so_far, whiskers
from analyzer.importance import EVALUATORS, Importances, every_importance, every_importance_stages
from analyzer.study import Objective, Study
from analyzer.target import aimed
from analyzer.text import _, enumerated, listed, named, noted, paragraph, percent, shortened, whole
from analyzer.view import OBJECTIVE, Section, View

_FITTED = 1500  # trials that forests are fitted on: their cost grows with them, their answer hardly does
_ROWS = 15  # parameters in the figure
_ALIKE = 0.1  # shares that differ by less agree
_NAMES = {"ped-anova": "PED-ANOVA", "fanova": "fANOVA", "mdi": "MDI"}
_COLOURS = {"ped-anova": fig.COMPLETE, "fanova": fig.AGE[1][1], "mdi": fig.AGE[3][1]}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The importances of each parameter by each evaluator, those with the largest mean share first."""

    objective: Objective
    names: tuple[str, ...]
    log: tuple[bool, ...]  # (p,), whether the parameter was searched on a log scale
    shares: Floats  # (p, 3), columns as EVALUATORS; each sums to 1; NaN for a parameter that it cannot judge
    spreads: Floats  # (p, 3), standard deviation over the trees of a forest, NaN elsewhere
    errors: Floats  # (p, 3), standard error of the shares over the trees of a forest, NaN elsewhere
    judged: Floats  # (p, 3), the shares among the parameters that all three judge, NaN for the others
    trials: int  # complete trials with a finite value
    fitted: int  # of them those that the forests are fitted on
    trees: int  # grown in each forest
    all_trees: int  # that are grown in the end


def analyze(study: Study, objective: str = "") -> Comparison:
    """All three evaluators for one objective, with the numbers of Optuna's up to 1 500 trials.

    Beyond that the two forests are fitted on 1 500 trials, evenly spaced in trial order; PED-ANOVA takes all. Raises
    NotApplicable where fewer than two parameters can be judged by all three.
    """
    study, which = aimed(study, objective)
    require_values(study)
    return _compared(study, which, every_importance(study, which, _FITTED))


def stages(study: Study, objective: str = "") -> Iterator[tuple[Comparison, bool]]:
    """The same of forests of a few trees, of more, and of all."""
    study, which = aimed(study, objective)
    require_values(study)
    for each in every_importance_stages(study, which, _FITTED):
        yield _compared(study, which, each), each[1].is_whole


def _compared(study: Study, objective: Objective, each: Sequence[Importances]) -> Comparison:
    """What each evaluator says, side by side."""
    names = list(each[0].names)
    shares, spreads, errors = np.full((3, len(names), 3), np.nan)
    for column, found in enumerate(each):
        at = [names.index(name) for name in found.names]
        shares[at, column] = found.values
        if found.spreads is not None and found.errors is not None:
            spreads[at, column], errors[at, column] = found.spreads, found.errors
    common = ~np.isnan(shares).any(axis=1)
    if common.sum() < 2:
        raise NotApplicable(
            _(
                "There is nothing to compare: fewer than two parameters are in every complete trial with the same range, "
                "as fANOVA and MDI need them."
            )
        )
    order = np.argsort(-np.nanmean(shares, axis=1), kind="stable")
    return Comparison(
        objective=objective,
        names=tuple(names[at] for at in order),
        log=tuple(is_log(study.parameters[names[at]].distribution) for at in order),
        shares=shares[order],
        spreads=spreads[order],
        errors=errors[order],
        judged=_among(shares, common)[order],
        trials=each[0].trials,
        fitted=each[1].trials,
        trees=each[1].trees,
        all_trees=each[1].all_trees,
    )


def _among(shares: Floats, common: Bools) -> Floats:
    """The shares scaled to a sum of 1 over the common parameters; equal ones where an evaluator gives them nothing."""
    judged = np.where(common[:, None], shares, np.nan)
    totals = np.nansum(judged, axis=0)
    even = np.where(common[:, None], 1 / common.sum(), np.nan)
    return np.where(totals > 0, judged / np.where(totals > 0, totals, 1.0), even)


def answer(result: Comparison) -> str:
    """The parameter on which they differ most, what each of them says, and why that can be."""
    apart = np.max(result.judged, axis=1) - np.min(result.judged, axis=1)  # NaN for what not all of them judge
    widest = int(np.nanargmax(np.round(apart, 9)))  # of two parameters both differ as much: the more important one
    first = [result.names[int(np.nanargmax(result.judged[:, column]))] for column in range(3)]
    said = [_agreement(result, first, float(apart[widest]))]
    if apart[widest] >= _ALIKE:
        said.append(_disagreement(result, widest))
    if result.fitted < result.trials:
        words = _("fANOVA and MDI are fitted on {fitted} of {trials} trials, evenly spaced.")
        said.append(words.format(fitted=whole(result.fitted), trials=whole(result.trials)))
    if result.trees < result.all_trees:
        said.append(so_far(result.trees, result.all_trees))
    return paragraph(said)


def _agreement(result: Comparison, first: list[str], apart: float) -> str:
    if np.nanmax(result.judged) - np.nanmin(result.judged) < 1e-12:
        return _("None of the three evaluators finds a difference between the parameters.")
    if len(set(first)) == 1:
        if apart < _ALIKE:
            words = _("All three evaluators put {name} first and agree: no share differs by more than {apart}.")
            return words.format(name=named(first[0]), apart=percent(apart))
        return _("All three evaluators put {name} first.").format(name=named(first[0]))
    parts = []
    for name in dict.fromkeys(first):
        voters = [_NAMES[each] for each, chosen in zip(EVALUATORS, first, strict=True) if chosen == name]
        parts.append(_("{name} by {evaluators}").format(name=named(name), evaluators=listed(voters)))
    if apart < _ALIKE:
        words = _("What mattered most is {parts}, yet no share differs by more than {apart}.")
        return words.format(parts=listed(parts), apart=percent(apart))
    return _("What mattered most is {parts}.").format(parts=listed(parts))


def _disagreement(result: Comparison, row: int) -> str:
    shares = result.judged[row]
    odd = int(np.argmax(np.abs(shares - np.median(shares))))
    each = [f"{_NAMES[name]} {percent(float(share))}" for name, share in zip(EVALUATORS, shares, strict=True)]
    return _("They differ most about {name} ({shares}): {reason}.").format(
        name=named(result.names[row]),
        shares=enumerated(each),
        reason=_reason(EVALUATORS[odd], _linear_volume(shares, result.log[row]), result.objective),
    )


def _linear_volume(shares: Floats, log: bool) -> bool:
    """Whether fANOVA gives a parameter least because its volume is linear: Optuna's takes no logarithm."""
    fanova = EVALUATORS.index("fanova")
    return log and bool(2 * shares[fanova] < np.delete(shares, fanova).min())


def _reason(odd: str, linear: bool, objective: Objective) -> str:
    """What the evaluator that stands apart does unlike the others."""
    if linear:
        return _(
            "fANOVA, as Optuna has it, weighs the range of a log parameter linearly, so its small values hardly count"
        )
    if odd == "ped-anova" and not objective.has_best:
        return _("PED-ANOVA asks what sets the lowest tenth apart, the forests what moves the value anywhere")
    if odd == "ped-anova":
        return _(
            "PED-ANOVA asks what sets the best tenth apart, the forests what moves the value anywhere, where bad trials weigh most"
        )
    if odd == "fanova":
        return _("fANOVA weighs the whole space evenly, so bad regions that few trials visited count in full")
    return _("MDI adds up what the trees' cuts gain where the trials are, which favours parameters of many values")


def figure(result: Comparison) -> fig.Figure:
    """Three bars a parameter; the whiskers are standard errors over the trees of a forest."""
    count = min(len(result.names), _ROWS)
    labels = [fig.escaped(shortened(name, 28)) for name in result.names[:count]]
    layout = {"note": noted(_notes(result, count))} if _notes(result, count) else {}
    return fig.figure(
        [_bars(result, column, count) for column in range(3)],
        height=110 + 48 * count,
        barmode="group", bargap=0.3, bargroupgap=0.08,
        xaxis=fig.axis(_("importance"), tickformat=".0%", range=[0, _right_edge(result, count)]),
        yaxis=fig.axis(_("parameter"), tickmode="array", tickvals=list(range(count)), ticktext=labels,
                       range=[count - 0.4, -0.6], showgrid=False),
        **layout,
    )  # fmt: skip


def _bars(result: Comparison, column: int, count: int) -> fig.Trace:
    name = _NAMES[EVALUATORS[column]]
    rows = [row for row in range(count) if not np.isnan(result.shares[row, column])]
    shares, errors = result.shares[rows, column], result.errors[rows, column]
    bar: fig.Trace = {
        "type": "bar", "orientation": "h", "x": shares, "y": rows, "marker": {"color": _COLOURS[EVALUATORS[column]]},
        "hovertext": [
            f"{fig.escaped(named(result.names[row], 200))}<br>{name} {percent(float(result.shares[row, column]))}" for row in rows
        ],
        "hoverinfo": "text",
    }  # fmt: skip
    if not np.isnan(errors).any():
        bar["error_x"] = {"array": errors, "color": fig.MUTED, "thickness": 1, "width": 3}
    return fig.named(bar, name)


def _right_edge(result: Comparison, count: int) -> float:
    """Room for the whiskers, but no share is more than all."""
    return min(1.0, 1.05 * float(np.nanmax(result.shares[:count] + np.nan_to_num(result.errors[:count]))))


def _notes(result: Comparison, count: int) -> list[str]:
    notes = [whiskers(result.trees)] if np.isfinite(result.errors).any() else []
    if count < len(result.names):
        notes.append(_("the {shown} largest of {all} parameters").format(shown=count, all=whole(len(result.names))))
    unjudged = [named(name, 24) for name, row in zip(result.names, result.shares, strict=True) if np.isnan(row).any()]
    if unjudged:
        some = (
            unjudged
            if len(unjudged) <= 4
            else [*unjudged[:3], _("{count} more").format(count=whole(len(unjudged) - 3))]
        )
        words = _("fANOVA and MDI cannot judge {names}: not in every trial with the same range")
        notes.append(words.format(names=listed(some)))
    if result.fitted < result.trials:
        words = _("forests fitted on {fitted} of {trials} trials")
        notes.append(words.format(fitted=whole(result.fitted), trials=whole(result.trials)))
    return notes


def table(result: Comparison) -> tab.Table:
    """Parameter, importance by each evaluator, its standard error and its spread over trees."""
    columns = [tab.texts("parameter", result.names)]
    for column, evaluator in enumerate(EVALUATORS):
        columns.append(tab.numbers(evaluator, result.shares[:, column]))
        if evaluator != "ped-anova":
            columns.append(tab.numbers(f"{evaluator}_standard_error", result.errors[:, column]))
            columns.append(tab.numbers(f"{evaluator}_standard_deviation", result.spreads[:, column]))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="evaluators",
    title="Importance evaluators",
    section=Section.PARAMETERS,
    question="Do the ways to measure importance agree?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=7,
    stages=stages,
)
