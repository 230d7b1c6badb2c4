"""How far the importances of a forest are from those of endlessly many trees on the same data."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats


def standard_errors(fractions: Floats) -> Floats:
    """The standard error of each parameter's share, shares being means over trees scaled to a sum of one: (g,).

    fractions: (trees, g), each tree's importances; trees with NaN are left out. Given the data, trees are independent
    (each has its own draws of rows and breaks ties for itself), so that the mean over T of them has the standard deviation
    of one tree / sqrt(T). The scaling divides by a sum that varies with the same trees: with m the means, M their sum and
    s = m / M, what a tree adds to s is (f - s * sum(f)) / M to first order, and the error is the standard deviation of
    that over the trees (T - 1 in the denominator) / sqrt(T).

    This is the Monte-Carlo error of a finite forest for this data: how much the share would move with another seed. It is
    not the uncertainty about the objective: other trials of the same search would move the shares more, and no number of
    trees tells by how much. NaN where fewer than two trees tell anything, or all shares are zero. O(trees * g).

    >>> standard_errors(np.array([[0.2, 0.8], [0.4, 0.6], [0.3, 0.7], [np.nan, np.nan]])).round(4)
    array([0.0577, 0.0577])
    >>> standard_errors(np.array([[0.1], [0.3]]))
    array([0.])
    """
    known = fractions[~np.isnan(fractions).any(axis=1)]
    means = known.mean(axis=0) if len(known) else np.zeros(fractions.shape[1])
    total = means.sum()
    if len(known) < 2 or not total > 0:
        return np.full(fractions.shape[1], np.nan)
    added = (known - means / total * known.sum(axis=1, keepdims=True)) / total
    errors: Floats = np.std(added, axis=0, ddof=1) / np.sqrt(len(known))
    return errors
