"""A study in columns: what every view reads and every way of loading makes.

All arrays are read-only. Row i of every column is the i-th trial in trial order (by number). Nothing here knows files,
SQL or figures; how trials are ranked and who is best is `analyzer.best`'s part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Bools, Floats, Ints, Times, frozen
from analyzer.artifact_files import ArtifactFolder
from analyzer.distributions import Distribution, external


class State(IntEnum):
    """How a trial stands, with Optuna's own numbers."""

    RUNNING = 0
    COMPLETE = 1
    PRUNED = 2
    FAIL = 3
    WAITING = 4


class Direction(Enum):
    """What is better; NOT_SET is a study that was created but never told, NONE a target that is no objective."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"
    NOT_SET = "not_set"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective: its position, the name the user gave it (or "value", "value 0" …) and its direction."""

    index: int
    name: str
    direction: Direction

    @property
    def sign(self) -> float:
        """+1 where smaller is better, -1 where larger is."""
        return -1.0 if self.direction is Direction.MAXIMIZE else 1.0

    @property
    def has_best(self) -> bool:
        """Whether one value is better than another; not so for a duration or an attribute (`analyzer.target`)."""
        return self.direction is not Direction.NONE


@dataclass(frozen=True, slots=True)
class Parameter:
    """One column of the search space.

    A parameter whose range changed from trial to trial has several distributions; `which` says which one a trial used.
    """

    name: str
    distributions: tuple[Distribution, ...]  # distinct, in the order of first use
    which: npt.NDArray[np.int32]  # (n,) index into distributions, -1 where the trial has no such parameter
    values: Floats  # (n,) internal values, NaN where absent

    @property
    def present(self) -> Bools:
        """(n,) whether the trial has this parameter."""
        return self.which >= 0

    @property
    def distribution(self) -> Distribution:
        """The distribution that was used first: it decides the axis (log or not, the order of categories)."""
        return self.distributions[0]

    def distribution_at(self, row: int) -> Distribution:
        """The distribution that this trial used; the trial must have the parameter."""
        return self.distributions[int(self.which[row])]

    def value(self, row: int) -> object:
        """What the objective function saw in this trial; None where absent."""
        return external(self.distribution_at(row), float(self.values[row])) if self.which[row] >= 0 else None


@dataclass(frozen=True, slots=True)
class IntermediateValues:
    """All reported (step, value) pairs, sorted by trial and then by step."""

    rows: Ints  # (k,) which trial
    steps: Ints  # (k,)
    values: Floats  # (k,) may be NaN or infinite


@dataclass(frozen=True, slots=True)
class Attributes:
    """One kind of attribute of the trials, kept as stored JSON text and decoded when asked for."""

    names: tuple[str, ...]  # distinct keys in the order of first use
    rows: Ints  # (k,) which trial, ascending within a name
    which: Ints  # (k,) index into names
    texts: Sequence[str]  # (k,) JSON, as stored

    def column(self, name: str) -> tuple[Ints, list[object]]:
        """The trials that have this attribute and their decoded values."""
        if name not in self.names:
            return np.empty(0, np.int64), []
        at = np.flatnonzero(self.which == self.names.index(name))
        return self.rows[at], [decoded(self.texts[i]) for i in at.tolist()]

    def of(self, row: int) -> dict[str, object]:
        """The attributes of one trial."""
        return {self.names[self.which[i]]: decoded(self.texts[i]) for i in np.flatnonzero(self.rows == row).tolist()}

    def numbers(self, name: str, count: int) -> Floats:
        """(count,) the attribute as a number for each trial; NaN where it is absent or no number."""
        column = np.full(count, np.nan)
        for row, value in zip(*self.column(name), strict=True):
            number = _number(value)
            column[row] = np.nan if number is None else number
        return column


class Part(Enum):
    """What of a study is read only where somebody looks at it: the tables that hold more than all others together."""

    STEPS = "intermediate values"
    ATTRIBUTES = "user attributes"


EVERYTHING = frozenset(Part)


class _Unread:
    """Stands where a part was not read. To look at it is a bug: whoever read the study had to ask for the part."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def __getattr__(self, name: str) -> object:
        if name not in _FIELDS:
            raise AttributeError(name)
        raise RuntimeError(f"the {self._part.value} of this study were not read: the view has to name them in `reads`")


_FIELDS = {*IntermediateValues.__slots__, *Attributes.__slots__, "column", "of", "numbers"}

UNREAD_STEPS = cast(IntermediateValues, _Unread(Part.STEPS))
UNREAD_ATTRIBUTES = cast(Attributes, _Unread(Part.ATTRIBUTES))


_FIRST_OF_NUMBERS = frozenset("-0123456789NI")  # of JSON as Python writes it, NaN and Infinity with it


def _number(value: object) -> float | None:
    """A decoded value as a number; None for NaN, for a whole number too long for any, and for all that is no number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value != value:
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def decoded(text: str) -> object:
    """Decode stored JSON; text that is not JSON is shown as it is rather than lost.

    >>> decoded('[1, NaN]'), decoded('half a')
    ([1, nan], 'half a')
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@dataclass(frozen=True, slots=True)
class Trials:
    """The rows. `ids` are the database's own trial ids, which notes and artifacts refer to."""

    numbers: Ints  # (n,)
    ids: Ints  # (n,)
    states: npt.NDArray[np.int8]  # (n,) State
    values: Floats  # (n, m) as reported, NaN = none; PRUNED trials may carry their last intermediate value
    starts: Times  # (n,) datetime64[us] in the writer's own clock, NaT = none
    ends: Times  # (n,)
    constraints: Floats  # (n, c), NaN = that trial has no such constraint; c = 0 in an unconstrained study


