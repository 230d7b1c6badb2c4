"""What an evaluator of importance says of the parameters of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, settled
from analyzer.study import Objective


@dataclass(frozen=True, slots=True)
class TreeShares:
    """What the trees of a forest say, on any scale of the importances."""

    spreads: Floats  # (p,), standard deviation over the trees
    errors: Floats  # (p,), standard error of the scaled importances: see stats.tree_errors; NaN where nothing can be said
    trees: int  # how many have been grown
    of: int  # how many are grown in the end
    draws: int  # trials that each of them drew


@dataclass(frozen=True, slots=True)
class Importances:
    """Parameters in descending order of importance."""

    evaluator: str
    objective: Objective | None  # None: the Pareto front of several objectives
    names: tuple[str, ...]
    values: Floats  # (p,), they sum to 1
    spreads: Floats | None  # (p,), standard deviation over the trees of a forest; None where there are no trees
    errors: Floats | None  # (p,), standard error of the values over the trees: of a finite forest for this data, not the
    # uncertainty about the objective; NaN where fewer than two trees tell anything; None where there are no trees
    trials: int  # how many were looked at
    per_tree: int  # how many of them each tree of a forest drew; all of them without a forest
    trees: int  # how many stand behind the values; 0 without a forest
    all_trees: int  # how many do in the end
    is_estimated: bool  # whether estimated hypervolumes told which trials are the best
    left_out: tuple[str, ...]  # parameters that this evaluator cannot judge: not in every complete trial, or changing

    @property
    def is_whole(self) -> bool:
        """Whether no tree is still to be grown."""
        return self.trees == self.all_trees


def ordered(
    evaluator: str, objective: Objective | None, names: Sequence[str], raw: Floats, trees: TreeShares | None, trials: int,
    left_out: tuple[str, ...], is_estimated: bool = False,
) -> Importances:  # fmt: skip
    """Normalise to a sum of 1 and sort in descending order, equal ones by name."""
    total = raw.sum()
    shares = raw / total if total > 0 else np.full(len(raw), 1 / len(raw))
    order = sorted(range(len(names)), key=lambda i: (-shares[i], names[i]))
    return Importances(
        evaluator=evaluator,
        objective=objective,
        names=tuple(names[i] for i in order),
        values=settled(shares[order]),
        spreads=None if trees is None else settled(trees.spreads[order] / (total if total > 0 else 1.0)),
        errors=None if trees is None else settled(trees.errors[order]),
        trials=trials,
        per_tree=trials if trees is None else trees.draws,
        trees=0 if trees is None else trees.trees,
        all_trees=0 if trees is None else trees.of,
        is_estimated=is_estimated,
        left_out=left_out,
    )
