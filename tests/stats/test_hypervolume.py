"""Hypervolumes against counted cells, closed forms, Optuna and moocore; with moocore at hand and without."""

import itertools
import math
import sys
from fractions import Fraction

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna._hypervolume import compute_hypervolume

from analyzer.stats import hypervolume as module
from analyzer.stats.hypervolume import exclusive_volume, exclusive_volumes, hypervolume, volume_gains

CELLS = 4


@pytest.fixture(params=["moocore", "numpy"])
def kernel(request, monkeypatch):
    """The module as it is, and as it is where moocore is not installed (None in sys.modules hides it)."""
    if request.param == "numpy":
        monkeypatch.setitem(sys.modules, "moocore", None)
    module._moocore.cache_clear()
    yield request.param
    module._moocore.cache_clear()


@st.composite
def grids(draw, max_rows=8, max_objectives=5):
    shape = draw(st.integers(0, max_rows)), draw(st.integers(1, max_objectives))
    return draw(arrays(np.float64, shape, elements=st.integers(0, CELLS + 1).map(float)))


def counted(rows):
    """Cells of the grid below the reference (CELLS, …) that a row dominates."""
    cells = itertools.product(range(CELLS), repeat=rows.shape[1])
    return sum(bool((rows <= np.array(cell)).all(axis=1).any()) for cell in cells)


def in_fractions(rows, reference):
    """The volume without any rounding: slices between the values of the last loss."""
    rows = [row for row in rows if all(loss < end for loss, end in zip(row, reference, strict=True))]
    if not reference or not rows:
        return Fraction(bool(rows))
    levels = [*sorted({row[-1] for row in rows}), reference[-1]]
    return sum(
        (above - level) * in_fractions([row[:-1] for row in rows if row[-1] <= level], reference[:-1])
        for level, above in itertools.pairwise(levels)
    )


def sphere(n, m, seed=0):
    rows = np.abs(np.random.default_rng(seed).normal(size=(n, m)))
    return 1 - rows / np.linalg.norm(rows, axis=1)[:, None]


@given(grids())
@settings(max_examples=60)
def test_volume_is_the_number_of_cells(rows):
    module._moocore.cache_clear()
    assert hypervolume(rows, np.full(rows.shape[1], float(CELLS))) == counted(rows)


@given(grids())
@settings(max_examples=60)
def test_volume_without_moocore_is_the_number_of_cells(rows):
    inside = rows[(rows < CELLS).all(axis=1)]
    if len(inside):
        assert module._swept_volume(inside, np.full(rows.shape[1], float(CELLS))) == counted(rows)


@given(grids())
@settings(max_examples=60)
def test_gains_add_up_to_the_number_of_cells_of_each_prefix(rows):
    inside = rows[(rows < CELLS).all(axis=1)]
    if len(inside):
        gains = volume_gains(inside, np.full(rows.shape[1], float(CELLS)))
        assert np.cumsum(gains).tolist() == [counted(inside[: i + 1]) for i in range(len(inside))]


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("tied", [False, True])
def test_volume_is_that_of_moocore_and_optuna(m, tied, kernel):
    rows = sphere(60, m) + np.random.default_rng(1).exponential(0.05, (60, 1))
    rows = np.round(rows, 1) if tied else rows
    reference = np.full(m, 1.1)
    volume = hypervolume(rows, reference)
    assert volume == pytest.approx(moocore.hypervolume(rows, ref=reference), rel=1e-12)
    if m > 1:
        inside = rows[(rows <= reference).all(axis=1)]
        assert volume == pytest.approx(compute_hypervolume(inside, reference), rel=1e-12)


@pytest.mark.parametrize(("m", "n"), [(2, 20_000), (3, 3000), (4, 400), (5, 80)])
def test_volume_of_a_large_front(m, n, kernel):
    rows = sphere(n, m)
    reference = np.full(m, 1.1)
    assert hypervolume(rows, reference) == pytest.approx(moocore.hypervolume(rows, ref=reference), rel=1e-12)


