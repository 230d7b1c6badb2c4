"""Journal files: Optuna's replay rules, on its own files and on random ones that it reads beside us."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optuna.storages.journal import JournalFileBackend

from analyzer.database import open_database
from analyzer.database.journal import is_journal
from analyzer.errors import UnreadableDatabase
from analyzer.study import State, Study
from tests.database.oracle import DATA

FLOAT = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
WIDER = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 9.0, "log": false}}'
LOG = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.5, "high": 9.0, "log": true}}'
INT = '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 0, "high": 9}}'
AB = '{"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b"]}}'
ABC = '{"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b", "c"]}}'
START = {"datetime_start": "2026-01-02T03:04:05.000006+00:00"}
END = {"datetime_complete": "2026-01-02T03:05:05.000006+00:00"}


def record(op_code: int, **fields: Any) -> dict[str, Any]:
    return {"op_code": op_code, "worker_id": "w-1", **fields}


def param(trial: int, name: str, value: float, distribution: str) -> dict[str, Any]:
    return record(5, trial_id=trial, param_name=name, param_value_internal=value, distribution=distribution)


def done(trial: int, value: float) -> dict[str, Any]:
    return record(6, trial_id=trial, state=1, values=[value], **END)


STUDY = record(0, study_name="s", directions=[1])
TRIAL = record(4, study_id=0, **START)


def lines(*records: dict[str, Any], end: str = "\n") -> bytes:
    return "".join(json.dumps(item, separators=(",", ":")) + end for item in records).encode()


def read(folder: Path, content: bytes, name: str = "s") -> Study:
    path = folder / "journal.log"
    path.write_bytes(content)
    with open_database(path) as database:
        return database.read(name)


def test_a_journal_is_recognised_by_content() -> None:
    assert is_journal(lines(STUDY))
    assert is_journal(lines(record(0, study_name="n" * 100_000, directions=[1]))[:65536])
    assert is_journal(b'{"op_code":0,"worker_id":"half')
    assert is_journal(b'{"op_code": 4, "spaces": true}\r\n')
    assert not is_journal(b'{"name": "op_code"}\n')
    assert not is_journal(b'{"a":1}\n{"op_code":0}\n')
    assert not is_journal(b"[1, 2]")


def test_a_half_written_last_line_is_left_out(tmp_path: Path) -> None:
    whole = lines(STUDY, TRIAL, param(0, "x", 0.5, FLOAT), done(0, 1.0))
    starts = [0, *(i + 1 for i, byte in enumerate(whole) if byte == 10)]
    for length in range(len(lines(STUDY)), len(whole)):
        study = read(tmp_path, whole[:length])
        finished_lines = sum(start <= length for start in starts) - 1
        assert len(study) == (finished_lines >= 2)
        assert list(study.parameters) == ["x"] * (finished_lines >= 3)


def test_a_broken_last_line_with_its_line_end_is_left_out_too(tmp_path: Path) -> None:
    assert len(read(tmp_path, lines(STUDY, TRIAL) + b'{"op_code":4,"wor\n')) == 1


@pytest.mark.parametrize(
    "broken",
    [
        b'{"op_code":4,"worker_id":"w","study_id":0,"dateti',
        b'{"op_code":8,"worker_id":"w","trial_id":0,"user_attr":{"a":"hal' + lines(TRIAL).strip(),
        lines(param(0, "x", 0.5, FLOAT)).strip()[:150] + lines(param(0, "x", 0.5, FLOAT)).strip(),
        b'{"op_code":7,"worker_id":"w","trial_id":0,"step":1,"intermediate_value":0.5.5}',
        b"\x00\x00\x00\x00",
        b"\xff\xfe{}",
        b"[]",
        b"",
        b"{}",
        b'{"op_code":4}',
        b'{"op_code":4,"worker_id":"w","study_id":0,"state":9,"datetime_start":null}',
        b"[" * 100_000,
    ],
)
def test_a_broken_line_in_the_middle_is_named(tmp_path: Path, broken: bytes) -> None:
    with pytest.raises(UnreadableDatabase, match=r"^Line 3 of the journal journal\.log is broken") as caught:
        read(tmp_path, lines(STUDY, TRIAL) + broken + b"\n" + lines(TRIAL))
    assert "\n" not in str(caught.value)


def test_lines_may_end_in_carriage_returns_too(tmp_path: Path) -> None:
    records = (STUDY, TRIAL, param(0, "x", 0.5, FLOAT), record(7, trial_id=0, step=3, intermediate_value=math.nan),
               record(8, trial_id=0, user_attr={"a": 1}), done(0, 2.0))  # fmt: skip
    study = read(tmp_path, lines(*records, end="\r\n"))
    assert study.params(0) == {"x": 0.5}
    assert study.intermediate.steps.tolist() == [3]
    assert study.user_attributes.of(0) == {"a": 1}
    assert study.trials.values.tolist() == [[2.0]]


def test_non_finite_numbers_are_read(tmp_path: Path) -> None:
    steps = [record(7, trial_id=0, step=i, intermediate_value=x) for i, x in enumerate((math.nan, math.inf, -math.inf))]
    study = read(tmp_path, lines(STUDY, TRIAL, *steps, done(0, math.inf)))
    assert study.intermediate.values.tolist() == pytest.approx([math.nan, math.inf, -math.inf], nan_ok=True)
    assert study.trials.values.tolist() == [[math.inf]]


def test_unknown_operations_and_those_of_rustuna_are_ignored(tmp_path: Path) -> None:
    study = read(tmp_path, lines(STUDY, record(10, trial_ids=[0]), record(99, what="ever"), TRIAL))
    assert len(study) == 1


def test_ids_count_on_over_deleted_studies(tmp_path: Path) -> None:
    other = record(0, study_name="t", directions=[2])
    study = read(tmp_path, lines(STUDY, STUDY, other, TRIAL, record(1, study_id=0), record(4, study_id=0, **START),
                                 record(4, study_id=1, **START), done(1, 5.0)), "t")  # fmt: skip
    assert study.trials.ids.tolist() == [1]
    assert study.trials.numbers.tolist() == [0]
    assert study.trials.values.tolist() == [[5.0]]
    with open_database(tmp_path / "journal.log") as database:
        assert list(database.names) == ["t"]


def test_a_name_may_be_used_again_after_deletion(tmp_path: Path) -> None:
    study = read(tmp_path, lines(STUDY, TRIAL, record(1, study_id=0), STUDY, record(4, study_id=1, **START), TRIAL))
    assert study.trials.ids.tolist() == [1]


def test_naive_times_stay_and_times_with_an_offset_become_utc(tmp_path: Path) -> None:
    naive = record(4, study_id=0, datetime_start="2024-01-02T03:04:05.000006")
    aware = record(4, study_id=0, datetime_start="2024-01-02T03:04:05.000006+09:00")
    study = read(tmp_path, lines(STUDY, naive, aware, TRIAL))
    assert study.trials.starts.astype(str).tolist() == [
        "2024-01-02T03:04:05.000006", "2024-01-01T18:04:05.000006", "2026-01-02T03:04:05.000006"]  # fmt: skip
    assert study.source.clock.startswith("UTC from Optuna 5.0 on, before it the local time")
    assert read(tmp_path, lines(STUDY, naive)).source.clock.startswith("local time")


def test_a_line_may_be_longer_than_a_block(tmp_path: Path) -> None:
    long = record(3, study_id=0, system_attr={"dashboard:note_str:0": "x" * 3_000_000})
    study = read(tmp_path, lines(STUDY, long, TRIAL))
    assert len(study.stored["dashboard:note_str:0"]) == 3_000_000  # type: ignore[arg-type]
    assert len(study) == 1


def test_awkward_names_and_texts_survive(tmp_path: Path) -> None:
    names = ['a"b\\c', "研究 🚀", '","param_value_internal":1', "", "x\u2028y\x00z", "%s :text0 {}"]
    suggested = [param(0, name, 0.25, FLOAT) for name in names]
    attributes = [record(8, trial_id=0, user_attr={name: [name, {"deep": name}]}) for name in names]
    study = read(tmp_path, lines(STUDY, TRIAL, *suggested, *attributes))
    assert list(study.parameters) == names
    assert study.user_attributes.of(0) == {name: [name, {"deep": name}] for name in names}


def test_the_source_is_a_journal_file() -> None:
    with open_database(DATA / "optuna-5.0.0-journal.log") as database:
        assert database.source.kind == "journal file"
        assert database.source.name == "optuna-5.0.0-journal.log"


def template(study: int, state: int, distribution: str, number: float) -> dict[str, Any]:
    """A trial that was enqueued or added whole."""
    return record(4, study_id=study, datetime_start=None, state=state, value=number if state == 1 else None, values=None,
                  distributions={"x": distribution}, params={"x": 1.0}, user_attrs={"u": number}, system_attrs={},
                  intermediate_values={"1": number}, **({} if state == 4 else END))  # fmt: skip


TRIALS = st.integers(0, 4)
STUDIES = st.integers(0, 3)
NUMBERS = st.floats(0.5, 1.0)
OPERATIONS = st.one_of(
    st.builds(lambda n, d: record(0, study_name=n, directions=d), st.sampled_from("stu"), st.sampled_from([[1], [2, 1]])),
    st.builds(lambda s: record(1, study_id=s), STUDIES),
    st.builds(lambda s, k, v: record(2, study_id=s, user_attr={k: v}), STUDIES, st.sampled_from("ab"), NUMBERS),
    st.builds(lambda s, k, v: record(3, study_id=s, system_attr={k: v}), STUDIES, st.sampled_from("ab"), NUMBERS),
    st.builds(lambda s: record(4, study_id=s, **START), STUDIES),
    st.builds(lambda s: record(4, study_id=s, **START), STUDIES),
    st.builds(template, STUDIES, st.sampled_from([1, 3, 4]),
              st.sampled_from([FLOAT, INT, AB]), NUMBERS),
    st.builds(
        lambda t, n, d: param(t, n, 1.0, d), TRIALS, st.sampled_from("xy"), st.sampled_from([FLOAT, WIDER, LOG, INT, AB, ABC])
    ),
    st.builds(lambda t: record(6, trial_id=t, state=0, values=None, **START), TRIALS),
    st.builds(lambda t, s, x: record(6, trial_id=t, state=s, values=x, **END), TRIALS, st.sampled_from([1, 2, 3]),
              st.one_of(st.none(), st.builds(lambda x: [x], NUMBERS))),
    st.builds(lambda t, s, x: record(7, trial_id=t, step=s, intermediate_value=x), TRIALS, st.integers(-1, 2), NUMBERS),
    st.builds(lambda t, k, v: record(8, trial_id=t, user_attr={k: v}), TRIALS, st.sampled_from("ab"), NUMBERS),
    st.builds(lambda t, k, v: record(9, trial_id=t, system_attr={k: v}), TRIALS, st.sampled_from("ab"), NUMBERS),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OPERATIONS, min_size=1, max_size=40))
def test_any_order_of_records_replays_as_optuna_replays_it(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    path = tmp_path / "random.log"
    path.write_bytes(lines(STUDY, *records))
    theirs = optuna.storages.JournalStorage(JournalFileBackend(str(path)))
    with open_database(path) as database:
        studies = theirs.get_all_studies()
        assert list(database.names) == [study.study_name for study in studies]
        for frozen in studies:
            assert_equal(database.read(frozen.study_name), frozen, theirs.get_all_trials(frozen._study_id))


def assert_equal(study: Study, frozen: Any, trials: list[Any]) -> None:
    assert dict(study.attributes) == frozen.user_attrs
    assert dict(study.stored) == frozen.system_attrs
    assert [o.direction.name for o in study.objectives] == [direction.name for direction in frozen.directions]
    assert study.trials.ids.tolist() == [trial._trial_id for trial in trials]
    assert study.trials.numbers.tolist() == [trial.number for trial in trials]
    for row, trial in enumerate(trials):
        assert State(study.trials.states[row]).name == trial.state.name
        assert study.params(row) == trial.params
        assert [value for value in study.trials.values[row] if not math.isnan(value)] == (trial.values or [])
        assert study.user_attributes.of(row) == trial.user_attrs
        assert study.system_attributes.of(row) == trial.system_attrs
        mine = study.intermediate.rows == row
        reported = zip(study.intermediate.steps[mine].tolist(), study.intermediate.values[mine].tolist(), strict=True)
        assert dict(reported) == trial.intermediate_values
        assert np.isnat(study.trials.starts[row]) == (trial.datetime_start is None)
        assert np.isnat(study.trials.ends[row]) == (trial.datetime_complete is None)
