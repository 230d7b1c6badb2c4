"""Optuna's rules for replaying a journal, kept in columns: what each record changes.

Ids are implicit: a study's is its place among the successful creations, a trial's its place among all trials of the
file, a trial's number its place within its study. A finished trial never changes again; what a losing worker writes to
it, to an unknown study or to an unknown trial is ignored. How lines become records is `journal.py`'s part, what
a study takes of the columns is `replayed.py`'s.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.database import decode
from analyzer.database.growing import Moments, Numbers, Texts
from analyzer.distributions import Categorical, Distribution
from analyzer.study import Direction, State
from analyzer.text import marked

Record = Mapping[str, Any]

_DIRECTIONS = {0: Direction.NOT_SET, 1: Direction.MINIMIZE, 2: Direction.MAXIMIZE}
_STATES = frozenset(map(int, State))
_FINISHED = frozenset({int(State.COMPLETE), int(State.PRUNED), int(State.FAIL)})
_RUNNING = int(State.RUNNING)


@dataclass(slots=True)
class _Created:
    """A study while the journal is replayed."""

    name: str
    directions: tuple[Direction, ...]
    user: dict[str, object] = field(default_factory=dict)
    system: dict[str, object] = field(default_factory=dict)
    trials: int = 0


class Replay:
    """All studies of a journal. Feed it the records in order, then ask for `names`, and `replayed.study`."""

    def __init__(self) -> None:
        self.studies: dict[int, _Created] = {}  # without the deleted ones
        self.created = 0
        self.study_of, self.numbers = array("q"), array("q")  # by trial
        self.states, self.changeable = bytearray(), bytearray()  # by trial
        self.starts, self.ends = Moments(), Moments()
        self.user, self.system = Texts(), Texts()
        self.values, self.steps, self.params = Numbers(), Numbers(), Numbers()  # params: at the code of their pair
        self.codes: dict[tuple[int, str, str], int] = {}  # of (study, name, distribution text)
        self.pairs: list[tuple[int, str, Distribution]] = []  # by code: study, name, distribution
        self.first: dict[tuple[int, str], Distribution] = {}  # what later suggestions have to agree with

    @property
    def names(self) -> list[str]:
        """The studies that are there, in the order in which they were created."""
        return [study.name for study in self.studies.values()]

    def apply(self, record: Record) -> None:
        """Apply one record. Unknown operations are ignored; 10 is another implementation's and changes nothing here.

        Raises KeyError, TypeError, ValueError, AttributeError or OverflowError where the record is none of Optuna's.
        """
        operation = _OPERATIONS.get(record["op_code"])
        if operation:
            operation(self, record)

    def pack(self) -> None:
        """Turn the texts at hand into numbers; to be called now and then."""
        self.starts.pack()
        self.ends.pack()

    @property
    def clock(self) -> str:
        """What the timestamps so far are, in words."""
        marks = self.starts.marks | self.ends.marks
        aware = marks & {"+", "-"}
        if aware and marks - aware:
            return marked("UTC from Optuna 5.0 on, before it the local time of the machine that wrote it")
        return (
            marked("UTC")
            if aware
            else marked("local time of the machine that wrote it, as Optuna before 5.0 writes it")
        )

    def may_change(self, trial: int) -> bool:
        """Whether a trial is there and not finished."""
        return 0 <= trial < len(self.changeable) and self.changeable[trial] == 1

    def code(self, study: int, name: str, text: str) -> int:
        """The code of a parameter of a study with one of its distributions."""
        known = self.codes.get((study, name, text))
        if known is None:
            self.pairs.append((study, name, decode.distribution(text)))
            known = self.codes[study, name, text] = len(self.pairs) - 1
        return known

    def accepts(self, code: int) -> bool:
        """Whether a suggestion agrees with the first distribution that its study had for the parameter.

        Whoever comes first decides for good: kind, log scale and choices never change, ranges may.
        """
        study, name, distribution = self.pairs[code]
        return _agree(self.first.setdefault((study, name), distribution), distribution)

    def create_study(self, record: Record) -> None:
        """0: a name that is taken is ignored and uses up no id."""
        name, directions = str(record["study_name"]), tuple(_DIRECTIONS[way] for way in record["directions"])
        if name not in self.names:
            self.studies[self.created] = _Created(name, directions)
            self.created += 1

    def delete_study(self, record: Record) -> None:
        """1: its trials keep their ids."""
        self.studies.pop(record["study_id"], None)

    def set_study_user(self, record: Record) -> None:
        """2."""
        if record["study_id"] in self.studies:
            self.studies[record["study_id"]].user.update(record["user_attr"])

    def set_study_system(self, record: Record) -> None:
        """3."""
        if record["study_id"] in self.studies:
            self.studies[record["study_id"]].system.update(record["system_attr"])

    def create_trial(self, record: Record) -> None:
        """4: a running trial, or any trial that was enqueued or added whole."""
        study = self.studies.get(record["study_id"])
        if study is None:
            return
        trial, state = len(self.states), _state(record.get("state", _RUNNING))
        self.study_of.append(record["study_id"])
        self.numbers.append(study.trials)
        self.states.append(state)
        self.changeable.append(state not in _FINISHED)
        study.trials += 1
        if record["datetime_start"] is not None:
            self.starts.put(trial, record["datetime_start"])
        if "state" in record:
            self.fill(trial, record)

    def fill(self, trial: int, record: Record) -> None:
        """What a trial that was added whole brings along; its distributions agree with nothing but themselves."""
        if record.get("datetime_complete") is not None:
            self.ends.put(trial, record["datetime_complete"])
        value = record.get("value")
        for objective, number in enumerate(record.get("values") or ([] if value is None else [value])):
            self.values.put(trial, objective, number)
        for name, internal in record.get("params", {}).items():
            code = self.code(self.study_of[trial], name, record["distributions"][name])
            self.first.setdefault(self.pairs[code][:2], self.pairs[code][2])
            self.params.put(trial, code, internal)
        for step, number in record.get("intermediate_values", {}).items():
            self.steps.put(trial, int(step), number)
        self.user.put_all(trial, record.get("user_attrs", {}))
        self.system.put_all(trial, record.get("system_attrs", {}))

    def set_param(self, record: Record) -> None:
        """5."""
        trial = record["trial_id"]
        if self.may_change(trial):
            code = self.code(self.study_of[trial], record["param_name"], record["distribution"])
            if self.accepts(code):
                self.params.put(trial, code, record["param_value_internal"])

    def set_state(self, record: Record) -> None:
        """6: a waiting trial goes to the first worker that takes it; values that are null clear nothing."""
        trial, state = record["trial_id"], _state(record["state"])
        if not self.may_change(trial) or state == self.states[trial] == _RUNNING:
            return
        if state == _RUNNING:
            self.starts.put(trial, record["datetime_start"])
        elif state in _FINISHED:
            self.ends.put(trial, record["datetime_complete"])
            self.changeable[trial] = 0
        self.states[trial] = state
        for objective, number in enumerate(record["values"] or ()):
            self.values.put(trial, objective, number)

    def set_step(self, record: Record) -> None:
        """7."""
        if self.may_change(record["trial_id"]):
            self.steps.put(record["trial_id"], int(record["step"]), record["intermediate_value"])

    def set_user(self, record: Record) -> None:
        """8."""
        if self.may_change(record["trial_id"]):
            self.user.put_all(record["trial_id"], record["user_attr"])

    def set_system(self, record: Record) -> None:
        """9."""
        if self.may_change(record["trial_id"]):
            self.system.put_all(record["trial_id"], record["system_attr"])


def _state(stored: object) -> int:
    if not isinstance(stored, int) or stored not in _STATES:
        raise ValueError(f"no state: {stored!r}")
    return stored


def _agree(first: Distribution, later: Distribution) -> bool:
    if isinstance(first, Categorical) or isinstance(later, Categorical):
        return (
            isinstance(first, Categorical)
            and isinstance(later, Categorical)
            and len(first.choices) == len(later.choices)
            and all(map(_same_choice, first.choices, later.choices))
        )
    return type(first) is type(later) and first.log == later.log


def _same_choice(one: object, other: object) -> bool:
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return one == other or both_nan


_OPERATIONS: Mapping[int, Callable[[Replay, Record], None]] = {
    0: Replay.create_study,
    1: Replay.delete_study,
    2: Replay.set_study_user,
    3: Replay.set_study_system,
    4: Replay.create_trial,
    5: Replay.set_param,
    6: Replay.set_state,
    7: Replay.set_step,
    8: Replay.set_user,
    9: Replay.set_system,
}
