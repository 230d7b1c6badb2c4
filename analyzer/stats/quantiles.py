"""Many curves as one picture: at each step the quantiles over the curves that have a value there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Bands:
    """Quantiles of many curves, step by step."""

    levels: tuple[float, ...]  # (q,), each in 0 … 1
    steps: Ints  # (s,), ascending
    counts: Ints  # (s,), how many values there are at the step
    values: Floats  # (q, s), rows as in levels


def quantile_bands(steps: Ints, values: Floats, levels: Sequence[float] = LEVELS) -> Bands:
    """The quantiles of the values at each step, by linear interpolation as numpy.quantile has it; NaN counts nowhere.

    Curves come flat, as (curve, step, value) with one value per curve and step, so the curves' own numbers are not
    needed. To draw fewer steps, or curves that report at different ones, round the steps to bins beforehand.
    steps, values: (k,) in any order, values may be infinite: a quantile between -inf and inf is NaN. A step whose
    values are all NaN is left out. O(k log k).

    >>> bands = quantile_bands(np.array([0, 0, 0, 1]), np.array([3.0, 1.0, 2.0, 5.0]), levels=(0.25, 0.5))
    >>> bands.steps, bands.counts, bands.values
    (array([0, 1]), array([3, 1]), array([[1.5, 5. ], [2. , 5. ]]))
    """
    valid = np.flatnonzero(~np.isnan(values))
    order = valid[np.lexsort((values[valid], steps[valid]))]
    ordered, sorted_steps = values[order], steps[order]
    starts = np.flatnonzero(np.append(True, sorted_steps[1:] != sorted_steps[:-1])[: len(order)])
    counts = np.diff(np.append(starts, len(order)))
    shares = np.asarray(levels, dtype=np.float64)[:, None]
    return Bands(
        levels=tuple(levels),
        steps=sorted_steps[starts].astype(np.int64),
        counts=counts.astype(np.int64),
        values=_interpolated(ordered, starts, shares * (counts - 1)),
    )


def _interpolated(ordered: Floats, starts: Ints, places: Floats) -> Floats:
    """The values at fractional places of runs that begin at `starts`, (q, s)."""
    whole = np.floor(places)
    below = starts + whole.astype(np.int64)
    above = starts + np.ceil(places).astype(np.int64)
    left, right = ordered[below], ordered[above]
    with np.errstate(invalid="ignore"):  # inf - inf; equal infinities are told apart below
        between = left + (places - whole) * (right - left)
    return np.where(left == right, left, between)
