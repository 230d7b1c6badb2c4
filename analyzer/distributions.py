"""The three kinds of search distribution, and how a stored number becomes the value a user wrote.

A parameter value is stored as one float, the *internal* value: the number itself for Float and Int, the index of the
choice for Categorical. `external` turns it back. How distributions are spelled in a database is `database.decode`'s part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats


@dataclass(frozen=True, slots=True)
class Float:
    """A real number in [low, high]; `log`: searched on a log scale; `step`: on a grid from low (never together)."""

    low: float
    high: float
    log: bool = False
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Int:
    """An integer in [low, high] on a grid of `step` from low."""

    low: int
    high: int
    log: bool = False
    step: int = 1


@dataclass(frozen=True, slots=True)
class Categorical:
    """One of `choices`: anything JSON can hold, None, booleans, lists and objects included."""

    choices: tuple[object, ...]

    def __hash__(self) -> int:
        return hash(repr(self.choices))

    def __eq__(self, other: object) -> bool:
        # As printed, True differs from 1 and 1 from 1.0, and NaN equals itself.
        return isinstance(other, Categorical) and repr(self.choices) == repr(other.choices)

    @property
    def labels(self) -> tuple[str, ...]:
        """The choices as Python would print them, one each.

        >>> Categorical((None, True, 1, "relu")).labels
        ('None', 'True', '1', 'relu')
        """
        return choice_labels(self.choices)

    @property
    def numbers(self) -> Floats | None:
        """The choices as numbers where every one is a finite int or float (booleans are not), else None."""
        if not all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in self.choices):
            return None
        numbers = np.array([float(c) for c in self.choices])  # type: ignore[arg-type]
        return numbers if np.isfinite(numbers).all() else None


Distribution = Float | Int | Categorical


def choice_labels(choices: Sequence[object]) -> tuple[str, ...]:
    """Name each choice: text as it is, anything else as Python prints it; two that would read alike are told apart.

    >>> choice_labels(["1", 1, True])
    ("'1'", '1', 'True')
    """
    plain = [choice if isinstance(choice, str) else repr(choice) for choice in choices]
    if len(set(plain)) == len(plain):
        return tuple(plain)
    return tuple(repr(choice) for choice in choices)


def is_single(distribution: Distribution) -> bool:
    """Whether the distribution holds one value only, so that the parameter is a constant.

    >>> is_single(Float(1.0, 1.0)), is_single(Int(1, 4, step=5)), is_single(Categorical(("a", "b")))
    (True, True, False)
    """
    if isinstance(distribution, Categorical):
        return len(distribution.choices) == 1
    if distribution.low == distribution.high:
        return True
    return distribution.step is not None and distribution.high - distribution.low < distribution.step


def is_log(distribution: Distribution) -> bool:
    """Whether the distribution was searched on a log scale."""
    return not isinstance(distribution, Categorical) and distribution.log


def external(distribution: Distribution, internal: float) -> object:
    """Turn one stored number into the value the objective function saw.

    A category's index outside the choices (a damaged row) gives None. NaN (absent) gives None too.

    >>> external(Int(1, 9), 3.0), external(Categorical(("sgd", "adam")), 1.0)
    (3, 'adam')
    """
    if math.isnan(internal):
        return None
    if isinstance(distribution, Categorical):
        index = int(internal) if math.isfinite(internal) else -1
        return distribution.choices[index] if 0 <= index < len(distribution.choices) else None
    return int(internal) if isinstance(distribution, Int) and math.isfinite(internal) else internal


def bounds(distribution: Distribution) -> tuple[float, float]:
    """The lowest and highest internal value.

    >>> bounds(Categorical(("a", "b", "c")))
    (0.0, 2.0)
    """
    if isinstance(distribution, Categorical):
        return 0.0, float(len(distribution.choices) - 1)
    return float(distribution.low), float(distribution.high)


def unit_interval(distribution: Distribution, internal: Floats) -> Floats:
    """Place internal values on [0, 1], on the scale that was searched (log where it is log); NaN stays NaN.

    >>> unit_interval(Float(1e-4, 1.0, log=True), np.array([1e-4, 1e-2, 1.0]))
    array([0. , 0.5, 1. ])
    """
    low, high = bounds(distribution)
    if is_log(distribution):
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high, internal = math.log(low), math.log(high), np.log(internal)
    if high == low:
        return np.where(np.isnan(internal), np.nan, 0.5)
    return (internal - low) / (high - low)
