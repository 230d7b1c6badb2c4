"""A sparkline: the best so far, in sixty points."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats
from analyzer.stats.outliers import plain_range

_WIDTH, _HEIGHT, _POINTS = 200.0, 40.0, 60


def spark_points(best: Floats) -> str:
    """The points of an SVG polyline in a box of 200 by 40; "" where there is no line to draw.

    >>> spark_points(np.array([3.0, 2.0, 1.0]))
    '0,2 100,20 200,38'
    """
    finite = np.flatnonzero(np.isfinite(best))
    if len(finite) < 2:
        return ""
    at = finite[np.unique(np.linspace(0, len(finite) - 1, _POINTS).astype(np.int64))]
    low, high = plain_range(best[finite]) or (float(best[finite].min()), float(best[finite].max()))
    span = high - low
    share = (np.clip(best[at], low, high) - low) / span if span > 0 else np.full(len(at), 0.5)
    x = at / max(len(best) - 1, 1) * _WIDTH
    y = 2 + (1 - share) * (_HEIGHT - 4)
    return " ".join(f"{a:.4g},{b:.4g}" for a, b in zip(x, y, strict=True))
