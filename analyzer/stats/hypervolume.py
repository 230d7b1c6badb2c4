"""The volume that rows of losses dominate up to a reference point, and the part of it that single rows add.

Everything rests on one identity: with rows taken in ascending order of their last loss, the volume in m dimensions is
the sum over rows of what each adds to the volume of the first m - 1 losses, times its depth in the last one. All terms
are positive, so no digits cancel. The volume over time is in `hypervolume_history`, the choice of rows in
`subset_selection`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import math
from bisect import bisect_right
from typing import Any

import numpy as np

from analyzer.arrays import Bools, Floats
from analyzer.stats.dominance import CHUNK, candidates
from analyzer.stats.pareto import pareto_front

_FEW = 64  # rows up to which a loop over lists is faster than numpy


def hypervolume(losses: Floats, reference: Floats) -> float:
    """Volume of the region that is dominated by a row and dominates the reference point.

    Rows that are not strictly below the reference in every coordinate add nothing; dominated rows and copies may be
    there. losses: (n, m), finite or inf, never NaN; reference: (m,). The unit is the product of the objectives' units.
    Infinite where a row inside is -inf or the reference is inf.
    O(n log n) for m <= 3 by a dimension sweep (Fonseca, Paquete & López-Ibáñez 2006,
    https://doi.org/10.1109/CEC.2006.1688440); beyond, the package moocore where it is installed, else the sweep over
    exclusive volumes of limited sets (While, Bradstreet & Barone 2012, https://doi.org/10.1109/TEVC.2010.2077298).
    Raises ValueError where the reference has another length than a row.

    >>> hypervolume(np.array([[1.0, 3.0], [2.0, 2.0], [2.5, 3.5]]), np.array([4.0, 4.0]))
    5.0
    """
    inside = strictly_inside(losses, reference)
    if not inside.any():
        return 0.0
    points = losses[inside]
    if not (np.isfinite(reference).all() and np.isfinite(points).all()):
        return math.inf
    with np.errstate(over="ignore", invalid="ignore"):
        volume = _volume(points[candidates(points)], reference)
    return volume if math.isfinite(volume) else math.inf


def strictly_inside(losses: Floats, reference: Floats) -> Bools:
    """The rows that are below the reference in every coordinate. Raises ValueError where the lengths differ."""
    if reference.shape != losses.shape[1:]:
        raise ValueError(f"the reference point has shape {reference.shape}, the rows have {losses.shape[1:]}")
    inside = np.ones(len(losses), dtype=bool)
    for column, end in zip(losses.T, reference, strict=True):
        inside &= column < end
    return inside


def _volume(points: Floats, reference: Floats) -> float:
    """Hypervolume of finite rows strictly inside, by moocore from four objectives on where it is there."""
    if len(points) < 2:
        return float(np.prod(reference - points, axis=1).sum())
    compiled = _moocore() if points.shape[1] >= 4 else None
    return float(compiled.hypervolume(points, ref=reference)) if compiled else _swept_volume(points, reference)


@functools.cache
def _moocore() -> Any | None:
    """The package moocore, which computes hypervolumes in C, or None where it is not installed (as in the browser)."""
    return importlib.import_module("moocore") if importlib.util.find_spec("moocore") else None


def _swept_volume(points: Floats, reference: Floats) -> float:
    if points.shape[1] == 1:
        return float(reference[0] - points.min())
    points = points[np.argsort(points[:, -1], kind="stable")]
    gains = volume_gains(points[:, :-1], reference[:-1])
    return float(np.sum(gains * (reference[-1] - points[:, -1])))


def volume_gains(points: Floats, reference: Floats) -> Floats:
    """What each row adds to the hypervolume of the rows before it, (n,).

    points: (n, m), finite and strictly inside the reference. O(n log n) for m <= 2; beyond, O(m f) numpy work and one
    small hypervolume for each row that adds something, f the size of the front at that time.

    >>> volume_gains(np.array([[3.0, 1.0], [1.0, 3.0], [2.0, 2.0], [2.0, 2.0]]), np.array([4.0, 4.0]))
    array([3., 2., 1., 0.])
    """
    match points.shape[1]:
        case 1:
            best = np.minimum.accumulate(np.append(reference[0], points[:, 0]))
            return best[:-1] - best[1:]
        case 2:
            return _area_gains(points, reference)
        case _:
            return _exclusive_gains(points, reference)


def _area_gains(points: Floats, reference: Floats) -> Floats:
    """Gains of rows in the plane: a staircase of the front so far, between two corners that no row replaces."""
    steps = [-math.inf, float(reference[0])]
    heights = [float(reference[1]), -math.inf]
    gains = np.zeros(len(points))
    for start in range(0, len(points), CHUNK):
        # Most rows of a long study lie above the staircase of the rows before their chunk; one search finds them all.
        chunk = points[start : start + CHUNK]
        step = np.searchsorted(steps, chunk[:, 0], side="right") - 1
        low = np.flatnonzero(np.array(heights)[step] > chunk[:, 1])
        gains[start + low] = [_area_gain(steps, heights, x, y) for x, y in chunk[low].tolist()]
    return gains


def _area_gain(steps: list[float], heights: list[float], x: float, y: float) -> float:
    """Put a point into a staircase and return the area that it adds; points that it covers go out."""
    at = bisect_right(steps, x)
    if heights[at - 1] <= y:
        return 0.0
    start = end = at - 1 if steps[at - 1] == x else at
    left, height, area = x, heights[start - 1], 0.0
    while heights[end] >= y:
        area += (steps[end] - left) * (height - y)
        left, height = steps[end], heights[end]
        end += 1
    area += (steps[end] - left) * (height - y)
    steps[start:end] = [x]
    heights[start:end] = [y]
    return area


def _exclusive_gains(points: Floats, reference: Floats) -> Floats:
    """Gains of rows from three objectives on: the exclusive volume of each row beside the front before it."""
    gains = np.zeros(len(points))
    front = np.empty((points.shape[1], 0))
    records = _records(points)
    for start in range(0, records.size, CHUNK):
        chunk = records[start : start + CHUNK]
        # The front keeps its dominated rows for the length of a chunk: they cost a little and change nothing.
        rows = np.hstack([front, points[chunk].T])
        for place, record in enumerate(chunk.tolist(), front.shape[1]):
            gains[record] = exclusive_volume(rows[:, :place], points[record], reference)
        front = rows[:, pareto_front(rows.T)]
    return gains


def _records(points: Floats) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The rows that no earlier row dominates or equals: the front, if being early is one more objective."""
    if len(points) < 64:
        return np.arange(len(points))  # the filter would cost more than it saves
    return np.flatnonzero(pareto_front(np.column_stack([points, np.arange(len(points))])))


def exclusive_volume(front: Floats, point: Floats, reference: Floats) -> float:
    """Volume that a point dominates and no row of the front does; 0 if a row dominates or equals it.

    front: (m, f), by columns of losses; point, reference: (m,); m >= 3, all finite. Rows of the front may be dominated.

    >>> exclusive_volume(np.array([[2.0], [2.0], [2.0]]), np.array([1.0, 1.0, 1.0]), np.array([4.0, 4.0, 4.0]))
    19.0
    """
    beneath = front <= point[:, None]
    # Few long rows: adding them up pairwise is several times faster here than a reduction over the first axis.
    number_beneath = functools.reduce(np.add, beneath.view(np.int8))
    walls = np.flatnonzero(number_beneath >= len(point) - 1)
    if (number_beneath[walls] == len(point)).any():
        return 0.0
    # A row beneath the point in all but one coordinate cuts the whole box off there; few rows reach into the rest.
    corner = np.where(beneath[:, walls], math.inf, front[:, walls]).min(axis=1, initial=math.inf)
    corner = np.minimum(corner, reference)
    box: float = math.prod((corner - point).tolist())
    near = np.flatnonzero(functools.reduce(np.logical_and, front < corner[:, None]))
    if box == math.inf or not near.size:
        return box
    clipped = np.maximum(front[:, near].T, point)
    few = len(point) == 3 and near.size <= _FEW
    return max(0.0, box - (_small_volume(clipped.tolist(), corner.tolist()) if few else _volume(clipped, corner)))


def exclusive_volumes(front: Floats, points: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """`exclusive_volume` of several points of three objectives at once, (n,), and the corners of the boxes they lie in, (n, 3).

    points: (n, 3). What a point dominates alone lies between it and its corner.

    >>> exclusive_volumes(np.array([[2.0], [2.0], [2.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 1.0, 1.0]]), np.full(3, 4.0))
    (array([19.,  5.]), array([[4., 4., 4.],
           [4., 4., 4.]]))
    """
    beneath = [column <= own[:, None] for column, own in zip(front, points.T, strict=True)]
    number_beneath = functools.reduce(np.add, [each.view(np.int8) for each in beneath])
    walls = number_beneath == 2
    corners = np.empty_like(points)
    for at, (column, below) in enumerate(zip(front, beneath, strict=True)):
        corners[:, at] = np.where(walls & ~below, column, math.inf).min(axis=1, initial=reference[at])
    boxes: Floats = np.prod(corners - points, axis=1)
    boxes[(number_beneath == 3).any(axis=1) | ~(boxes > 0)] = 0.0
    inside = np.logical_and.reduce([column < end[:, None] for column, end in zip(front, corners.T, strict=True)])
    for row in np.flatnonzero(inside.any(axis=1) & (boxes > 0) & np.isfinite(boxes)).tolist():
        clipped = np.maximum(front[:, inside[row]].T, points[row])
        boxes[row] = max(0.0, boxes[row] - _small_volume(clipped.tolist(), corners[row].tolist()))
    return boxes, corners


def _small_volume(points: list[list[float]], reference: list[float]) -> float:
    """Hypervolume of a few rows of three objectives: the sweep without the cost of calling numpy."""
    points.sort(key=lambda point: point[2])
    steps, heights = [-math.inf, reference[0]], [reference[1], -math.inf]
    return sum(_area_gain(steps, heights, x, y) * (reference[2] - z) for x, y, z in points)
