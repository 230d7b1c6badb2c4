"""Preferences: what people chose between, as a ranking with its uncertainty and a graph of the comparisons behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.errors import NotApplicable
from analyzer.stats.preference import chance_of_being_better, strengths
from analyzer.stored.preferences import has_preferences, preferences
from analyzer.study import Study
from analyzer.text import _, counted, noted, number, paragraph, percent, whole
from analyzer.view import Section, View

_RANKED = 1500  # trials, the most compared ones: the fit takes their cube
_LINES = 2000  # comparisons drawn
_NAMED = 40  # trials whose number stands beside their mark


@dataclass(frozen=True, slots=True)
class Preferences:
    """The compared trials by strength, the strongest first, and the comparisons between them."""

    numbers: Ints  # (k,) trials
    strengths: Floats  # (k,) log-strengths, their mean 0
    spreads: Floats  # (k,) standard deviations
    wins: Ints  # (k,)
    losses: Ints  # (k,)
    better: Ints  # (c,) positions in numbers
    worse: Ints  # (c,)
    against: Bools  # (c,) whether the comparison contradicts the ranking
    chance: float  # that the first is really better than the second
    skipped: Ints  # trials that were passed over
    undone: int  # choices that were taken back
    left_out: int  # compared trials that are not ranked
    remarks: tuple[str, ...]


def analyze(study: Study) -> Preferences:
    """Bradley and Terry's model with a normal prior of standard deviation 1; undone choices do not count."""
    found = preferences(study)
    if not len(found.better):
        raise NotApplicable(_("No trials of this study have been compared with each other."))
    rows, counts = np.unique(np.concatenate([found.better, found.worse]), return_counts=True)
    ranked = np.sort(rows[np.argsort(-counts, kind="stable")[:_RANKED]])
    kept = np.isin(found.better, ranked) & np.isin(found.worse, ranked)
    better, worse = np.searchsorted(ranked, found.better[kept]), np.searchsorted(ranked, found.worse[kept])
    fit = strengths(better, worse, len(ranked))
    order = np.lexsort((ranked, -fit.values.round(9)))
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return Preferences(
        numbers=study.trials.numbers[ranked[order]],
        strengths=fit.values[order],
        spreads=fit.spreads[order],
        wins=np.bincount(place[better], minlength=len(order)),
        losses=np.bincount(place[worse], minlength=len(order)),
        better=place[better],
        worse=place[worse],
        against=(fit.values[better] - fit.values[worse]) < -1e-9,
        chance=chance_of_being_better(fit, int(order[0]), int(order[1])),
        skipped=study.trials.numbers[np.array(found.skipped, dtype=np.int64)],
        undone=sum(each.undone for each in found.rounds),
        left_out=len(rows) - len(ranked),
        remarks=found.remarks,
    )


def answer(result: Preferences) -> str:
    """Who is ahead, how sure that is, and what was counted."""
    said = [_leader(result), _counted(result)]
    against = int(result.against.sum())
    if against:
        said.append(
            counted(
                against, "{count} comparison contradicts the ranking.", "{count} comparisons contradict the ranking."
            )
        )
    return paragraph([*said, *result.remarks])


def _leader(result: Preferences) -> str:
    if result.strengths[0] - result.strengths[1] < 1e-9:
        level = int((result.strengths[0] - result.strengths < 1e-9).sum())
        return counted(level, "{count} trial is preferred.", "{count} trials are preferred alike.")
    return _("Trial {first} is preferred; the chance that it is really better than trial {second} is {chance}.").format(
        first=int(result.numbers[0]), second=int(result.numbers[1]), chance=percent(result.chance)
    )


def _counted(result: Preferences) -> str:
    said = _("This rests on {pairs} of {trials}.").format(
        pairs=counted(len(result.better), "{count} comparison", "{count} comparisons"),
        trials=counted(len(result.numbers), "{count} trial", "{count} trials"),
    )
    skipped = counted(len(result.skipped), "{count} trial was skipped.", "{count} trials were skipped.")
    undone = counted(result.undone, "{count} choice was undone.", "{count} choices were undone.")
    return paragraph([said, skipped if len(result.skipped) else "", undone if result.undone else ""])


def figure(result: Preferences) -> fig.Figure:
    """Each trial at its strength with one standard deviation; a line from every better trial to the worse one."""
    notes = [_("strength: log-odds of being chosen over an average trial, ± one standard deviation")]
    if result.left_out:
        notes.append(_("the {shown} most compared trials").format(shown=whole(len(result.numbers))))
    if len(result.better) > _LINES:
        notes.append(_("lines of the first {shown} comparisons").format(shown=whole(_LINES)))
    against = result.against[:_LINES]
    agreeing = _lines(result, np.flatnonzero(~against), _("agrees with the ranking"), fig.DOMINATED)
    opposing = _lines(result, np.flatnonzero(against), _("contradicts it"), fig.FAILED)
    return fig.figure(
        [*agreeing, *opposing, _marks(result)],
        height=420,
        note=noted(notes),
        xaxis=fig.whole_axis(_("trial"), float(result.numbers.min()), float(result.numbers.max())),
        yaxis=fig.axis(_("strength"), zeroline=True, zerolinecolor=fig.GRID),
    )


def _marks(result: Preferences) -> fig.Trace:
    hover = [
        _("trial {number}: {strength} ± {spread}, chosen {wins} times, passed over {losses} times").format(
            number=int(trial),
            strength=number(float(value), 3),
            spread=number(float(spread), 2),
            wins=int(won),
            losses=int(lost),
        )
        for trial, value, spread, won, lost in zip(
            result.numbers, result.strengths, result.spreads, result.wins, result.losses, strict=True
        )
    ]
    marks = fig.points(result.numbers, result.strengths, "%{text}", numbers=result.numbers, size=9, opacity=1)
    marks |= {
        "text": hover,
        "error_y": {"type": "data", "array": result.spreads, "color": fig.COMPLETE, "thickness": 1, "width": 4},
    }
    if len(result.numbers) <= _NAMED:
        numbered = [str(int(each)) for each in result.numbers]
        marks |= {"mode": "markers+text", "text": numbered, "textposition": "middle right", "hovertext": hover,
                  "hovertemplate": "%{hovertext}<extra></extra>"}  # fmt: skip
    return fig.named(marks, _("trial"))


def _lines(result: Preferences, which: Ints, name: str, colour: str) -> list[fig.Trace]:
    """One trace with a line for each comparison, broken between them."""
    if not len(which):
        return []
    ends = [result.better[which], result.worse[which]]
    x = np.column_stack([result.numbers[ends[0]], result.numbers[ends[1]], np.full(len(which), np.nan)]).ravel()
    y = np.column_stack([result.strengths[ends[0]], result.strengths[ends[1]], np.full(len(which), np.nan)]).ravel()
    return [fig.line(x, y, name=name, color=colour, width=1)]


def table(result: Preferences) -> tab.Table:
    """Rank order: trial, strength and its standard deviation, how often it was chosen and passed over."""
    return tab.Table((
        tab.whole("number", result.numbers),
        tab.numbers("strength", result.strengths),
        tab.numbers("standard deviation", result.spreads),
        tab.whole("chosen", result.wins),
        tab.whole("passed over", result.losses),
    ))  # fmt: skip


VIEW = View(
    slug="preferences",
    title="Preferences",
    section=Section.STORED,
    question="Which trials do people prefer, and how sure is that?",
    analyze=analyze,
    answer=answer,
    table=table,
    figure=figure,
    concerns=has_preferences,
    order=3,
)
