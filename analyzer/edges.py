"""Whether the best trials crowd at the edge of what was searched: then the range may be too narrow."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.best import candidates
from analyzer.distributions import Categorical, bounds, is_log, is_single, unit_interval
from analyzer.study import Objective, Parameter, Study

_EDGE, _NEAR = 0.02, 0.1  # of a range: where the best trial has to be, and half of the other good ones
_FEWEST_STEPS = 10  # a range of fewer has so few values that one of them has to be at the edge
_GOOD = (3, 20)  # trials looked at: a tenth of all, but so many at least and at most


def edge_names(study: Study, objective: Objective) -> tuple[str, ...]:
    """The numeric parameters whose range ends where the trials that are best in one objective are.

    That is where the best trial lies in the outer 2 % of its range, on the scale searched, and at least half of the best
    trials in the outer 10 % of the same side: one trial alone is at some edge of eight ranges more often than not.
    Short ranges of whole numbers, constants and unbounded ranges do not count. O(n log n).
    """
    rows = candidates(study)
    losses = study.losses[rows, objective.index]
    least, most = _GOOD
    good = rows[np.argsort(losses, kind="stable")[: max(least, min(most, len(rows) // 10))]]
    return tuple(p.name for p in study.parameters.values() if len(good) >= least and _is_crowded(_places(p, good)))


def _places(parameter: Parameter, rows: Ints) -> Floats:
    """(k,) where the trials stand in their ranges, 0 to 1, NaN where there is no range to speak of."""
    places = np.full(len(rows), np.nan)
    for code in np.unique(parameter.which[rows]):
        mine = parameter.which[rows] == code
        if code >= 0 and _has_edges(parameter, int(code)):
            places[mine] = unit_interval(parameter.distributions[code], parameter.values[rows][mine])
    return places


def _has_edges(parameter: Parameter, code: int) -> bool:
    used = parameter.distributions[code]
    low, high = bounds(used)
    if isinstance(used, Categorical) or is_single(used) or not np.isfinite(high - low) or (is_log(used) and low <= 0):
        return False
    return used.step is None or used.log or high - low >= _FEWEST_STEPS * used.step


def _is_crowded(places: Floats) -> bool:
    """Whether the first one stands at an edge and half of all are near the same one."""
    best = places[0]
    if best <= _EDGE:
        return bool((places <= _NEAR).mean() >= 0.5)
    return bool(best >= 1 - _EDGE and (places >= 1 - _NEAR).mean() >= 0.5)
