"""How much each parameter mattered, by three evaluators; the numbers are Optuna 5.0's.

The statistics are in `stats`; this module chooses the trials and lays out the columns for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints, settled
from analyzer.best import require_values
from analyzer.distributions import Categorical, Distribution, Int, bounds, is_single
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.stats.fanova import fanova_importances
from analyzer.stats.forest import Forest, fit_forest
from analyzer.stats.mdi import mdi_importances
from analyzer.stats.ped_anova import Regime, ped_anova, top_by_front, top_by_loss
from analyzer.stats.ped_grid import numeric_cells
from analyzer.study import Objective, Parameter, Study
from analyzer.text import _

TARGET_QUANTILE = 0.1  # PED-ANOVA: the best share of the trials that is compared with all
TREES = 64  # as many as Optuna grows
DRAWS = 20_000  # trials that each tree sees at most
_SMALL = 500  # trials up to which four times as many cost next to nothing
_LARGEST = 8e307  # bounds of a range, so that its length is a number too

EVALUATORS = ("ped-anova", "fanova", "mdi")


@dataclass(frozen=True, slots=True)
class Importances:
    """Parameters in descending order of importance."""

    evaluator: str
    objective: Objective | None  # None: the Pareto front of several objectives
    names: tuple[str, ...]
    values: Floats  # (p,), they sum to 1
    spreads: Floats | None  # (p,), standard deviation over the trees of a forest; None where there are no trees
    trials: int  # how many were looked at
    per_tree: int  # how many of them each tree of a forest drew; all of them without a forest
    left_out: tuple[str, ...]  # parameters that this evaluator cannot judge: not in every complete trial, or changing


def importances(
    study: Study, evaluator: str = "ped-anova", objective: Objective | None = None, seed: int = 0
) -> Importances:
    """The importance of each parameter for one objective, or (PED-ANOVA only) for reaching the Pareto front.

    A tree draws as many trials as there are, with replacement, as in Optuna, but no more than DRAWS: beyond, the time no
    longer grows with the trials. Measured on 100 000 trials of 8 parameters against whole forests of the same seeds: in
    the mean over seeds no share moves by more than 0.005, the largest loses nothing; one of 0.024 comes out as 0.020.

    Infeasible trials take part, as in Optuna. Where an evaluator finds no difference at all, every parameter gets the
    same share, as in Optuna. One difference is on purpose: with an explicit objective that is maximised PED-ANOVA looks
    at the top trials, where Optuna's looks at the bottom ones.

    Raises NotApplicable with fewer than two finite complete trials or without parameters, UnknownOption for an evaluator
    that does not exist or does not do several objectives at once.
    """
    require_values(study)
    if objective is None and len(study.objectives) == 1:
        objective = study.objectives[0]
    if evaluator not in EVALUATORS:
        raise UnknownOption(
            _("There is no evaluator {evaluator!r}; choose from: {names}.").format(
                evaluator=evaluator, names=", ".join(EVALUATORS)
            )
        )
    if objective is None and evaluator != "ped-anova":
        names = ", ".join(repr(each.name) for each in study.objectives)
        raise UnknownOption(
            _("The evaluator {evaluator!r} judges one objective at a time; give --objective: {names}.").format(
                evaluator=evaluator, names=names
            )
        )
    rows = _finite_rows(study, objective)
    if len(rows) < 2:
        raise NotApplicable(_("Importance needs at least two complete trials with finite values."))
    if evaluator == "ped-anova":
        return _by_ped_anova(study, objective, rows)
    assert objective is not None
    return _by_forest(study, objective, rows, seed, (evaluator,))[0]


def every_importance(study: Study, objective: Objective, at_most: int, seed: int = 0) -> tuple[Importances, ...]:
    """The importances for one objective by each of EVALUATORS, in that order.

    What costs time is shared: fANOVA and MDI take the same forest where no parameter is constant, and the forest is
    fitted on `at_most` trials, evenly spaced in trial order; up to that many the numbers are those of `importances`.
    Raises NotApplicable as it does.
    """
    first = importances(study, "ped-anova", objective)
    rows = _finite_rows(study, objective)
    if len(rows) > at_most:
        rows = rows[np.linspace(0, len(rows) - 1, at_most).round().astype(np.int64)]
    return (first, *_by_forest(study, objective, rows, seed, EVALUATORS[1:]))


def _finite_rows(study: Study, objective: Objective | None) -> Ints:
    values = study.trials.values[study.complete]
    wanted = values if objective is None else values[:, [objective.index]]
    return study.complete[np.isfinite(wanted).all(axis=1)]


def _by_ped_anova(study: Study, objective: Objective | None, rows: Ints) -> Importances:
    losses = study.losses[rows]
    if objective is None:
        top = top_by_front(losses, TARGET_QUANTILE)
    else:
        top = top_by_loss(losses[:, objective.index], TARGET_QUANTILE)
    used = [p for p in study.parameters.values() if p.present[study.complete].any()]
    if not used:
        raise NotApplicable(_("No complete trial has a parameter."))
    raw = ped_anova(top, [_regimes(parameter, rows) for parameter in used])
    return _ordered("ped-anova", objective, [p.name for p in used], raw, None, len(rows), ())


def _regimes(parameter: Parameter, rows: Ints) -> list[Regime]:
    which, values = parameter.which[rows], parameter.values[rows]
    regimes = []
    for code in np.unique(which[which >= 0]):
        at = np.flatnonzero(which == code)
        cells, size = _cells(parameter.distributions[code], values[at])
        regimes.append(Regime(cells, at, size, isinstance(parameter.distributions[code], Categorical)))
    return regimes


def _cells(distribution: Distribution, values: Floats) -> tuple[Ints, int]:
    if isinstance(distribution, Categorical):
        return np.clip(values, 0, len(distribution.choices) - 1).astype(np.int64), len(distribution.choices)
    if is_single(distribution):
        return np.zeros(len(values), np.int64), 1
    low, high = (max(-_LARGEST, min(end, _LARGEST)) for end in (distribution.low, distribution.high))
    return numeric_cells(
        np.clip(values, low, high), low, high, log=distribution.log, step=distribution.step,
        integer=isinstance(distribution, Int),
    )  # fmt: skip


def _by_forest(
    study: Study, objective: Objective, rows: Ints, seed: int, evaluators: Sequence[str]
) -> list[Importances]:
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
    forests: dict[int, tuple[Forest, _Design]] = {}  # by the number of columns: with the constants, or without
    found = []
    for evaluator in evaluators:
        # fANOVA leaves constants out of the forest, MDI does not: as Optuna does, and the forests differ by it.
        varying = [p for p in common if evaluator == "mdi" or not is_single(p.distribution_at(rows[0]))]
        raw, spreads = np.zeros(len(common)), np.zeros(len(common))
        if varying and len(varying) not in forests:
            design = _Design([(p.distribution_at(rows[0]), p.values[rows]) for p in varying])
            forests[len(varying)] = _fitted(design, values, _trees(len(rows)), seed), design
        if varying:
            at = [common.index(parameter) for parameter in varying]
            raw[at], spreads[at] = _JUDGES[evaluator](*forests[len(varying)])
        found.append(_ordered(evaluator, objective, names, raw, spreads, len(rows), left_out))
    return found


def _fitted(design: _Design, values: Floats, trees: int, seed: int) -> Forest:
    try:
        return fit_forest(design.features, values, trees=trees, seed=seed, samples=min(len(values), DRAWS))
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


def _fanova(forest: Forest, design: _Design) -> tuple[Floats, Floats]:
    return fanova_importances(forest, design.bounds, design.groups)


def _mdi(forest: Forest, design: _Design) -> tuple[Floats, Floats]:
    return mdi_importances(forest, design.groups)


_JUDGES: dict[str, Callable[[Forest, _Design], tuple[Floats, Floats]]] = {"fanova": _fanova, "mdi": _mdi}


def _ordered(
    evaluator: str, objective: Objective | None, names: Sequence[str], raw: Floats, spreads: Floats | None, trials: int,
    left_out: tuple[str, ...],
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
        spreads=None if spreads is None else settled(spreads[order] / (total if total > 0 else 1.0)),
        trials=trials,
        per_tree=trials if spreads is None else min(trials, DRAWS),
        left_out=left_out,
    )
