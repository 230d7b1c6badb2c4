"""A study of some of its trials: the same columns, fewer rows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from analyzer.arrays import Bools, Ints, frozen
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.study import Attributes, IntermediateValues, Parameter, Study, Trials
from analyzer.text import _

_SPAN = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")


def subset(study: Study, keep: Bools) -> Study:
    """The study as if only these trials (n,) had been run; `of` says how many it has in all.

    Trials keep their numbers. Parameters and attributes that none of them has are gone. O(n p).
    """
    at = np.cumsum(keep) - 1  # the new row of a kept old one
    parameters = {name: _parameter(p, keep) for name, p in study.parameters.items() if p.present[keep].any()}
    held = study.intermediate
    kept = keep[held.rows]
    return replace(
        study,
        trials=_trials(study.trials, keep),
        parameters=parameters,
        intermediate=IntermediateValues(frozen(at[held.rows[kept]]), frozen(held.steps[kept]), frozen(held.values[kept])),
        user_attributes=_attributes(study.user_attributes, keep, at),
        system_attributes=_attributes(study.system_attributes, keep, at),
        of=len(study) if study.of is None else study.of,
    )


def only(study: Study, numbers: str) -> Study:
    """The subset of trials with these numbers, "0-12,15": ranges and single ones. Unknown numbers are left out.

    Raises UnknownOption for another spelling, NotApplicable where none of the trials is left.
    """
    keep = np.zeros(len(study), dtype=np.bool_)
    for part in numbers.split(","):
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise UnknownOption(_("Trial numbers are written as 0-12,15; {text!r} is not one.").format(text=part[:40]))
        first, last = int(found[1]), int(found[2] or found[1])
        begin, end = np.searchsorted(study.trials.numbers, [first, last + 1])
        keep[begin:end] = True
    if not keep.any():
        raise NotApplicable(_("None of the chosen trials is in this study."))
    return subset(study, keep)


def _trials(trials: Trials, keep: Bools) -> Trials:
    return Trials(
        numbers=frozen(trials.numbers[keep]),
        ids=frozen(trials.ids[keep]),
        states=frozen(trials.states[keep]),
        values=frozen(trials.values[keep]),
        starts=frozen(trials.starts[keep]),
        ends=frozen(trials.ends[keep]),
        constraints=frozen(trials.constraints[keep]),
    )


def _parameter(parameter: Parameter, keep: Bools) -> Parameter:
    """The distributions stay: what was searched is the same, whichever trials are looked at."""
    return replace(parameter, which=frozen(parameter.which[keep]), values=frozen(parameter.values[keep]))


def _attributes(attributes: Attributes, keep: Bools, at: Ints) -> Attributes:
    kept = keep[attributes.rows]
    used, which = np.unique(attributes.which[kept], return_inverse=True)
    return Attributes(
        names=tuple(attributes.names[index] for index in used),
        rows=frozen(at[attributes.rows[kept]]),
        which=frozen(which.astype(np.int64)),
        texts=[attributes.texts[index] for index in np.flatnonzero(kept).tolist()],
    )
