"""A study that was read before, brought up to date: only its new trials and those that could still change are read.

What is relied on: Optuna's storages let no trial change once it is complete, pruned or failed, neither its values nor its
parameters, steps or attributes; no trial is ever taken out of a study; and ids grow. What a study itself holds (directions,
attributes, notes) is small and is always read. A few finished trials are read again all the same: where one of them is not
what it was, the study was deleted and made again, or somebody wrote past Optuna, and the study is read whole. So it is where
trials are missing or have come in between, where it has turned out to have other objectives, and where very many trials
could still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from analyzer.arrays import Floats, Ints, frozen
from analyzer.database import decode
from analyzer.database.parameters import Columns
from analyzer.study import Attributes, IntermediateValues, Parameter, State, Study, Trials

MOST = 10_000  # trials that are read again by their ids
_WITNESSES = 8
_UNFINISHED = (State.RUNNING, State.WAITING)
_CONSTRAINT_LISTS = ("constraints", "nsga2:constraints")

_Column = TypeVar("_Column", bound=np.ndarray[Any, Any])


def to_read_again(study: Study) -> Ints:
    """The rows that could still change, and those of a few finished trials as witnesses; ascending."""
    unfinished = np.isin(study.trials.states, _UNFINISHED)
    finished = np.flatnonzero(~unfinished)
    spread = np.linspace(0, max(len(finished) - 1, 0), min(_WITNESSES, len(finished))).astype(np.int64)
    return np.union1d(np.flatnonzero(unfinished), finished[spread])


def joined(study: Study, part: Study) -> Study | None:
    """The study with the trials of a part of it that was read later: those to read again, and all that are new.

    Everything else is taken from the part. It is the study itself where nothing has changed, and None where the two do not
    fit together, so that it has to be read whole. O(n) copying of columns; everything else is linear in the part.
    """
    rows = decode.rows_of(study.trials.ids, part.trials.ids)
    known = np.flatnonzero(rows >= 0)
    if study.trials.values.shape[1] != part.trials.values.shape[1] or not _fits(study, part, rows, known):
        return None
    if len(known) == len(rows) and _is_the_same(study, part, rows):
        return study
    at = np.where(rows >= 0, rows, len(study) + np.cumsum(rows < 0) - 1)
    count = len(study) + int((rows < 0).sum())
    user = _attributes(study.user_attributes, part.user_attributes, at)
    system = _attributes(study.system_attributes, part.system_attributes, at)
    return replace(
        part,
        trials=_trials(study, part, at, count, system),
        parameters=_parameters(study.parameters, part.parameters, at, count),
        intermediate=_intermediate(study.intermediate, part.intermediate, at),
        user_attributes=user,
        system_attributes=system,
    )


def _fits(study: Study, part: Study, rows: Ints, known: Ints) -> bool:
    """Whether trials that were finished are what they were."""
    finished = ~np.isin(study.trials.states[rows[known]], _UNFINISHED)
    return all(_same_trial(study, int(rows[at]), part, at) for at in known[finished].tolist())


def _is_the_same(study: Study, part: Study, rows: Ints) -> bool:
    """Whether a part without new trials says nothing new."""
    own = ("name", "objectives", "attributes", "stored", "source", "metric_names", "warnings")
    return repr([getattr(study, name) for name in own]) == repr([getattr(part, name) for name in own]) and all(
        _same_trial(study, row, part, at) for at, row in enumerate(rows.tolist())
    )


def _same_trial(study: Study, row: int, part: Study, at: int) -> bool:
    """Whether a trial is the same in two readings. NaN is what it is."""
    return _spelled(study, row) == _spelled(part, at)


def _spelled(study: Study, row: int) -> str:
    """All that is stored of one trial."""
    trials, steps = study.trials, study.intermediate
    held = slice(*np.searchsorted(steps.rows, [row, row + 1]).tolist())
    params = {
        name: (parameter.distribution_at(row), float(parameter.values[row]))
        for name, parameter in study.parameters.items()
        if parameter.which[row] >= 0
    }
    return repr((
        trials.numbers[row], trials.states[row], trials.values[row].tolist(), trials.starts[row], trials.ends[row],
        sorted(params.items()), steps.steps[held].tolist(), steps.values[held].tolist(),
        _texts(study.user_attributes, row), _texts(study.system_attributes, row),
    ))  # fmt: skip


def _texts(attributes: Attributes, row: int) -> list[tuple[str, str]]:
    first, end = np.searchsorted(attributes.rows, [row, row + 1]).tolist()
    return sorted((attributes.names[attributes.which[cell]], attributes.texts[cell]) for cell in range(first, end))


def _trials(study: Study, part: Study, at: Ints, count: int, system: Attributes) -> Trials:
    old, new = study.trials, part.trials
    return Trials(
        numbers=_grown(old.numbers, new.numbers, at, count),
        ids=_grown(old.ids, new.ids, at, count),
        states=_grown(old.states, new.states, at, count),
        values=_grown(old.values, new.values, at, count),
        starts=_grown(old.starts, new.starts, at, count),
        ends=_grown(old.ends, new.ends, at, count),
        constraints=_constraints(study, part, at, count, system),
    )


def _grown(old: _Column, new: _Column, at: Ints, count: int) -> _Column:
    """A column of `count` rows: the old ones, and the new ones at their places."""
    column = np.empty((count, *old.shape[1:]), old.dtype)
    column[: len(old)] = old
    column[at] = new
    return frozen(column)  # type: ignore[return-value]


def _constraints(study: Study, part: Study, at: Ints, count: int, system: Attributes) -> Floats:
    """Constraints by their keys; where their columns cannot be told apart, of all trials anew."""
    old, new = study.trials.constraints, part.trials.constraints
    keys = _constraint_keys(study.system_attributes, old), _constraint_keys(part.system_attributes, new)
    both = _constraint_keys(system, np.empty((0, max(old.shape[1], new.shape[1]))))
    if keys[0] is None or keys[1] is None or both is None or not {*keys[0], *keys[1]} <= set(both):
        return frozen(decode.constraints(system, count))
    table = np.full((count, len(both)), np.nan)
    for place, key in enumerate(keys[0]):
        table[: len(old), both.index(key)] = old[:, place]
    table[at] = np.nan
    for place, key in enumerate(keys[1]):
        table[at, both.index(key)] = new[:, place]
    return frozen(table)


def _constraint_keys(system: Attributes, table: Floats) -> list[str] | None:
    """The keys of the columns of constraints, where they are either all named or all numbered; None otherwise."""
    named = [name for name in system.names if name.startswith("constraints:")]
    numbered = any(name in system.names for name in _CONSTRAINT_LISTS)
    if (numbered and named) or (named and len(table) and table.shape[1] != len(named)):
        return None
    return named or [str(column) for column in range(table.shape[1])]


def _parameters(
    old: Mapping[str, Parameter], new: Mapping[str, Parameter], at: Ints, count: int
) -> dict[str, Parameter]:
    """Columns of parameters, in the order of the first trial that has each, and in that trial's order."""
    columns = Columns(count)
    for parameters, rows in ((old, None), (new, at)):
        for name, parameter in parameters.items():
            codes = np.array([*(columns.code(name, each) for each in parameter.distributions), -1])
            place = slice(len(parameter.which)) if rows is None else rows
            columns.put(name, place, codes[parameter.which], parameter.values)
    found = columns.finished()
    firsts = {name: int(np.argmax(parameter.which >= 0)) for name, parameter in found.items()}
    again = set(at.tolist())
    places = {True: {name: place for place, name in enumerate(new)}, False: {name: place for place, name in enumerate(old)}}
    order = sorted(found, key=lambda name: (firsts[name], places[firsts[name] in again][name]))
    return {name: found[name] for name in order}


