"""From Optuna's tables to a Study, whatever engine runs the statements.

A `Connection` runs one statement and yields its rows; `sqlite.py` and `server.py` each make one. Everything that is
read by the million comes as plain numbers, straight into an array: parameter names and distributions are turned into a
small code inside the statement, so that no text crosses over per row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Protocol, TypeVar

import numpy as np

from analyzer.arrays import Floats, Ints, Times, frozen
from analyzer.database import decode, joined, parameters, schema
from analyzer.database.schema import Layout, of_study
from analyzer.errors import UnknownStudy, UnreadableDatabase
from analyzer.study import Attributes, Direction, IntermediateValues, Source, State, Study, Trials
from analyzer.text import _, marked

Answer = TypeVar("Answer")

_BY_SIGN = np.array([math.nan, math.inf, -math.inf])  # at 0, 1, -1
_TIMES_AT_ONCE = 2**14
_MOST = 0.3  # of all trials: from here on a scan of the whole table beats looking every trial up


class Connection(Protocol):
    """One open, read-only, consistent view of a database."""

    exact: str  # how to compare text byte for byte here: "{}" or e.g. "cast({} as binary)"
    wide: str  # how to make an integer 64 bits wide: "{}" or e.g. "cast({} as bigint)"
    joins: bool  # whether this is SQLite, which joins columns to texts (see joined.py)

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows."""

    def consistently(self, work: Callable[[], Answer]) -> Answer:
        """Do some reading in one snapshot of the database. Raises UnreadableDatabase where the engine cannot."""

    def close(self) -> None:
        """Let go of the database."""


def optuna_version(connection: Connection, columns: schema.Columns) -> str | None:
    """The release that created the database (or upgraded it last)."""
    if "version_info" not in columns:
        return None
    return next((str(row[0]) for row in connection.rows(schema.VERSION)), None)


def study_ids(connection: Connection) -> dict[str, int]:
    """The studies by name, in the order in which they were created."""
    return {str(name): decode.identity(study) for study, name in connection.rows(schema.STUDIES)}


def study_id(connection: Connection, name: str) -> int | None:
    """The id of the study of exactly this name."""
    found = list(connection.rows(schema.STUDY, name=name))
    return next((decode.identity(study) for study, stored in found if str(stored) == name), None)


