"""What is read from the pages of a file is what SQLite reads: on every database of the tests, in every shape of a file, and on
odd cells. Where it cannot be, that is noticed, and SQLite is asked.
"""

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.database import leaf, open_database, schema, sqlite
from analyzer.database.btree import OddPages, PageFile
from analyzer.database.leaf import Distinct
from analyzer.study import Part, Study
from tests.database.oracle import DATA

DATABASES = sorted(path.name for path in DATA.glob("*.db"))
PAGE_SIZES = [512, 1024, 4096, 16384, 65536]


def columns(study: Study) -> list[Any]:
    """Everything that is read from the tables of the trials."""
    found: list[Any] = [getattr(study.trials, name) for name in ("ids", "numbers", "states", "values", "starts", "ends", "constraints")]
    found += [getattr(study.intermediate, name) for name in ("rows", "steps", "values")]
    for attributes in (study.user_attributes, study.system_attributes):
        found += [np.array(attributes.names, object), attributes.rows, np.array(attributes.texts, object)]
        found.append(np.array(attributes.names, object)[attributes.which] if attributes.names else np.empty(0))
    for parameter in study.parameters.values():
        found += [parameter.name, list(map(repr, parameter.distributions)), parameter.which, parameter.values]
    return found


def by_pages(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Study]:
    """All studies, read from the pages and from nothing else."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MOST", 0.0)  # however small the study is among the others
        patch.setattr("analyzer.database.tables.QueryReader.whole", refused)
        with open_database(path) as database:
            return [database.read(name) for name in database.names]


def refused(*_ignored: object) -> None:
    raise AssertionError("SQLite was asked")


def by_sqlite(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Study]:
    with monkeypatch.context() as patch:
        patch.setattr(sqlite.SqliteConnection, "pages", lambda _self: None)
        with open_database(path) as database:
            return [database.read(name) for name in database.names]


def assert_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = by_pages(path, monkeypatch), by_sqlite(path, monkeypatch)
    assert len(ours) == len(theirs) > 0
    for one, other in zip(ours, theirs, strict=True):
        for column, expected in zip(columns(one), columns(other), strict=True):
            np.testing.assert_array_equal(column, expected)


@pytest.mark.parametrize("database", DATABASES)
def test_every_database_reads_the_same_both_ways(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(DATA / database, monkeypatch)


@pytest.mark.parametrize("vacuum", ["none", "full", "incremental"])
@pytest.mark.parametrize("size", PAGE_SIZES)
def test_pages_of_every_size_with_freed_ones_among_them(
    size: int, vacuum: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "study.db"
    shutil.copy(DATA / "optuna-5.0.0.db", path)
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute(f"pragma page_size = {size}")
        connection.execute(f"pragma auto_vacuum = {vacuum}")
        connection.execute("vacuum")
        assert connection.execute("pragma page_size").fetchone() == (size,)
        connection.execute("delete from trial_user_attributes where trial_user_attribute_id % 7 < 3")
        connection.execute("delete from trials where trial_id % 5 = 0")
        connection.execute("update trial_user_attributes set value_json = value_json || ' ' where trial_user_attribute_id % 4 = 0")
    assert_same(path, monkeypatch)


def test_a_log_is_left_to_sqlite_until_it_is_folded_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "study.db"
    shutil.copy(DATA / "optuna-5.0.0.db", path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("update trial_params set param_value = 0.125 where param_name = 'x'")
    with pytest.raises(AssertionError, match="SQLite was asked"):
        by_pages(path, monkeypatch)
    assert any(0.125 in study.parameters["x"].values for study in by_sqlite(path, monkeypatch) if "x" in study.parameters)
    connection.close()  # folds the log in
    assert_same(path, monkeypatch)


def test_a_study_that_is_a_small_part_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.database.tables.QueryReader.whole", refused)
    with open_database(DATA / "optuna-5.0.0.db") as database, pytest.raises(AssertionError, match="SQLite was asked"):
        for name in database.names:
            database.read(name)


def test_parts_that_nobody_asked_for_are_left_unread_and_cannot_be_looked_at() -> None:
    with open_database(DATA / "optuna-5.0.0.db") as database:
        some, whole = database.read("single-main", {Part.ATTRIBUTES}), database.read("single-main")
    np.testing.assert_array_equal(some.trials.values, whole.trials.values)
    assert some.user_attributes.texts == whole.user_attributes.texts
    assert len(whole.intermediate.rows)
    with pytest.raises(RuntimeError, match="intermediate values of this study were not read"):
        some.intermediate.rows  # noqa: B018


def test_a_commit_during_the_reading_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    shutil.copy(DATA / "optuna-5.0.0.db", path)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = delete")
    with path.open("rb", buffering=0) as file:
        pages = PageFile(file)
        before = pages.stamp()
        with sqlite3.connect(path) as connection:
            connection.execute("update trials set number = number + 1")
        assert pages.stamp() != before


Rows = list[tuple[Any, ...]]
NUMBERS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, 1, -1, 127, -128, 2**15, 2**23, 2**31, 2**47]), st.floats()
)
TEXTS = st.one_of(st.none(), st.text(max_size=70), st.integers(0, 3000).map(lambda size: "é" * size), st.just("\x1e"), st.just("a\x00"))
OTHER = st.one_of(st.binary(max_size=9), st.text(max_size=3), st.integers(-5, 5), st.floats(0, 1))
TIMES = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat(" ", "microseconds")),
    st.datetimes().map(lambda moment: moment.isoformat(" ")),
    st.sampled_from(["2026-02-29 00:00:00.000000", "2024-02-29 23:59:59.999999", "2026-13-01 00:00:00.000000", "", "noon", None]),
)


def stored(folder: Path, rows: Rows, size: int, change: Callable[[sqlite3.Connection], object]) -> Path:
    path = folder / "table.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute(f"pragma page_size = {size}")
        connection.execute("create table padding (x)")
        connection.execute("create table t (id integer primary key, number float, whole integer, text text, moment text)")
        connection.execute("begin")
        connection.executemany("insert or replace into t values (?, ?, ?, ?, ?)", rows)
        connection.execute("insert into padding values (zeroblob(3000))")
        connection.execute("commit")
        change(connection)
    connection.close()
    return path


def asked(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute(statement)]
    connection.close()
    return found


def decoded(path: Path, width: int = 5) -> list[leaf.Rows]:
    (root,) = asked(path, "select rootpage from sqlite_master where name = 't'")
    with path.open("rb", buffering=0) as file:
        return [materialised(rows) for rows in leaf.blocks(PageFile(file), root, width)]


def materialised(rows: leaf.Rows) -> Any:
    """The columns, each as itself or as OddPages."""
    known = Distinct()

    def texts() -> list[str | None]:
        numbers = rows.numbered(3, known)
        return [None if number < 0 else known.texts[number] for number in numbers.tolist()]

    return {
        "id": tried(lambda: rows.row_ids(0).tolist()),
        "number": tried(lambda: rows.floats(1).tolist()),
        "text": tried(texts),
        "plain": tried(lambda: rows.texts(3)),
        "whole": tried(lambda: rows.integers(2, -7).tolist()),
        "moment": tried(lambda: [str(moment) for moment in rows.times(4)[0]]),
        "odd moments": tried(lambda: rows.times(4)[1].tolist()),
    }


def tried(work: Callable[[], list[Any]]) -> Any:
    try:
        return work()
    except OddPages:
        return OddPages


def flat(blocks: Any, name: str) -> Any:
    parts = [block[name] for block in blocks]
    return OddPages if OddPages in parts else [cell for part in parts for cell in part]


@settings(max_examples=250, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300), NUMBERS, NUMBERS, TEXTS, TIMES), max_size=60),
    odd=st.lists(st.tuples(st.integers(0, 300), OTHER, OTHER, OTHER, OTHER), max_size=1),
    size=st.sampled_from(PAGE_SIZES),
    gone=st.integers(1, 9),
)
def test_any_table_is_decoded_as_sqlite_reads_it(
    rows: Rows, odd: Rows, size: int, gone: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every column comes as SQLite gives it, or is told to be odd, and that only where it holds something odd."""
    folder = tmp_path_factory.getbasetemp()
    path = stored(folder, rows + odd, size, lambda connection: connection.execute(f"delete from t where id % 10 = {gone}"))
    blocks = decoded(path)
    assert flat(blocks, "id") == asked(path, "select id from t order by id")

    kinds = {name: set(asked(path, f"select distinct typeof({name}) from t")) for name in ("number", "text", "whole", "moment")}
    numbers, texts = flat(blocks, "number"), flat(blocks, "text")
    assert (numbers is OddPages) == bool(kinds["number"] & {"text", "blob"})
    if numbers is not OddPages:
        expected = [math.nan if number is None else float(number) for number in asked(path, "select number from t order by id")]
        np.testing.assert_array_equal(numbers, expected)
    assert (texts is OddPages) == ("blob" in kinds["text"])
    if texts is not OddPages:
        assert texts == asked(path, "select text from t order by id")
        assert flat(blocks, "plain") == (OddPages if None in texts else texts)
    whole = flat(blocks, "whole")
    assert (whole is OddPages) == bool(kinds["whole"] & {"text", "blob", "real"})
    if whole is not OddPages:
        assert whole == asked(path, "select coalesce(whole, -7) from t order by id")


