"""The trial tables of one study, read from the pages of an SQLite file: several times faster than through SQLite.

What SQLite makes a Python object of for every cell is decoded here by the block. It answers just what `query.QueryReader`
answers, or raises OddPages. The transaction that keeps writers off has to be open meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from analyzer.arrays import Floats, Ints, Times
from analyzer.database import decode, leaf, schema
from analyzer.database.btree import OddPages, PageFile
from analyzer.database.leaf import Distinct, Rows
from analyzer.database.parameters import Columns
from analyzer.study import Attributes, Parameter, State

_NONE = np.empty(0, np.int64)
_SIGNS = {"INF_POS": np.inf, "INF_NEG": -np.inf}


class _Statements(Protocol):
    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement."""


class ScanReader:
    """Reads a study from the leaves of the tables."""

    def __init__(self, connection: _Statements, file: PageFile, study: int) -> None:
        self._connection, self._file = connection, file
        self._before = file.stamp()
        self._roots = {str(name): int(root) for name, root in connection.rows(schema.ROOTS)}
        table, known, total = self._table("trials"), Distinct(), 0
        blocks = [(_NONE, _NONE, _NONE, np.empty((0, 2), "datetime64[us]"))]
        for rows in table:
            total += len(rows)
            rows = rows.only(np.flatnonzero(table.integers(rows, "study_id", -1) == study))
            numbers = table.integers(rows, "number", -1) if "number" in table.places else np.full(len(rows), -1)
            times = [table.times(rows, name) for name in ("datetime_start", "datetime_complete")]
            blocks.append((table.trials(rows), numbers, rows.numbered(table.at("state"), known), np.stack(times, axis=1)))
        self.ids, self._numbers, states, self._moments = map(np.concatenate, zip(*blocks, strict=True))
        if len(self.ids) < schema.MOST * total or (np.diff(self.ids) <= 0).any():
            raise OddPages("a small study among large ones, or trials out of order")
        self._states = np.array([_state(text) for text in known.texts] + [-1], np.int64)[states]
        if (self._states < 0).any():
            raise OddPages("a state that no Optuna release writes")

    def trials(self) -> tuple[Ints, Ints, Ints]:
        """Ids, numbers (-1 for none) and states of the trials, by ascending ids."""
        return self.ids, self._numbers, self._states

    def times(self) -> tuple[Times, Times]:
        """Starts and ends."""
        return self._moments[:, 0].copy(), self._moments[:, 1].copy()

    def placed(self, numbers: schema.Numbers, meaning: str) -> tuple[Ints, Ints, Floats]:
        """The (row, position, value) of this study's numbers; in the place of one there is nothing else."""
        stored, kinds = numbers.table, Distinct()
        table = self._table(stored.name)
        blocks = [(_NONE, _NONE, np.empty(0))]
        for rows in table:
            values = rows.floats(table.at(stored.value))
            missing = np.flatnonzero(np.isnan(values))
            if not stored.position and len(missing):
                held = np.flatnonzero(~np.isnan(values))
                rows, values = rows.only(held), values[held]
            elif stored.kind and len(missing):
                which = rows.only(missing).numbered(table.at(stored.kind), kinds)
                values[missing] = np.array([_SIGNS.get(text, np.nan) for text in kinds.texts] + [np.nan])[which]
            at = decode.rows_of(self.ids, table.trials(rows))
            mine = slice(None) if (at >= 0).all() else at >= 0
            positions = table.integers(rows, stored.position) if stored.position else np.zeros(len(rows), np.int64)
            blocks.append((at[mine], positions[mine], values[mine]))
        found, positions, values = map(np.concatenate, zip(*blocks, strict=True))
        return found, positions, values

    def attributes(self, stored: schema.AttributeTable) -> Attributes:
        """One kind of attribute of the trials, samplers' internal state left out."""
        table, keys = self._table(stored.name), Distinct()
        trials, which, texts = [_NONE], [_NONE], []
        for rows in table:
            named = rows.numbered(table.at("key"), keys)
            if (named < 0).any():
                raise OddPages("an attribute without a name")
            hidden = np.array([name.startswith(stored.left_out) for name in keys.texts], dtype=bool)
            if hidden.any():
                kept = np.flatnonzero(~hidden[named])
                rows, named = rows.only(kept), named[kept]
            trials.append(table.trials(rows))
            which.append(named)
            texts += rows.texts(table.at("value_json"))
        return decode.packed(np.concatenate(trials), np.concatenate(which), keys.texts, texts, self.ids)

    def parameters(self) -> dict[str, Parameter]:
        """All parameters of the study."""
        table, columns = self._table("trial_params"), Columns(len(self.ids))
        names, texts = Distinct(), Distinct()
        codes: dict[tuple[int, int], int] = {}  # of a name and a text: the number of its distribution
        firsts: dict[str, tuple[int, int]] = {}  # the first trial of each name, and the row in it
        for rows in table:
            at = decode.rows_of(self.ids, table.trials(rows))
            if (at < 0).any():
                rows, at = rows.only(np.flatnonzero(at >= 0)), at[at >= 0]
            values = rows.floats(table.at("param_value"))
            name = rows.numbered(table.at("param_name"), names)
            text = rows.numbered(table.at("distribution_json"), texts)
            if np.isnan(values).any() or (name < 0).any() or (text < 0).any():
                raise OddPages("a parameter without a value, a name or a distribution")
            for which, some in _by_name(name, len(names.texts)):
                first = some[np.argmin(at[some])]
                seen = int(at[first]), int(rows.ids[first])
                firsts[names.texts[which]] = min(seen, firsts.get(names.texts[which], seen))
                spelled, distinct = text[some], text[some[:1]]
                if (spelled != distinct).any():
                    distinct = np.unique(spelled)
                for one in distinct.tolist():
                    if (which, one) not in codes:
                        codes[which, one] = columns.code(names.texts[which], decode.distribution(texts.texts[one]))
                numbers = np.array([codes[which, one] for one in distinct.tolist()])
                columns.put(names.texts[which], at[some], numbers[np.searchsorted(distinct, spelled)], values[some])
        return columns.finished(sorted(firsts, key=firsts.__getitem__))

    def verify(self) -> None:
        """Make sure that nobody wrote to the file since the reading began."""
        if self._file.stamp() != self._before:
            raise OddPages("a file that was written meanwhile")


    def _table(self, name: str) -> _Table:
        columns = [(str(column), hidden, kind, key) for column, hidden, kind, key in self._connection.rows(schema.STORED_COLUMNS, table=name)]
        if name not in self._roots or any(hidden for _column, hidden, _kind, _key in columns):
            raise OddPages("no plain table")
        key = next((column for column, _hidden, kind, key in columns if key and str(kind).upper() == "INTEGER"), "")
        return _Table(self._file, self._roots[name], {column: place for place, (column, *_) in enumerate(columns)}, key)


