"""From Optuna's tables to a Study, whatever engine runs the statements.

A `Connection` runs one statement and yields its rows; `sqlite.py` and `server.py` each make one. Everything that is
read by the million comes as plain numbers, straight into an array: parameter names and distributions are turned into a
small code inside the statement, so that no text crosses over per row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from analyzer.arrays import Floats, Ints, frozen
from analyzer.database import decode, schema
from analyzer.database.schema import Layout, of_study
from analyzer.distributions import Distribution
from analyzer.errors import UnreadableDatabase
from analyzer.study import Attributes, Direction, IntermediateValues, Parameter, Source, State, Study, Trials

_SAMPLED_TRIALS = 64  # whose parameters are looked at first, to learn the names and distributions
_MOST = 0.3  # of all trials: from here on a scan of the whole table beats looking every trial up


class Connection(Protocol):
    """One open, read-only, consistent view of a database."""

    exact: str  # how to compare text byte for byte here: "{}" or e.g. "cast({} as binary)"

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows."""


def optuna_version(connection: Connection, columns: schema.Columns) -> str | None:
    """The release that created the database (or upgraded it last)."""
    if "version_info" not in columns:
        return None
    return next((str(row[0]) for row in connection.rows(schema.VERSION)), None)


def study_ids(connection: Connection) -> dict[str, int]:
    """The studies by name, in the order in which they were created."""
    return {str(name): int(study) for study, name in connection.rows(schema.STUDIES)}


def read_study(connection: Connection, layout: Layout, name: str, source: Source) -> Study:
    """Read one study whole. Time and memory are linear in its rows."""
    study = study_ids(connection)[name]
    listed = list(connection.rows(layout.trials, study=study))
    ids = np.array([row[0] for row in listed], dtype=np.int64)
    everything = next(int(row[0]) for row in connection.rows(schema.TRIAL_COUNT))
    most = len(ids) >= _MOST * everything
    reader = _Reader(connection, study, ids, most)
    stored = decode.study_attributes(connection.rows(schema.STUDY_SYSTEM_ATTRIBUTES, study=study))
    legacy = decode.legacy_objectives(stored)
    ways = legacy or directions_by_study(connection, layout).get(study, (Direction.NOT_SET,))
    system = reader.attributes(schema.TRIAL_SYSTEM_ATTRIBUTES)
    steps = reader.intermediate(layout)
    names = decode.metric_names(stored, len(ways))
    states = _states([row[2] for row in listed])
    return Study(
        name=name,
        objectives=decode.objectives(ways, names),
        trials=Trials(
            numbers=frozen(_numbers(listed, system, layout)),
            ids=frozen(ids),
            states=frozen(states),
            values=frozen(
                _legacy_values(steps, states, len(ways)) if legacy else reader.values(layout, len(ways))
            ),
            starts=frozen(decode.times(row[3] for row in listed)),
            ends=frozen(decode.times(row[4] for row in listed)),
            constraints=frozen(decode.constraints(system, len(ids))),
        ),
        parameters=reader.parameters(),
        intermediate=_after(steps, len(ways)) if legacy else steps,
        user_attributes=reader.attributes(schema.TRIAL_USER_ATTRIBUTES),
        system_attributes=system,
        attributes=decode.study_attributes(connection.rows(schema.STUDY_USER_ATTRIBUTES, study=study)),
        stored=stored,
        source=source,
        metric_names=names,
    )


def directions_by_study(connection: Connection, layout: Layout) -> dict[int, tuple[Direction, ...]]:
    """The directions of every study, objectives in order."""
    stored: dict[int, list[str]] = {}
    for study, _, direction in connection.rows(layout.directions):
        stored.setdefault(int(study), []).append(direction)
    return {study: decode.directions(names) for study, names in stored.items()}


def _states(names: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int8]]:
    codes = {state.name: int(state) for state in State}
    unknown = set(names) - set(codes)
    if unknown:
        first = sorted(map(str, unknown))[0]
        raise UnreadableDatabase(f"A trial has the state {first!r}, which no Optuna release writes.")
    return np.array([codes[name] for name in names], dtype=np.int8)


