"""Growth of a block of regression trees, all trees of the block at once, one level of depth at a time.

Samples, the distinct (tree, row) pairs of the block, are sorted by every numeric column once. At each level every
sorted order is grouped by node, so that running sums along it are the left sides of all cuts of all nodes; a stable
partition carries the orders to the next level. One-hot columns need no order: one table of sums per node and choice.

All sums are of integers below 2**53 held in floats. They are exact in any order, so that a tree depends neither on
the trees grown beside it nor on the platform.

Sorting and drawing the samples is left to `forest_samples`, what the trees mean to `forest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Bools, Floats
from analyzer.stats.forest_samples import CLOSE, Columns, Indices, Moments, OneHot, Samples

Keys = npt.NDArray[np.uint64]
Sides = npt.NDArray[np.int8]

_TIE = 2.0**-30
"""Gains that differ by less than this fraction are ties, which a node's own key decides at random."""
_LEFT, _RIGHT, _OUT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a block in the order of their making, parents before children; -1 for none."""

    tree: Indices  # (nodes,)
    left: Indices  # (nodes,)
    right: Indices  # (nodes,)
    feature: Indices  # (nodes,)
    threshold: Floats  # (nodes,)
    moments: Moments  # (nodes,), sums over the node's samples
    gain: Floats  # (nodes,), decrease of the sum of squared errors by the node's split


@dataclass(frozen=True, slots=True)
class _Level:
    """The nodes of one depth that have two samples or more, in the order in which they group the samples."""

    nodes: Indices  # (k,)
    sizes: Indices  # (k,)
    moments: Moments  # (k,)
    keys: Keys  # (k,)
    ends: Indices  # (k,), where the node's group ends in every order


@dataclass(frozen=True, slots=True)
class _Splits:
    """The best split of each node of a level."""

    source: Indices  # (k,), position among the numeric columns, then the one-hot blocks; -1 = no split
    feature: Indices  # (k,)
    gain: Floats  # (k,), divided by the node's weight
    gains: list[Floats]  # per numeric column (s,): gain of a cut behind each position


def mix(keys: Keys) -> Keys:
    """Scramble 64-bit keys (the finaliser of SplitMix64, Steele, Lea & Flood 2014); the same on every platform.

    >>> mix(np.array([0, 1], np.uint64))
    array([                   0, 6238072747940578789], dtype=uint64)
    """
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def grow_trees(columns: Columns, samples: Samples, keys: Keys, max_depth: int) -> Nodes:
    """Grow one tree per entry of samples.sizes until its leaves are pure, alike, single or max_depth deep.

    keys: (trees,), decide between splits of equal gain. Time O(samples * depth * columns), memory O(samples * columns).
    """
    nodes = _room(samples)
    filled = len(samples.sizes)
    level = _level(np.arange(filled), samples.sizes, nodes.moments[:filled], keys)
    orders = [_without_single_roots(order, samples.sizes) for order in samples.orders]
    for _ in range(max_depth):
        if not len(level.nodes):
            break
        splits = _best_splits(columns, samples, orders, level)
        side = _sides(columns, samples, orders, level, splits, nodes)
        level, filled = _descend(samples, orders[0], level, splits, side, nodes, filled)
        orders = [_partition(order, side) for order in orders]
    return Nodes(*(getattr(nodes, name)[:filled] for name in Nodes.__slots__))


def _room(samples: Samples) -> Nodes:
    """Make room for the largest possible trees, and put their roots there."""
    trees, room = len(samples.sizes), 2 * len(samples.targets)
    tree, left, right, feature = (np.full(room, -1, np.intp) for _ in range(4))
    nodes = Nodes(tree, left, right, feature, np.zeros(room), np.zeros(room, np.complex128), np.zeros(room))
    nodes.tree[:trees] = np.arange(trees)
    nodes.moments[:trees] = _group_sums(samples.moments, np.cumsum(samples.sizes))
    return nodes


def _level(nodes: Indices, sizes: Indices, moments: Moments, keys: Keys) -> _Level:
    """Gather the nodes of a depth that have two samples or more."""
    several = np.flatnonzero(sizes > 1)
    sizes = sizes[several]
    return _Level(nodes[several], sizes, moments[several], keys[several], np.cumsum(sizes))


def _without_single_roots(order: Indices, sizes: Indices) -> Indices:
    return order.compress(np.repeat(sizes > 1, sizes))


def _group_sums(values: npt.NDArray[Any], ends: Indices) -> npt.NDArray[Any]:
    return np.diff(np.cumsum(values)[ends - 1], prepend=0)


def _best_splits(columns: Columns, samples: Samples, orders: list[Indices], level: _Level) -> _Splits:
    count = len(level.nodes)
    best, gain = np.zeros(count), np.zeros(count)
    source, feature = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
    gains = _numeric_gains(columns, samples, orders, level)
    starts = level.ends - level.sizes
    for position, (numeric, cuts) in enumerate(zip(columns.numeric, gains, strict=True)):
        peak = np.maximum.reduceat(cuts, starts)
        key = _tie_broken(peak, level.keys, numeric.column)
        better = np.flatnonzero(key > best)
        best[better], gain[better] = key[better], peak[better]
        source[better], feature[better] = position, numeric.column
    for position, block in enumerate(columns.onehot):
        table = _onehot_gains(block, samples.codes[position], samples, orders[0], level)
        keys = _tie_broken(table, level.keys[:, None], block.columns)
        column = np.argmax(keys, axis=1)
        key = keys[np.arange(count), column]
        better = np.flatnonzero(key > best)
        best[better], gain[better] = key[better], table[better, column[better]]
        source[better], feature[better] = len(columns.numeric) + position, block.columns[column[better]]
    source[_pure(samples, orders[0], starts, gain)] = -1
    return _Splits(source, feature, gain, gains)


def _tie_broken(gains: Floats, keys: Keys, column: int | Indices) -> Floats:
    """Scatter gains by less than _TIE; -1, no cut at all, becomes 0, and no gain more than 0."""
    odd = mix(np.atleast_1d(column).astype(np.uint64) + np.uint64(1)) | np.uint64(1)
    noise = (keys * odd >> np.uint64(40)).astype(np.float64)
    return (gains + 1) * (1 + noise * (_TIE * 2.0**-24))


def _pure(samples: Samples, order: Indices, starts: Indices, gain: Floats) -> Bools:
    """Mark the nodes whose samples have one target: without gain as others may be, but not worth a split."""
    if np.all(gain > 0):
        return np.zeros(len(gain), np.bool_)
    targets = samples.targets.take(order)
    pure: Bools = np.minimum.reduceat(targets, starts) == np.maximum.reduceat(targets, starts)
    return pure


def _numeric_gains(columns: Columns, samples: Samples, orders: list[Indices], level: _Level) -> list[Floats]:
    """The gain of a cut behind each position of each numeric order, -1 where there can be none."""
    sizes, moments = level.sizes, level.moments
    before = np.cumsum(moments) - moments
    weight_before, target_before = np.repeat(before.real, sizes), np.repeat(before.imag, sizes)
    weight_after = np.repeat(before.real + moments.real, sizes)
    mean = np.repeat(moments.imag / moments.real, sizes)
    gains = []
    for position, numeric in enumerate(columns.numeric):
        order = orders[position]
        sums = np.cumsum(samples.moments.take(order))
        left = sums.real - weight_before
        excess = sums.imag - target_before
        excess -= left * mean
        left *= weight_after - sums.real
        excess *= excess
        with np.errstate(divide="ignore", invalid="ignore"):
            excess /= left
        excess[level.ends - 1] = -1
        if numeric.crowded:
            values = samples.values[position].take(order)
            np.putmask(excess[:-1], values[1:] <= values[:-1] + CLOSE, -1)
        gains.append(excess)
    return gains


def _onehot_gains(block: OneHot, codes: Indices, samples: Samples, order: Indices, level: _Level) -> Floats:
    """The gain of setting each column of a block apart in each node, (nodes, k), -1 where it has one value only."""
    count, choices = len(level.nodes), len(block.columns)
    cell = np.repeat(np.arange(count) * (choices + 1), level.sizes) + codes.take(order)
    moments = samples.moments.take(order)
    weight, target = (
        np.bincount(cell, part, count * (choices + 1)).reshape(count, choices + 1)[:, :choices]
        for part in (moments.real, moments.imag)
    )
    total = level.moments.real[:, None]
    excess = target - weight * (level.moments.imag[:, None] / total)
    rest = weight * (total - weight)
    return np.divide(excess * excess, rest, out=np.full_like(rest, -1), where=rest > 0)


def _sides(
    columns: Columns, samples: Samples, orders: list[Indices], level: _Level, splits: _Splits, nodes: Nodes
) -> Sides:
    """Send the samples of split nodes left or right; record features and thresholds in nodes."""
    side = np.full(len(samples.targets), _OUT, np.int8)
    source = np.repeat(splits.source.astype(np.int16), level.sizes)
    for position in range(len(columns.numeric)):
        won = np.flatnonzero(splits.source == position)
        inside = np.flatnonzero(source == position)
        last = _first_peaks(splits.gains[position][inside], splits.gain[won], level.sizes[won])
        order, values = orders[position], samples.values[position]
        side[order[inside]] = np.arange(len(inside)) > np.repeat(last, level.sizes[won])
        cut = inside[last]
        below, above = (values[order[at]].astype(np.float64) for at in (cut, cut + 1))
        nodes.threshold[level.nodes[won]] = below / 2 + above / 2
    for position, block in enumerate(columns.onehot, len(columns.numeric)):
        won = np.flatnonzero(splits.source == position)
        inside = orders[0][source == position]
        choice = np.searchsorted(block.columns, splits.feature[won])
        side[inside] = samples.codes[position - len(columns.numeric)][inside] == np.repeat(choice, level.sizes[won])
        nodes.threshold[level.nodes[won]] = 0.5
    return side


def _first_peaks(gains: Floats, peaks: Floats, sizes: Indices) -> Indices:
    """The first position of each group's peak."""
    hits = np.flatnonzero(gains == np.repeat(peaks, sizes))
    first = np.empty(len(sizes), np.intp)
    first[np.repeat(np.arange(len(sizes)), sizes)[hits][::-1]] = hits[::-1]
    return first


