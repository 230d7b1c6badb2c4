"""Where one trial stands among the complete ones: its rank, who dominates it, and who the best are."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Ints
from analyzer.best import candidates
from analyzer.stats.pareto import pareto_front
from analyzer.stats.ped_anova import top_by_loss
from analyzer.study import Study

TOP = 0.1  # share of the trials that count as the best
_FEWEST = 10  # trials below which a tenth is not one of them


def ranked(study: Study) -> Ints:
    """The rows that are ranked: complete and feasible; none where people compared the trials."""
    return np.empty(0, np.int64) if study.is_preferential else candidates(study)


def rank(study: Study, row: int, objective: int) -> int | None:
    """1 for the best in this objective; equal trials share the better rank; None where the trial is not ranked."""
    rows = ranked(study)
    if row not in rows:
        return None
    return 1 + int((study.losses[rows, objective] < study.losses[row, objective]).sum())


def dominated_by(study: Study, row: int) -> int | None:
    """How many ranked trials are nowhere worse and somewhere better; None where the trial is not ranked."""
    rows = ranked(study)
    if row not in rows:
        return None
    others, mine = study.losses[rows], study.losses[row]
    return int(((others <= mine).all(axis=1) & (others < mine).any(axis=1)).sum())


def best_few(study: Study) -> Ints:
    """The rows that count as the best: a tenth of the ranked trials with a finite value, or the Pareto front.

    None of fewer than ten trials with one objective: a tenth of them would be one.
    """
    rows = ranked(study)
    losses = study.losses[rows]
    if losses.shape[1] > 1:
        return rows[pareto_front(losses)]
    finite = np.isfinite(losses[:, 0])
    if finite.sum() < _FEWEST:
        return np.empty(0, np.int64)
    return rows[finite][top_by_loss(losses[finite, 0], TOP)]
