"""Files as they are met in the wild: half-copied, locked, recovered, damaged, or no study at all.

Whatever happens to be there, it is either read right or refused in a sentence, and neither the file nor its folder changes.
"""

from __future__ import annotations

import gzip
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from analyzer.database import open_database
from analyzer.errors import AnalyzerError, UnknownStudy, UnreadableDatabase
from analyzer.study import Study
from tests.database.oracle import DATA

SMALL = "optuna-5.0.0-dashboard-0.21.0.db"


def contents(folder: Path) -> dict[str, bytes]:
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}


def read(path: Path, name: str | None = None) -> Study:
    """Read a study, and see to it that nothing changed in its folder."""
    before = contents(path.parent)
    with open_database(path) as database:
        database.summaries()
        study = database.read(name or database.only())
    assert contents(path.parent) == before
    return study


def refusal(path: Path | str) -> str:
    """The message with which a target is refused; a sentence or two, without the folder it lies in."""
    with pytest.raises(AnalyzerError) as caught, open_database(path) as database:
        database.summaries()
        for name in database.names:
            database.read(name)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 330
    assert message.endswith(".")
    return message


def small_study(path: Path, trials: int = 5) -> None:
    """A study of a few trials, x = 0, 1, 2 … and value x²."""
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="s")
    for x in range(trials):
        distributions = {"x": optuna.distributions.FloatDistribution(0, 100)}
        study.add_trial(optuna.create_trial(value=x * x, params={"x": x}, distributions=distributions))
    forget(study)


def forget(study: optuna.Study) -> None:
    storage: Any = study._storage
    backend = getattr(storage, "_backend", storage)
    backend.remove_session()
    backend.engine.dispose()