def _numbers(listed: Sequence[Sequence[Any]], system: Attributes, layout: Layout) -> Ints:
    """Trial numbers: the column, else the attribute `_number` (0.19 to 1.2), else the order of creation."""
    numbers = np.arange(len(listed), dtype=np.int64)
    if layout.numbers_in_attributes:
        for row, number in zip(*system.column("_number"), strict=True):
            numbers[row] = number if isinstance(number, int) else row
        return numbers
    return np.array([row if item[1] is None else item[1] for row, item in enumerate(listed)], dtype=np.int64)


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

    def rows(self, statement: str, **parameters: object) -> Iterator[Sequence[Any]]:
        statement = of_study(statement, self.most)
        if ":study" in statement:
            parameters["study"] = self.study
        return self.connection.rows(statement, **parameters)

    def attributes(self, statement: str) -> Attributes:
        row_of = {int(trial): row for row, trial in enumerate(self.ids)}
        return decode.attributes([(row[0], row[1], row[2]) for row in self.rows(statement)], row_of)

    def coded(self, statement: str, meaning: str, layout: Layout) -> tuple[Ints, Ints, Floats]:
        """Rows (trial id, position, value, code) of this study as (row, position, value)."""
        table = decode.flat_numbers(self.rows(statement), 4, meaning)
        rows = decode.rows_of(self.ids, table[:, 0].astype(np.int64))
        rows, table = rows[rows >= 0], table[rows >= 0]
        values = table[:, 2].copy()
        if layout.float32_infinities:
            values = decode.infinite_where_float32_ends(values)
        for code, number in ((schema.POSITIVE, math.inf), (schema.NEGATIVE, -math.inf), (schema.NAN, math.nan)):
            values[table[:, 3] == code] = number
        return rows, table[:, 1].astype(np.int64), values

    def values(self, layout: Layout, count: int) -> Floats:
        rows, objective, numbers = self.coded(layout.values, "objective values", layout)
        values = np.full((len(self.ids), count), np.nan)
        known = (objective >= 0) & (objective < count)
        values[rows[known], objective[known]] = numbers[known]
        return values

    def intermediate(self, layout: Layout) -> IntermediateValues:
        rows, steps, values = self.coded(layout.intermediate, "intermediate values", layout)
        order = np.lexsort((steps, rows))
        return IntermediateValues(frozen(rows[order]), frozen(steps[order]), frozen(values[order]))

    def parameters(self) -> dict[str, Parameter]:
        """All parameter columns, in the order in which the first trials suggested them."""
        if not len(self.ids):
            return {}
        pairs = self.common_pairs()
        columns = _Columns(len(self.ids))
        code, texts = _code(pairs, self.connection.exact)
        width = 2 ** (len(pairs) + 1).bit_length()
        statement = schema.PARAMETERS.replace("{width}", str(width)).replace("{code}", code)
        keyed = decode.flat_numbers(self.rows(statement, **texts), 2, "parameter values")
        keys = keyed[:, 0].astype(np.int64)
        rows, codes = decode.rows_of(self.ids, keys // width), keys % width
        for index, (name, text) in enumerate(pairs):
            at = np.flatnonzero((codes == index + 1) & (rows >= 0))
            columns.put(name, text, rows[at], keyed[at, 1])
        if (codes[rows >= 0] == 0).any():
            columns.put_each(self.uncommon(schema.STORED_PARAMETERS.replace("{code}", code), texts))
        return columns.finished()

    def common_pairs(self) -> list[tuple[str, str]]:
        """The (name, distribution text) pairs of some trials spread over the study."""
        spread = np.unique(np.linspace(0, len(self.ids) - 1, _SAMPLED_TRIALS).astype(np.int64))
        statement = schema.SOME_PARAMETERS.replace("{ids}", ", ".join(str(trial) for trial in self.ids[spread]))
        return list(dict.fromkeys((row[0], row[1]) for row in self.connection.rows(statement)))

    def uncommon(self, statement: str, texts: Mapping[str, str]) -> Iterator[tuple[int, str, str, float]]:
        """What the common pairs do not cover, row by row: rare conditional parameters, ranges that keep changing."""
        row_of = {int(trial): row for row, trial in enumerate(self.ids)}
        for trial, name, text, value in self.rows(statement, **texts):
            if trial in row_of:
                yield row_of[trial], name, text, value


def _code(pairs: Sequence[tuple[str, str]], exact: str) -> tuple[str, dict[str, str]]:
    """An SQL expression: 1 + the position of a row's (name, distribution) among the pairs, 0 for any other.

    The texts are bound as parameters, never written into the statement.
    """
    by_name: dict[str, dict[str, int]] = {}
    for index, (name, text) in enumerate(pairs):
        by_name.setdefault(name, {})[text] = index + 1
    texts: dict[str, str] = {}

    def bound(text: str) -> str:
        texts[f"text{len(texts)}"] = text
        return exact.format(f":text{len(texts) - 1}")

    name_, text_ = exact.format("param_name"), exact.format("distribution_json")
    branches = [
        f"when {bound(name)} then case {text_} "
        + " ".join(f"when {bound(text)} then {code}" for text, code in coded.items())
        + " else 0 end"
        for name, coded in by_name.items()
    ]
    return (f"case {name_} {' '.join(branches)} else 0 end" if branches else "0"), texts


class _Columns:
    """Parameter columns while they fill up."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.known: dict[str, Distribution] = {}  # by stored text
        self.codes: dict[str, dict[Distribution, int]] = {}  # by parameter
        self.which: dict[str, Any] = {}
        self.values: dict[str, Floats] = {}

    def code(self, name: str, text: str) -> int:
        """The position of a distribution among those of its parameter; both are made where they are new."""
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = decode.distribution(text)
        if name not in self.codes:
            self.codes[name] = {}
            self.which[name] = np.full(self.count, -1, dtype=np.int32)
            self.values[name] = np.full(self.count, np.nan)
        return self.codes[name].setdefault(found, len(self.codes[name]))

    def put(self, name: str, text: str, rows: Ints, values: Floats) -> None:
        """Fill the cells of one (name, distribution) pair."""
        if len(rows):
            code = self.code(name, text)
            self.which[name][rows] = code
            self.values[name][rows] = values

    def put_each(self, cells: Iterable[tuple[int, str, str, float]]) -> None:
        """Fill cell by cell."""
        codes: dict[tuple[str, str], int] = {}
        for row, name, text, value in cells:
            code = codes.get((name, text))
            if code is None:
                code = codes[name, text] = self.code(name, text)
            self.which[name][row] = code
            self.values[name][row] = value

    def finished(self) -> dict[str, Parameter]:
        """The columns, read-only from here on."""
        return {
            name: Parameter(name, tuple(codes), frozen(self.which[name]), frozen(self.values[name]))
            for name, codes in self.codes.items()
        }
