"""The example databases are what their README promises, and Optuna itself reads the same from them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from analyzer import open_database, read_study
from analyzer.database.base import Summary
from analyzer.study import Direction, State

EXAMPLES = Path(__file__).parents[1] / "web" / "examples"
DATABASE, JOURNAL = EXAMPLES / "digits.db", EXAMPLES / "tiny-journal.log"
STUDIES = [
    (DATABASE, "digits-mlp"),
    (DATABASE, "digits-accuracy-vs-size"),
    (JOURNAL, "digits-momentum"),
]


def summary_of(path: Path, name: str) -> Summary:
    """The study's line in the study list."""
    with open_database(path) as database:
        return next(summary for summary in database.summaries() if summary.name == name)


def in_optuna(path: Path, name: str, folder: Path) -> optuna.Study:
    """The same study as Optuna loads it, from a copy: Optuna may write to what it opens."""
    copy = shutil.copy(path, folder)
    storage = f"sqlite:///{copy}" if path == DATABASE else JournalStorage(JournalFileBackend(str(copy)))
    return optuna.load_study(study_name=name, storage=storage)


def test_names_stand_in_the_order_of_creation() -> None:
    with open_database(DATABASE) as database, open_database(JOURNAL) as journal:
        assert list(database.names) == ["digits-mlp", "digits-accuracy-vs-size"]
        assert list(journal.names) == ["digits-momentum"]


def test_the_single_objective_study_has_trials_in_every_state_but_waiting() -> None:
    states = summary_of(DATABASE, "digits-mlp").states
    total = sum(states.values())
    assert 295 <= total <= 310
    assert 0.35 <= states["PRUNED"] / total <= 0.45
    assert 2 <= states["FAIL"] <= 15
    assert states["RUNNING"] == 2
    assert states["COMPLETE"] > 100


def test_the_single_objective_study_has_seven_parameters_and_a_named_objective() -> None:
    study = read_study(DATABASE, "digits-mlp")
    names = {"learning_rate", "momentum", "weight_decay", "hidden_units", "n_layers", "batch_size", "activation"}
    assert set(study.parameters) == names
    assert all(parameter.present.all() for parameter in study.parameters.values())
    assert study.metric_names == ("accuracy",)
    assert study.objectives[0].direction is Direction.MAXIMIZE


def test_the_single_objective_study_was_written_by_four_workers_at_once() -> None:
    study = read_study(DATABASE, "digits-mlp")
    assert set(study.user_attributes.column("worker")[1]) == {"worker-1", "worker-2", "worker-3", "worker-4"}
    known = ~np.isnat(study.trials.ends)
    starts, ends = study.trials.starts[known], study.trials.ends[known]
    assert (starts[1:] < np.maximum.accumulate(ends)[:-1]).mean() > 0.5


def test_complete_trials_report_one_value_for_each_epoch_and_pruned_ones_fewer() -> None:
    study = read_study(DATABASE, "digits-mlp")
    reported = np.bincount(study.intermediate.rows.astype(np.intp), minlength=len(study))
    assert (reported[study.trials.states == State.COMPLETE] == 12).all()
    pruned = reported[study.trials.states == State.PRUNED]
    assert pruned.min() >= 3 and pruned.max() < 12


def test_the_two_objective_study_is_constrained_and_has_a_conditional_parameter() -> None:
    study = read_study(DATABASE, "digits-accuracy-vs-size")
    assert [objective.direction for objective in study.objectives] == [Direction.MAXIMIZE, Direction.MINIMIZE]
    assert study.metric_names == ("accuracy", "n_parameters")
    assert 150 <= len(study) <= 155
    np.testing.assert_array_equal(study.feasible, study.trials.values[:, 0] >= 0.8)
    assert 0.1 < study.feasible.mean() < 0.9
    assert 0.1 < study.parameters["hidden_units_2"].present.mean() < 0.9


def test_the_journal_has_a_waiting_trial() -> None:
    states = summary_of(JOURNAL, "digits-momentum").states
    assert states["WAITING"] == 1
    assert states["PRUNED"] >= 3
    assert 40 <= sum(states.values()) <= 43


@pytest.mark.parametrize(("path", "name"), STUDIES)
def test_optuna_reads_the_same(path: Path, name: str, tmp_path: Path) -> None:
    theirs, ours = in_optuna(path, name, tmp_path), read_study(path, name)
    trials = theirs.get_trials(deepcopy=False)
    assert ours.trials.numbers.tolist() == [trial.number for trial in trials]
    assert [State(state).name for state in ours.trials.states] == [trial.state.name for trial in trials]
    assert [ours.params(row) for row in range(len(ours))] == [trial.params for trial in trials]
    assert ours.attributes == theirs.user_attrs
    for row, trial in enumerate(trials):
        if trial.state == optuna.trial.TrialState.COMPLETE:
            assert ours.trials.values[row].tolist() == trial.values
        assert ours.user_attributes.of(row) == trial.user_attrs
        at = ours.intermediate.rows == row
        mine = zip(ours.intermediate.steps[at].tolist(), ours.intermediate.values[at].tolist(), strict=True)
        np.testing.assert_equal(dict(mine), trial.intermediate_values)  # NaN where the weights overflowed
    if len(ours.objectives) == 1:
        assert summary_of(path, name).best_value == theirs.best_value


def test_the_files_are_small_whole_and_tell_nothing_of_the_machine() -> None:
    files = [DATABASE, JOURNAL]
    assert sum(path.stat().st_size for path in files) < 1_500_000
    assert not [path.name for path in EXAMPLES.iterdir() if path.name.endswith(("-wal", "-shm", "-journal", ".lock"))]
    assert not [(path.name, word) for path in files for word in (b"/home/", b"/work/", b"/tmp/", b"/root/", b"/Users/")
                if word in path.read_bytes()]  # fmt: skip
    with sqlite3.connect(f"file:{DATABASE}?mode=ro&immutable=1", uri=True) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
