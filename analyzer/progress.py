"""The best so far, and since when it has not changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.study import Objective, Study


@dataclass(frozen=True, slots=True)
class Progress:
    """The best feasible value after each complete trial of one objective."""

    best: Floats  # (k,), the worst infinity before the first feasible trial
    steps: Ints  # (s,), which of the k complete trials improved on all before them
    since: int  # complete trials after the last improvement
    quarter_gain: (
        float | None
    )  # what the last quarter of the complete trials gained, >= 0; None where nothing can be said


def progress(study: Study, objective: Objective) -> Progress:
    """Follow the best feasible value through the complete trials. O(n)."""
    rows = study.complete
    losses = np.where(study.feasible[rows], study.losses[rows, objective.index], np.inf)
    best = np.minimum.accumulate(losses)
    steps = np.flatnonzero(best < np.concatenate([[np.inf], best[:-1]]))
    count = len(rows)
    gain = None
    if count >= 8:
        before, after = best[(3 * count) // 4 - 1], best[-1]
        gain = float(before - after) if np.isfinite(before) and np.isfinite(after) else None
    since = count - 1 - int(steps[-1]) if len(steps) else count
    return Progress(best * objective.sign, steps, since, gain)
