"""Densities against the plain sum of kernels, SciPy, and what a density has to be."""

import math

import numpy as np
import pytest
import scipy.stats

from analyzer.arrays import Floats
from analyzer.stats.density import kernel_density, silverman_bandwidth, weighted_shares

GRID = np.linspace(0.0, 1.0, 201)


def plain_density(values: Floats, grid: Floats, width: float, weights: Floats) -> Floats:
    kernels = np.exp(-0.5 * ((grid[:, None] - values) / width) ** 2) / (width * math.sqrt(2 * math.pi))
    return kernels @ weights / weights.sum()


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
@pytest.mark.parametrize("width", [0.004, 0.03, 0.2])
def test_is_the_sum_of_kernels(n: int, width: float) -> None:
    rng = np.random.default_rng(n)
    values, weights = rng.beta(1, 3, n), rng.random(n) + 0.1
    expected = plain_density(values, GRID, width, weights)
    density = kernel_density(values, GRID, weights=weights, bandwidth=width)
    np.testing.assert_allclose(density, expected, atol=0.005 * expected.max())


@pytest.mark.parametrize("width", [0.004, 0.03, 0.2])
def test_reflects_at_the_bounds(width: float) -> None:
    values = np.random.default_rng(0).beta(1, 3, 500)
    images = np.concatenate([values, -values, 2 - values])
    expected = 3 * plain_density(images, GRID, width, np.ones(len(images)))
    density = kernel_density(values, GRID, bandwidth=width, bounds=(0.0, 1.0))
    np.testing.assert_allclose(density, expected, atol=0.005 * expected.max())


def test_even_values_are_flat_up_to_the_bounds() -> None:
    density = kernel_density((np.arange(10000) + 0.5) / 10000, GRID, bounds=(0.0, 1.0))
    np.testing.assert_allclose(density, 1.0, rtol=1e-3)


def test_without_bounds_even_values_fall_off_by_half_at_the_ends() -> None:
    density = kernel_density((np.arange(10000) + 0.5) / 10000, GRID)
    np.testing.assert_allclose(density[[0, -1]], 0.5, rtol=1e-2)


@pytest.mark.parametrize("n", [2, 5, 40, 3000])
def test_integrates_to_one_over_the_bounds(n: int) -> None:
    values = np.random.default_rng(n).beta(0.5, 2, n)
    fine = np.linspace(0.0, 1.0, 2001)
    assert np.trapezoid(kernel_density(values, fine, bounds=(0.0, 1.0)), fine) == pytest.approx(1.0, abs=1e-3)


def test_is_zero_beyond_the_bounds() -> None:
    grid = np.linspace(-1.0, 2.0, 31)
    density = kernel_density(np.array([0.01, 0.5, 0.99]), grid, bounds=(0.0, 1.0))
    assert not density[(grid < 0) | (grid > 1)].any()
    assert (density[(grid >= 0) & (grid <= 1)] > 0).all()


def test_counts_values_outside_the_grid_in_the_total() -> None:
    values = np.array([0.5, 100.0])
    inside = kernel_density(values, GRID, bandwidth=0.05)
    np.testing.assert_allclose(inside, kernel_density(values[:1], GRID, bandwidth=0.05) / 2, rtol=1e-12)


def test_integer_weights_stand_for_copies() -> None:
    values, copies = np.array([0.2, 0.5, 0.7]), np.array([3, 1, 2])
    weighted = kernel_density(values, GRID, weights=copies.astype(float), bandwidth=0.1)
    np.testing.assert_allclose(weighted, kernel_density(np.repeat(values, copies), GRID, bandwidth=0.1), rtol=1e-9)


def test_equal_values_are_a_narrow_peak_not_an_error() -> None:
    density = kernel_density(np.full(20, 0.5), GRID)
    assert density.argmax() == 100
    assert np.isfinite(density).all()


def test_no_values_have_no_density() -> None:
    assert not kernel_density(np.zeros(0), GRID).any()
    assert not kernel_density(np.array([0.5]), GRID, weights=np.zeros(1)).any()


def test_many_normal_values_have_the_normal_density() -> None:
    values = scipy.stats.norm.ppf((np.arange(100000) + 0.5) / 100000)
    grid = np.linspace(-4, 4, 161)
    smoothed = math.hypot(1.0, silverman_bandwidth(values))  # a normal kernel adds its variance
    np.testing.assert_allclose(kernel_density(values, grid), scipy.stats.norm.pdf(grid, scale=smoothed), atol=1e-4)


def test_bandwidth_follows_the_narrower_spread() -> None:
    values = np.append(scipy.stats.norm.ppf((np.arange(999) + 0.5) / 999), 1e6)
    spread = scipy.stats.norm.ppf(0.75) * 2 / 1.34
    assert silverman_bandwidth(values) == pytest.approx(0.9 * spread * 1000**-0.2, rel=0.01)
    assert silverman_bandwidth(values, np.full(1000, 2.0)) == pytest.approx(silverman_bandwidth(values), rel=0.01)


def test_bandwidth_of_mostly_equal_values_follows_the_deviation() -> None:
    values = np.append(np.zeros(9), 1.0)
    assert silverman_bandwidth(values) == pytest.approx(0.9 * 0.3 * 10**-0.2)


def test_shares_of_choices() -> None:
    assert weighted_shares(np.array([0, 1, 1, 3]), 5).tolist() == [0.25, 0.5, 0.0, 0.25, 0.0]
    assert weighted_shares(np.array([0, 1]), 2, np.array([1.0, 3.0])).tolist() == [0.25, 0.75]
    assert weighted_shares(np.zeros(0, dtype=np.int64), 2).tolist() == [0.0, 0.0]
