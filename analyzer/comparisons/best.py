"""The best of each study, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import best_row
from analyzer.errors import NotApplicable
from analyzer.study import Objective
from analyzer.target import objective_index
from analyzer.text import _, listed, named, number
from analyzer.together import OBJECTIVE, Together, some
from analyzer.view import Section, View

_LISTED = 3


@dataclass(frozen=True, slots=True)
class Best:
    """The studies whose values are compared and that have a feasible trial, the best first."""

    objective: Objective
    names: tuple[str, ...]  # (s,)
    values: Floats  # (s,)
    numbers: Ints  # (s,), of the best trial
    complete: Ints  # (s,), complete trials
    without: tuple[str, ...]  # studies of the same objectives without a feasible trial


def analyze(compared: Together, objective: str = "") -> Best:
    """The best feasible trial of each study for one objective."""
    compared.require_values()
    which = compared.objectives[objective_index(compared, objective)]
    found, without = [], []
    for index in sorted(index for series in compared.series for index in series.members):
        study = compared.studies[index]
        try:
            row = best_row(study, which.index)
        except NotApplicable:
            without.append(compared.names[index])
            continue
        value, number_ = float(study.trials.values[row, which.index]), int(study.trials.numbers[row])
        found.append((compared.names[index], value, number_, len(study.complete)))
    if not found:
        raise NotApplicable(_("None of these studies has a feasible complete trial yet."))
    found.sort(key=lambda each: each[1] * which.sign)
    names, values, numbers, complete = zip(*found, strict=True)
    return Best(which, names, np.array(values), np.array(numbers), np.array(complete), tuple(without))


def answer(result: Best) -> str:
    """Who has the best value, and by how much the next one falls short."""
    words = {"name": named(result.names[0]), "objective": named(result.objective.name), "value": number(float(result.values[0]), 5)}
    if len(result.names) == 1:
        return _("Only {name} has a feasible trial: {objective} {value}.").format(**words)
    tied = int((result.values == result.values[0]).sum())
    if tied > 1:
        return _("{names} share the best {objective}, {value}.").format(**words | {"names": some(result.names[:tied])})
    rest = [
        _("{name} {value}").format(name=named(name), value=number(float(value), 5))
        for name, value in zip(result.names[1:_LISTED], result.values[1:], strict=False)
    ]
    words |= {"trial": str(result.numbers[0]), "rest": listed(rest)}
    return _("{name} found the best {objective}: {value}, at trial {trial}; next are {rest}.").format(**words)


def table(result: Best) -> tab.Table:
    """One row a study, the best first."""
    return tab.Table((
        tab.texts("study", result.names),
        tab.numbers(f"best {result.objective.name}", result.values),
        tab.whole("trial", result.numbers),
        tab.whole("complete_trials", result.complete),
    ))  # fmt: skip


VIEW = View(
    slug="best",
    title="Best of each study",
    section=Section.COMPARISON,
    question="Which search found the best?",
    analyze=analyze,
    answer=answer,
    table=table,
    options=(OBJECTIVE,),
    order=0,
)