@pytest.mark.parametrize("m", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(4))
def test_losses_of_many_magnitudes_lose_no_digits(m, seed, kernel):
    random = np.random.default_rng(seed)
    rows = random.exponential(size=(12, m)) * 10.0 ** random.integers(-3, 1, (12, m))
    rows *= 10.0 ** random.integers(-8, 9, m)
    reference = rows.max(axis=0) * 1.01
    fractions = [[Fraction(loss) for loss in row] for row in rows.tolist()]
    exact = float(in_fractions(fractions, [Fraction(end) for end in reference.tolist()]))
    assert hypervolume(rows, reference) == pytest.approx(exact, rel=1e-12)
    assert np.sum(volume_gains(rows[(rows < reference).all(axis=1)], reference)) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("m", [2, 3, 4, 5])
def test_volume_of_rows_on_a_plane_has_a_closed_form(m, kernel):
    """All rows of integers that sum to s: a cell is dominated if its own sum is at least s."""
    side = 5
    rows = np.array([row for row in itertools.product(range(side), repeat=m) if sum(row) == side - 1], dtype=float)
    below = math.comb(side - 2 + m, m)  # cells whose sum is at most side - 2, none of which leaves the cube
    assert hypervolume(rows, np.full(m, float(side))) == side**m - below


def test_rows_that_are_not_strictly_inside_add_nothing():
    reference = np.array([2.0, 2.0])
    outside = np.array([[2.0, 0.0], [3.0, -5.0], [np.inf, -np.inf], [2.0, -np.inf]])
    assert hypervolume(outside, reference) == 0.0
    assert hypervolume(np.vstack([outside, [[1.0, 1.0]]]), reference) == 1.0


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_infinite_rows_and_references(m, kernel):
    ones = np.ones((1, m))
    assert hypervolume(ones * -np.inf, np.ones(m)) == math.inf
    assert hypervolume(ones, np.full(m, np.inf)) == math.inf
    assert hypervolume(ones * np.inf, np.full(m, np.inf)) == 0.0
    assert hypervolume(np.empty((0, m)), np.ones(m)) == 0.0
    assert hypervolume(ones, np.full(m, 3.0)) == 2.0**m


def test_a_volume_beyond_the_largest_number_is_infinite():
    assert hypervolume(np.full((3, 4), -1e200), np.full(4, 1e200)) == math.inf


def test_a_reference_of_another_length_is_refused():
    with pytest.raises(ValueError, match="reference point"):
        hypervolume(np.ones((2, 3)), np.ones(2))


def test_a_row_that_a_front_row_equals_has_no_exclusive_volume():
    front = np.array([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]])
    assert exclusive_volume(front, np.array([1.0, 2.0, 0.0]), np.full(3, 4.0)) == 0.0


def test_exclusive_volume_is_the_difference_of_two_volumes(kernel):
    rows, reference = sphere(200, 4), np.full(4, 1.1)
    gain = exclusive_volume(rows[1:].T, rows[0], reference)
    both = moocore.hypervolume(rows, ref=reference)
    # The difference of two volumes near 1 is good to some 1e-16; the exclusive volume itself is more precise.
    assert gain == pytest.approx(both - moocore.hypervolume(rows[1:], ref=reference), abs=1e-14)
    assert 0 < gain < 1e-3


@given(st.integers(0, 10**6), st.integers(1, 30), st.booleans())
@settings(max_examples=60)
def test_exclusive_volumes_of_several_points_are_those_of_each(seed: int, n: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 6, (n + 8, 3)).astype(float) if ties else random.random((n + 8, 3))
    reference = np.full(3, 5.5 if ties else 1.0)
    rows = rows[(rows < reference).all(axis=1)]
    front, points = rows[: len(rows) // 2].T, rows[len(rows) // 2 :]
    expected = [hypervolume(np.vstack([front.T, point]), reference) - hypervolume(front.T, reference) for point in points]
    each = [exclusive_volume(front, point, reference) for point in points]
    volumes, corners = exclusive_volumes(front, points, reference)
    assert volumes == pytest.approx(each, rel=1e-12, abs=1e-15)
    assert (corners <= reference).all()
    assert each == pytest.approx(expected, rel=1e-9, abs=1e-12)