def read_study(connection: Connection, layout: Layout, name: str, source: Source) -> Study:
    """Read one study whole. Time and memory are linear in its rows."""
    study = study_id(connection, name)
    if study is None:
        raise UnknownStudy(_("The study {name!r} was deleted from {source} in the meantime.").format(name=name, source=source.name))
    listed = _numbers_of(connection.rows(layout.trials, study=study), 3, marked("trial numbers"))
    ids = listed[:, 0].astype(np.int64)
    everything = next(int(row[0]) for row in connection.rows(schema.TRIAL_COUNT))
    most = len(ids) >= _MOST * everything
    reader = _Reader(connection, study, ids, most)
    stored = decode.study_attributes(connection.rows(schema.STUDY_SYSTEM_ATTRIBUTES, study=study))
    legacy = decode.legacy_objectives(stored)
    ways = legacy or directions_by_study(connection, layout, study).get(study, (Direction.NOT_SET,))
    system = reader.attributes(schema.TRIAL_SYSTEM_ATTRIBUTES)
    steps = reader.intermediate(layout)
    names = decode.metric_names(stored, len(ways))
    states = listed[:, 2].astype(np.int8)
    if (states < 0).any():
        raise _unknown_state(connection, study)
    starts, ends = _times(connection, study)
    return Study(
        name=name,
        objectives=decode.objectives(ways, names),
        trials=Trials(
            numbers=frozen(_numbers(listed[:, 1].astype(np.int64), system, layout)),
            ids=frozen(ids),
            states=frozen(states),
            values=frozen(_legacy_values(steps, states, len(ways)) if legacy else reader.values(layout, len(ways))),
            starts=frozen(starts),
            ends=frozen(ends),
            constraints=frozen(decode.constraints(system, len(ids))),
        ),
        parameters=parameters.read(reader),
        intermediate=_after(steps, len(ways)) if legacy else steps,
        user_attributes=reader.attributes(schema.TRIAL_USER_ATTRIBUTES),
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


def _numbers_of(rows: Iterator[Sequence[Any]], width: int, meaning: str) -> Floats:
    return np.concatenate([np.empty((0, width)), *decode.number_blocks(rows, width, meaning)])


def _unknown_state(connection: Connection, study: int) -> UnreadableDatabase:
    known = {state.name for state in State}
    found = next((row[0] for row in connection.rows(schema.STATES, study=study) if row[0] not in known), None)
    return UnreadableDatabase(_("A trial has the state {found!r}, which no Optuna release writes.").format(found=found))


def _times(connection: Connection, study: int) -> tuple[Times, Times]:
    """Starts and ends, one after the other, so that few texts are held at a time."""
    blocks = [np.empty((0, 2), dtype="datetime64[us]")]
    rows = connection.rows(schema.TRIAL_TIMES, study=study)
    while block := list(islice(rows, _TIMES_AT_ONCE)):
        blocks.append(decode.times(chain.from_iterable(block)).reshape(-1, 2))
    both = np.concatenate(blocks)
    return both[:, 0].copy(), both[:, 1].copy()


def _numbers(stored: Ints, system: Attributes, layout: Layout) -> Ints:
    """Trial numbers: the column, else the attribute `_number` (0.19 to 1.2), else the order of creation."""
    numbers = np.where(stored < 0, np.arange(len(stored)), stored)
    if layout.numbers_in_attributes:
        for row, number in zip(*system.column("_number"), strict=True):
            numbers[row] = number if isinstance(number, int) else row
    return numbers


def _legacy_values(steps: IntermediateValues, states: np.ndarray[Any, np.dtype[np.int8]], count: int) -> Floats:
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """The trial tables of one study."""

    connection: Connection
    study: int
    ids: Ints  # (n,) ascending
    most: bool  # of the database's trials belong to this study

    @property
    def exact(self) -> str:
        return self.connection.exact

    @property
    def wide(self) -> str:
        return self.connection.wide

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        statement = of_study(statement, self.most)
        if ":study" in statement:
            parameters["study"] = self.study
        return self.connection.rows(statement, **parameters)

    def attributes(self, table: schema.AttributeTable) -> Attributes:
        found = joined.texts(self.connection.rows, table) if self.joins else None
        return decode.attributes(decode.attribute_blocks(self.rows(table.rows)) if found is None else found, self.ids)

    @property
    def joins(self) -> bool:
        """Whether columns may be joined: only whole tables are read like that."""
        return self.most and self.connection.joins

    def placed(self, numbers: schema.Numbers, meaning: str, layout: Layout) -> tuple[Ints, Ints, Floats]:
        """The (row, position, value) of this study's numbers, those that are stored as NULL and a word included."""
        cells = joined.numbers(self.connection.rows, numbers.table) if numbers.table and self.joins else None
        if cells is None:
            blocks = decode.number_blocks(self.rows(numbers.held), 3, meaning)
            parts = [self.known(block[:, 0].astype(np.int64), block[:, 1], block[:, 2]) for block in blocks]
        else:
            parts = [self.known(*some) for some in cells]
        if layout.float32_infinities:
            parts = [(rows, positions, decode.infinite_where_float32_ends(values)) for rows, positions, values in parts]
        for block in decode.number_blocks(self.rows(numbers.special), 3, meaning):
            rows, positions, signs = self.known(block[:, 0].astype(np.int64), block[:, 1], block[:, 2])
            parts.append((rows, positions, _BY_SIGN[signs.astype(np.intp)]))
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        columns = zip(nothing, *parts, strict=True)
        rows, positions, values = (np.concatenate(column) for column in columns)
        return rows, positions, values

    def known(self, trials: Ints, positions: Ints | Floats, values: Floats) -> tuple[Ints, Ints, Floats]:
        """Trial ids, positions and numbers as rows, positions and numbers, other studies' trials left out."""
        rows = decode.rows_of(self.ids, trials)
        mine = slice(None) if (rows >= 0).all() else rows >= 0
        return rows[mine], positions[mine].astype(np.int64), values[mine].copy()

    def values(self, layout: Layout, count: int) -> Floats:
        rows, objective, numbers = self.placed(layout.values, marked("objective values"), layout)
        values = np.full((len(self.ids), count), np.nan)
        known = (objective >= 0) & (objective < count)
        values[rows[known], objective[known]] = numbers[known]
        return values

    def intermediate(self, layout: Layout) -> IntermediateValues:
        rows, steps, values = self.placed(layout.intermediate, marked("intermediate values"), layout)
        later, same = np.diff(rows), np.diff(steps)
        if (later < 0).any() or (same[later == 0] < 0).any():
            order = np.lexsort((steps, rows))
            rows, steps, values = rows[order], steps[order], values[order]
        return IntermediateValues(frozen(rows), frozen(steps), frozen(values))
