"""From Optuna's tables to a Study, whatever engine holds them.

A `Connection` runs one statement and yields its rows; `sqlite.py` and `server.py` each make one. What is read by the
million goes through a `Reader`, straight into arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np

from analyzer.arrays import Floats, Ints, Times, frozen
from analyzer.database import decode, schema
from analyzer.database.btree import OddPages, PageFile
from analyzer.database.query import QueryReader
from analyzer.database.refresh import MOST, joined, to_read_again
from analyzer.database.scan import ScanReader
from analyzer.database.schema import Layout, of_trials
from analyzer.errors import UnknownStudy
from analyzer.study import (
    EVERYTHING,
    UNREAD_ATTRIBUTES,
    UNREAD_STEPS,
    Attributes,
    Direction,
    IntermediateValues,
    Parameter,
    Part,
    Source,
    State,
    Study,
    Trials,
)
from analyzer.text import _, marked

Answer = TypeVar("Answer")


class Connection(Protocol):
    """One open, read-only, consistent view of a database."""

    exact: str  # how to compare text byte for byte here: "{}" or e.g. "cast({} as binary)"
    wide: str  # how to make an integer 64 bits wide: "{}" or e.g. "cast({} as bigint)"
    microseconds: str  # how to make a timestamp a count of microseconds since 1970; "" where it is a text

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows."""

    def consistently(self, work: Callable[[], Answer]) -> Answer:
        """Do some reading in one snapshot of the database. Raises UnreadableDatabase where the engine cannot."""

    def pages(self) -> PageFile | None:
        """The file behind it, where that alone is the database, for as long as the transaction lasts."""

    def check(self) -> None:
        """Look for damage that reading would not meet. Raises what the engine raises where it finds any."""

    def close(self) -> None:
        """Let go of the database."""


class Reader(Protocol):
    """The trial tables of one study: `query.QueryReader` asks the engine for them, `scan.ScanReader` reads its file."""

    ids: Ints  # (n,) ascending

    def trials(self) -> tuple[Ints, Ints, Ints]:
        """Ids, numbers (-1 for none) and states of the trials, by ascending ids."""

    def times(self) -> tuple[Times, Times]:
        """Starts and ends."""

    def placed(self, numbers: schema.Numbers, meaning: str) -> tuple[Ints, Ints, Floats]:
        """The (row, position, value) of the numbers, those that are stored as NULL and a word included."""

    def attributes(self, table: schema.AttributeTable) -> Attributes:
        """One kind of attribute of the trials, samplers' internal state left out."""

    def parameters(self) -> dict[str, Parameter]:
        """All parameters."""


def optuna_version(connection: Connection, columns: schema.Columns) -> str | None:
    """The release that created the database (or upgraded it last)."""
    if "version_info" not in columns:
        return None
    return next((str(row[0]) for row in connection.rows(schema.VERSION)), None)


def study_ids(connection: Connection) -> dict[str, int]:
    """The studies by name, in the order in which they were created."""
    return {str(name): decode.identity(study) for study, name in connection.rows(schema.STUDIES)}


def _study_id(connection: Connection, name: str, source: Source) -> int:
    """The id of the study of exactly this name."""
    for study, stored in list(connection.rows(schema.STUDY, name=name)):
        if str(stored) == name:
            return decode.identity(study)
    raise UnknownStudy(_("The study {name!r} was deleted from {source} in the meantime.").format(name=name, source=source.name))


def read_study(
    connection: Connection, layout: Layout, name: str, source: Source, parts: Collection[Part] = EVERYTHING
) -> Study:
    """Read one study, whole or without some parts. Time and memory are linear in its rows."""
    study = _study_id(connection, name, source)
    file = connection.pages()
    if file is not None:
        with suppress(OddPages):
            reader = ScanReader(connection, file, study)
            found = study_of(connection, reader, layout, study, name, source, parts)
            reader.verify()
            return found
    connection.check()
    return study_of(connection, QueryReader.whole(connection, layout, study), layout, study, name, source, parts)


def refresh_study(connection: Connection, layout: Layout, study: Study, source: Source) -> Study:
    """The study as it is now, of which only what may have changed is read; the study itself where nothing has."""
    part = _part(connection, layout, study, source)
    found = None if part is None else joined(study, part)
    return read_study(connection, layout, study.name, source) if found is None else found


def _part(connection: Connection, layout: Layout, study: Study, source: Source) -> Study | None:
    """The trials of a study that may have changed since it was read, and the new ones; None where all have to be read."""
    found = _study_id(connection, study.name, source)
    if layout.numbers_in_attributes:
        return None
    last = int(study.trials.ids[-1]) if len(study) else -1
    if next(int(row[0]) for row in connection.rows(schema.KNOWN_COUNT, study=found, last=last)) != len(study):
        return None
    again = study.trials.ids[to_read_again(study)].tolist()
    again += [decode.identity(row[0]) for row in connection.rows(schema.NEW_TRIALS, study=found, last=last)]
    if len(again) > MOST:
        return None
    reader = QueryReader(connection, layout, found, partial(of_trials, ids=again))
    part = study_of(connection, reader, layout, found, study.name, source)
    return None if decode.legacy_objectives(part.stored) else part


