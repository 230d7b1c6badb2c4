"""Places on a parameter's axis: as shares of its length on the scale that was searched, and in words."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

import numpy as np

from analyzer.arrays import Floats, Ints, settled
from analyzer.scale import Scale
from analyzer.text import number


def shares(axis: Scale, places: Floats) -> Floats:
    """How far along the axis each place is, 0 … 1, logarithmically where the axis is; category i of k at i / (k - 1).

    places: (n,) as `scale.positions` gives them, finite; what lies beyond an end is put there. Returns (n,).

    >>> shares(Scale("lr", True, (), 1e-4, 1.0), np.array([1e-4, 1e-2, 1.0]))
    array([0. , 0.5, 1. ])
    """
    low, high = _ends(axis)
    searched = np.clip(np.log(places) if axis.log else places, low, high)
    return np.clip((searched - low) / ((high - low) or 1.0), 0.0, 1.0)


def at_shares(axis: Scale, parts: Floats) -> Floats:
    """The places at these shares of the axis: `shares` the other way round.

    >>> at_shares(Scale("x", False, (), 2.0, 4.0), np.array([0.0, 0.25])).tolist()
    [2.0, 2.5]
    """
    low, high = _ends(axis)
    found = low + parts * (high - low)
    return settled(np.exp(found)) if axis.log else found


def _ends(axis: Scale) -> tuple[float, float]:
    return (math.log(axis.low), math.log(axis.high)) if axis.log else (axis.low, axis.high)


def has_stops(axis: Scale) -> bool:
    """Whether the axis has few places to stand on: categories, or the values of a short stepped range."""
    return bool(axis.labels or axis.grid)


def stops(axis: Scale) -> Floats:
    """The places of an axis that has stops, ascending.

    >>> stops(Scale("opt", False, ("sgd", "adam"), 0.0, 1.0))
    array([0., 1.])
    """
    return np.arange(len(axis.labels), dtype=np.float64) if axis.labels else np.array(axis.grid)


def nearest_stops(axis: Scale, places: Floats) -> Ints:
    """(n,) which stop each place is nearest to; places are finite.

    >>> nearest_stops(Scale("layers", False, (), 1.0, 3.0, (1.0, 2.0, 3.0)), np.array([3.0, 1.0, 2.2]))
    array([2, 0, 1])
    """
    found = stops(axis)
    return np.searchsorted(found[1:] / 2 + found[:-1] / 2, places).astype(np.int64)


def outward(low: float, high: float) -> tuple[str, str]:
    """The ends of a range in few digits, rounded outward so that it still holds what it is said to hold.

    Whole numbers stay as they are; others get as many digits as widen the range by a tenth at most.

    >>> outward(0.01234, 0.1876), outward(0.95123, 0.95298), outward(128.0, 512.0)
    (('0.012', '0.19'), ('0.9512', '0.953'), ('128', '512'))
    """
    if low == int(low) and high == int(high):
        return number(low), number(high)
    for digits in range(2, 18):
        bottom, top = _rounded(low, digits, ROUND_FLOOR), _rounded(high, digits, ROUND_CEILING)
        if low / 2 - bottom / 2 + (top / 2 - high / 2) <= 0.1 * (high / 2 - low / 2):  # halves, for 1e308
            break
    return number(bottom, digits), number(top, digits)


def _rounded(value: float, digits: int, direction: str) -> float:
    return float(Context(prec=digits, rounding=direction).create_decimal(repr(value)))