@settings(max_examples=150, deadline=None)
@given(moments=st.lists(TIMES, min_size=1, max_size=40))
def test_times_are_decoded_or_left_to_be_read_as_text(moments: list[str | None], tmp_path_factory: pytest.TempPathFactory) -> None:
    rows: Rows = [(row, 0.5, 1, "a", moment) for row, moment in enumerate(moments)]
    (block,) = decoded(stored(tmp_path_factory.getbasetemp(), rows, 4096, lambda _: None))
    for row, (moment, found) in enumerate(zip(moments, block["moment"], strict=True)):
        like = moment is not None and len(moment) == 26
        try:
            expected = str(np.datetime64(moment, "us")) if like else "NaT"
        except ValueError:
            like, expected = False, "NaT"
        assert found == expected
        assert (row in block["odd moments"]) == (not like and moment is not None)


def test_texts_that_keep_changing_are_numbered_like_any_other(tmp_path: Path) -> None:
    rows: Rows = [(row, 0.5, 1, f"text {row % 100:03}", None) for row in range(3000)]
    blocks = decoded(stored(tmp_path, rows, 4096, lambda _: None))
    assert flat(blocks, "text") == [row[3] for row in rows]


def test_rows_from_before_a_column_was_added_and_other_tables_are_sqlites(tmp_path: Path) -> None:
    path = stored(tmp_path, [(1, 0.5, 1, "a", None)], 4096, lambda c: c.execute("alter table t add column later int default 7"))
    with pytest.raises(OddPages, match="before a column"):
        decoded(path, 6)
    with sqlite3.connect(path) as connection:
        connection.execute("drop table t")
        connection.execute("create table t (id text primary key, number) without rowid")
        connection.execute("insert into t values ('a', 1)")
    connection.close()
    with pytest.raises(OddPages, match="another kind"):
        decoded(path, 2)


