"""Parameter values on the grid of PED-ANOVA, and the Parzen density of such counts, with the numbers of Optuna 5.0.

What is done with the densities is in `ped_anova`; a density for the eye, on a continuous axis, is in `density`.
"""

from __future__ import annotations

import math

import numpy as np

from analyzer.arrays import Floats, Ints

CONTINUOUS_SIZE = 50  # grid points of a range without steps, and the most that a stepped one gets
PRIOR_WEIGHT = 1.0  # of the kernel that stands for not having looked, beside 1 for each trial
SCOTT_FACTOR = 1.059  # Scott 1992, Multivariate Density Estimation
NARROWEST_KERNEL = 0.5 / 1.64  # 90 % of a kernel within its own grid cell


def numeric_cells(
    values: Floats, low: float, high: float, *, log: bool, step: float | None, integer: bool
) -> tuple[Ints, int]:
    """The grid cell of each value of a numeric parameter, (k,), and the number of cells; 1 if the range is one value.

    values: (k,) within [low, high], in the parameter's own unit; `log`, `step` (None: continuous) and `integer` as in
    the distribution. A logarithmic integer has as many cells as its range has doublings, and one more.

    >>> numeric_cells(np.array([1.0, 2.0, 9.0]), 1, 9, log=False, step=2, integer=True)
    (array([0, 0, 4]), 5)
    """
    if low == high:
        return np.zeros(len(values), dtype=np.int64), 1
    if log:
        size = log_integer_size(low, high) if integer else CONTINUOUS_SIZE
        return linear_cells(np.log(values), math.log(low), math.log(high), size), size
    size = CONTINUOUS_SIZE if step is None else stepped_size(low, high, step)
    return linear_cells(values, low, high, size), size


def stepped_size(low: float, high: float, step: float) -> int:
    """The number of values of a stepped range, at most 50.

    >>> stepped_size(0.0, 1.0, 0.25)
    5
    """
    return min(round((high - low) / step) + 1, CONTINUOUS_SIZE)


def log_integer_size(low: float, high: float) -> int:
    """The number of cells for integers from low to high on a logarithmic scale, at most 50.

    >>> log_integer_size(1, 1024)
    11
    """
    return min(int(np.ceil(np.log(high - low + 1) / np.log(2))) + 1, CONTINUOUS_SIZE)


def linear_cells(values: Floats, low: float, high: float, size: int) -> Ints:
    """The nearest of `size` evenly spaced points from low to high, the lower one where two are equally near.

    >>> linear_cells(np.array([0.0, 0.25, 0.3, 1.0]), 0.0, 1.0, 3)
    array([0, 0, 1, 2])
    """
    if size == 1:
        return np.zeros(len(values), dtype=np.int64)
    width = (high - low) / (size - 1)
    return np.clip(np.ceil((values - low) / width - 0.5), 0, size - 1).astype(np.int64)


def numeric_density(counts: Ints) -> Floats:
    """The probability of each cell of an ordered grid, (m,): truncated normal kernels on the counted cells and a prior.

    All kernels but the prior have one width, so that the mass between two cells depends on their distance alone: m + 1
    tail probabilities serve all m² pairs. counts: (m,), m >= 2, not all zero. O(m²).

    >>> numeric_density(np.array([3, 0, 3])).round(3)
    array([0.336, 0.327, 0.336])
    """
    observed = np.flatnonzero(counts)
    weights = counts[observed]
    width = _kernel_width(observed, weights)
    mixed: Floats = _kernels(len(counts), width)[:, observed] @ weights + PRIOR_WEIGHT * _prior(len(counts))
    return mixed / float(weights.sum() + PRIOR_WEIGHT)


def _kernel_width(observed: Ints, weights: Ints) -> float:
    """Scott's rule in cells: the standard deviation or the interquartile range, whichever is smaller."""
    cumulated = np.cumsum(weights)
    total = int(cumulated[-1])
    mean = float(observed @ weights) / total
    deviation = math.sqrt(float((observed - mean) ** 2 @ weights) / max(1, total - 1))
    first = np.searchsorted(cumulated, total // 4, side="left")
    third = min(len(observed) - 1, int(np.searchsorted(cumulated, total * 3 // 4, side="right")))
    spread = min(float(observed[third] - observed[first]) / 1.34, deviation)
    return max(SCOTT_FACTOR * spread * math.pow(total, -0.2), NARROWEST_KERNEL)


def _kernels(size: int, width: float) -> Floats:
    """The mass in row g of a normal kernel at column o, cut off half a cell beyond the grid's ends, (size, size)."""
    tails = np.array([0.5 * math.erfc((k - 0.5) / width * 0.5**0.5) for k in range(1, size + 1)])
    by_distance = np.empty(size)
    by_distance[0] = 1.0 - 2.0 * tails[0]
    by_distance[1:] = tails[:-1] - tails[1:]
    cells = np.arange(size)
    inside = 1.0 - tails - tails[::-1]
    kernels: Floats = np.take(by_distance, np.abs(cells[:, None] - cells)) / inside
    return kernels


def _prior(size: int) -> Floats:
    """One wide kernel in the middle of the grid, (size,)."""
    edges = [math.erf((cell - size / 2.0) / size * 0.5**0.5) for cell in range(size + 1)]
    masses: Floats = np.diff(edges) / (edges[-1] - edges[0])
    return masses


def categorical_density(counts: Ints) -> Floats:
    """The probability of each choice, (m,): a kernel per observed choice that leaks to the others, and a uniform prior.

    counts: (m,), not all zero. O(m).

    >>> categorical_density(np.array([3, 0]))
    array([0.6875, 0.3125])
    """
    kernels = np.count_nonzero(counts) + 1
    leak = PRIOR_WEIGHT / kernels
    choices, total = len(counts), int(counts.sum())
    mixed: Floats = (counts + total * leak) / (1.0 + leak * choices) + PRIOR_WEIGHT / choices
    return mixed / (total + PRIOR_WEIGHT)
