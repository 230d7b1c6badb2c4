"""Functional ANOVA importances of a forest: how much of the variance of its prediction, over the whole search space,
each parameter explains alone (Hutter, Hoos & Leyton-Brown 2014, "An Efficient Approach for Assessing Hyperparameter
Importance", algorithm 2 and equations 10-12).

Fitting the forest is left to `forest`; the variance explained by one-hot columns together to `onehot_variance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Floats, Ints
from analyzer.stats.forest import Forest
from analyzer.stats.onehot_variance import BOTH, ONE, ZERO, onehot_variance

Ranks = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Leaves:
    """The leaves of one tree as boxes between the cuts of that tree."""

    edges: Floats  # (e,), per column its lower bound, its distinct cuts, its upper bound
    first: Ints  # (f + 1,), where the edges of each column begin
    low: Ranks  # (f, leaves), position in edges of the box's lower side
    high: Ranks  # (f, leaves)
    volume: Floats  # (leaves,), share of the search space
    excess: Floats  # (leaves,), value minus the mean over the search space, at most 1 in size


def fanova_importances(forest: Forest, bounds: Floats, groups: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Share of the variance that each parameter explains alone: mean and standard deviation over the trees, both (g,).

    bounds: (f, 2), the range of each column: low and high as stored for a numeric parameter (no logarithm), 0 and 1
    for a one-hot column. groups: the columns of each parameter; several columns are the choices of one categorical
    parameter in 0/1 encoding and are averaged together over all 2**k combinations, as Optuna does.

    Equal to Optuna's FanovaImportanceEvaluator on the same trees, before its normalisation to a sum of one. Trees
    without variance are left out; where no tree has any, all importances are 0 (Optuna raises RuntimeError).
    A column whose bounds are equal explains nothing.

    Cost: O(leaves * (f + depth)) per tree, and what `onehot_variance` says. ValueError where the columns of a group
    of several are cut elsewhere than halfway.

    >>> from analyzer.stats.forest import fit_forest
    >>> features = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 9)
    >>> forest = fit_forest(features, features[:, 0], trees=8)
    >>> fanova_importances(forest, np.array([[0.0, 1.0], [0.0, 1.0]]), [[0], [1]])
    (array([1., 0.]), array([0., 0.]))
    """
    return mean_and_spread(fanova_fractions(forest, bounds, groups))


