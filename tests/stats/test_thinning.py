"""What may be left out of a picture and what may not, against a plain loop over the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.arrays import Floats
from analyzer.stats.thinning import ENOUGH, thin_line, thin_points


def cloud(n: int, seed: int = 0) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return rng.random(n), rng.normal(size=n)


def part(value: float, low: float, high: float, count: int) -> int:
    return min(max(int((value - low) / ((high - low) / count)), 0), count - 1)


@given(st.integers(1, 30), st.integers(1, 20), st.booleans(), st.integers(0, 5))
def test_one_point_per_cell_and_the_extremes(columns: int, rows: int, by_priority: bool, seed: int) -> None:
    x, y = cloud(1200, seed)
    priority = np.round(x * 7 % 1, 1)
    winners: dict[tuple[int, int], int] = {}
    for row in np.argsort(priority, kind="stable") if by_priority else range(1200):
        cell = part(x[row], x.min(), x.max(), columns), part(y[row], y.min(), y.max(), rows)
        winners.setdefault(cell, int(row))
    expected = sorted({*winners.values(), int(x.argmin()), int(x.argmax()), int(y.argmin()), int(y.argmax())})
    drawn = thin_points(x, y, columns, rows, priority=priority if by_priority else None)
    assert drawn.tolist() == expected


def test_kept_rows_are_drawn_and_change_nothing_else() -> None:
    x, y = cloud(5000)
    keep = np.array([4999, 17, 17, 2500])
    without = thin_points(x, y, 20, 10)
    assert thin_points(x, y, 20, 10, keep).tolist() == sorted({*without.tolist(), *keep.tolist()})


def test_rows_that_are_not_finite_are_never_drawn() -> None:
    x, y = cloud(5000)
    x[::7], y[::11], y[3] = np.nan, np.inf, -np.inf
    finite = np.isfinite(x) & np.isfinite(y)
    drawn = thin_points(x, y, 20, 10, keep=np.arange(40))
    assert finite[drawn].all()
    assert set(np.flatnonzero(finite[:40])) <= set(drawn.tolist())
    assert thin_points(x[:30], y[:30], 20, 10).tolist() == np.flatnonzero(finite[:30]).tolist()


def test_few_points_are_all_drawn() -> None:
    x, y = cloud(ENOUGH)
    assert len(thin_points(x, y, 100, 10)) == ENOUGH
    assert len(thin_points(x, y, 2, 2)) <= 8
    assert len(thin_points(x[:0], y[:0], 100, 10)) == 0


def test_points_in_sight_are_not_thinned_by_outliers_out_of_sight() -> None:
    x, y = cloud(20000)
    y[100] = 1e12
    squashed = thin_points(x, y, 40, 40)
    spread = thin_points(x, y, 40, 40, y_range=(-3.0, 3.0))
    assert len(squashed) < 100 < 1000 < len(spread)
    assert 100 in spread


@pytest.mark.parametrize("y", [np.zeros(3000), np.full(3000, 1e308), np.where(np.arange(3000) % 2, 1e308, -1e308)])
def test_degenerate_axes_still_draw(y: Floats) -> None:
    drawn = thin_points(np.zeros(3000), y, 10, 10)
    assert set(y[drawn]) == set(y)


def test_is_the_same_on_every_call() -> None:
    x, y = cloud(30000)
    assert thin_points(x, y, 50, 50).tolist() == thin_points(x, y, 50, 50).tolist()


@given(st.integers(1, 40), st.integers(0, 5))
def test_line_keeps_first_last_lowest_and_highest_of_each_column(columns: int, seed: int) -> None:
    y = np.round(np.cumsum(cloud(1500, seed)[1]), 1)
    x = np.sort(cloud(1500, seed + 100)[0])
    expected: set[int] = set()
    cells = np.array([part(value, x[0], x[-1], columns) for value in x])
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        expected |= {int(rows[0]), int(rows[-1]), int(rows[y[rows].argmin()]), int(rows[y[rows].argmax()])}
    assert thin_line(x, y, columns).tolist() == sorted(expected)


def test_line_covers_the_same_pixels() -> None:
    """Drawn with vertical strokes in 50 columns: the height that each column spans is that of the whole line."""
    x, y = np.arange(10000.0), np.cumsum(cloud(10000)[1])
    kept = thin_line(x, y, 50)
    column = (x * 50 / 9999.0).clip(0, 49).astype(int)
    for pixel in range(50):
        whole, drawn = y[column == pixel], y[kept[column[kept] == pixel]]
        assert (whole.min(), whole.max(), whole[0], whole[-1]) == (drawn.min(), drawn.max(), drawn[0], drawn[-1])


def test_short_lines_are_drawn_whole_without_their_gaps() -> None:
    y = np.array([1.0, np.nan, 3.0, np.inf, 2.0])
    assert thin_line(np.arange(5.0), y, 800).tolist() == [0, 2, 4]
    assert thin_line(np.zeros(0), np.zeros(0), 800).tolist() == []