def _intermediate(old: IntermediateValues, new: IntermediateValues, at: Ints) -> IntermediateValues:
    rows = at[new.rows]
    spans = _spans(old.rows, rows, at)
    return IntermediateValues(
        rows=_woven(old.rows, rows, spans),
        steps=_woven(old.steps, new.steps, spans),
        values=_woven(old.values, new.values, spans),
    )


def _attributes(old: Attributes, new: Attributes, at: Ints) -> Attributes:
    rows = at[new.rows]
    spans = _spans(old.rows, rows, at)
    names = list(dict.fromkeys([*old.names, *new.names]))
    codes = np.array([names.index(name) for name in new.names] or [0], np.int64)
    used, which = decode.in_order_of_use(_woven(old.which, codes[new.which], spans), len(names))
    texts: list[str] = []
    for source, first, end in spans:
        texts += (old, new)[source].texts[first:end]
    return Attributes(
        names=tuple(names[name] for name in used.tolist()),
        rows=_woven(old.rows, rows, spans),
        which=frozen(which),
        texts=texts,
    )


def _spans(old: Ints, new: Ints, at: Ints) -> list[tuple[int, int, int]]:
    """Where the cells of a joined column come from: (0 for the old, 1 for the new column, first, end), in order.

    old, new: the rows of the cells, ascending; at: the rows whose cells are taken from the new column.
    """
    spans, done = [], 0
    ends = (np.searchsorted(cells, at, side).tolist() for cells in (old, new) for side in ("left", "right"))
    for first, end, first_new, end_new in zip(*ends, strict=True):
        spans += [(0, done, first), (1, first_new, end_new)]
        done = end
    return [*spans, (0, done, len(old))]


def _woven(old: _Column, new: _Column, spans: list[tuple[int, int, int]]) -> _Column:
    """The cells of two columns in the order of the spans."""
    pieces = [(old, new)[source][first:end] for source, first, end in spans if end > first]
    return frozen(np.concatenate([old[:0], *pieces]))  # type: ignore[return-value]