def fanova_fractions(forest: Forest, bounds: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    """The same per tree, (trees, g), NaN for a tree without variance: what joins when trees come in batches."""
    fractions = np.full((len(forest), len(groups)), np.nan)
    for tree in range(len(forest)):
        leaves = _leaves(forest, tree, bounds)
        total = float(np.sum(leaves.volume * leaves.excess**2))
        if total > 0:
            fractions[tree] = [_explained(leaves, bounds, group) / total for group in groups]
    return fractions


def mean_and_spread(fractions: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation (of the population) over the trees that have variance; zeros where none has.

    >>> mean_and_spread(np.array([[0.25], [0.75], [np.nan]]))
    (array([0.5]), array([0.25]))
    """
    known = fractions[~np.isnan(fractions).any(axis=1)]
    if not len(known):
        return np.zeros(fractions.shape[1]), np.zeros(fractions.shape[1])
    return np.mean(known, axis=0), np.std(known, axis=0)


def _leaves(forest: Forest, tree: int, bounds: Floats) -> _Leaves:
    nodes = slice(int(forest.starts[tree]), int(forest.starts[tree + 1]))
    left, right, feature = forest.left[nodes], forest.right[nodes], forest.feature[nodes]
    edges, first, rank = _edges(feature, forest.threshold[nodes], bounds)
    low = np.empty((len(left), len(bounds)), np.int32)
    high = np.empty_like(low)
    volume = np.empty(len(left))
    low[0], high[0], volume[0] = first[:-1], first[1:] - 1, 1.0
    level = np.zeros(1, np.int64)
    while len(level := level[left[level] >= 0]):
        below, above, column, cut = left[level], right[level], feature[level], rank[level]
        start, end = edges[low[level, column]], edges[high[level, column]]
        share = _ratio(edges[cut] - start, end - start)
        volume[below], volume[above] = volume[level] * share, volume[level] * (1 - share)
        low[below] = low[above] = low[level]
        high[below] = high[above] = high[level]
        high[below, column] = low[above, column] = cut
        level = np.concatenate((below, above))
    leaf = np.flatnonzero(left < 0)
    excess = _centred(forest.value[nodes][leaf], volume[leaf])
    return _Leaves(edges, first, _by_column(low[leaf]), _by_column(high[leaf]), volume[leaf], excess)


def _by_column(ranks: npt.NDArray[np.int32]) -> Ranks:
    return np.ascontiguousarray(ranks.T, np.intp)


def _edges(feature: npt.NDArray[np.int32], threshold: Floats, bounds: Floats) -> tuple[Floats, Ints, Ints]:
    """Cut each column at the distinct thresholds of a tree: edges, where those of each column begin, rank of each node.

    Rounding to float32 can put a threshold just outside the bounds; it is moved onto them.
    """
    inner = np.flatnonzero(feature >= 0)
    cuts = np.clip(threshold[inner], bounds[feature[inner], 0], bounds[feature[inner], 1])
    order = np.lexsort((cuts, feature[inner]))
    columns, cuts = feature[inner[order]], cuts[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (columns[1:] != columns[:-1]) | (cuts[1:] != cuts[:-1])
    first = np.append(0, np.cumsum(np.bincount(columns[new], minlength=len(bounds)) + 2)).astype(np.int64)
    place = np.cumsum(new) + 2 * columns
    edges = np.empty(first[-1])
    edges[first[:-1]], edges[first[1:] - 1], edges[place] = bounds[:, 0], bounds[:, 1], cuts
    rank = np.zeros(len(feature), np.int64)
    rank[inner[order]] = place
    return edges, first, rank


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, 0 where a box has no width: its volume is 0, so that any share will do."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _centred(values: Floats, volume: Floats) -> Floats:
    """Subtract the mean over the search space, and scale against overflow: only ratios of variances matter."""
    largest = np.max(np.abs(values)) or 1.0
    excess = values / largest
    excess = excess - np.sum(volume * excess) / np.sum(volume)
    return excess / (np.max(np.abs(excess)) or 1.0)


def _explained(leaves: _Leaves, bounds: Floats, group: Sequence[int]) -> float:
    """Variance of the marginal prediction over the columns of a group."""
    cells = np.diff(leaves.first)[list(group)] - 1
    cut = [column for column, count in zip(group, cells, strict=True) if count > 1]
    if not cut:
        return 0.0
    if len(group) == 1:
        return _numeric_variance(leaves, cut[0])
    return onehot_variance(leaves.volume * leaves.excess, np.stack([_states(leaves, bounds, column) for column in cut]))


def _numeric_variance(leaves: _Leaves, column: int) -> float:
    """Variance of the marginal over one column, a step function: leaves add to it at their low side, end at the high.

    The marginal at x is the sum of value * volume / (width of the leaf's box along the column) over the leaves at x.
    """
    first, last = leaves.first[column], leaves.first[column + 1]
    edges = leaves.edges[first:last]
    low, high = ((side[column] - first).astype(np.intp) for side in (leaves.low, leaves.high))
    height = _ratio(leaves.volume * leaves.excess * (edges[-1] - edges[0]), edges[high] - edges[low])
    steps = np.bincount(low, height, len(edges)) - np.bincount(high, height, len(edges))
    marginal = np.cumsum(steps)[:-1]
    size = np.diff(edges) / (edges[-1] - edges[0])
    return float(np.sum(size * (marginal - np.sum(size * marginal)) ** 2))


def _states(leaves: _Leaves, bounds: Floats, column: int) -> npt.NDArray[np.int8]:
    """Whether each leaf's box holds the zeros of a one-hot column, its ones or both."""
    first, last = leaves.first[column], leaves.first[column + 1]
    if np.any(leaves.edges[first + 1 : last - 1] != bounds[column].mean()):
        raise ValueError(f"column {column} of a group of several is cut elsewhere than halfway")
    states = np.where(leaves.low[column] > first, ONE, ZERO)
    return np.where(leaves.high[column] - leaves.low[column] == 2, BOTH, states).astype(np.int8)
