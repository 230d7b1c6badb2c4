"""Columns that SQLite joins are what reading row by row gives: on every database of the tests, and on odd cells."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.database import decode, joined, open_database, schema, sqlite
from analyzer.study import Study
from tests.database.oracle import DATA

DATABASES = sorted(path.name for path in DATA.glob("*.db"))


def cells(study: Study) -> list[Any]:
    """Everything that may be read by joining."""
    columns: list[Any] = [
        study.trials.values,
        *(getattr(study.intermediate, name) for name in ("rows", "steps", "values")),
    ]
    for attributes in (study.user_attributes, study.system_attributes):
        columns += [
            np.array(attributes.names, object),
            attributes.rows,
            attributes.which,
            np.array(attributes.texts, object),
        ]
    return columns


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Study], list[Study]]:
    """All studies of a database, read by joining and read row by row."""
    found = []
    for joins in (True, False):
        monkeypatch.setattr(sqlite.SqliteConnection, "joins", joins)
        monkeypatch.setattr("analyzer.database.tables._MOST", 0.0)  # join whatever the share of the study
        with open_database(path) as database:
            found.append([database.read(name) for name in database.names])
    return found[0], found[1]


@pytest.mark.parametrize("database", DATABASES)
def test_every_database_reads_the_same_both_ways(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, plain = both_ways(DATA / database, monkeypatch)
    assert len(ours) == len(plain) > 0
    for one, other in zip(ours, plain, strict=True):
        for column, expected in zip(cells(one), cells(other), strict=True):
            np.testing.assert_array_equal(column, expected)


Row = tuple[Any, Any, Any]
SCALARS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(max_size=5), st.binary(max_size=3)
)


def table_of(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"create table {name} (id integer primary key, {', '.join(columns)})")
    connection.execute(
        f"create index shuffled on {name} ({columns[1].split()[0]}, {columns[0].split()[0]}, {columns[2].split()[0]})"
    )
    connection.executemany(f"insert into {name} values (?, ?, ?, ?)", rows)
    return connection


IDS = st.lists(st.integers(1, 60), unique=True, max_size=25)


@settings(max_examples=300, deadline=None)
@given(ids=IDS, content=st.data())
def test_texts_are_joined_without_loss_or_not_at_all(ids: list[int], content: st.DataObject) -> None:
    texts = st.one_of(st.text(max_size=6), st.sampled_from(["", "\x1e", "a\x1eb", "\x00", ",", None, b"x"]))
    rows = [
        (id, content.draw(st.one_of(st.integers(1, 9), st.just("x"))), content.draw(texts), content.draw(texts))
        for id in ids
    ]
    rows = [row for row in rows if all(not isinstance(cell, str) or cell.isascii() for cell in row)]
    connection = table_of("t", ["trial_id integer", "key text", "value_json text"], rows)
    found = joined.texts(lambda statement, **p: connection.execute(statement, p), schema.AttributeTable("t", "id"))
    expected = sorted(rows)
    if found is None:
        odd = any(None in row or row[1] == "x" or any("\x1e" in str(cell) for cell in row[2:]) for row in rows)
        assert odd or max(ids) > 4 * len(rows)
    else:
        flat = [cell for block in found for cell in zip(*block, strict=True)]
        assert [(int(a), b, c) for a, b, c in flat] == [
            tuple(cell.decode() if isinstance(cell, bytes) else cell for cell in row[1:]) for row in expected
        ]


@settings(max_examples=300, deadline=None)
@given(ids=IDS, content=st.data())
def test_numbers_stay_with_their_trial_and_step_or_are_not_joined(ids: list[int], content: st.DataObject) -> None:
    rows = [
        (id, content.draw(st.integers(1, 9)), content.draw(st.integers(-5, 5)), content.draw(SCALARS)) for id in ids
    ]
    connection = table_of("t", ["trial_id integer", "step integer", "value float"], rows)
    found = joined.numbers(
        lambda statement, **p: connection.execute(statement, p), schema.NumberTable("t", "id", "step", "value")
    )
    held = [row[1:] for row in sorted(rows, key=lambda row: row[0]) if row[3] is not None]
    if found is None:
        stored = connection.execute("select typeof(value) from t").fetchall()
        assert any(kind in ("text", "blob") for (kind,) in stored) or max(ids) > 4 * len(rows)
    else:
        flat = [(int(a), int(b), c) for block in found for a, b, c in zip(*block, strict=True)]
        plain = connection.execute("select trial_id, step, value from t where value is not null order by id").fetchall()
        assert len(flat) == len(held)
        assert flat == [(a, b, float(c)) for a, b, c in plain]


def test_ids_with_wide_gaps_are_read_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gaps.db"
    shutil.copy(DATA / "optuna-5.0.0.db", path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "update trial_intermediate_values set trial_intermediate_value_id = trial_intermediate_value_id * 100000"
        )
    ours, plain = both_ways(path, monkeypatch)
    for one, other in zip(ours, plain, strict=True):
        np.testing.assert_array_equal(one.intermediate.values, other.intermediate.values)


def test_blocks_of_rows_are_packed_like_joined_ones() -> None:
    rows = [(1, "a", "1"), (2, "b", "2"), (1, "b", "3"), (9, "a", "4")]
    ids = np.array([1, 2])
    packed = decode.attributes(decode.attribute_blocks(rows), ids)
    columns = [(np.array([1, 2, 1, 9]), ["a", "b", "b", "a"], ["1", "2", "3", "4"])]
    assert packed.of(0) == decode.attributes(columns, ids).of(0) == {"a": 1, "b": 3}
    assert packed.of(1) == {"b": 2}
