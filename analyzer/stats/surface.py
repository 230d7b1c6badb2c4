"""A smooth surface through scattered values: the local mean, on a grid whose size does not grow with the points."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats

_BANDWIDTH = 0.06  # of the unit interval
_FEWEST = 0.15  # kernel weight (in points) below which the surface is left open


def local_mean(
    x_cells: Floats, y_cells: Floats, values: Floats, shape: tuple[int, int], smooth: tuple[bool, bool]
) -> Floats:
    """Nadaraya-Watson regression with a Gaussian kernel, over counts binned to a grid.

    x_cells, y_cells: (n,), the grid cell of each point, whole numbers below shape; values: (n,), finite. An axis that is
    not smooth (categories) does not lend its neighbours any weight. Returns (rows, columns) = (shape[1], shape[0]), NaN
    where no point is near. Nadaraya 1964. O(n + cells * (rows + columns)).

    >>> local_mean(np.array([0, 1]), np.array([0, 0]), np.array([2.0, 4.0]), (3, 1), (False, False))
    array([[ 2.,  4., nan]])
    """
    columns, rows = shape
    flat = (y_cells * columns + x_cells).astype(np.intp)
    weights = np.bincount(flat, minlength=columns * rows).reshape(rows, columns).astype(np.float64)
    sums = np.bincount(flat, values, minlength=columns * rows).reshape(rows, columns)
    across, down = _kernel(columns, smooth[0]), _kernel(rows, smooth[1])
    near = down @ weights @ across.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(near >= _FEWEST, (down @ sums @ across.T) / near, np.nan)


def _kernel(size: int, smooth: bool) -> Floats:
    """(size, size): the weight of each cell for each other one."""
    if not smooth or size == 1:
        return np.eye(size)
    centres = (np.arange(size) + 0.5) / size
    return np.exp(-0.5 * ((centres[:, None] - centres) / _BANDWIDTH) ** 2)


def cells(positions: Floats, low: float, high: float, count: int) -> Floats:
    """The cell, 0 … count - 1, of each position in [low, high].

    >>> cells(np.array([0.0, 0.49, 1.0]), 0.0, 1.0, 2)
    array([0., 0., 1.])
    """
    span = high - low
    share = (positions - low) / span if span > 0 else np.zeros(len(positions))
    return np.clip(np.floor(share * count), 0, count - 1)