@dataclass(frozen=True, slots=True)
class _Table:
    """One table: where it begins, and where its columns are."""

    file: PageFile
    root: int
    places: Mapping[str, int]
    key: str  # the column that is the row's own id

    def __iter__(self) -> Iterator[Rows]:
        return leaf.blocks(self.file, self.root, len(self.places))

    def at(self, name: str) -> int:
        """The place of a column."""
        if name not in self.places:
            raise OddPages("no such column")
        return self.places[name]

    def trials(self, rows: Rows) -> Ints:
        """The trials that the rows belong to, or are."""
        place = self.at("trial_id")
        return rows.row_ids(place) if self.key == "trial_id" else rows.integers(place)

    def integers(self, rows: Rows, name: str, none: int | None = None) -> Ints:
        """A column of whole numbers."""
        return rows.integers(self.at(name), none)

    def times(self, rows: Rows, name: str) -> Times:
        """A column of timestamps."""
        moments, others = rows.times(self.at(name))
        if len(others):
            moments[others] = decode.times(rows.only(others).texts(self.at(name)))
        return moments


def _state(text: str) -> int:
    return int(State[text]) if text in State.__members__ else -1


def _by_name(names: Ints, count: int) -> Iterator[tuple[int, Ints]]:
    """The rows of each name, in order. names: (k,), below `count`."""
    narrow = names.astype(np.uint16) if count <= 2**16 else names
    order = np.argsort(narrow, kind="stable")  # a radix sort where they are narrow
    ends = np.cumsum(np.bincount(names.astype(np.intp), minlength=count))
    for name in np.flatnonzero(np.diff(ends, prepend=0)).tolist():
        yield name, order[ends[name - 1] if name else 0 : ends[name]]