def study_of(
    connection: Connection, reader: Reader, layout: Layout, study: int, name: str, source: Source,
    parts: Collection[Part] = EVERYTHING,
) -> Study:  # fmt: skip
    """The study, or those of its trials, that a reader reads."""
    ids, numbers, states = reader.trials()
    stored = decode.study_attributes(connection.rows(schema.STUDY_SYSTEM_ATTRIBUTES, study=study))
    legacy = decode.legacy_objectives(stored)
    ways = legacy or directions_by_study(connection, layout, study).get(study, (Direction.NOT_SET,))
    system = reader.attributes(schema.TRIAL_SYSTEM_ATTRIBUTES)
    steps = _intermediate(reader, layout) if legacy or Part.STEPS in parts else UNREAD_STEPS
    names = decode.metric_names(stored, len(ways))
    starts, ends = reader.times()
    return Study(
        name=name,
        objectives=decode.objectives(ways, names),
        trials=Trials(
            numbers=frozen(_numbers(numbers, system, layout)),
            ids=frozen(ids),
            states=frozen(states.astype(np.int8)),
            values=frozen(_legacy_values(steps, states, len(ways)) if legacy else _values(reader, layout, len(ways))),
            starts=frozen(starts),
            ends=frozen(ends),
            constraints=frozen(decode.constraints(system, len(ids))),
        ),
        parameters=reader.parameters(),
        intermediate=_after(steps, len(ways)) if legacy else steps,
        user_attributes=reader.attributes(schema.TRIAL_USER_ATTRIBUTES) if Part.ATTRIBUTES in parts else UNREAD_ATTRIBUTES,
        system_attributes=system,
        attributes=decode.study_attributes(connection.rows(schema.STUDY_USER_ATTRIBUTES, study=study)),
        stored=stored,
        source=source,
        metric_names=names,
    )


def directions_by_study(connection: Connection, layout: Layout, study: int) -> dict[int, tuple[Direction, ...]]:
    """The directions of one study, or of every study where it is negative, objectives in order."""
    stored: dict[int, list[str]] = {}
    for owner, _objective, direction in connection.rows(layout.directions, study=study):
        stored.setdefault(decode.identity(owner), []).append(direction)
    return {owner: decode.directions(names) for owner, names in stored.items()}


def _numbers(stored: Ints, system: Attributes, layout: Layout) -> Ints:
    """Trial numbers: the column, else the attribute `_number` (0.19 to 1.2), else the order of creation."""
    numbers = np.where(stored < 0, np.arange(len(stored)), stored)
    if layout.numbers_in_attributes:
        for row, number in zip(*system.column("_number"), strict=True):
            numbers[row] = number if isinstance(number, int) else row
    return numbers


def _values(reader: Reader, layout: Layout, count: int) -> Floats:
    rows, objective, numbers = _placed(reader, layout.values, marked("objective values"), layout)
    values = np.full((len(reader.ids), count), np.nan)
    known = (objective >= 0) & (objective < count)
    values[rows[known], objective[known]] = numbers[known]
    return values


def _intermediate(reader: Reader, layout: Layout) -> IntermediateValues:
    rows, steps, values = _placed(reader, layout.intermediate, marked("intermediate values"), layout)
    later, same = np.diff(rows), np.diff(steps)
    if (later < 0).any() or (same[later == 0] < 0).any():
        order = np.lexsort((steps, rows))
        rows, steps, values = rows[order], steps[order], values[order]
    return IntermediateValues(frozen(rows), frozen(steps), frozen(values))


def _placed(reader: Reader, numbers: schema.Numbers, meaning: str, layout: Layout) -> tuple[Ints, Ints, Floats]:
    rows, positions, values = reader.placed(numbers, meaning)
    return rows, positions, decode.infinite_where_float32_ends(values) if layout.float32_infinities else values


def _legacy_values(steps: IntermediateValues, states: Ints, count: int) -> Floats:
    """optuna.multi_objective stored objective i of a finished trial as its intermediate value at step i."""
    values = np.full((len(states), count), np.nan)
    final = (steps.steps < count) & (states[steps.rows] == State.COMPLETE)
    values[steps.rows[final], steps.steps[final]] = steps.values[final]
    return values


def _after(steps: IntermediateValues, count: int) -> IntermediateValues:
    """What optuna.multi_objective reported meanwhile, first objective only: step s stands at count * (s + 1)."""
    kept = (steps.steps >= count) & (steps.steps % count == 0)
    return IntermediateValues(
        frozen(steps.rows[kept]), frozen(steps.steps[kept] // count - 1), frozen(steps.values[kept])
    )