@dataclass(frozen=True, slots=True)
class Source:
    """Where a study came from, without any path: what the reader is told about the database."""

    name: str  # file name, or the database's name on a server
    kind: str  # "SQLite", "journal file", "PostgreSQL", "MySQL"
    optuna_version: str | None  # that created (or last upgraded) the database, where it says so
    layout: str  # which generation of Optuna's tables
    clock: str  # what the timestamps are, in words


@dataclass(frozen=True)
class Study:
    """One study, whole. Columns only; loading 100 000 trials makes no object per trial."""

    name: str
    objectives: tuple[Objective, ...]
    trials: Trials
    parameters: Mapping[str, Parameter]  # in the order in which trials suggested them
    intermediate: IntermediateValues
    user_attributes: Attributes  # of the trials
    system_attributes: Attributes  # of the trials, without samplers' internal state
    attributes: Mapping[str, object]  # the study's own user attributes
    stored: Mapping[str, object]  # the study's own system attributes: metric names, notes, artifacts …
    source: Source
    metric_names: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()  # what the reader of the database had to leave out, one sentence each
    artifact_files: ArtifactFolder | None = None  # where the artifacts lie, where the reader has said so
    of: int | None = None  # how many trials it has in all, where only some are looked at (analyzer.subset)

    def __len__(self) -> int:
        return len(self.trials.numbers)

    @cached_property
    def losses(self) -> Floats:
        """(n, m) the values with maximised objectives negated, so that smaller is better everywhere."""
        return frozen(self.trials.values * np.array([o.sign for o in self.objectives]))

    @cached_property
    def complete(self) -> Ints:
        """The rows of the complete trials that have all their values, in trial order."""
        has_values = ~np.isnan(self.trials.values).any(axis=1)
        return frozen(np.flatnonzero((self.trials.states == State.COMPLETE) & has_values))

    @cached_property
    def complete_states(self) -> Ints:
        """The rows of all complete trials, those without a value among them, in trial order."""
        return frozen(np.flatnonzero(self.trials.states == State.COMPLETE))

    @cached_property
    def numeric_attributes(self) -> tuple[str, ...]:
        """The user attributes that are a number in at least one complete trial, in the order of first use. O(n)."""
        user = self.user_attributes
        mine = np.flatnonzero((self.trials.states == State.COMPLETE)[user.rows])
        numeric = {code for at, code in zip(mine.tolist(), user.which[mine].tolist(), strict=True)
                   if user.texts[at][:1] in _FIRST_OF_NUMBERS and _number(decoded(user.texts[at])) is not None}  # fmt: skip
        return tuple(name for code, name in enumerate(user.names) if code in numeric)

    @cached_property
    def feasible(self) -> Bools:
        """(n,) whether every constraint is <= 0. A trial without constraint values counts as feasible (Optuna 5.0)."""
        return frozen(np.asarray(~(self.trials.constraints > 0).any(axis=1), dtype=np.bool_))

    @property
    def is_constrained(self) -> bool:
        """Whether any trial, in any state, carries constraint values."""
        return bool(self.trials.constraints.shape[1])

    @cached_property
    def is_preferential(self) -> bool:
        """Whether trials were compared by a person instead of valued: stored values mean nothing then."""
        return self.stored.get("preference:is_preferential") is True

    def state_counts(self) -> dict[str, int]:
        """How many trials stand how, states that occur only, in the order of `State`."""
        counts = np.bincount(self.trials.states.astype(np.intp), minlength=len(State))
        return {state.name: int(counts[state]) for state in State if counts[state]}

    def params(self, row: int) -> dict[str, object]:
        """The parameters of one trial as the objective function saw them."""
        return {name: p.value(row) for name, p in self.parameters.items() if p.which[row] >= 0}

    def durations_s(self) -> Floats:
        """(n,) seconds from start to end; NaN where either is missing."""
        spans = self.trials.ends - self.trials.starts
        return np.where(np.isnat(spans), np.nan, spans.astype(np.int64) / 1e6)

    def rows_of(self, numbers: Sequence[int]) -> Iterator[int]:
        """The rows that hold these trial numbers, one each, in the order asked; unknown numbers are left out."""
        order = np.argsort(self.trials.numbers, kind="stable")
        known = self.trials.numbers[order]
        places = np.searchsorted(known, np.asarray(numbers, np.int64), side="right") - 1
        found = places[(places >= 0) & (known[places] == numbers)] if len(known) else places[:0]
        return iter(order[found].tolist())
