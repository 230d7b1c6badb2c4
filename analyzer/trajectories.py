"""How several searches went, in one scale: the best so far of each, and the median and quartiles of repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, settled
from analyzer.stats.outliers import plain_range
from analyzer.stats.thinning import thin_line
from analyzer.study import Objective, Study
from analyzer.together import Series, Together

_WIDTH = 400  # columns of the lines that are drawn
_QUARTILES = (0.25, 0.5, 0.75)

Path = tuple[Floats, Floats]  # when the best changed or was confirmed (k,), ascending, and the least loss by then (k,)


@dataclass(frozen=True, slots=True)
class Line:
    """One series: the best so far of a study, or the median over repeats."""

    name: str
    studies: int
    at: Floats  # (k,), ascending
    values: Floats  # (k,), in the objective's own unit
    low: Floats  # (k,), lower quartile over repeats; () for one study
    high: Floats  # (k,)
    end: float  # when the shortest of its studies ends
    sign: float  # +1 where smaller is better

    def value_at(self, moment: float) -> float:
        """The value at a moment, NaN before there is one."""
        before = int(np.searchsorted(self.at, moment, side="right"))
        return float(self.values[before - 1]) if before else float("nan")


def by_trial(study: Study, objective: Objective) -> Path:
    """The least loss after each complete trial: 1, 2, 3 …"""
    losses = _losses(study, objective)
    return np.arange(1.0, len(losses) + 1), np.minimum.accumulate(losses)


def by_time(study: Study, objective: Objective) -> Path:
    """The least loss after so many seconds since the first start: at the end of each complete trial that has one."""
    rows, starts = study.complete, study.trials.starts
    ended = ~np.isnat(study.trials.ends[rows])
    if not ended.any() or np.isnat(starts).all():
        return np.empty(0), np.empty(0)
    begin = starts[~np.isnat(starts)].min()
    seconds = (study.trials.ends[rows][ended] - begin).astype(np.int64) / 1e6
    order = np.argsort(seconds, kind="stable")
    return seconds[order], np.minimum.accumulate(_losses(study, objective)[ended][order])


def _losses(study: Study, objective: Objective) -> Floats:
    rows = study.complete
    return np.where(study.feasible[rows], study.losses[rows, objective.index], np.inf)


def lines(compared: Together, sign: float, path: Callable[[Study], Path]) -> tuple[Line, ...]:
    """One line for each series; studies without a path, or whose path never has a finite loss, are left out."""
    found = []
    for series in compared.series:
        paths = [path(compared.studies[index]) for index in series.members]
        paths = [each for each in paths if np.isfinite(each[1]).any()]
        if len(paths) == 1:
            found.append(_single(series, paths[0], sign))
        elif paths:
            found.append(_several(series, paths, sign))
    return tuple(found)


def _single(series: Series, path: Path, sign: float) -> Line:
    at, losses = path
    drawn = thin_line(at, losses, _WIDTH)
    nothing = np.empty(0)
    return Line(series.name, 1, at[drawn], losses[drawn] * sign, nothing, nothing, float(at[-1]), sign)


def _several(series: Series, paths: Sequence[Path], sign: float) -> Line:
    """Median and quartiles at shared moments; a search that has ended keeps its best."""
    grid = np.unique(np.concatenate([at for at, _losses in paths]))
    if len(grid) > 2 * _WIDTH:
        grid = grid[np.linspace(0, len(grid) - 1, 2 * _WIDTH).round().astype(np.int64)]
    table = np.full((len(paths), len(grid)), np.inf)
    for row, (at, losses) in enumerate(paths):
        place = np.searchsorted(at, grid, side="right")
        table[row, place > 0] = losses[place[place > 0] - 1]
    with np.errstate(invalid="ignore"):
        quartiles = np.quantile(table, _QUARTILES, axis=0)
    known = np.isfinite(quartiles).all(axis=0)
    first, median, third = settled(quartiles[:, known].ravel()).reshape(3, -1) * sign
    low, high = (first, third) if sign > 0 else (third, first)
    return Line(series.name, len(paths), grid[known], median, low, high, min(float(at[-1]) for at, _losses in paths), sign)


def shown_range(found: Sequence[Line]) -> tuple[float, float] | None:
    """The range of the value axis where the first values, before a search has found anything good, would squash it."""
    return plain_range(np.concatenate([values for line in found for values in (line.values, line.low, line.high)]))


def leader(found: Sequence[Line], moment: float) -> tuple[Line, float] | None:
    """The line that is ahead at a moment, the first of equals, and its value there; None where none has a value yet."""
    values = np.array([line.value_at(moment) * line.sign for line in found])
    if np.isnan(values).all():
        return None
    ahead = found[int(np.nanargmin(values))]
    return ahead, ahead.value_at(moment)
