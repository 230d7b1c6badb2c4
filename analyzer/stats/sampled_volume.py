"""The hypervolume history of many objectives, estimated: exactly it takes a time that grows exponentially with them.

Random points are thrown into the box between the best of each objective and the reference; the share of them that a row
dominates is the share of the box's volume. Exact volumes are in `hypervolume` and `hypervolume_history`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.stats.hypervolume import strictly_inside
from analyzer.stats.pareto import pareto_front

POINTS = 2**15
_EXACT = {5: 400, 6: 120, 7: 50}  # rows, by objectives, whose volume takes a second or two
_EXACT_BEYOND = 30


@dataclass(frozen=True, slots=True)
class SampledHistory:
    """An estimate of the hypervolume after each row."""

    volumes: Floats  # (n,), never falling
    records: Ints  # (r,), the rows that add volume: exact
    error: float  # standard error of the last volume, as a share of it


def is_too_large(losses: Floats, reference: Floats) -> bool:
    """Whether the exact volume of these rows would take too long: many objectives and many rows on the front.

    losses: (n, m), finite or inf. O(n f m / 64) for f front rows; False without looking for m <= 4 or few rows.
    """
    most = _EXACT.get(len(reference), _EXACT_BEYOND)
    if len(reference) <= 4 or len(losses) <= most:
        return False
    inside = losses[strictly_inside(losses, reference)]
    return int(np.count_nonzero(pareto_front(inside))) > most if len(inside) else False


def sampled_history(losses: Floats, reference: Floats) -> SampledHistory:
    """Estimate what `hypervolume_history` computes, from the same POINTS points every time.

    losses: (n, m), rows strictly inside the reference finite, at least one of them; reference: (m,), finite.
    O(r m POINTS) at most for the r rows that no earlier row dominates; points that are dominated are no longer looked at.
    """
    inside = np.flatnonzero(strictly_inside(losses, reference))
    points = losses[inside]
    records = inside[pareto_front(np.column_stack([points, np.arange(len(points))]))]
    low = points.min(axis=0)
    left = (low + (reference - low) * np.random.default_rng(0).random((POINTS, len(reference)))).T
    hits = np.zeros(len(losses))
    for row in records.tolist():
        missed = np.logical_or.reduce([column < bound for column, bound in zip(left, losses[row], strict=True)])
        hits[row] = np.count_nonzero(~missed)
        if hits[row]:
            left = left[:, missed]
    share = np.cumsum(hits) / POINTS
    last = float(share[-1])
    error = float(np.sqrt((1 - last) / (last * POINTS))) if last else 1.0
    return SampledHistory(share * float(np.prod(reference - low)), records, error)
