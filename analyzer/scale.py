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

_FEW = 12


@dataclass(frozen=True, slots=True)
class Scale:
    """One parameter's axis. Category i of `labels` stands at position i."""

    name: str
    log: bool
    labels: tuple[str, ...]  # () for a number
    low: float  # of the search range, over all its distributions
    high: float
    grid: tuple[float, ...] = ()  # the values of a stepped, linear range with few of them


def scale(parameter: Parameter) -> Scale:
    """The axis of a parameter.

    Categories whose choices are all numbers stand in numeric order (16, 32, 64, 128: not as text), any other in the order
    in which they were declared.
    """
    first = parameter.distribution
    if isinstance(first, Categorical):
        labels = tuple(first.labels[code] for code in _order(first))
        return Scale(parameter.name, False, labels, 0.0, float(len(labels) - 1))
    ranges = [bounds(distribution) for distribution in parameter.distributions]
    low, high = min(low for low, _high in ranges), max(high for _low, high in ranges)
    log = is_log(first) and low > 0
    return Scale(parameter.name, log, (), low, high, () if log or len(ranges) > 1 else _grid(first))


def _grid(distribution: Float | Int) -> tuple[float, ...]:
    """All values of a stepped range, where they are few enough to be marked one by one."""
    if not distribution.step or not distribution.high - distribution.low < _FEW * distribution.step:
        return ()
    count = round((distribution.high - distribution.low) / distribution.step) + 1
    return tuple(float(f"{distribution.low + index * distribution.step:.12g}") for index in range(count))


def positions(parameter: Parameter) -> Floats:
    """(n,) where each trial stands on the axis, in the axis's own unit; NaN where the parameter is absent."""
    first = parameter.distribution
    if not isinstance(first, Categorical):
        return parameter.values
    place = np.full(len(first.choices) + 1, np.nan)  # the last cell takes what is absent or damaged
    place[_order(first)] = np.arange(len(first.choices))
    stored = np.nan_to_num(parameter.values, nan=-1.0).astype(np.int64)
    return place[np.where((stored >= 0) & (stored < len(first.choices)), stored, len(first.choices))]


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
