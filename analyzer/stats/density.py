"""The density of one column for the eye: Gaussian kernels on a continuous axis, shares on a discrete one.

Values are binned first, so that the cost of the kernels depends on the axis and not on the number of values. The grid
densities of PED-ANOVA, which follow other rules, are in `ped_grid`.
"""

from __future__ import annotations

import math

import numpy as np

from analyzer.arrays import Floats, Ints

FINEST = 2048  # cells that an axis is binned into, at least; no kernel is narrower than one of them
REACH = 5.0  # bandwidths beyond which a kernel is 0 (it has fallen by 4e-6)


def kernel_density(
    values: Floats,
    grid: Floats,
    *,
    weights: Floats | None = None,
    bandwidth: float | None = None,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Floats:
    """The density at each point of an evenly spaced ascending grid, (g,); over the bounds it integrates to 1.

    What a kernel would spill over a bound is reflected back, so that an even column is flat up to its ends (Silverman
    1986, §2.10); beyond the bounds the density is 0. Values are binned linearly onto a mesh of at least 2048 cells
    (Wand 1994, https://doi.org/10.1080/10618600.1994.10474656), which keeps the result within 1 % of the exact sum of
    kernels where a bandwidth spans four cells; a bandwidth below one cell is widened to it.
    values: (n,) finite, within the bounds; grid: (g,), g >= 2; weights: (n,) >= 0, all 1 by default; bandwidth: the
    kernel's standard deviation, by default Silverman's. All zero without weight. O(n + g).

    >>> kernel_density(np.array([0.0]), np.array([-1.0, 0.0, 1.0]), bandwidth=1.0).round(4)
    array([0.242 , 0.3989, 0.242 ])
    """
    total = float(len(values) if weights is None else weights.sum())
    if total <= 0:
        return np.zeros(len(grid))
    refinement = math.ceil(FINEST / (len(grid) - 1))
    cells = (len(grid) - 1) * refinement
    spacing = float(grid[-1] - grid[0]) / cells
    width = max(silverman_bandwidth(values, weights) if bandwidth is None else bandwidth, spacing)
    margin = math.ceil(REACH * width / spacing)
    mirrored, mirrored_weights = _mirrored(values, weights, bounds, REACH * width)
    binned = _binned(mirrored, mirrored_weights, float(grid[0]) - margin * spacing, spacing, cells + 2 * margin + 1)
    smooth = _convolved(binned, _kernel(width / spacing, margin))[::refinement]
    inside = (grid >= bounds[0]) & (grid <= bounds[1])
    return np.where(inside, smooth / (total * spacing), 0.0)


def silverman_bandwidth(values: Floats, weights: Floats | None = None) -> float:
    """The rule of thumb 0.9 min(deviation, interquartile range / 1.34) n^(-1/5), Silverman 1986, eq. 3.31.

    With weights n is Kish's effective number, (sum w)² / sum w². Where half of the values are equal the deviation
    decides alone. values: (n,), n >= 1. O(n); with weights O(n log n).

    >>> round(silverman_bandwidth(np.array([0.0, 1.0, 2.0, 3.0])), 4)
    0.7626
    """
    if weights is None:
        deviation, effective = float(values.std()), float(len(values))
    else:
        total = float(weights.sum())
        mean = float(values @ weights) / total
        deviation = math.sqrt(float((values - mean) ** 2 @ weights) / total)
        effective = total**2 / float(weights @ weights)
    first, third = _quartiles(values, weights)
    spread = (third - first) / 1.34
    return 0.9 * (min(deviation, spread) if spread > 0 else deviation) * math.pow(effective, -0.2)


def weighted_shares(codes: Ints, size: int, weights: Floats | None = None) -> Floats:
    """The share of each of `size` choices, (size,), summing to 1; all zero without weight.

    codes: (n,) in 0 … size - 1; weights: (n,) >= 0, all 1 by default.

    >>> weighted_shares(np.array([0, 2, 2]), 3, np.array([2.0, 1.0, 1.0]))
    array([0.5, 0. , 0.5])
    """
    counts = np.bincount(codes.astype(np.intp, copy=False), weights, minlength=size).astype(np.float64)
    total = counts.sum()
    return counts / total if total > 0 else counts


def _quartiles(values: Floats, weights: Floats | None) -> tuple[float, float]:
    """The values at a quarter and at three quarters of the weight, each an existing value."""
    if weights is None:
        first, third = (len(values) - 1) // 4, len(values) - 1 - (len(values) - 1) // 4
        parted = np.partition(values, (first, third))
        return float(parted[first]), float(parted[third])
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    at = np.searchsorted(cumulated, cumulated[-1] * np.array([0.25, 0.75]))
    return float(values[order[at[0]]]), float(values[order[at[1]]])


def _mirrored(
    values: Floats, weights: Floats | None, bounds: tuple[float, float], reach: float
) -> tuple[Floats, Floats | None]:
    """The values and, for those within reach of a bound, their images behind it."""
    low, high = bounds
    near_low, near_high = np.flatnonzero(values < low + reach), np.flatnonzero(values > high - reach)
    mirrored = np.concatenate([values, 2 * low - values[near_low], 2 * high - values[near_high]])
    if weights is None:
        return mirrored, None
    return mirrored, np.concatenate([weights, weights[near_low], weights[near_high]])


def _binned(values: Floats, weights: Floats | None, start: float, spacing: float, size: int) -> Floats:
    """Each value's weight shared by the two mesh points beside it, in proportion to their nearness, (size,)."""
    place = (values - start) / spacing
    within = (place >= 0) & (place <= size - 1)
    if not within.all():
        place, weights = place[within], None if weights is None else weights[within]
    left = place.astype(np.intp)
    right_share = place - left
    moving = right_share if weights is None else right_share * weights
    moved = np.bincount(left, moving, minlength=size)
    binned = np.bincount(left, weights, minlength=size).astype(np.float64) - moved
    binned[1:] += moved[:-1]
    return binned


def _kernel(width: float, margin: int) -> Floats:
    """A Gaussian of `width` mesh cells at the 2 margin + 1 mesh points around it; sums to 1 up to the cut tails."""
    steps = np.arange(-margin, margin + 1) / width
    return np.exp(-0.5 * steps * steps) / (width * math.sqrt(2 * math.pi))


def _convolved(binned: Floats, kernel: Floats) -> Floats:
    """The part of the convolution that the kernel covers whole, by FFT; its rounding below zero is cut."""
    size = 1 << (len(binned) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(binned, size) * np.fft.rfft(kernel, size), size)
    return np.maximum(product[len(kernel) - 1 : len(binned)], 0.0)
