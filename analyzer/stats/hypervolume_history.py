"""The hypervolume after each row. The volume itself is in `hypervolume`; feasibility and direction are the caller's."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats
from analyzer.stats.dominance import candidates
from analyzer.stats.hypervolume import strictly_inside, volume_gains


def hypervolume_history(losses: Floats, reference: Floats) -> Floats:
    """Hypervolume of the first i + 1 rows, for each i.

    Rows that are not strictly below the reference in every coordinate repeat the value before them, as in Optuna's
    `plot_hypervolume_history`. Put inf in rows that must not count (infeasible trials). Never decreases. Once a row
    inside holds -inf (or where the reference is inf) the volume is and stays inf; Optuna's becomes NaN there.
    losses: (n, m), finite or inf, never NaN; reference: (m,). Returns (n,), in the product of the objectives' units.
    O(n log n) for m <= 2; beyond, see `hypervolume.volume_gains`. Raises ValueError where the lengths differ.

    >>> hypervolume_history(np.array([[3.0, 1.0], [5.0, 0.0], [1.0, 3.0], [2.0, 2.0]]), np.array([4.0, 4.0]))
    array([3., 3., 5., 6.])
    """
    inside = np.flatnonzero(strictly_inside(losses, reference))
    gains = np.zeros(len(losses))
    rows = inside[: _first_infinite(losses[inside], reference)]
    gains[inside[len(rows) :]] = np.inf
    if rows.size:
        with np.errstate(over="ignore", invalid="ignore"):
            gains[rows] = _gains(losses[rows], reference)
    history = np.cumsum(gains)
    return np.where(np.isnan(history), np.inf, history)


def _first_infinite(points: Floats, reference: Floats) -> int:
    """Number of rows strictly inside that come before the first one with an infinite volume."""
    if np.isfinite(points).all() and np.isfinite(reference).all():
        return len(points)
    infinite = np.isinf(points).any(axis=1) | np.isinf(reference).any()
    return int(np.argmax(infinite)) if infinite.any() else len(points)


def _gains(points: Floats, reference: Floats) -> Floats:
    """Gains of rows strictly inside; the many that an earlier row dominates are left out first."""
    early = candidates(np.column_stack([points, np.arange(len(points))]))
    gains = np.zeros(len(points))
    gains[early] = volume_gains(points[early], reference)
    return gains
