"""PED-ANOVA: how far the best trials' parameters are from all trials', with the numbers of Optuna 5.0.

Watanabe, Bansal & Hutter 2023, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces",
https://arxiv.org/abs/2304.10255; for conditional and changing parameters Ito et al. 2026, "Conditional PED-ANOVA",
https://arxiv.org/abs/2601.20800 (Algorithm 1). The grid and its densities are in `ped_grid`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from analyzer.arrays import Bools, Floats, Ints
from analyzer.stats.ped_grid import categorical_density, numeric_density
from analyzer.stats.subset_selection import BestRows, best_rows

FEWEST_TRIALS = 2  # a regime with fewer trials counts nothing
DENSITY_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Regime:
    """The trials in which a parameter has one and the same distribution."""

    cells: Ints  # (k,), the grid cell, or the choice, of each trial
    rows: Ints  # (k,), which of the n trials they are
    size: int  # number of cells; 1 means that nothing could be chosen
    categorical: bool


class Baseline(Enum):
    """What the best trials are compared with."""

    TRIALS = "all trials of the region: what mattered in this search"
    SPACE = "the whole search space, evenly: what matters wherever one searches"


def ped_anova(
    top: Bools,
    parameters: Sequence[Sequence[Regime]],
    *,
    region: Bools | None = None,
    baseline: Baseline = Baseline.TRIALS,
) -> Floats:
    """The importance of each parameter for being among the top trials, (p,), not normalised, >= 0.

    With the defaults these are the numbers of Optuna 5.0's default evaluator, whose `normalize=True` divides them by
    their sum (all equal if that is 0).
    top: (n,), the best trials, a part of the region; region: (n,), the trials that count at all, None for all of them;
    parameters: for each one its regimes. Trials without the parameter are in none. O(trials with the parameter).

    >>> top = np.array([True, True, False, False])
    >>> decisive = Regime(np.array([0, 0, 1, 1]), np.arange(4), 2, True)
    >>> idle = Regime(np.array([0, 1, 0, 1]), np.arange(4), 2, True)
    >>> ped_anova(top, [[decisive], [idle], []]).round(4)
    array([0.0278, 0.    , 0.    ])
    """
    inside = np.ones(len(top), dtype=bool) if region is None else region
    tops, trials = int(np.count_nonzero(top)), int(np.count_nonzero(inside))
    if tops == 0:
        return np.zeros(len(parameters))
    groups = _groups(top, inside)
    sums = [
        sum(_weight(counts, tops, trials) * _divergence(counts, regime.categorical, baseline)
            for regime in regimes if (counts := _counts(regime, groups)) is not None)
        for regimes in parameters
    ]  # fmt: skip
    return (tops / trials) ** 2 * np.array(sums, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many trials of one regime lie in each cell."""

    top: Ints  # (size,)
    region: Ints  # (size,), the top trials among them


def _groups(top: Bools, region: Bools) -> Ints:
    """0 for a top trial, 1 for another one of the region, 2 for one outside, (n,)."""
    return 2 - region.astype(np.int64) - top


def _counts(regime: Regime, groups: Ints) -> _Counts | None:
    """The counts of a regime, None for one that adds nothing: a constant, too few trials, no top trial."""
    if regime.size == 1:
        return None
    places = groups[regime.rows] * regime.size + regime.cells
    counted = np.bincount(places.astype(np.intp, copy=False), minlength=3 * regime.size).astype(np.int64)
    top, other = counted[: regime.size], counted[regime.size : 2 * regime.size]
    region = top + other
    return _Counts(top, region) if top.any() and region.sum() >= FEWEST_TRIALS else None


def _weight(counts: _Counts, tops: int, trials: int) -> float:
    """alpha² / beta: alpha and beta are the regime's shares of the top trials and of the region's."""
    return float((counts.top.sum() / tops) ** 2 / (counts.region.sum() / trials))


def _divergence(counts: _Counts, categorical: bool, baseline: Baseline) -> float:
    """Pearson's divergence of the top trials' density from the baseline's."""
    density = categorical_density if categorical else numeric_density
    best = density(counts.top) + DENSITY_FLOOR
    match baseline:
        case Baseline.TRIALS:
            reference = density(counts.region) + DENSITY_FLOOR
        case Baseline.SPACE:
            reference = np.full(len(best), 1.0 / len(best))
    return float(reference @ (best / reference - 1.0) ** 2)


def top_by_loss(losses: Floats, quantile: float) -> Bools:
    """Mark the best share of the trials; all that tie with the last one of them are marked too.

    losses: (n,), finite; 0 < quantile <= 1. Returns (n,). O(n).

    >>> top_by_loss(np.array([3.0, 1.0, 2.0, 2.0]), 0.5)
    array([False,  True,  True,  True])
    """
    if quantile == 1.0 or len(losses) == 0:
        return np.ones(len(losses), dtype=bool)
    last = math.ceil(quantile * len(losses)) - 1
    cutoff = float(np.partition(losses, last)[last])
    return np.less_equal(losses, cutoff)


def top_by_front(losses: Floats, quantile: float) -> BestRows:
    """Mark the best share of the trials of several objectives: by non-domination rank, the last rank by hypervolume.

    No objective is preferred. Exactly ceil(quantile n) trials are marked.
    losses: (n, m), finite; 0 < quantile <= 1. Cost: see `subset_selection.best_rows`.

    >>> top_by_front(np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0], [4.0, 4.0]]), 0.25).marks
    array([False,  True, False, False])
    """
    return best_rows(losses, math.ceil(quantile * len(losses)))
