"""What the tests of forests share: a study's design matrix, scikit-learn's trees as a Forest, prediction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from sklearn.tree import DecisionTreeRegressor

from analyzer.arrays import Floats, Ints
from analyzer.stats.forest import Forest, draw_rows, join_forests

SPACE: dict[str, BaseDistribution] = {
    "batch": CategoricalDistribution([16, 32, 64, 128, 256]),
    "dropout": FloatDistribution(0.0, 0.6),
    "hidden": IntDistribution(16, 2048, log=True),
    "layers": IntDistribution(1, 12),
    "lr": FloatDistribution(1e-6, 1e-1, log=True),
    "optimizer": CategoricalDistribution(["sgd", "adam", "adamw", "rmsprop"]),
}
"""In the order of names, as Optuna sorts its columns."""


@dataclass(frozen=True, slots=True)
class Design:
    features: Floats  # (n, f)
    targets: Floats  # (n,)
    bounds: Floats  # (f, 2)
    groups: list[list[int]]
    values: dict[str, Floats]  # as stored


def design(n: int, seed: int = 0) -> Design:
    """n trials: half drawn evenly, half with learning rates near a good one, as a sampler would."""
    rng = np.random.default_rng(seed)
    values = {name: drawn(distribution, n, rng) for name, distribution in SPACE.items()}
    near = np.exp(rng.normal(np.log(1e-3), 1.0, n))
    values["lr"] = np.where(np.arange(n) < n // 2, values["lr"], np.clip(near, 1e-6, 1e-1))
    lr, effect = np.log10(values["lr"]), np.array([0.3, 0.0, 0.05, 0.15])[values["optimizer"].astype(int)]
    targets = 0.15 * (lr + 3) ** 2 + effect * (1 + 0.1 * (lr + 3)) + 0.5 * (values["dropout"] - 0.2) ** 2
    targets += 0.02 * values["batch"] + 0.01 * np.abs(values["layers"] - 4) + 0.01 * (np.log2(values["hidden"]) - 9) ** 2
    columns, bounds, groups = encoded(values, SPACE)
    return Design(columns, targets + rng.normal(0, 0.05, n), bounds, groups, values)


def drawn(distribution: BaseDistribution, n: int, rng: np.random.Generator) -> Floats:
    if isinstance(distribution, CategoricalDistribution):
        return rng.integers(len(distribution.choices), size=n).astype(float)
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    low, high = float(distribution.low), float(distribution.high)
    values = np.exp(rng.uniform(np.log(low), np.log(high), n)) if distribution.log else rng.uniform(low, high, n)
    return np.round(values) if isinstance(distribution, IntDistribution) else values


def encoded(
    values: dict[str, Floats], space: dict[str, BaseDistribution]
) -> tuple[Floats, Floats, list[list[int]]]:
    """Design matrix, bounds and groups in the encoding of Optuna's fANOVA."""
    columns: list[Floats] = []
    bounds: list[tuple[float, float]] = []
    groups: list[list[int]] = []
    for name, distribution in space.items():
        first = len(columns)
        if isinstance(distribution, CategoricalDistribution):
            columns += [(values[name] == choice).astype(float) for choice in range(len(distribution.choices))]
            bounds += [(0.0, 1.0)] * len(distribution.choices)
        else:
            assert isinstance(distribution, FloatDistribution | IntDistribution)
            columns.append(values[name])
            bounds.append((distribution.low, distribution.high))
        groups.append(list(range(first, len(columns))))
    return np.stack(columns, axis=1), np.array(bounds), groups


def optuna_study(made: Design) -> optuna.Study:
    study = optuna.create_study()
    for row, target in enumerate(made.targets):
        params = {name: SPACE[name].to_external_repr(column[row]) for name, column in made.values.items()}
        study.add_trial(optuna.create_trial(value=float(target), params=params, distributions=SPACE))
    return study


def from_sklearn(trees: Iterable[Any]) -> Forest:
    """The trees of scikit-learn estimators, node for node."""
    return join_forests(_one_tree(each.tree_) for each in trees)


def _one_tree(tree: Any) -> Forest:
    error = tree.weighted_n_node_samples * tree.impurity
    inner = tree.children_left >= 0
    decrease = np.where(inner, error - error[tree.children_left] - error[tree.children_right], 0.0)
    return Forest(
        starts=np.array([0, tree.node_count]),
        left=tree.children_left.astype(np.int32),
        right=tree.children_right.astype(np.int32),
        feature=np.where(inner, tree.feature, -1).astype(np.int32),
        threshold=np.where(inner, tree.threshold, 0.0),
        value=tree.value[:, 0, 0],
        decrease=decrease,
    )


def sklearn_twin(features: Floats, targets: Floats, trees: int, seed: int) -> Forest:
    """The trees that scikit-learn grows on the very rows that our forest of the seed draws."""
    grown = []
    for tree in range(trees):
        weights = np.bincount(draw_rows(seed, tree, len(targets), len(targets)), minlength=len(targets))
        estimator = DecisionTreeRegressor(max_depth=64, random_state=1000 * seed + tree)
        grown.append(estimator.fit(features, targets, sample_weight=weights))
    return from_sklearn(grown)


def leaf_of(forest: Forest, tree: int, features: Floats) -> Ints:
    """The leaf that each row falls into, counted from the first node of the tree."""
    first = forest.starts[tree]
    node = np.zeros(len(features), np.int64)
    for _ in range(1 + int(forest.starts[tree + 1] - first)):
        inner = np.flatnonzero(forest.left[first + node] >= 0)
        if not len(inner):
            break
        at = first + node[inner]
        goes_left = features.astype(np.float32)[inner, forest.feature[at]] <= forest.threshold[at]
        node[inner] = np.where(goes_left, forest.left[at], forest.right[at])
    return node


def predicted(forest: Forest, features: Floats) -> Floats:
    """The mean over the trees of the value of each row's leaf."""
    values = [forest.value[forest.starts[t] + leaf_of(forest, t, features)] for t in range(len(forest))]
    return np.mean(values, axis=0)


def paired_t(ours: Floats, theirs: Floats) -> Floats:
    """Student's t of the mean difference, per column of (seeds, p)."""
    difference = ours - theirs
    return difference.mean(axis=0) / (difference.std(axis=0, ddof=1) / np.sqrt(len(difference)))
