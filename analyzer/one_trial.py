"""One trial with all that a study knows of it, and which trials a reader asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.best import best_rows
from analyzer.distributions import Distribution
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.standing import dominated_by, rank
from analyzer.stored.artifacts import artifacts, has_artifacts
from analyzer.stored.notes import has_notes, notes
from analyzer.study import Attributes, State, Study
from analyzer.text import _

MOST = 6  # trials side by side


@dataclass(frozen=True, slots=True)
class OneTrial:
    """What is known of one trial."""

    number: int
    state: State
    values: tuple[float, ...]  # as reported, NaN = none
    ranks: tuple[int | None, ...]  # in each objective, 1 = best; None where it is not ranked
    dominated_by: int | None  # of several objectives: how many trials dominate it
    params: dict[str, Any]  # as the objective function saw them
    distributions: dict[str, Distribution]  # that they were drawn from
    start: np.datetime64  # NaT = none
    end: np.datetime64
    duration_s: float  # NaN where a time is missing
    reports: int  # intermediate values
    constraints: tuple[float, ...]  # NaN = none of its own; > 0 is violated
    attributes: dict[str, Any]
    system: dict[str, Any]  # the system attributes, where they are asked for
    note: str  # Markdown; "" = none
    artifacts: tuple[str, ...]  # the names of its files, as they were uploaded
    fixed: tuple[str, ...]  # parameters that were given when the trial was enqueued
    retry_of: tuple[int, ...]  # the failed trials that this one is another attempt of
    retried_as: tuple[int, ...]  # the later attempts of this one

    @property
    def violated(self) -> tuple[int, ...]:
        """Which constraints are violated."""
        return tuple(index for index, value in enumerate(self.constraints) if value > 0)


def one_trial(study: Study, row: int, system: bool) -> OneTrial:
    """Collect it. O(n) for ranks and attributes."""
    trials, stored = study.trials, study.system_attributes.of(row)
    number = int(trials.numbers[row])
    several = len(study.objectives) > 1
    return OneTrial(
        number=number,
        state=State(int(trials.states[row])),
        values=tuple(float(value) for value in trials.values[row]),
        ranks=tuple(rank(study, row, objective.index) for objective in study.objectives),
        dominated_by=dominated_by(study, row) if several else None,
        params=study.params(row),
        distributions={name: p.distribution_at(row) for name, p in study.parameters.items() if p.which[row] >= 0},
        start=trials.starts[row],
        end=trials.ends[row],
        duration_s=float(study.durations_s()[row]),
        reports=int((study.intermediate.rows == row).sum()),
        constraints=tuple(float(value) for value in trials.constraints[row]),
        attributes=study.user_attributes.of(row),
        system=stored if system else {},
        note=notes(study).trials.get(row, "") if has_notes(study) else "",
        artifacts=tuple(each.filename for each in artifacts(study).of(row)) if has_artifacts(study) else (),
        fixed=_names(stored.get("fixed_params")),
        retry_of=_history(stored),
        retried_as=_attempts(study.system_attributes, study, number),
    )


def _names(fixed: object) -> tuple[str, ...]:
    return tuple(fixed) if isinstance(fixed, Mapping) else ()


def _history(stored: Mapping[str, object]) -> tuple[int, ...]:
    """The failed trials before this one, as RetryFailedTrialCallback notes them: the first, then all up to the last."""
    first, history = stored.get("failed_trial"), stored.get("retry_history")
    found = [first, *(history if isinstance(history, list) else [])]
    return tuple(dict.fromkeys(each for each in found if isinstance(each, int) and not isinstance(each, bool)))


def _attempts(attributes: Attributes, study: Study, number: int) -> tuple[int, ...]:
    rows, histories = attributes.column("retry_history")
    found = [row for row, history in zip(rows, histories, strict=True) if isinstance(history, list) and number in history]
    return tuple(int(study.trials.numbers[row]) for row in found)


def chosen_rows(study: Study, numbers: str) -> list[int]:
    """The rows of the trials that are named, "12" or "12,40,7", each once; without any, of the default.

    Raises UnknownOption for what is no number of a trial here, and for more trials than fit side by side.
    """
    if not len(study):
        raise NotApplicable(_("The study has no trials yet."))
    words = [word.removeprefix("#") for word in re.split(r"[,;\s]+", numbers) if word]
    if not words:
        return [_default(study)]
    at = {int(number): row for row, number in enumerate(study.trials.numbers.tolist())}
    known = [at.get(int(word)) if re.fullmatch(r"[0-9]{1,18}", word) else None for word in words]
    for word, row in zip(words, known, strict=True):
        if row is None:
            raise UnknownOption(_no_such(study, word[:40]))
    rows = list(dict.fromkeys(row for row in known if row is not None))
    if len(rows) > MOST:
        sentence = _("At most {most} trials fit side by side; {count} were named.")
        raise UnknownOption(sentence.format(most=MOST, count=len(rows)))
    return rows


def _no_such(study: Study, word: str) -> str:
    first, last = int(study.trials.numbers.min()), int(study.trials.numbers.max())
    if first == last:
        return _("There is no trial {word!r}; the only one is {last}.").format(word=word, last=last)
    return _("There is no trial {word!r}; the study has trials {first} to {last}.").format(word=word, first=first, last=last)


def _default(study: Study) -> int:
    """The best trial, the first of the Pareto set, or where there is none the latest trial."""
    try:
        return int(best_rows(study)[0])
    except NotApplicable:
        return len(study) - 1


def held_numbers(study: Study) -> list[str]:
    """What a report holds: the best trial, and of a Pareto set the first three side by side."""
    try:
        first = study.trials.numbers[best_rows(study)[:3]].tolist()
    except NotApplicable:
        return []
    alone = str(first[0])
    return [alone, ",".join(map(str, first))] if len(set(first)) > 1 else [alone]
