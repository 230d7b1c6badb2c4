"""Preference history: every choice in its order, what was on the screen and what was clicked, undone ones included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Ints, Times
from analyzer.errors import NotApplicable
from analyzer.stored.preferences import Round, has_preferences, preferences
from analyzer.study import Study
from analyzer.text import _, counted, enumerated, moment, named, paragraph, whole
from analyzer.view import Section, View

_DRAWN = 1000  # choices, the last ones


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices in the order in which they were made; trials by number."""

    better: tuple[tuple[int, ...], ...]  # of each choice
    worse: tuple[tuple[int, ...], ...]
    others: tuple[tuple[int, ...], ...]  # on the screen, but in no pair
    modes: tuple[str, ...]
    times: Times  # (k,) NaT where unknown
    undone: Bools  # (k,)
    skipped: Ints  # trials that were passed over


def analyze(study: Study) -> Choices:
    """All rounds of choosing, and the pairs that a program reported."""
    found = preferences(study)
    if not found.rounds:
        raise NotApplicable(_("Nobody has chosen between trials of this study."))
    numbers = study.trials.numbers

    def named_trials(rows: set[int]) -> tuple[int, ...]:
        return tuple(int(numbers[row]) for row in sorted(rows))

    def sides(each: Round) -> tuple[set[int], set[int]]:
        return {better for better, _worse in each.pairs}, {worse for _better, worse in each.pairs}

    both = [sides(each) for each in found.rounds]
    return Choices(
        better=tuple(named_trials(better) for better, _worse in both),
        worse=tuple(named_trials(worse) for _better, worse in both),
        others=tuple(
            named_trials(set(each.candidates) - a - b) for each, (a, b) in zip(found.rounds, both, strict=True)
        ),
        modes=tuple(each.mode for each in found.rounds),
        times=np.array([each.time for each in found.rounds], dtype="datetime64[us]"),
        undone=np.array([each.undone for each in found.rounds], dtype=np.bool_),
        skipped=numbers[np.array(found.skipped, dtype=np.int64)],
    )


def answer(result: Choices) -> str:
    """How many choices, since when, and how many were taken back."""
    known = result.times[~np.isnat(result.times)]
    count, undone = len(result.undone), int(result.undone.sum())
    if len(known) > 1:
        said = counted(
            count,
            "{count} choice was made between {first} and {last}.",
            "{count} choices were made between {first} and {last}.",
            first=moment(known.min()),
            last=moment(known.max()),
        )
    else:
        said = counted(count, "{count} choice was made.", "{count} choices were made.")
    taken_back = counted(undone, "{count} of them was undone later.", "{count} of them were undone later.")
    return paragraph([said, taken_back if undone else ""])


def figure(result: Choices) -> fig.Figure:
    """A column for each choice: the trials that won it, those that lost it, and the others that were on the screen."""
    first = max(0, len(result.undone) - _DRAWN)
    places = range(first, len(result.undone))
    kinds = (
        (result.others, _("neither"), {"color": fig.DOMINATED, "symbol": "circle-open"}),
        (result.worse, _("worse"), {"color": fig.FAILED, "symbol": "x"}),
        (result.better, _("better"), {"color": fig.COMPLETE, "symbol": "circle"}),
    )
    traces = [
        trace
        for undone in (True, False)
        for sides, name, mark in kinds
        for trace in _marks(
            result, [at for at in places if bool(result.undone[at]) is undone], sides, name, mark, undone
        )
    ]
    note = _("the last {shown} choices").format(shown=whole(_DRAWN)) if first else ""
    return fig.figure(
        traces,
        height=380,
        note=note,
        xaxis=fig.whole_axis(_("choice"), first + 1, len(result.undone)),
        yaxis=fig.whole_axis(_("trial"), *_span(result)),
    )


def _span(result: Choices) -> tuple[int, int]:
    """The lowest and the highest trial number."""
    all_ = [trial for sides in (result.better, result.worse, result.others) for side in sides for trial in side]
    return min(all_, default=0), max(all_, default=0)


def _marks(
    result: Choices,
    places: list[int],
    sides: tuple[tuple[int, ...], ...],
    name: str,
    mark: dict[str, str],
    undone: bool,
) -> list[fig.Trace]:
    pairs = [(at + 1, trial) for at in places for trial in sides[at]]
    if not pairs:
        return []
    shown = _("{side}, undone").format(side=name) if undone else name
    hover = fig.escaped(shown) + "<br>" + _("choice %{x}, trial %{y}")
    x, y = np.array(pairs, dtype=np.int64).T
    return [fig.points(x, y, hover, numbers=y, name=shown, size=9, **{**mark, "opacity": 0.3 if undone else 1})]


def table(result: Choices) -> tab.Table:
    """Time, what was chosen over what, what else was there, how it was asked, whether it was undone."""
    undone = [_("undone") if each else None for each in result.undone.tolist()]
    return tab.Table((
        tab.whole("choice", np.arange(1, len(result.undone) + 1)),
        tab.times("time", result.times),
        tab.texts("better", [_row(each) for each in result.better]),
        tab.texts("worse", [_row(each) for each in result.worse]),
        tab.texts("neither", [_row(each) for each in result.others]),
        tab.texts("asked", [named(each) if each else None for each in result.modes]),
        tab.texts("undone", undone),
    ))  # fmt: skip


def _row(trials: tuple[int, ...]) -> str | None:
    return enumerated(map(str, trials)) or None


VIEW = View(
    slug="preference-history",
    title="Preference history",
    section=Section.STORED,
    question="Who was chosen over whom, and when?",
    analyze=analyze,
    answer=answer,
    table=table,
    figure=figure,
    concerns=has_preferences,
    order=4,
)
