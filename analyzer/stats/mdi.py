"""Mean decrease of impurity: how much of the error that the trees of a forest remove is removed by cuts of a parameter
(Breiman, Friedman, Olshen & Stone 1984; Louppe et al. 2013). Fitting the forest is left to `forest`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.arrays import Floats
from analyzer.stats.forest import Forest


def mdi_importances(forest: Forest, groups: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Share of the removed error that each parameter accounts for: mean and standard deviation over trees, both (g,).

    groups: the columns of each parameter, several for a categorical one in 0/1 encoding; the encoding is that of
    `fit_forest`. Equal to scikit-learn's feature_importances_ added up over groups, hence to Optuna's
    MeanDecreaseImpurityImportanceEvaluator, on the same trees: trees of one node are left out, each other tree is
    scaled to a sum of one, and so is their mean. Zeros where no tree has a cut. O(nodes + trees * f).

    >>> from analyzer.stats.forest import fit_forest
    >>> features = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 9)
    >>> forest = fit_forest(features, features[:, 0], trees=8)
    >>> mdi_importances(forest, [[0], [1]])
    (array([1., 0.]), array([0., 0.]))
    """
    return mean_and_spread(mdi_fractions(forest, groups))


def mean_and_spread(fractions: Floats) -> tuple[Floats, Floats]:
    """The scaled mean and the standard deviation (of the population) over trees; zeros without any."""
    if not len(fractions):
        return np.zeros(fractions.shape[1]), np.zeros(fractions.shape[1])
    mean = np.mean(fractions, axis=0)
    return mean / (np.sum(mean) or 1.0), np.std(fractions, axis=0)


def mdi_fractions(forest: Forest, groups: Sequence[Sequence[int]]) -> Floats:
    """The same per tree that has a cut, (trees with a cut, g): what joins when trees come in batches."""
    columns = 1 + max((column for group in groups for column in group), default=0)
    inner = np.flatnonzero(forest.feature >= 0)
    tree = np.searchsorted(forest.starts, inner, side="right") - 1
    columns = max(columns, int(forest.feature.max(initial=0)) + 1)
    cells = (tree * columns + forest.feature[inner]).astype(np.intp)
    removed = np.bincount(cells, forest.decrease[inner], len(forest) * columns).astype(np.float64)
    removed = removed.reshape(len(forest), columns)[np.diff(forest.starts) > 1]
    total = removed.sum(axis=1, keepdims=True)
    shares = np.divide(removed, total, out=np.zeros_like(removed), where=total > 0)
    fractions = np.empty((len(shares), len(groups)))
    for position, group in enumerate(groups):
        fractions[:, position] = shares[:, list(group)].sum(axis=1)
    return fractions
