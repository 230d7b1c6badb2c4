"""Parameter columns: filled cell by cell or by the thousand, and read from Optuna's table `trial_params`.

A database repeats the name and the distribution of a parameter in every row. The pairs that some trials use are learned
first; the statement that reads the table then answers with a small number for each known pair, so that neither text
leaves the database again. Pairs that it does not know (rare conditional parameters, ranges that keep changing) are read
as they are, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Protocol

import numpy as np

from analyzer.arrays import Floats, Ints, frozen
from analyzer.database import decode, schema
from analyzer.distributions import Distribution
from analyzer.study import Parameter
from analyzer.text import marked

_SAMPLED_TRIALS = 64  # whose parameters are looked at first
_MOST_PAIRS = 8  # of one name; more are a range that keeps changing


class _Rows(Protocol):
    """The trial tables of one study."""

    @property
    def exact(self) -> str: ...

    @property
    def wide(self) -> str: ...

    @property
    def ids(self) -> Ints: ...

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement, restricted to the study where it says {mine}."""


class Columns:
    """Parameter columns of so many trials while they fill up."""

    def __init__(self, trials: int) -> None:
        self.trials = trials
        self.codes: dict[str, dict[Distribution, int]] = {}  # by parameter
        self.which: dict[str, Any] = {}
        self.values: dict[str, Floats] = {}

    def code(self, name: str, distribution: Distribution) -> int:
        """The position of a distribution among those of its parameter; both are made where they are new."""
        if name not in self.codes:
            self.codes[name] = {}
            self.which[name] = np.full(self.trials, -1, dtype=np.int32)
            self.values[name] = np.full(self.trials, np.nan)
        return self.codes[name].setdefault(distribution, len(self.codes[name]))

    def put(self, name: str, rows: Ints | slice | int, codes: Ints | int, values: Floats | float) -> None:
        """Fill cells of one parameter; the last value of a cell stays."""
        self.which[name][rows] = codes
        self.values[name][rows] = values

    def finished(self, names: Sequence[str] = ()) -> dict[str, Parameter]:
        """The columns, read-only from here on: names, and the distributions of each, in order of the first trial.

        Names that have it in common stand in the given order, else in that in which they were met.
        """
        firsts, parameters = {}, {}
        for name in names or self.codes:
            codes = self.codes[name]
            which, present = self.which[name], self.which[name] >= 0
            first = int(np.argmax(present)) if len(present) else 0
            if not present[first : first + 1].any():
                continue
            firsts[name], known = first, list(codes)
            if len(codes) > 1:
                order, which[present] = decode.in_order_of_use(which[present], len(codes))
                known = [known[code] for code in order.tolist()]
            parameters[name] = Parameter(name, tuple(known), frozen(which), frozen(self.values[name]))
        return {name: parameters[name] for name in sorted(firsts, key=firsts.__getitem__)}


def read(table: _Rows) -> dict[str, Parameter]:
    """All parameters of a study."""
    if not len(table.ids):
        return {}
    columns = Columns(len(table.ids))
    pairs = _common_pairs(table)
    code, texts = _code(pairs, table.exact)
    if _fill(columns, table, pairs, code, texts):
        _fill_each(columns, table, code, texts)
    return columns.finished(_names(columns, table))


def _names(columns: Columns, table: _Rows) -> list[str]:
    """The names in the order in which the first trials that have them suggested them."""
    if not columns.codes:
        return []
    firsts = {int(table.ids[np.argmax(which >= 0)]) for which in columns.which.values()}
    statement = schema.SOME_PARAMETERS.replace("{ids}", ", ".join(map(str, sorted(firsts))))
    return [name for name in dict.fromkeys(row[0] for row in table.rows(statement)) if name in columns.codes]


def _common_pairs(table: _Rows) -> dict[str, list[str]]:
    """The distribution texts that some trials, spread over the study, use for each name."""
    spread = np.unique(np.linspace(0, len(table.ids) - 1, _SAMPLED_TRIALS).astype(np.int64))
    statement = schema.SOME_PARAMETERS.replace("{ids}", ", ".join(str(trial) for trial in table.ids[spread]))
    pairs: dict[str, list[str]] = {}
    for name, text in dict.fromkeys((row[0], row[1]) for row in table.rows(statement)):
        pairs.setdefault(name, []).append(text)
    return {name: known for name, known in pairs.items() if len(known) <= _MOST_PAIRS}


def _code(pairs: Mapping[str, Sequence[str]], exact: str) -> tuple[str, dict[str, str]]:
    """An SQL expression: 1 + the position of a row's (name, distribution) among all pairs, 0 for any other.

    The texts are bound as parameters, never written into the statement.
    """
    texts: dict[str, str] = {}

    def bound(text: str) -> str:
        texts[f"text{len(texts)}"] = text
        return exact.format(f":text{len(texts) - 1}")

    name_, text_ = exact.format("param_name"), exact.format("distribution_json")
    numbers = count(1)
    branches = [
        f"when {bound(name)} then case {text_} "
        + " ".join(f"when {bound(text)} then {next(numbers)}" for text in known)
        + " else 0 end"
        for name, known in pairs.items()
    ]
    return (f"case {name_} {' '.join(branches)} else 0 end" if branches else "0"), texts


def _fill(
    columns: Columns, table: _Rows, pairs: Mapping[str, Sequence[str]], code: str, texts: Mapping[str, str]
) -> bool:
    """Read all rows as (trial and pair in one number, value); tell whether any had an unknown pair."""
    which, spans = [-1], []
    for name, known in pairs.items():
        spans.append((name, len(which), len(which) + len(known)))
        which.extend(columns.code(name, decode.distribution(text)) for text in known)
    width, trial = 2 ** len(which).bit_length(), table.wide.format("trial_id")
    statement = schema.PARAMETERS.replace("{key}", f"{trial} * {width} + {code}")
    local, unknown = np.array(which, dtype=np.int32), False
    for block in decode.number_blocks(table.rows(statement, **texts), 2, marked("parameter values")):
        if np.isnan(block).any():
            raise decode.not_a_number(marked("parameter values"))
        keys = block[:, 0].astype(np.int64)
        rows, codes = decode.rows_of(table.ids, keys // width), keys % width
        codes[rows < 0] = -1
        unknown = unknown or bool((codes == 0).any())
        order = np.argsort(codes, kind="stable")
        ordered = codes[order]
        for name, first, last in spans:
            at = order[slice(*np.searchsorted(ordered, (first, last)))]
            columns.put(name, rows[at], local[codes[at]], block[at, 1])
    return unknown


def _fill_each(columns: Columns, table: _Rows, code: str, texts: Mapping[str, str]) -> None:
    """Read the rows with unknown pairs."""
    row_of = {int(trial): row for row, trial in enumerate(table.ids)}
    codes: dict[tuple[str, str], int] = {}
    statement = schema.STORED_PARAMETERS.replace("{code}", code)
    for trial, name, text, value in table.rows(statement, **texts):
        row = row_of.get(trial)
        if row is not None:
            found = codes.get((name, text))
            if found is None:
                found = codes[name, text] = columns.code(name, decode.distribution(text))
            columns.put(name, row, found, decode.number(value, "parameter values"))
