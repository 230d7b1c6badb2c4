"""Dots along a line, moved aside so that they do not cover each other: as many of them as there is room for."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Floats, Ints

_WIDEST = 0.42  # half of the room across the line
_APART = 0.09  # dots never stand farther apart


def swarm(x: Floats, order: Floats, ends: tuple[float, float], bins: int, layers: int) -> tuple[Ints, Floats]:
    """Which points to draw, and how far aside of the line each one stands, -0.42 … 0.42.

    Points are stacked in columns, those with the lowest `order` at the bottom. The fullest column has `layers` dots at
    most, the others as many as the square root of their points allows beside it; the dots left out lie evenly among
    those drawn. Nothing is random. x, order: (n,) finite; ends: of the line. Returns two (k,), k <= bins * layers.
    O(n log n).

    >>> drawn, aside = swarm(np.array([0.0, 0.0, 9.0]), np.array([2.0, 1.0, 0.0]), (0.0, 10.0), bins=5, layers=2)
    >>> drawn, aside
    (array([1, 0, 2]), array([-0.045,  0.045,  0.   ]))
    """
    low, high = ends
    width = high / bins - low / bins
    column = np.zeros(len(x), np.int64) if not width > 0 else np.clip((x - low) / width, 0, bins - 1).astype(np.int64)
    by_column = np.lexsort((order, column))
    counts = np.bincount(column.astype(np.intp), minlength=bins)
    room = np.sqrt(counts / max(int(counts.max(initial=1)), 1))
    wanted = np.minimum(counts, np.ceil(layers * room)).astype(np.int64)
    apart = np.minimum(2 * _WIDEST * room / np.maximum(wanted - 1, 1), _APART)
    mine = column[by_column]
    place = np.arange(len(x)) - (np.cumsum(counts) - counts)[mine]  # within its column
    layer = place * wanted[mine] // counts[mine]
    drawn = np.flatnonzero((place == 0) | (layer != (place - 1) * wanted[mine] // counts[mine]))
    chosen = mine[drawn]
    aside = (layer[drawn] - (wanted[chosen] - 1) / 2) * apart[chosen]
    return by_column[drawn].astype(np.int64), aside
