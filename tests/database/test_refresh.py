"""A study brought up to date is the study as it is read whole, to the last cell, however Optuna made it grow."""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from analyzer.database import Database, open_database, reopen
from analyzer.errors import UnknownStudy, UnreadableDatabase
from analyzer.study import Study
from tests.database import servers
from tests.database.test_server import new_database

STEPS = 50
STUDIES = ("a", "b")


def assert_same(one: Any, other: Any, where: str = "study") -> None:
    """Equal in every field, dtype and order; NaN equals NaN."""
    assert type(one) is type(other), where
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, where
        np.testing.assert_array_equal(one, other, where)
        assert not one.flags.writeable, where
    elif is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, dict):
        assert list(one) == list(other), where
        for key in one:
            assert_same(one[key], other[key], f"{where}[{key!r}]")
    else:
        assert repr(one) == repr(other), where


class Search:
    """Somebody who does with a storage whatever Optuna lets them do."""

    def __init__(self, storage: Any, seed: int) -> None:
        self.storage, self.random = storage, random.Random(seed)
        self.running: dict[str, list[optuna.Trial]] = {name: [] for name in STUDIES}
        self.studies = {name: self.created(name) for name in STUDIES}

    def created(self, name: str) -> optuna.Study:
        sampler = optuna.samplers.RandomSampler(self.random.randrange(99))
        return optuna.create_study(storage=self.storage, study_name=name, sampler=sampler)

    def step(self) -> None:
        """One change, of any kind, to any study."""
        name = self.random.choice(STUDIES)
        kinds: list[Callable[[str], None]] = [self.ask, self.ask, self.change, self.change, self.tell, self.tell, self.add, self.enqueue, self.describe]
        self.random.choice(kinds)(name)
        if self.random.random() < 0.02:
            self.make_again(name)

    def ask(self, name: str) -> None:
        trial = self.studies[name].ask()
        self.running[name].append(trial)
        if self.random.random() < 0.7:
            self.suggest(trial)

    def suggest(self, trial: optuna.Trial) -> None:
        choice = self.random.randrange(4)
        if choice == 0:
            trial.suggest_float("x", 0, self.random.choice([1, 2, 3]))
        elif choice == 1:
            trial.suggest_categorical("kind", ["p", "q", None])
            trial.suggest_int("n", 1, 9, log=True)
        elif choice == 2:
            trial.suggest_int("n", 1, 8, log=True)
            trial.suggest_float("x", 0, 1)
        else:
            trial.suggest_float(f"rare {self.random.randrange(5)}", -1, 1)

    def change(self, name: str) -> None:
        """Something that is set late on a running trial."""
        if not self.running[name]:
            return
        trial = self.random.choice(self.running[name])
        choice = self.random.randrange(5)
        if choice == 0:
            self.suggest(trial)
        elif choice == 1:
            trial.report(self.random.choice([math.nan, math.inf, -math.inf, 0.5]), self.random.randrange(6))
        elif choice == 2:
            trial.set_user_attr(self.random.choice("uvw"), self.random.choice([1, "text", None, [1.5, "ü"]]))
        elif choice == 3:
            self.storage.set_trial_system_attr(trial._trial_id, self.random.choice(["s", "tpe:relative_params:0"]), "x")
        else:
            trial.set_constraint(self.random.choice(["size", "time"]), self.random.random() - 0.5)

    def tell(self, name: str) -> None:
        if not self.running[name]:
            return
        trial = self.running[name].pop(self.random.randrange(len(self.running[name])))
        state = self.random.choice([TrialState.COMPLETE, TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL])
        value = self.random.choice([1.0, math.inf, self.random.random()]) if state == TrialState.COMPLETE else None
        self.studies[name].tell(trial, value, state)

    def add(self, name: str) -> None:
        """A finished trial, a list of constraints with it, or the retry of a failed one."""
        retry = self.random.random() < 0.3
        self.studies[name].add_trial(
            optuna.create_trial(
                state=TrialState.WAITING if retry else TrialState.COMPLETE,
                value=None if retry else self.random.random(),
                params={"x": 0.5, "kind": "q"},
                distributions={"x": FloatDistribution(0, 1), "kind": CategoricalDistribution(["p", "q", None])},
                user_attrs={"added": True},
                system_attrs={"failed_trial": 0, "retry_history": [0]} if retry else {"constraints": [0.5, -1.0]},
                intermediate_values={0: 1.0, 3: 2.0},
            )
        )

    def enqueue(self, name: str) -> None:
        self.studies[name].enqueue_trial({"x": self.random.random()})

    def describe(self, name: str) -> None:
        """What belongs to the study itself."""
        self.studies[name].set_user_attr(self.random.choice("ab"), self.random.random())
        if self.random.random() < 0.2:
            self.studies[name].set_metric_names(["loss"])

    def make_again(self, name: str) -> None:
        optuna.delete_study(storage=self.storage, study_name=name)
        self.studies[name], self.running[name] = self.created(name), []
        for _ in range(self.random.randrange(30)):
            self.add(name)


