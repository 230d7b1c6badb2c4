"""The rows of a design matrix as a forest searches them: sorted by every numeric column, one-hot columns gathered,
drawn with replacement for a block of trees. What is done with the samples is left to `tree_growth`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Bools, Floats

Indices = npt.NDArray[np.intp]
Singles = npt.NDArray[np.float32]
Moments = npt.NDArray[np.complex128]

CLOSE = np.float32(1e-7)
"""Column values of a node at most this far apart, in float32, have no cut between them (scikit-learn's rule)."""


@dataclass(frozen=True, slots=True)
class Numeric:
    """A column that is cut between neighbouring values."""

    column: int
    values: Singles  # (n,)
    order: Indices  # (n,), rows by ascending value
    crowded: bool  # whether some rows are too close to be cut apart


@dataclass(frozen=True, slots=True)
class OneHot:
    """Neighbouring 0/1 columns of which at most one is 1 in a row."""

    columns: Indices  # (k,)
    codes: Indices  # (n,), position of the 1, k where there is none


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that vary, in the form in which they are searched."""

    numeric: tuple[Numeric, ...]
    onehot: tuple[OneHot, ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """The distinct (tree, row) pairs of a block, tree by tree."""

    sizes: Indices  # (trees,), pairs per tree
    targets: Floats  # (s,), integers
    moments: Moments  # (s,), weight + weight * target i
    orders: tuple[Indices, ...]  # per numeric column (s,): samples by tree, then value; one arbitrary order without any
    values: tuple[Singles, ...]  # per numeric column (s,)
    codes: tuple[Indices, ...]  # per one-hot block (s,)


def read_columns(features: Floats) -> Columns:
    """Sort the numeric columns of features (n, f), gather the 0/1 columns, leave constants out."""
    singles = features.astype(np.float32)
    numeric: list[Numeric] = []
    blocks: list[list[int]] = []
    filled = np.zeros(len(features), np.bool_)
    for column in range(features.shape[1]):
        values = np.ascontiguousarray(singles[:, column])
        if not np.any(values != values[:1]):
            continue
        ones = values == 1
        if not np.all(ones | (values == 0)):
            numeric.append(_numeric(column, values))
        elif blocks and blocks[-1][-1] == column - 1 and not np.any(filled & ones):
            blocks[-1].append(column)
            filled |= ones
        else:
            blocks.append([column])
            filled = ones
    return Columns(tuple(numeric), tuple(_onehot(block, singles) for block in blocks))


def _numeric(column: int, values: Singles) -> Numeric:
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    return Numeric(column, values, order, bool(np.any(ascending[1:] <= ascending[:-1] + CLOSE)))


def _onehot(block: list[int], singles: Singles) -> OneHot:
    codes = np.full(len(singles), len(block), np.intp)
    for position, column in enumerate(block):
        codes[singles[:, column] == 1] = position
    return OneHot(np.array(block, np.intp), codes)


def gather_samples(columns: Columns, targets: Floats, draws: Indices) -> Samples:
    """Turn bootstrap draws (trees, m) of rows into weighted samples, sorted by each numeric column."""
    trees = len(draws)
    drawn = np.bincount(draws.ravel(), minlength=len(targets)) > 0
    rows = np.flatnonzero(drawn)
    place = np.cumsum(drawn) - 1
    cells = place[draws] + len(rows) * np.arange(trees)[:, None]
    weights = np.bincount(cells.ravel(), minlength=trees * len(rows)).reshape(trees, len(rows))
    inside = weights > 0
    sample = (np.cumsum(inside) - 1).reshape(inside.shape)
    tree, at = np.nonzero(inside)
    weight, row = weights[tree, at].astype(np.float64), rows[at]
    orders = [_spread_order(place[numeric.order[drawn[numeric.order]]], inside, sample) for numeric in columns.numeric]
    return Samples(
        sizes=np.count_nonzero(inside, axis=1).astype(np.intp),
        targets=targets[row],
        moments=weight + 1j * (weight * targets[row]),
        orders=tuple(orders) or (np.arange(len(row)),),
        values=tuple(numeric.values[row] for numeric in columns.numeric),
        codes=tuple(block.codes[row] for block in columns.onehot),
    )


def _spread_order(order: Indices, inside: Bools, sample: Indices) -> Indices:
    """Give each tree its part of an order of rows: inside, sample (trees, rows); returns (s,) samples."""
    return sample.take(order, axis=1).ravel().compress(inside.take(order, axis=1).ravel()).astype(np.intp)
