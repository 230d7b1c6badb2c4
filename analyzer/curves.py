"""Learning curves in a picture: their steps in few bins, and quantile bands that stand for many of them."""

from __future__ import annotations

import numpy as np

from analyzer import figure as fig
from analyzer.arrays import Ints
from analyzer.stats.quantiles import Bands
from analyzer.study import State
from analyzer.text import _

CURVE_STATES = (State.PRUNED, State.COMPLETE, State.RUNNING)  # as optuna.visualization.plot_intermediate_values
_BINS = 400  # steps of the bands at most


def binned(steps: Ints) -> Ints:
    """Steps rounded down to at most 400 bins; at least one step is given.

    >>> binned(np.array([0, 1, 799])).tolist()
    [0, 0, 798]
    """
    low, high = int(steps.min()), int(steps.max())
    width = max(1, -(-(high - low + 1) // _BINS))
    return (low + (steps - low) // width * width).astype(np.int64)


def band_traces(bands: Bands) -> list[fig.Trace]:
    """5 to 95 % and 25 to 75 % of all curves as filled bands, and their median."""
    steps = bands.steps
    traces: list[fig.Trace] = []
    for low, high, strength, name in ((0, 4, 0.13, _("5–95 % of all")), (1, 3, 0.22, _("25–75 % of all"))):
        for level, fill in ((low, None), (high, "tonexty")):
            edge = fig.line(steps, bands.values[level], color=fig.COMPLETE, width=0)
            edge |= {"fill": fill, "fillcolor": f"rgba(47,111,222,{strength})"} if fill else {}
            traces.append(fig.named(edge, name) if fill else edge)
    return [*traces, fig.line(steps, bands.values[2], color=fig.COMPLETE, name=_("median of all"), dash="dot")]