def execute(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    small_study(path)
    return path


WRITER = """
import os, sqlite3, sys, time
path, mode, then = sys.argv[1:]
connection = sqlite3.connect(path, isolation_level=None)
connection.execute(f"pragma journal_mode = {mode}")
connection.execute("pragma wal_autocheckpoint = 0")
connection.execute("insert into trials (number, study_id, state) values (5, 1, 'RUNNING')")
connection.execute("pragma cache_size = 2")
connection.execute("begin immediate")
for step in range(3000):
    connection.execute("insert into trial_user_attributes (trial_id, key, value_json) values (1, ?, ?)",
                       (f"key {step}", '"' + "x" * 500 + '"'))
if then == "commit": connection.execute("commit")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writer(database: Path) -> Iterator[Any]:
    """Start a process that has written one trial, and is in the middle of a transaction that outgrew its cache."""
    running: list[subprocess.Popen[str]] = []

    def start(mode: str, then: str = "wait") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(database), mode, then]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize(("mode", "left"), [("delete", ["-journal"]), ("truncate", ["-journal"]), ("wal", ["-shm", "-wal"])])
def test_a_writer_killed_in_mid_transaction_leaves_what_it_had_committed(
    database: Path, writer: Any, mode: str, left: list[str]
) -> None:
    kill(writer(mode))
    assert sorted(name.removeprefix("study.db") for name in contents(database.parent)) == ["", *left]
    study = read(database)
    assert study.state_counts() == {"RUNNING": 1, "COMPLETE": 5}
    assert len(study.user_attributes.texts) == 0


@pytest.mark.parametrize("mode", ["delete", "truncate", "wal"])
def test_a_writer_killed_after_its_commit_leaves_it_all(database: Path, writer: Any, mode: str) -> None:
    kill(writer(mode, "commit"))
    assert len(read(database).user_attributes.texts) == 3000


def test_a_log_without_its_index_is_read_too(database: Path, writer: Any) -> None:
    kill(writer("wal", "commit"))
    database.with_name("study.db-shm").unlink()
    assert len(read(database).user_attributes.texts) == 3000


def test_without_its_log_a_database_is_what_was_folded_in_before(database: Path, writer: Any) -> None:
    kill(writer("wal", "commit"))
    database.with_name("study.db-shm").unlink()
    database.with_name("study.db-wal").unlink()
    study = read(database)
    assert study.state_counts() == {"COMPLETE": 5}


def test_a_closed_database_in_wal_mode_is_read_in_place(database: Path) -> None:
    execute(database, "pragma journal_mode = wal")
    assert len(read(database)) == 5


def test_an_empty_log_is_no_log(database: Path) -> None:
    execute(database, "pragma journal_mode = wal")
    database.with_name("study.db-wal").touch()
    assert len(read(database)) == 5


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_database_is_read_while_a_process_has_it_open(database: Path, writer: Any, mode: str) -> None:
    writer(mode, "commit")
    study = read(database)
    assert study.state_counts() == {"RUNNING": 1, "COMPLETE": 5}
    assert len(study.user_attributes.texts) == 3000


def test_a_log_is_read_up_to_the_last_commit_while_a_process_is_writing_on(database: Path, writer: Any) -> None:
    writer("wal")
    assert len(read(database).user_attributes.texts) == 0


def test_a_writer_that_never_lets_go_is_named(database: Path, writer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.database.sqlite._WAIT_S", 0.2)
    writer("delete")
    assert refusal(database).startswith("Another process has held the database")


def test_reading_does_not_stop_a_search_and_sees_whole_trials(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    small_study(path, 1)
    code = (
        "import optuna, sys\n"
        "optuna.logging.set_verbosity(40)\n"
        f"study = optuna.load_study(study_name='s', storage='sqlite:///{path}')\n"
        "study.optimize(lambda t: t.suggest_float('x', 0, 100) + t.suggest_float('y', 0, 1), n_trials=40)\n"
    )
    search = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    seen = []
    while search.poll() is None:
        with open_database(path) as database:
            study = database.read("s")
        done = study.complete[1:]
        assert study.trials.values[done, 0] == pytest.approx(
            study.parameters["x"].values[done] + study.parameters["y"].values[done]
        ) if len(done) else True  # fmt: skip
        seen.append(len(study))
    assert search.wait() == 0, search.communicate()[1]
    assert seen == sorted(seen)
    assert len(read(path)) == 41


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_read_only_folder_is_enough(database: Path, mode: str) -> None:
    execute(database, f"pragma journal_mode = {mode}")
    database.chmod(0o444)
    database.parent.chmod(0o555)
    try:
        assert len(read(database)) == 5
    finally:
        database.parent.chmod(0o755)


def test_any_length_is_refused_or_whole(tmp_path: Path) -> None:
    whole = (DATA / SMALL).read_bytes()
    path = tmp_path / "cut.db"
    lengths = {*range(1, 130), *range(4096, len(whole), 4096), *range(131, len(whole), 7919), len(whole) - 1}
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        message = refusal(path)
        assert "cut off" in message or "ends after" in message, (length, message)
        assert contents(tmp_path).keys() == {"cut.db"}


def test_flipped_bytes_are_refused_in_a_sentence_or_read(tmp_path: Path) -> None:
    whole = (DATA / SMALL).read_bytes()
    path = tmp_path / "flipped.db"
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), random.integers(1, 40)):
            damaged[place] ^= int(random.integers(1, 256))
        path.write_bytes(damaged)
        try:
            with open_database(path) as database:
                database.summaries()
                for name in database.names:
                    database.read(name)
        except AnalyzerError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 100


def test_a_lost_page_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    small_study(path, 100)
    damaged = bytearray(path.read_bytes())
    first = damaged.rindex(b"FloatDistribution") // 4096 * 4096
    damaged[first : first + 4096] = bytes(4096)
    path.write_bytes(damaged)
    assert "damaged" in refusal(path)
    with open_database(path) as database:  # the list needs no parameters, and does not look for what it does not need
        assert [summary.n_trials for summary in database.summaries()] == [100]


FOREIGN = {
    "random.db": (bytes(np.random.default_rng(0).integers(0, 256, 8192, dtype=np.uint8)), "encrypted"),
    "cipher.db": (b"SQLite format 3\x00" + bytes(range(1, 255)) * 40, "damaged or encrypted"),
    "packed.db.gz": (gzip.compress(b"x"), "gzip archive: unpack it first"),
    "study.pkl": (pickle.dumps({"a": 1}), "Python pickle, which is never opened"),
    "notes.db": (b"hello\nworld", "a text file that begins 'hello', not a journal"),
    "table.csv": ("a,b\n中,2".encode(), "a text file that begins 'a,b'"),
    "page.db": (b"  <!DOCTYPE html><html>", "a web page"),
    "utf16.db": ("text".encode("utf-16"), "neither"),
    "spaces.db": (b"\n\n   \n", "a text file"),
    "short.db": (b"SQLite", "cut off in its first bytes"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_files_are_told_by_their_content(tmp_path: Path, name: str) -> None:
    content, said = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    message = refusal(tmp_path / name)
    assert said in message
    assert str(tmp_path) not in message


def test_an_archive_a_folder_an_empty_file_and_nothing_at_all_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("study.db", "x")
    (tmp_path / "empty.db").touch()
    assert "a zip archive: unpack it first" in refusal(tmp_path / "packed.zip")
    assert "is empty (0 bytes)" in refusal(tmp_path / "empty.db")
    assert "is a folder; give one database file. In it: empty.db" in refusal(tmp_path)
    assert "There is no file" in refusal(tmp_path / "missing.db")
    assert "There is no file" in refusal(f"sqlite:///{tmp_path}/missing.db")
    os.mkfifo(tmp_path / "pipe.db")
    assert "is a pipe or a device" in refusal(tmp_path / "pipe.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_file_that_may_not_be_read_is_named(database: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    database.chmod(0)
    assert "Permission denied" in refusal(database)


def test_other_databases_are_told_by_their_tables(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    execute(path, "create table users (id integer)", "create table trials (id integer)")
    assert "not one of Optuna's: its tables are trials, users" in refusal(path)
    execute(tmp_path / "none.db", "create table t (x)", "drop table t")
    assert "it holds no tables" in refusal(tmp_path / "none.db")


def test_a_database_without_studies_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    storage.engine.dispose()
    with open_database(path) as database:
        assert list(database.names) == []
        assert database.summaries() == []
        with pytest.raises(UnreadableDatabase, match=r"none\.db is an Optuna database without any study"):
            database.only()


def test_an_unknown_name_is_answered_with_the_names(database: Path) -> None:
    with open_database(database) as opened, pytest.raises(UnknownStudy, match=r"no study named 't'.*Its studies: 's'"):
        opened.read("t")


def test_rows_that_belong_to_nothing_are_left_out(database: Path) -> None:
    execute(
        database,
        "insert into trial_params (trial_id, param_name, param_value, distribution_json) values (99, 'z', 1.0, '{}')",
        "insert into trial_values (trial_id, objective, value, value_type) values (99, 0, -1e9, 'FINITE')",
        "insert into trial_values (trial_id, objective, value, value_type) values (1, 7, -1e9, 'FINITE')",
        "insert into trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) "
        "values (99, 0, 1.0, 'FINITE')",
        "insert into trial_user_attributes (trial_id, key, value_json) values (99, 'lost', '1')",
        "insert into trials (number, study_id, state) values (0, 42, 'COMPLETE')",
    )
    study = read(database)
    assert len(study) == 5
    assert list(study.parameters) == ["x"]
    assert study.trials.values[:, 0].tolist() == [0, 1, 4, 9, 16]
    assert len(study.intermediate.rows) == 0
    assert len(study.user_attributes.rows) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update trial_params set param_value = 'many' where trial_id = 2", "parameter values"),
        ("update trial_params set param_value = null where trial_id = 2", "parameter values"),
        ("update trial_values set value = 'low' where trial_id = 2", "objective values"),
        ("update trials set number = 'two' where trial_id = 2", "trial numbers"),
        ("update trials set state = 'KILLED' where trial_id = 2", "has the state 'KILLED'"),
        ("update trial_params set distribution_json = '{\"name\": \"Beta\"}' where trial_id = 2", "no Optuna release"),
        ("drop table trial_user_attributes", "no such table: trial_user_attributes"),
        ("alter table trials drop column datetime_start", "no such column: datetime_start"),
    ],
)
def test_what_stands_in_a_numbers_place_is_named(database: Path, change: str, said: str) -> None:
    connection = sqlite3.connect(database)
    connection.execute("pragma ignore_check_constraints = on")
    connection.execute("pragma writable_schema = on")
    connection.execute("update sqlite_master set sql = replace(sql, ' NOT NULL', '') where type = 'table'")
    connection.commit()
    connection.close()
    execute(database, change)
    assert said in refusal(database)


def test_times_that_are_none_and_times_that_are_odd(database: Path) -> None:
    execute(
        database,
        "update trials set datetime_start = 'yesterday' where trial_id = 1",
        "update trials set datetime_start = null where trial_id = 2",
        "update trials set datetime_start = '2026-01-02 03:04:05' where trial_id = 3",
    )
    starts = read(database).trials.starts
    assert np.isnat(starts[:2]).all()
    assert str(starts[2]) == "2026-01-02T03:04:05.000000"


def test_numbers_given_twice_stay_as_they_are(database: Path) -> None:
    execute(database, "update trials set number = 1 where trial_id = 3")
    study = read(database)
    assert study.trials.numbers.tolist() == [0, 1, 1, 3, 4]
    assert study.params(2) == {"x": 2.0}


def test_text_that_is_not_utf8_is_read_with_replacement_characters(database: Path) -> None:
    execute(
        database,
        "insert into trial_user_attributes (trial_id, key, value_json) values (1, 'odd', cast(x'22ff22' as text))",
    )
    assert read(database).user_attributes.of(0) == {"odd": "\ufffd"}


def test_a_view_does_for_a_table(database: Path) -> None:
    execute(
        database,
        "alter table trial_params rename to stored",
        "create view trial_params as select param_id, trial_id, param_name, param_value, distribution_json from stored",
    )
    assert [read(database).params(row) for row in range(2)] == [{"x": 0.0}, {"x": 1.0}]


AWKWARD = ["it's \"q\"", "100% :text0 {} {mine} %s", "a\\b\\", "研" * 512, "x;--", ":study", "ünï\n\tcode", " lr", "lr", "LR", ""]


def test_any_name_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "it's 100% #1?.db"
    choices = [*AWKWARD, None, True, 1.5, False, 2]
    for name in AWKWARD[:2]:
        study = optuna.create_study(storage=storage(path), study_name=name)
        for index in range(len(choices)):
            distribution = optuna.distributions.CategoricalDistribution(choices)
            trial = optuna.create_trial(
                value=1.0, params={other: choices[index] for other in AWKWARD},
                distributions={other: distribution for other in AWKWARD}, user_attrs={other: other for other in AWKWARD},
            )  # fmt: skip
            study.add_trial(trial)
        study.set_user_attr(name, name)
    for name in AWKWARD[:2]:
        ours = read(path, name)
        assert ours.attributes == {name: name}
        for row, choice in enumerate(choices):
            assert repr(ours.params(row)) == repr(dict.fromkeys(AWKWARD, choice))
            assert ours.user_attributes.of(row) == {other: other for other in AWKWARD}


def storage(path: Path) -> optuna.storages.RDBStorage:
    """A storage whatever characters the path holds."""
    return optuna.storages.RDBStorage(
        "sqlite://", engine_kwargs={"creator": lambda: sqlite3.connect(path, check_same_thread=False)}
    )


def test_choices_that_are_lists_nan_or_look_alike(database: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{database}", study_name="choices")
    execute(
        database,
        "insert into trials (trial_id, number, study_id, state) values (100, 0, 2, 'COMPLETE'), (101, 1, 2, 'COMPLETE')",
        "insert into trial_params (trial_id, param_name, param_value, distribution_json) values "
        """(100, 'c', 2.0, '{"name": "CategoricalDistribution", "attributes": {"choices": [true, 1, [1, [2]], NaN]}}'), """
        """(101, 'c', 3.0, '{"name": "CategoricalDistribution", "attributes": {"choices": [true, 1, [1, [2]], NaN]}}')""",
    )
    forget(study)
    column = read(database, "choices").parameters["c"]
    assert len(column.distributions) == 1
    assert column.value(0) == [1, [2]]
    assert repr(column.value(1)) == "nan"


def test_a_large_attribute_comes_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="s")
    trial = study.ask()
    trial.set_user_attr("large", "x" * 2**20)
    study.tell(trial, 1.0)
    forget(study)
    assert read(path).user_attributes.of(0) == {"large": "x" * 2**20}


def test_rare_parameters_and_ranges_that_keep_changing_are_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "dynamic.db"
    small_study(path, 1)
    count = 3000
    texts = [f'{{"name": "FloatDistribution", "attributes": {{"step": null, "low": 0.0, "high": {i}.0, "log": false}}}}'
             for i in range(1, count + 1)]  # fmt: skip
    connection = sqlite3.connect(path)
    rows = [(i + 10, i + 1, 1, "COMPLETE") for i in range(count)]
    connection.executemany("insert into trials (trial_id, number, study_id, state) values (?, ?, ?, ?)", rows)
    insert = "insert into trial_params (trial_id, param_name, param_value, distribution_json) values (?, ?, ?, ?)"
    connection.executemany(insert, [(i + 10, "range", i / 2, texts[i]) for i in range(count)])
    connection.executemany(insert, [(i + 10, "rare", i, texts[-1]) for i in range(count) if i % 997 == 5])
    connection.commit()
    connection.close()
    study = read(path)
    assert list(study.parameters) == ["x", "range", "rare"]
    changing, rare = study.parameters["range"], study.parameters["rare"]
    assert changing.values[1:].tolist() == [i / 2 for i in range(count)]
    assert [changing.distributions[code].high for code in changing.which[1:]] == list(range(1, count + 1))  # type: ignore[union-attr]
    assert np.flatnonzero(rare.present).tolist() == [i + 1 for i in range(count) if i % 997 == 5]


def test_distributions_are_listed_in_the_order_of_the_first_trial_that_used_them(tmp_path: Path) -> None:
    path = tmp_path / "order.db"
    small_study(path, 0)
    text = '{{"name": "FloatDistribution", "attributes": {{"step": null, "low": 0.0, "high": {}, "log": false}}}}'
    highs = [1.0 if number == 1 else 2.0 if number % 2 else 3.0 for number in range(300)]
    connection = sqlite3.connect(path)
    trials = [(number + 1, number, 1, "COMPLETE") for number in range(300)]
    connection.executemany("insert into trials (trial_id, number, study_id, state) values (?, ?, ?, ?)", trials)
    connection.executemany(
        "insert into trial_params (trial_id, param_name, param_value, distribution_json) values (?, ?, 0.5, ?)",
        [(number + 1, "a" if number else "b", text.format(high)) for number, high in enumerate(highs)],
    )
    connection.commit()
    connection.close()
    parameters = read(path).parameters
    assert list(parameters) == ["b", "a"]
    assert [distribution.high for distribution in parameters["a"].distributions] == [1.0, 3.0, 2.0]  # type: ignore[union-attr]


def test_a_small_study_among_large_ones_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    small_study(path, 2)
    other = optuna.create_study(storage=f"sqlite:///{path}", study_name="other")
    for number in range(60):
        other.add_trial(optuna.create_trial(
            value=1.0, params={"y": number}, distributions={"y": optuna.distributions.IntDistribution(0, 99)},
            user_attrs={"of": "other"}, intermediate_values={0: 1.0}))  # fmt: skip
    forget(other)
    study = read(path, "s")
    assert (len(study), list(study.parameters), len(study.intermediate.rows)) == (2, ["x"], 0)
    assert study.user_attributes.names == ()
    assert read(path, "other").parameters["y"].values.tolist() == list(range(60))


def test_a_url_names_a_file_too(database: Path) -> None:
    with open_database(f"sqlite:///{database}") as opened:
        assert opened.source.name == "study.db"
        assert str(database.parent) not in repr(opened.source)
    with pytest.raises(UnreadableDatabase, match="in memory"):
        open_database("sqlite://")


def test_an_old_copy_in_another_encoding_of_sqlite_is_read(tmp_path: Path) -> None:
    path = tmp_path / "utf16.db"
    source = sqlite3.connect(DATA / SMALL)
    copy = sqlite3.connect(path)
    copy.execute("pragma encoding = 'UTF-16'")
    copy.execute("pragma page_size = 512")
    copy.executescript("\n".join(source.iterdump()))
    copy.close()
    source.close()
    with open_database(path) as ours, open_database(DATA / SMALL) as same:
        assert list(ours.names) == list(same.names)
        for name in ours.names:
            assert [ours.read(name).params(0)] == [same.read(name).params(0)]


def test_a_copy_is_made_only_where_it_must_be(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("copied")

    monkeypatch.setattr(shutil, "copyfile", refuse)
    assert len(read(database)) == 5
    execute(database, "pragma journal_mode = wal")
    assert len(read(database)) == 5


def test_a_study_deleted_after_opening_is_said_to_be(database: Path) -> None:
    with open_database(database) as opened:
        optuna.delete_study(study_name="s", storage=f"sqlite:///{database}")
        with pytest.raises(UnknownStudy, match=r"'s' was deleted from study\.db in the meantime"):
            opened.read("s")
