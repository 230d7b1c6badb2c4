"""What one study takes of the columns of a replayed journal: a Study, whole or brought up to date."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Ints, frozen
from analyzer.database import decode
from analyzer.database.growing import ints
from analyzer.database.parameters import Columns
from analyzer.database.refresh import joined, to_read_again
from analyzer.database.replay import Replay
from analyzer.study import Parameter, Source, Study, Trials


def study(replay: Replay, name: str, source: Source) -> Study:
    """One study in columns. Linear in the file's records, whichever study it is."""
    return _part(replay, name, source, _trials_of(replay, name))


def refreshed(replay: Replay, known: Study, source: Source) -> Study:
    """A study that was read earlier from the same records, with what has come since; itself where that is nothing."""
    ids = _trials_of(replay, known.name)
    before = known.trials.ids
    if not np.array_equal(ids[: len(before)], before):  # deleted and made again
        return study(replay, known.name, source)
    part = _part(replay, known.name, source, np.concatenate([before[to_read_again(known)], ids[len(before) :]]))
    found = joined(known, part)
    return study(replay, known.name, source) if found is None else found


def _id(replay: Replay, name: str) -> int:
    return next(key for key, created in replay.studies.items() if created.name == name)


def _trials_of(replay: Replay, name: str) -> Ints:
    return np.flatnonzero(ints(replay.study_of) == _id(replay, name)).astype(np.int64)


def _part(replay: Replay, name: str, source: Source, ids: Ints) -> Study:
    """Some trials of a study, by ascending ids."""
    found = replay.studies[_id(replay, name)]
    row_of = np.full(len(replay.states), -1, np.int64)
    row_of[ids] = np.arange(len(ids))
    stored = {key: value for key, value in found.system.items() if not key.startswith(decode.SAMPLER_STATE)}
    system = replay.system.of(row_of)
    names = decode.metric_names(stored, len(found.directions))
    return Study(
        name=name,
        objectives=decode.objectives(found.directions, names),
        trials=Trials(
            numbers=frozen(ints(replay.numbers)[ids]),
            ids=frozen(ids),
            states=frozen(np.frombuffer(bytes(replay.states), dtype=np.int8)[ids]),
            values=frozen(replay.values.table(row_of, (len(ids), len(found.directions)))),
            starts=frozen(replay.starts.column(len(row_of))[ids]),
            ends=frozen(replay.ends.column(len(row_of))[ids]),
            constraints=frozen(decode.constraints(system, len(ids))),
        ),
        parameters=_parameters(replay, _id(replay, name), row_of, len(ids)),
        intermediate=replay.steps.by_step(row_of),
        user_attributes=replay.user.of(row_of),
        system_attributes=system,
        attributes=dict(found.user),
        stored=stored,
        source=source,
        metric_names=names,
    )


def _parameters(replay: Replay, study: int, row_of: Ints, count: int) -> dict[str, Parameter]:
    """The parameter columns of one study, in the order of the first trials that have them, and then of the file."""
    rows, codes, values = replay.params.of(row_of)
    columns, places = Columns(count), dict[str, int]()
    name_of, which_of = np.full((2, len(replay.pairs)), -1)  # by code: position of the name, of the distribution
    for code, (owner, name, distribution) in enumerate(replay.pairs):
        if owner == study:
            name_of[code] = places.setdefault(name, len(places))
            which_of[code] = columns.code(name, distribution)
    by_name, firsts = name_of[codes], {}
    for name, place in places.items():
        at = np.flatnonzero(by_name == place)
        if len(at):
            columns.put(name, rows[at], which_of[codes[at]], values[at])  # in file order: the last one stays
            firsts[name] = int(at[np.argmin(rows[at])])
    return columns.finished(sorted(firsts, key=firsts.__getitem__))
