"""How much each parameter mattered, by three evaluators; the numbers are Optuna 5.0's.

The statistics are in `stats`; this module chooses the trials and lays PED-ANOVA's columns out; forests are in `forest_importance`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.best import require_values
from analyzer.distributions import Categorical, Distribution, Int, is_single
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.forest_importance import DRAWS as DRAWS
from analyzer.forest_importance import TREES as TREES
from analyzer.forest_importance import Counts, at_once, doubling, forest_stages
from analyzer.importance_result import Importances as Importances
from analyzer.importance_result import ordered
from analyzer.stats.ped_anova import Regime, ped_anova, top_by_front, top_by_loss
from analyzer.stats.ped_grid import numeric_cells
from analyzer.stats.subset_selection import BestRows
from analyzer.study import Objective, Parameter, Study
from analyzer.text import _

TARGET_QUANTILE = 0.1  # PED-ANOVA: the best share of the trials that is compared with all
_LARGEST = 8e307  # bounds of a range, so that its length is a number too

EVALUATORS = ("ped-anova", "fanova", "mdi")


def importances(
    study: Study, evaluator: str = "ped-anova", objective: Objective | None = None, seed: int = 0
) -> Importances:
    """The importance of each parameter for one objective, or (PED-ANOVA only) for reaching the Pareto front.

    See `importance_stages`, whose last stage this is.
    """
    *_before, last = importance_stages(study, evaluator, objective, seed, at_once)
    return last


def importance_stages(
    study: Study, evaluator: str, objective: Objective | None, seed: int, counts: Counts = doubling
) -> Iterator[Importances]:
    """The importances after a few trees of a forest, after more, and after all; PED-ANOVA has no trees and one stage.

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
        yield _by_ped_anova(study, objective, rows)
        return
    assert objective is not None
    for (found,) in forest_stages(study, objective, rows, seed, (evaluator,), counts):
        yield found


def every_importance(study: Study, objective: Objective, at_most: int, seed: int = 0) -> tuple[Importances, ...]:
    """The importances for one objective by each of EVALUATORS, in that order.

    What costs time is shared: fANOVA and MDI take the same forest where no parameter is constant, and the forest is
    fitted on `at_most` trials, evenly spaced in trial order; up to that many the numbers are those of `importances`.
    Raises NotApplicable as it does.
    """
    *_before, last = every_importance_stages(study, objective, at_most, seed, at_once)
    return last


def every_importance_stages(
    study: Study, objective: Objective, at_most: int, seed: int = 0, counts: Counts = doubling
) -> Iterator[tuple[Importances, ...]]:
    """The same after a few trees of the forest, after more, and after all."""
    first = importances(study, "ped-anova", objective)
    rows = _finite_rows(study, objective)
    if len(rows) > at_most:
        rows = rows[np.linspace(0, len(rows) - 1, at_most).round().astype(np.int64)]
    for found in forest_stages(study, objective, rows, seed, EVALUATORS[1:], counts):
        yield first, *found


def _finite_rows(study: Study, objective: Objective | None) -> Ints:
    values = study.trials.values[study.complete]
    wanted = values if objective is None else values[:, [objective.index]]
    return study.complete[np.isfinite(wanted).all(axis=1)]


def _by_ped_anova(study: Study, objective: Objective | None, rows: Ints) -> Importances:
    losses = study.losses[rows]
    if objective is None:
        best = top_by_front(losses, TARGET_QUANTILE)
    else:
        best = BestRows(top_by_loss(losses[:, objective.index], TARGET_QUANTILE), is_estimated=False)
    used = [p for p in study.parameters.values() if p.present[study.complete].any()]
    if not used:
        raise NotApplicable(_("No complete trial has a parameter."))
    raw = ped_anova(best.marks, [_regimes(parameter, rows) for parameter in used])
    return ordered("ped-anova", objective, [p.name for p in used], raw, None, len(rows), (), best.is_estimated)


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


