"""When a few values would squash an axis, and which range shows the rest."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Bools, Floats

_SPREAD = 8.0  # whiskers: this many interquartile ranges beyond the quartiles
_SQUASHED = 4.0  # an axis is squashed where the whole range is this many times what the whiskers span
_FARTHEST = 1e6  # ranges
_ENOUGH = 8  # values below which nothing is called an outlier


def plain_range(values: Floats) -> tuple[float, float] | None:
    """The range of an axis without the outliers that would squash it; None where all finite values fit well.

    Tukey's fences, set wide: what lies more than eight interquartile ranges beyond the quartiles is left outside, and
    only if the full range is more than four times the rest. O(n).

    >>> plain_range(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1e6]))
    (0.6, 9.4)
    >>> plain_range(np.arange(10.0)) is None
    True
    """
    finite = values[np.isfinite(values)]
    if len(finite) < _ENOUGH:
        return None
    low, high = np.percentile(finite, (25, 75))
    margin = _SPREAD * (high - low)
    inside = finite[(finite >= low - margin) & (finite <= high + margin)]
    least, most = float(inside.min()), float(inside.max())
    with np.errstate(over="ignore"):
        if len(inside) == len(finite) or finite.max() - finite.min() <= _SQUASHED * (most - least):
            return None
    padding = 0.05 * (most - least)
    return (least - padding, most + padding) if padding > 0 else None


def drawable(values: Floats, shown: tuple[float, float] | None) -> Bools:
    """Which values can be drawn at all, inside or outside the shown range: (n,).

    A picture has coordinates of limited size: what lies a million ranges away from the shown one cannot be placed.

    >>> drawable(np.array([1.0, 50.0, 1e300, np.inf]), (0.0, 1.0))
    array([ True,  True, False, False])
    """
    finite = np.isfinite(values)
    if shown is None:
        return finite
    low, high = shown
    with np.errstate(over="ignore", invalid="ignore"):
        return finite & (np.abs(values - low) <= _FARTHEST * (high - low))
