"""The best so far, or the volume that the front covers so far, and since when it has not changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.stats.hypervolume import strictly_inside
from analyzer.stats.hypervolume_history import hypervolume_history
from analyzer.stats.sampled_volume import is_too_large, sampled_history
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


@dataclass(frozen=True, slots=True)
class FrontProgress:
    """The hypervolume of the feasible complete trials up to each complete trial."""

    volumes: Floats  # (k,), never falling
    last_gain: int  # position of the last trial that added volume, -1 where none did
    quarter_share: float  # share of the final volume that the last quarter of the trials added
    error: float  # standard error of the last volume as a share of it, where volumes are estimated; 0 where they are exact

    @property
    def since(self) -> int:
        """Complete trials after the last gain."""
        return len(self.volumes) - 1 - self.last_gain


def front_progress(study: Study, reference: Floats) -> FrontProgress:
    """Follow the hypervolume through the complete trials; infeasible ones add nothing.

    reference: (m,), in the objectives' own units. Cost: see `stats.hypervolume_history`; from five objectives on a large
    front is estimated, see `stats.sampled_volume`. When the last gain was is exact in any case.
    """
    rows = study.complete
    losses = np.where(study.feasible[rows, None], study.losses[rows], np.inf)
    corner = reference * np.array([o.sign for o in study.objectives])
    inside = losses[strictly_inside(losses, corner)]
    error = 0.0
    if np.isfinite(inside).all() and is_too_large(losses, corner):
        estimate = sampled_history(losses, corner)
        volumes, gains, error = estimate.volumes, estimate.records, estimate.error
    else:
        volumes = hypervolume_history(losses, corner)
        gains = np.flatnonzero(volumes > np.concatenate([[0.0], volumes[:-1]]))
    before = volumes[(3 * len(volumes)) // 4 - 1] if len(volumes) >= 4 else 0.0
    final = volumes[-1]
    share = float((final - before) / final) if final > 0 and np.isfinite(final) else 0.0
    return FrontProgress(volumes, int(gains[-1]) if len(gains) else -1, share, error)