def test_a_number_behind_a_text_that_leaves_its_page_is_sqlites(tmp_path: Path) -> None:
    path = stored(tmp_path, [(1, 0.5, 1, "long " * 2000, 7)], 4096, lambda c: c.execute("create table u as select id, text, whole from t"))
    (root,) = asked(path, "select rootpage from sqlite_master where name = 'u'")
    with path.open("rb", buffering=0) as file:
        (rows,) = leaf.blocks(PageFile(file), root, 3)
        assert rows.texts(1) == ["long " * 2000]
        with pytest.raises(OddPages):
            rows.integers(2)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_pages_are_odd_or_read_but_never_a_crash(seed: int, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    rows: Rows = [(row, row / 7, row, "long " * (200 if row % 20 == 0 else row % 9), "2026-01-02 03:04:05.678901") for row in range(200)]
    path = stored(tmp_path, rows, 512, lambda _: None)
    (root,) = asked(path, "select rootpage from sqlite_master where name = 't'")
    whole = path.read_bytes()
    outcomes = set()
    for _ in range(25):
        damaged = bytearray(whole)
        for place in random.integers(512, len(whole), random.integers(1, 30)):
            damaged[place] = int(random.integers(0, 256))
        path.write_bytes(damaged)
        with path.open("rb", buffering=0) as file:
            try:
                for block in leaf.blocks(PageFile(file), root, 5):
                    outcomes.update("odd" if column is OddPages else "read" for column in materialised(block).values())
            except OddPages:
                outcomes.add("odd")
    assert outcomes == {"odd", "read"}