def _descend(
    samples: Samples, order: Indices, level: _Level, splits: _Splits, side: Sides, nodes: Nodes, filled: int
) -> tuple[_Level, int]:
    """Record the children of a level; take the samples of single children out of side; return the children's level."""
    ends = level.ends
    is_left = side.take(order) == _LEFT
    at = np.flatnonzero(splits.source >= 0)
    left_sizes = _group_sums(is_left, ends)
    left_moments = _group_sums(np.where(is_left, samples.moments.take(order), 0), ends)
    parents = level.nodes[at]
    children = filled + np.arange(2 * len(at))
    nodes.left[parents], nodes.right[parents] = children[: len(at)], children[len(at) :]
    nodes.feature[parents] = splits.feature[at]
    nodes.gain[parents] = splits.gain[at] * level.moments.real[at]
    nodes.tree[children] = np.tile(nodes.tree[parents], 2)
    nodes.moments[children] = np.concatenate((left_moments[at], (level.moments - left_moments)[at]))
    sizes = np.concatenate((left_sizes[at], (level.sizes - left_sizes)[at]))
    keys = np.concatenate((mix(2 * level.keys[at] + np.uint64(1)), mix(2 * level.keys[at] + np.uint64(2))))
    _drop(side, order, is_left, level.sizes, left_sizes)
    return _level(children, sizes, nodes.moments[children], keys), filled + len(children)


def _drop(side: Sides, order: Indices, is_left: Bools, sizes: Indices, left_sizes: Indices) -> None:
    """Take the samples of children of one sample out."""
    alone = np.where(is_left, np.repeat(left_sizes == 1, sizes), np.repeat(sizes - left_sizes == 1, sizes))
    side[order[alone]] = _OUT


def _partition(order: Indices, side: Sides) -> Indices:
    """Group an order by the children: all left ones, then all right ones, each in the order of their parents."""
    sides = side.take(order)
    return np.concatenate((order.compress(sides == _LEFT), order.compress(sides == _RIGHT)))
