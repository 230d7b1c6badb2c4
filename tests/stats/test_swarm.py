"""Dots moved aside: bounded in number, within the row, each one a point of its own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.swarm import swarm

_xs = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=80)


@given(_xs, st.integers(1, 9), st.integers(1, 6))
def test_dots_are_points_once_each_and_never_more_than_there_is_room_for(
    xs: list[float], bins: int, layers: int
) -> None:
    x = np.array(xs, dtype=np.float64)
    drawn, aside = swarm(x, np.arange(len(x)) * 1.0, (float(x.min()), float(x.max())), bins, layers)
    assert len(set(drawn.tolist())) == len(drawn) == len(aside)
    assert 1 <= len(drawn) <= bins * layers
    assert np.abs(aside).max() <= 0.42 + 1e-12


@given(_xs)
def test_all_points_are_drawn_where_there_is_room(xs: list[float]) -> None:
    x = np.array(xs, dtype=np.float64)
    drawn, _ = swarm(x, np.arange(len(x)) * 1.0, (-1.0, 1.0), 5, layers=80 * 80)
    assert sorted(drawn.tolist()) == list(range(len(x)))


def test_dots_of_one_column_stand_apart_in_the_given_order() -> None:
    drawn, aside = swarm(np.zeros(3), np.array([3.0, 1.0, 2.0]), (0.0, 0.0), 4, 9)
    assert drawn.tolist() == [1, 2, 0]
    assert np.allclose(aside, [-0.09, 0.0, 0.09])
