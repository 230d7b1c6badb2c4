"""Importances of a forest: which parameters and trials it is grown on, and how its answer becomes finer tree by tree.

The statistics are in `stats`. Trees do not depend on each other, so that those of a stage are added to those before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.distributions import Categorical, Distribution, bounds, is_single
from analyzer.errors import NotApplicable
from analyzer.importance_result import Importances, TreeShares, ordered
from analyzer.stats import fanova, mdi
from analyzer.stats.forest import Forest, fit_forest
from analyzer.stats.tree_errors import standard_errors
from analyzer.study import Objective, Parameter, Study
from analyzer.text import _

TREES = 64  # as many as Optuna grows
DRAWS = 20_000  # trials that each tree sees at most
_SMALL = 500  # trials up to which four times as many cost next to nothing
_FEWEST = 8  # trees of the first stage
_AT_ONCE = 2**15  # draws of all its trees together that take no time worth a stage

Counts = Callable[[int, int], Sequence[int]]  # of all trees and the draws of each: how many there are after each stage


def at_once(trees: int, draws: int) -> Sequence[int]:
    """All trees in one stage."""
    return [trees]


def doubling(trees: int, draws: int) -> Sequence[int]:
    """A few trees first, then twice as many as before in each stage.

    >>> doubling(64, 20_000), doubling(64, 1500), doubling(64, 100)
    ([8, 16, 32, 64], [21, 42, 64], [64])
    """
    counts = [min(trees, max(_FEWEST, _AT_ONCE // draws))]
    while counts[-1] < trees:
        counts.append(min(trees, 2 * counts[-1]))
    return counts


def forest_stages(
    study: Study, objective: Objective, rows: Ints, seed: int, evaluators: Sequence[str], counts: Counts
) -> Iterator[list[Importances]]:
    """The importances by each of the evaluators, "fanova" and "mdi", after each stage; each tree is grown once.

    After the last stage they are to the last bit the same whatever the stages were. Raises NotApplicable where no
    parameter is in every complete trial with the same range.
    """
    common = [p for p in study.parameters.values() if _is_common(p, study.complete)]
    common.sort(key=lambda parameter: parameter.name)
    left_out = tuple(p.name for p in study.parameters.values() if p not in common and p.present[study.complete].any())
    if not common:
        raise NotApplicable(
            _(
                "A forest needs parameters that every complete trial has with the same range; this study has none. "
                "PED-ANOVA takes conditional parameters too."
            )
        )
    names, values = [p.name for p in common], study.trials.values[rows, objective.index]
    judges = [_Judge(evaluator, common, rows) for evaluator in evaluators]
    trees, draws = _trees(len(rows)), min(len(rows), DRAWS)
    grown = 0
    for count in counts(trees, draws):
        forests: dict[int, Forest] = {}  # by the number of columns: with the constants, or without
        for judge in judges:
            if judge.design and judge.size not in forests:
                forests[judge.size] = _fitted(judge.design, values, range(grown, count), seed, draws)
            if judge.design:
                judge.hear(forests[judge.size])
        grown = count
        said = [(judge, *judge.says(grown, trees, draws)) for judge in judges]
        yield [ordered(j.evaluator, objective, names, raw, shares, len(rows), left_out) for j, raw, shares in said]


class _Judge:
    """One evaluator: the columns that its forest has, and what the trees have said so far."""

    def __init__(self, evaluator: str, common: Sequence[Parameter], rows: Ints) -> None:
        # fANOVA leaves constants out of the forest, MDI does not: as Optuna does, and the forests differ by it.
        varying = [p for p in common if evaluator == "mdi" or not is_single(p.distribution_at(rows[0]))]
        self.evaluator = evaluator
        self.at = [common.index(parameter) for parameter in varying]
        self.parameters = len(common)
        self.size = len(varying)
        self.design = _Design([(p.distribution_at(rows[0]), p.values[rows]) for p in varying]) if varying else None
        self.fractions = np.empty((0, len(varying)))

    def hear(self, forest: Forest) -> None:
        """Add what more trees say."""
        assert self.design is not None
        if self.evaluator == "fanova":
            more = fanova.fanova_fractions(forest, self.design.bounds, self.design.groups)
        else:
            more = mdi.mdi_fractions(forest, self.design.groups)
        self.fractions = np.concatenate([self.fractions, more])

    def says(self, grown: int, trees: int, draws: int) -> tuple[Floats, TreeShares]:
        """The importances of all common parameters, and how the trees differ about them."""
        mean_and_spread = fanova.mean_and_spread if self.evaluator == "fanova" else mdi.mean_and_spread
        raw, spreads, errors = np.zeros((3, self.parameters))
        if self.design:
            raw[self.at], spreads[self.at] = mean_and_spread(self.fractions)
            errors[self.at] = standard_errors(self.fractions)
        if not raw.sum() > 0:
            errors[:] = np.nan
        return raw, TreeShares(spreads, errors, grown, trees, draws)


def _fitted(design: _Design, values: Floats, trees: range, seed: int, draws: int) -> Forest:
    try:
        return fit_forest(
            design.features, values, trees=len(trees), seed=seed, first_tree=trees.start, samples=draws
        )
    except OverflowError as error:
        raise NotApplicable(
            _("A parameter has values beyond 3.4e38, too large for the single precision of a forest.")
        ) from error


def _trees(trials: int) -> int:
    """How many trees to grow: the more, the less the shares depend on the seed; what they tend to is the same.

    In a small study the shares of two forests of 64 trees differ a lot, Optuna's own too.
    """
    return 4 * TREES if trials <= _SMALL else TREES


def _is_common(parameter: Parameter, complete: Ints) -> bool:
    which = parameter.which[complete]
    return bool((which >= 0).all() and (which == which[0]).all())


class _Design:
    """The design matrix of a forest: numbers as they are, a category as one column of 0 and 1 for each choice."""

    def __init__(self, columns: Sequence[tuple[Distribution, Floats]]) -> None:
        blocks: list[Floats] = []
        limits: list[tuple[float, float]] = []
        self.groups: list[list[int]] = []
        for distribution, values in columns:
            first = len(limits)
            if isinstance(distribution, Categorical):
                blocks.append((values[:, None] == np.arange(len(distribution.choices))).astype(np.float64))
                limits += [(0.0, 1.0)] * len(distribution.choices)
            else:
                blocks.append(values[:, None])
                limits.append(bounds(distribution))
            self.groups.append(list(range(first, len(limits))))
        self.features = np.concatenate(blocks, axis=1) if blocks else np.empty((0, 0))
        self.bounds = np.array(limits)
