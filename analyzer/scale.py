"""Where a parameter's values stand on an axis: numbers as numbers, categories in their own order, logs as logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import figure
from analyzer.arrays import Floats
from analyzer.distributions import Categorical, Float, Int, bounds, is_log
from analyzer.study import Parameter
from analyzer.text import _, shortened

_FEW = 12  # values of a stepped range that are marked one by one
_LARGEST = 8e307  # so that the length of an axis is a number too


@dataclass(frozen=True, slots=True)
class Scale:
    """One parameter's axis. Category i of `labels` stands at position i."""

    name: str
    log: bool
    labels: tuple[str, ...]  # () for a number
    low: float  # of the search range over all its distributions, and of values set by hand beyond it
    high: float
    grid: tuple[float, ...] = ()  # the values of a stepped, linear range with few of them


def scale(parameter: Parameter) -> Scale:
    """The axis of a parameter.

    Categories whose choices are all numbers stand in numeric order (16, 32, 64, 128: not as text), any other in the order
    in which they were declared. Values that were set by hand beyond the range widen the axis; one at or below zero makes
    a logarithmic axis linear, where it can be shown.
    """
    first = parameter.distribution
    if isinstance(first, Categorical):
        every = _every_choice(parameter)
        labels = tuple(every.labels[code] for code in _order(every))
        return Scale(parameter.name, False, labels, 0.0, float(len(labels) - 1))
    searched, (low, high) = bounds(first), _ends(parameter)
    log = is_log(first) and low > 0
    plain = len(parameter.distributions) == 1 and searched == (low, high) and not log
    return Scale(parameter.name, log, (), low, high, _grid(first) if plain else ())


def _ends(parameter: Parameter) -> tuple[float, float]:
    """The lowest and the highest number that the axis has to show; finite, and so is their difference."""
    ranges = [bounds(used) for used in parameter.distributions if not isinstance(used, Categorical)]
    known = np.concatenate([np.array(ranges).ravel(), positions(parameter)])
    known = np.clip(known[np.isfinite(known)], -_LARGEST, _LARGEST)
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)


def _grid(distribution: Float | Int) -> tuple[float, ...]:
    """All values of a stepped range, where they are few enough to be marked one by one."""
    if not distribution.step or not distribution.high - distribution.low < _FEW * distribution.step:
        return ()
    count = int((distribution.high - distribution.low) / distribution.step + 1e-6) + 1
    return tuple(float(f"{distribution.low + index * distribution.step:.12g}") for index in range(count))


def positions(parameter: Parameter) -> Floats:
    """(n,) where each trial stands on the axis, in the axis's own unit; NaN where the parameter is absent or damaged.

    A number where the first trials had categories, or the other way round, has no place on the axis either.
    """
    categorical = [isinstance(used, Categorical) for used in parameter.distributions]
    if not any(categorical):
        return parameter.values
    if not categorical[0]:
        return np.where(np.isin(parameter.which, np.flatnonzero(categorical)), np.nan, parameter.values)
    every = _every_choice(parameter)
    at = {repr(every.choices[code]): float(place) for place, code in enumerate(_order(every))}
    codes = np.nan_to_num(parameter.values, nan=-1.0, posinf=-1.0, neginf=-1.0).astype(np.int64)
    found = np.full(len(codes), np.nan)
    for index, used in enumerate(parameter.distributions):
        if isinstance(used, Categorical):
            mine = (parameter.which == index) & (codes >= 0) & (codes < len(used.choices))
            found[mine] = np.array([at[repr(choice)] for choice in used.choices])[codes[mine]]
    return found


def _every_choice(parameter: Parameter) -> Categorical:
    """The choices of all its distributions, each once: one axis holds them where they changed from trial to trial."""
    used = (each.choices for each in parameter.distributions if isinstance(each, Categorical))
    return Categorical(tuple({repr(choice): choice for choices in used for choice in choices}.values()))


def _order(distribution: Categorical) -> list[int]:
    numbers = distribution.numbers
    if numbers is None:
        return list(range(len(distribution.choices)))
    return [int(code) for code in np.argsort(numbers, kind="stable")]


def drawn_axis(scale: Scale, **more: Any) -> dict[str, Any]:
    """The axis for a figure: its title says the scale, long names are shortened in the middle."""
    name = shortened(scale.name, 32)
    if scale.labels:
        return figure.axis(name, **figure.ticks(scale.labels), **more)
    if scale.log:
        return figure.axis(_("{name} (log)").format(name=name), type="log", dtick=_decades(scale), **more)
    if scale.grid:
        margin = 0.5 * (scale.grid[-1] - scale.grid[0]) / max(len(scale.grid) - 1, 1) or 0.5
        ends = [scale.grid[0] - margin, scale.grid[-1] + margin]
        return figure.axis(name, tickmode="array", tickvals=list(scale.grid), range=ends, **more)
    return figure.axis(name, **more)


def _decades(scale: Scale) -> Any:
    """A tick per decade where there are several; plotly's own choice (2, 5, 10 …) within one or two."""
    span = np.log10(scale.high / scale.low) if scale.low > 0 and np.isfinite(scale.high) else 0.0
    if span < 2.5:
        return "D2"
    return max(1, int(np.ceil(span / 4)))


def hover_value(scale: Scale, letter: str) -> str:
    """How a figure's hover shows this parameter; categories come as text in the axis's own labels."""
    return f"%{{{letter}}}" if scale.labels else f"%{{{letter}:.4~g}}"
