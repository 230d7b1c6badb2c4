"""ndtr and its relatives against 50-digit arithmetic, the standard library and SciPy."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.normal import interval_mass, log_ndtr, ndtr

_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")


def exact_upper_tail(x: float) -> Decimal:
    """1 - Phi(x) for x >= 0 with about 50 digits: Taylor's series below 2, Laplace's continued fraction from there."""
    with localcontext() as context:
        context.prec = 60
        d = Decimal(x)
        density = (-d * d / 2).exp() / (2 * _PI).sqrt()
        if d >= 2:
            fraction = d
            for k in range(1500, 0, -1):
                fraction = d + k / fraction
            return density / fraction
        term, total, n = d, d, 1
        while term > Decimal("1e-58"):
            n += 2
            term *= d * d / n
            total += term
        return Decimal("0.5") - density * total


POINTS = [0.0, 1e-300, 1e-9, 0.1, 0.35, 0.5, 1.0, 1.193, 1.194, 1.5, 1.767, 1.768, 2.0, 2.7, 3.3, 4.04, 4.05, 5.0, 8.0,
          11.7, 17.3, 23.9, 30.1, 36.6, 37.5]  # fmt: skip


@pytest.mark.parametrize("x", POINTS)
def test_lower_tail_is_relatively_exact(x: float) -> None:
    exact = exact_upper_tail(x)
    assert abs(Decimal(float(ndtr(-x))) / exact - 1) < Decimal("1e-15")


@pytest.mark.parametrize("x", POINTS)
def test_upper_side_is_one_minus_lower_tail(x: float) -> None:
    assert abs(Decimal(float(ndtr(x))) - (1 - exact_upper_tail(x))) < Decimal("1.2e-16")


@pytest.mark.parametrize("x", [*POINTS, 40.0, 100.0, 1e4, 1e100])
def test_logarithm_is_relatively_exact_where_the_probability_underflows(x: float) -> None:
    if x <= 37.5:
        with localcontext() as context:
            context.prec = 60
            exact = exact_upper_tail(x).ln()
            assert abs(Decimal(float(log_ndtr(-x))) / exact - 1) < Decimal("5e-16")
    assert log_ndtr(-x) == pytest.approx(scipy.special.log_ndtr(-x), rel=2e-15)


@pytest.mark.parametrize("x", POINTS[2:])
def test_logarithm_of_the_upper_side_keeps_its_digits(x: float) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = (1 - exact_upper_tail(x)).ln() if x < 8 else -exact_upper_tail(x)  # log(1 - q) = -q - q² / 2 …
    assert log_ndtr(x) == pytest.approx(float(exact), rel=1e-15)


@given(st.floats(-37, 37))
def test_agrees_with_the_standard_library(x: float) -> None:
    # math.erfc sees x / sqrt(2) rounded, which costs it a relative x² / 2 of the last bit.
    assert float(ndtr(x)) == pytest.approx(0.5 * math.erfc(-x * 0.5**0.5), rel=1e-15 + x * x * 2.3e-16)


def test_special_values() -> None:
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(
            ndtr([-np.inf, -1e300, -0.0, 0.0, 1e300, np.inf, np.nan]), [0, 0, 0.5, 0.5, 1, 1, np.nan]
        )
    np.testing.assert_array_equal(log_ndtr([-np.inf, -1e300, 1e300, np.inf, np.nan]), [-np.inf, -np.inf, 0, 0, np.nan])


def test_shapes_are_kept() -> None:
    assert ndtr(np.zeros((2, 3, 0))).shape == (2, 3, 0)
    assert ndtr(1.0).shape == ()
    assert log_ndtr(-10.0).shape == ()
    assert interval_mass(np.zeros((4, 1)), np.ones(3)).shape == (4, 3)


@given(st.floats(-30, 30), st.floats(0.001, 5))
def test_mass_of_an_interval_is_relatively_exact_on_both_sides(low: float, width: float) -> None:
    high = low + width
    tails = [exact_upper_tail(abs(low)), exact_upper_tail(abs(high))]
    exact = 1 - tails[0] - tails[1] if low < 0 < high else abs(tails[0] - tails[1])
    # Where the interval is narrow the two probabilities cancel; each carries an error of 1e-15 of itself.
    assert abs(Decimal(float(interval_mass(low, high))) - exact) <= Decimal("1e-15") * (exact + 2 * max(tails))


def test_monotone_over_the_seams_of_the_approximations() -> None:
    for seam in (1.1932426932522988, 1.7677669529663689, 4.040610178208843):
        around = seam + np.arange(-2000, 2000) * np.spacing(seam)
        tail = ndtr(-around)
        assert np.all(np.diff(tail) <= 4 * np.spacing(tail[0]))
