"""Best: the best trial, or the Pareto set, with parameters to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import best_rows
from analyzer.scale import positions, scale
from analyzer.spelling import FORMS, spelled
from analyzer.study import Objective, Study
from analyzer.text import _, counted, named, number
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class BestTrials:
    """The best trial of one objective, or the Pareto set of several, in trial order."""

    objectives: tuple[Objective, ...]
    numbers: Ints  # (k,)
    values: Floats  # (k, m), as reported
    params: tuple[dict[str, Any], ...]  # of each
    spellings: dict[str, str]  # the first one's parameters in every form
    rows: tab.Table


def analyze(study: Study) -> BestTrials:
    """As Study.best_trial and Study.best_trials of Optuna 5.0."""
    rows = best_rows(study)
    params = tuple(study.params(int(row)) for row in rows)
    return BestTrials(
        objectives=study.objectives,
        numbers=study.trials.numbers[rows],
        values=study.trials.values[rows],
        params=params,
        spellings={form: spelled(params[0], form) for form in FORMS},
        rows=_rows(study, rows),
    )


def _rows(study: Study, rows: Ints) -> tab.Table:
    columns = [tab.whole("number", study.trials.numbers[rows])]
    columns += [tab.numbers(o.name, study.trials.values[rows, o.index]) for o in study.objectives]
    for parameter in study.parameters.values():
        if not parameter.present[rows].any():
            continue
        axis, places = scale(parameter), positions(parameter)[rows]
        if axis.labels:
            columns.append(tab.categories(axis.name, np.nan_to_num(places, nan=-1.0), axis.labels, group="params"))
        else:
            columns.append(tab.numbers(axis.name, places, group="params"))
    return tab.Table(tuple(columns))


def answer(result: BestTrials) -> str:
    """The best value and its trial, or the size of the Pareto set."""
    if len(result.objectives) > 1:
        return _("{trials} on the Pareto front: no trial beats them in every objective.").format(
            trials=counted(len(result.numbers), "{count} trial", "{count} trials")
        )
    return _("Trial {number}: {name} {value}.").format(
        number=int(result.numbers[0]), name=named(result.objectives[0].name), value=number(float(result.values[0, 0]))
    )


def table(result: BestTrials) -> tab.Table:
    """Number, values, parameters."""
    return result.rows


VIEW = View(
    slug="best",
    title="Best trials",
    section=Section.TRIALS,
    question="Which parameters should I use?",
    analyze=analyze,
    answer=answer,
    table=table,
    reads=frozenset(),
    order=8,
)
