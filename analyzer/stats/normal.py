"""The standard normal distribution without SciPy: its cumulative probability, that probability's logarithm, masses.

Every function is vectorised and keeps its relative precision in the tails. Densities of data are in `density`.

The rational approximations of erf and erfc are those of FreeBSD's msun, /usr/src/lib/msun/src/s_erf.c:

    Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
    Developed at SunPro, a Sun Microsystems, Inc. business.
    Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
    preserved.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analyzer.arrays import Floats

# Ascending powers. Each pair is the numerator and the denominator on one range of t = x / sqrt(2).
_CENTRE = (  # erf(t) / t - 1 in t²; t < 0.84375
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
     -5.77027029648944159157e-03, -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
_SHOULDER = (  # erf(t) - erf(1) in t - 1; t < 1.25
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01,
     -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
_FLANK = (  # log(t erfc(t)) + t² + 0.5625 in 1 / t²; t < 1 / 0.35
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01, -6.23753324503260060396e01,
     -1.62396669462573470355e02, -1.84605092906711035994e02, -8.12874355063065934246e01, -9.81432934416914548592e00),
    (1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02, 6.45387271733267880336e02,
     4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00, -6.04244152148580987438e-02),
)  # fmt: skip
_TAIL = (  # the same; t >= 1 / 0.35. Its constant is 0.5625 - log(pi) / 2 to the last bit, so it holds up to infinity
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01, -1.60636384855821916062e02,
     -6.37566443368389627722e02, -1.02509513161107724954e03, -4.83519191608651397019e02),
    (1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03, 3.19985821950859553908e03,
     2.55305040643316442583e03, 4.74528541206955367215e02, -2.24409524465858183362e01),
)  # fmt: skip
_ERF_1 = 8.45062911510467529297e-01
_ROOT_HALF = 0.5**0.5
_BOUNDS = tuple(t / _ROOT_HALF for t in (0.84375, 1.25, 1 / 0.35))  # of x, between the four ranges

_Rational = tuple[tuple[float, ...], tuple[float, ...]]


def ndtr(x: npt.ArrayLike) -> Floats:
    """Phi(x), the probability that a standard normal variable is at most x.

    Relative error below 1e-15 down to the smallest normal number (x = -37.5), NaN for NaN. Same shape as x, O(size).

    >>> ndtr([-np.inf, -1.0, 0.0, np.inf])
    array([0. , 0.15865525, 0.5 , 1. ])
    """
    points = np.asarray(x, dtype=np.float64)
    tail = _upper_tail(np.abs(points))
    return np.where(points > 0, 1.0 - tail, tail)


def log_ndtr(x: npt.ArrayLike) -> Floats:
    """log Phi(x), finite as long as x² is: where Phi itself has underflowed the logarithm keeps all its digits.

    Same shape as x, NaN for NaN.

    >>> log_ndtr([-100.0, -10.0, 0.0])
    array([-5.00552421e+03, -5.32312852e+01, -6.93147181e-01])
    """
    points = np.asarray(x, dtype=np.float64)
    distance = np.abs(points)
    with np.errstate(divide="ignore"):
        near = np.where(points > 0, np.log1p(-_upper_tail(distance)), np.log(_upper_tail(np.minimum(distance, 5.0))))
    far = points < -5.0
    near[far] = _log_far_tail(distance[far])
    return near


def interval_mass(low: npt.ArrayLike, high: npt.ArrayLike) -> Floats:
    """Phi(high) - Phi(low) for low <= high, computed on the side of zero where nothing cancels.

    The arguments are broadcast. Relative precision is lost only as far as high - low itself is imprecise.

    >>> interval_mass([-1.0, 9.0], [1.0, 10.0])
    array([6.82689492e-01, 1.12851221e-19])
    """
    left, right = np.broadcast_arrays(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
    flipped = left > 0
    return ndtr(np.where(flipped, -left, right)) - ndtr(np.where(flipped, -right, left))


def _upper_tail(distance: Floats) -> Floats:
    """1 - Phi(distance) for distance >= 0; each range of distance is evaluated only on the points that lie in it."""
    flat = distance.ravel()
    tail = np.full(flat.shape, np.nan)
    ranges: tuple[Callable[[Floats], Floats], ...] = (_centre, _shoulder, _flank, _far_tail)
    piece = np.searchsorted(_BOUNDS, flat, side="right")
    for number, evaluate in enumerate(ranges):
        inside = np.flatnonzero((piece == number) & ~np.isnan(flat))
        if inside.size:
            tail[inside] = evaluate(flat[inside])
    return tail.reshape(distance.shape)


def _centre(distance: Floats) -> Floats:
    t = distance * _ROOT_HALF
    return 0.25 - 0.5 * ((t - 0.5) + t * _rational(_CENTRE, t * t))


def _shoulder(distance: Floats) -> Floats:
    return 0.5 * ((1.0 - _ERF_1) - _rational(_SHOULDER, distance * _ROOT_HALF - 1.0))


def _flank(distance: Floats) -> Floats:
    return _scaled_gaussian(distance, _rational(_FLANK, 2.0 / (distance * distance)))


def _far_tail(distance: Floats) -> Floats:
    bounded = np.minimum(distance, 64.0)  # 0 from 38.6 on; the squares of larger numbers could overflow
    return _scaled_gaussian(bounded, _rational(_TAIL, 2.0 / (bounded * bounded)))


def _scaled_gaussian(distance: Floats, correction: Floats) -> Floats:
    """exp(-distance² / 2 - 0.5625 + correction) / (sqrt(2) distance).

    The square is split in an exact part and a small rest: exp would turn its rounding error into a relative one.
    """
    coarse = (distance.view(np.uint64) & np.uint64(0xFFFFFFFF00000000)).view(np.float64)
    rest = 0.5 * (coarse - distance) * (coarse + distance)
    gaussian = np.exp(-0.5 * coarse * coarse - 0.5625) * np.exp(rest + correction)
    return gaussian * (_ROOT_HALF / distance)


def _log_far_tail(distance: Floats) -> Floats:
    with np.errstate(over="ignore"):  # beyond 1e154 the logarithm is -inf in double precision
        square = distance * distance
    return -0.5 * square - 0.5625 + _rational(_TAIL, 2.0 / square) - np.log(distance / _ROOT_HALF)


def _rational(coefficients: _Rational, x: Floats) -> Floats:
    numerator, denominator = coefficients
    return _polynomial(numerator, x) / _polynomial(denominator, x)


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    total = np.full(x.shape, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total *= x
        total += coefficient
    return total
