"""Whether the best trial stands at the edge of what was searched: then the range may be too narrow."""

from __future__ import annotations

import numpy as np

from analyzer.distributions import Categorical, Distribution, bounds, is_log, is_single, unit_interval
from analyzer.study import Study

_EDGE = 0.02  # of a range
_FEWEST_STEPS = 10  # a range of fewer has so few values that one of them has to be at the edge


def edge_names(study: Study, row: int) -> tuple[str, ...]:
    """The numeric parameters whose value in this trial lies in the outer 2 % of its range, on the scale searched.

    Short ranges of whole numbers, constants and unbounded ranges do not count.
    """
    used = [parameter for parameter in study.parameters.values() if parameter.which[row] >= 0]
    return tuple(p.name for p in used if _at_edge(p.distribution_at(row), float(p.values[row])))


def _at_edge(used: Distribution, value: float) -> bool:
    low, high = bounds(used)
    if isinstance(used, Categorical) or is_single(used) or not np.isfinite(high - low) or (is_log(used) and low <= 0):
        return False
    if used.step is not None and not used.log and high - low < _FEWEST_STEPS * used.step:
        return False
    place = float(unit_interval(used, np.array([value]))[0])
    return not _EDGE < place < 1 - _EDGE
