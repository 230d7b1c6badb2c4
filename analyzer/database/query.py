"""The trial tables of one study, asked for by statements that every engine runs.

Everything that is read by the million comes as plain numbers, straight into an array: parameter names and distributions
are turned into a small code inside the statement, so that no text crosses over per row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Protocol

import numpy as np

from analyzer.arrays import Floats, Ints, Times
from analyzer.database import decode, parameters, schema
from analyzer.database.schema import Layout, of_all, of_study
from analyzer.errors import UnreadableDatabase
from analyzer.study import Attributes, Parameter, State
from analyzer.text import _, marked

Restriction = Callable[[str], str]  # what a statement becomes

_BY_SIGN = np.array([math.nan, math.inf, -math.inf])  # at 0, 1, -1
_TIMES_AT_ONCE = 2**14
_NEVER = -(2**63)  # what numpy keeps for no time


class _Connection(Protocol):
    exact: str
    wide: str
    microseconds: str

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement."""


class QueryReader:
    """Reads a study, or some trials of it, by statements."""

    def __init__(self, connection: _Connection, layout: Layout, study: int, restricted: Restriction = of_study) -> None:
        self._connection, self._study, self._restricted = connection, study, restricted
        self.exact, self.wide = connection.exact, connection.wide
        blocks = decode.number_blocks(self.rows(layout.trials), 3, marked("trial numbers"))
        self._listed = np.concatenate([np.empty((0, 3)), *blocks]).astype(np.int64)
        self.ids: Ints = self._listed[:, 0].copy()  # (n,) ascending

    @classmethod
    def whole(cls, connection: _Connection, layout: Layout, study: int) -> QueryReader:
        """Of a whole study. Where it has most of the database's trials, tables are scanned instead of looked up."""
        reader = cls(connection, layout, study)
        everything = next(int(row[0]) for row in connection.rows(schema.TRIAL_COUNT))
        if len(reader.ids) >= schema.MOST * everything:
            reader._restricted = of_all
        return reader

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement, restricted to the study (or the trials) where it says {mine} or {chosen}."""
        statement = self._restricted(statement)
        if ":study" in statement:
            parameters["study"] = self._study
        return self._connection.rows(statement, **parameters)

    def trials(self) -> tuple[Ints, Ints, Ints]:
        """Ids, numbers (-1 for none) and states of the trials, by ascending ids."""
        states = self._listed[:, 2]
        if (states < 0).any():
            known = {state.name for state in State}
            found = next((row[0] for row in self.rows(schema.STATES) if row[0] not in known), None)
            raise UnreadableDatabase(_("A trial has the state {found!r}, which no Optuna release writes.").format(found=found))
        return self.ids, self._listed[:, 1], states

    def times(self) -> tuple[Times, Times]:
        """Starts and ends, as numbers where the engine can make them; texts by blocks, so that few are held at a time."""
        if self._connection.microseconds:
            return self._counted_times(self._connection.microseconds)
        blocks = [np.empty((0, 2), dtype="datetime64[us]")]
        rows = self.rows(schema.TRIAL_TIMES)
        while block := list(islice(rows, _TIMES_AT_ONCE)):
            blocks.append(decode.times(chain.from_iterable(block)).reshape(-1, 2))
        both = np.concatenate(blocks)
        return both[:, 0].copy(), both[:, 1].copy()

    def _counted_times(self, microseconds: str) -> tuple[Times, Times]:
        columns = (microseconds.format(name) for name in ("datetime_start", "datetime_complete"))
        counts = ", ".join(f"coalesce({column}, {_NEVER})" for column in columns)
        rows = self.rows(schema.TRIAL_MOMENTS.replace("{counts}", counts))
        blocks = [np.empty((0, 2)), *decode.number_blocks(rows, 2, marked("timestamps"))]
        both = np.concatenate(blocks).astype(np.int64).view("datetime64[us]")
        return both[:, 0].copy(), both[:, 1].copy()

    def placed(self, numbers: schema.Numbers, meaning: str) -> tuple[Ints, Ints, Floats]:
        """The (row, position, value) of the study's numbers, those that are stored as NULL and a word included."""
        parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
        for block in decode.number_blocks(self.rows(numbers.held), 3, meaning):
            parts.append(self._known(block, block[:, 2]))
        for block in decode.number_blocks(self.rows(numbers.special), 3, meaning):
            parts.append(self._known(block, _BY_SIGN[block[:, 2].astype(np.intp)]))
        rows, positions, values = (np.concatenate(column) for column in zip(*parts, strict=True))
        return rows, positions, values

    def attributes(self, table: schema.AttributeTable) -> Attributes:
        """One kind of attribute of the trials, samplers' internal state left out."""
        return decode.attributes(decode.attribute_blocks(self.rows(table.rows)), self.ids)

    def parameters(self) -> dict[str, Parameter]:
        """All parameters of the study."""
        return parameters.read(self)

    def _known(self, block: Floats, values: Floats) -> tuple[Ints, Ints, Floats]:
        """Blocks of (trial id, position, …) and numbers as rows, positions and numbers, other studies' trials left out."""
        rows = decode.rows_of(self.ids, block[:, 0].astype(np.int64))
        mine = slice(None) if (rows >= 0).all() else rows >= 0
        return rows[mine], block[mine, 1].astype(np.int64), values[mine].copy()
