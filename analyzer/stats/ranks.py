"""Ranks with ties averaged, and the empirical distribution of a column, both with the numbers of Optuna's plots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.arrays import Floats

EDF_POINTS = 100  # as many as Optuna draws


def average_ranks(values: Floats) -> Floats:
    """The rank of each value, 0 for the smallest; equal values share the mean of the ranks they take up together.

    SciPy's `rankdata(method="average")` counts from 1 instead. values: (n,), infinite allowed; NaN ranks NaN and does
    not move the others. Returns (n,). O(n log n).

    >>> average_ranks(np.array([5.0, 1.0, 5.0, np.inf]))
    array([1.5, 0. , 1.5, 3. ])
    """
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(values)])
    ends = np.append(starts[1:], len(values))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat((starts + ends - 1) / 2, ends - starts)
    ranks[np.isnan(values)] = np.nan
    return ranks


def scaled_ranks(values: Floats) -> Floats:
    """Average ranks from 0 (the smallest value) to 1 (the largest), as Optuna colours its rank plot; 0.5 for one value.

    values: (n,) without NaN. Returns (n,). O(n log n).

    >>> scaled_ranks(np.array([3.0, 1.0, 2.0]))
    array([1. , 0. , 0.5])
    """
    return average_ranks(values) / (len(values) - 1) if len(values) > 1 else np.full(len(values), 0.5)


def empirical_distribution(values: Floats, grid: Floats) -> Floats:
    """The share of the values that are at most x, for each x of the grid, (g,); NaN where there are no values.

    values: (n,) without NaN; grid: (g,). O((n + g) log n).

    >>> empirical_distribution(np.array([1.0, 2.0, 2.0, 4.0]), np.array([0.0, 2.0, 4.0]))
    array([0.  , 0.75, 1.  ])
    """
    if len(values) == 0:
        return np.full(len(grid), np.nan)
    return np.searchsorted(np.sort(values), grid, side="right") / len(values)


def distribution_grid(columns: Sequence[Floats], points: int = EDF_POINTS) -> Floats:
    """Evenly spaced points from the smallest to the largest of all columns' values, (points,), as Optuna's EDF has.

    columns: finite, not all empty (ValueError).

    >>> distribution_grid([np.array([0.0, 3.0]), np.array([4.0])], points=3)
    array([0., 2., 4.])
    """
    pooled = np.concatenate(columns)
    return np.linspace(pooled.min(), pooled.max(), points)