def follow(target: str | Path, storage: Any, seed: int) -> int:
    """Let a search go on and follow it; tells how many trials there are in the end."""
    search = Search(storage, seed)
    database = open_database(target)
    known = {name: database.read(name) for name in STUDIES}
    for _ in range(STEPS):
        for _ in range(search.random.randrange(1, 4)):
            search.step()
        later = reopen(target, database)
        for name in STUDIES:
            before = known[name]
            known[name] = later.refresh(before)
            with open_database(target) as fresh:
                assert_same(known[name], fresh.read(name))
            assert later.refresh(known[name]) is known[name]
        database.close()
        database = later
    database.close()
    return sum(len(study) for study in known.values())


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_sqlite(seed: int, tmp_path: Path) -> None:
    storage = RDBStorage(f"sqlite:///{tmp_path / 'study.db'}")
    assert follow(tmp_path / "study.db", storage, seed) > 10


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_a_journal(seed: int, tmp_path: Path) -> None:
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "study.log")))
    assert follow(tmp_path / "study.log", storage, seed) > 10


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("server", [servers.postgresql, servers.mariadb])
def test_servers(server: Any) -> None:
    with server() as url:
        target = new_database(url, "followed")
        storage = RDBStorage(target)
        try:
            assert follow(target, storage, 0) > 10
        finally:
            storage.remove_session()
            storage.engine.dispose()


def test_a_log_beside_the_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    sqlite3.connect(path).execute("pragma journal_mode = wal").close()
    assert follow(path, RDBStorage(f"sqlite:///{path}"), 1) > 10
    assert (tmp_path / "study.db-wal").exists()


def study_of(path: Path, trials: int) -> optuna.Study:
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=trials)
    return study


def refreshed(path: Path, known: Study) -> Study:
    with open_database(path) as database:
        return database.refresh(known)


def read(path: Path) -> Study:
    with open_database(path) as database:
        return database.read("s")


@pytest.mark.parametrize("trials", [0, 3, 12, 20])
def test_a_study_made_again_whose_trials_have_the_ids_of_the_old_ones_is_read_whole(trials: int, tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    study_of(path, 12)
    known = read(path)
    optuna.delete_study(storage=f"sqlite:///{path}", study_name="s")
    with pytest.raises(UnknownStudy):
        refreshed(path, known)
    study_of(path, trials)
    now = refreshed(path, known)
    assert now.trials.ids[:12].tolist() == known.trials.ids[:trials].tolist()
    assert_same(now, read(path))


def test_finished_trials_are_not_read_again_but_for_a_few_that_show_whether_they_are_what_they_were(tmp_path: Path) -> None:
    """That is what is relied on: Optuna changes no finished trial. What it cannot do is seen where a witness has changed."""
    path = tmp_path / "study.db"
    study_of(path, 40)
    known = read(path)
    with sqlite3.connect(path) as connection:
        connection.execute("update trial_values set value = 77 where trial_id = 3")
    assert refreshed(path, known) is known
    with sqlite3.connect(path) as connection:
        connection.execute("update trial_params set param_value = 0.77 where trial_id = 1")
    assert_same(refreshed(path, known), read(path))


def test_trials_that_come_in_between_or_are_gone_lead_to_a_whole_reading(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    study_of(path, 9)
    known = read(path)
    with sqlite3.connect(path) as connection:
        connection.execute("delete from trials where trial_id = 4")
    assert_same(refreshed(path, known), read(path))
    assert len(refreshed(path, known)) == 8


def test_very_many_waiting_trials_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    study_of(path, 2)
    with sqlite3.connect(path) as connection:
        rows = [(trial, trial - 1) for trial in range(3, 12_000)]
        connection.executemany("insert into trials values (?, ?, 1, 'WAITING', null, null)", rows)
    known = read(path)
    with sqlite3.connect(path) as connection:
        connection.execute("update trials set state = 'RUNNING', datetime_start = '2026-01-01 00:00:00' where trial_id = 5000")
    assert_same(refreshed(path, known), read(path))


def opened(path: Path, before: Database | None) -> tuple[Database, Study]:
    database = reopen(path, before)
    return database, database.read("s")


def test_a_journal_is_read_on_from_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    study = optuna.create_study(storage=JournalStorage(JournalFileBackend(str(path))), study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=60)
    whole = path.read_bytes()
    half = tmp_path / "half.log"
    half.write_bytes(whole[:-40])
    database, known = opened(half, None)
    with half.open("r+b") as file:  # what was replayed is not looked at again, but for its beginning and its end
        file.seek(whole.index(b'"x"', 10_000))
        file.write(b'"y"')
    with half.open("ab") as file:
        file.write(whole[-40:])
    later = reopen(half, database)
    assert later.refresh(known).trials.states.tolist() == [1] * 60
    assert list(later.refresh(known).parameters) == ["x"]


@pytest.mark.parametrize("change", ["shorter", "another", "other end"])
def test_a_journal_that_is_another_one_is_read_whole(change: str, tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    study = optuna.create_study(storage=JournalStorage(JournalFileBackend(str(path))), study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=50)
    whole = path.read_bytes()
    database, known = opened(path, None)
    if change == "shorter":
        path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-8]))
    elif change == "another":
        path.write_bytes(whole.replace(b'"minimize"', b'"minimize" ').replace(b'"op_code":0,', b'"op_code":0, '))
    else:
        lines = whole.splitlines(keepends=True)
        path.write_bytes(b"".join([*lines[:-1], lines[-1].replace(b'"state":1', b'"state":2'), *lines[-1:]]))
    later = reopen(path, database)
    assert_same(later.refresh(known), open_database(path).read("s"))


def test_a_journal_that_broke_and_was_mended_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "study.log"
    study = optuna.create_study(storage=JournalStorage(JournalFileBackend(str(path))), study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
    whole = path.read_bytes()
    database, known = opened(path, None)
    path.write_bytes(whole + b"{broken\n" + whole[-10:])
    with pytest.raises(UnreadableDatabase, match="Line"):
        reopen(path, database)
    path.write_bytes(whole)
    assert_same(reopen(path, database).refresh(known), known)
