"""Strengths from comparisons of pairs, with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Floats, Ints

_STEPS = 100
_TOLERANCE = 1e-10
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Strengths:
    """The log-strengths of n items, on a scale whose mean is 0: a wins over b with probability 1 / (1 + exp(b - a))."""

    values: Floats  # (n,), the mode of the posterior
    spreads: Floats  # (n,), standard deviations of the normal distribution that touches the posterior at its mode
    covariance: Floats  # (n, n), of that normal distribution


def strengths(better: Ints, worse: Ints, count: int, prior_sd: float = 1.0) -> Strengths:
    """Fit Bradley and Terry's model with a normal prior on every log-strength, by Newton's method.

    P(i beats j) = s_i / (s_i + s_j) with s = exp(θ) (Bradley & Terry 1952), θ_i ~ N(0, prior_sd²). A prior is what keeps an
    item finite that never lost, and what joins items that no chain of comparisons joins (Caron & Doucet 2012 argue for one,
    theirs is a gamma distribution of s). The log-posterior is strictly concave, so there is one mode; the spreads are those
    of Laplace's approximation, the inverse of its curvature there.

    better, worse: (k,) indices below count, never the same in one pair. O(k + count³) for each of a few steps.

    One comparison: by symmetry θ = (t, -t), where the slope 1 / (1 + exp(2 t)) equals the prior's t / prior_sd².

    >>> found = strengths(np.array([0]), np.array([1]), 2)
    >>> t = found.values[0]
    >>> bool(abs(1 / (1 + np.exp(2 * t)) - t) < 1e-9), found.values.round(4).tolist()
    (True, [0.3374, -0.3374])
    """
    theta = np.zeros(count)
    precision = prior_sd**-2
    level = _log_posterior(theta, better, worse, precision)
    for _step in range(_STEPS):
        gradient, curvature = _derivatives(theta, better, worse, precision)
        step = np.linalg.solve(curvature, gradient) if count else gradient
        scale = 1.0
        while scale > 1e-8:  # far from the mode a whole step may go too far
            ahead = _log_posterior(theta + scale * step, better, worse, precision)
            if ahead >= level - _ROUNDING * abs(level):  # at the mode whole steps are right, and only rounding says otherwise
                break
            scale /= 2
        theta, level = theta + scale * step, ahead
        if np.abs(step).max(initial=0.0) < _TOLERANCE:
            break
    covariance = np.linalg.inv(_derivatives(theta, better, worse, precision)[1]).astype(np.float64)
    return Strengths(theta, np.sqrt(np.diag(covariance)), covariance)


def chance_of_being_better(found: Strengths, one: int, other: int) -> float:
    """How probable it is that one item's strength is above another's, under the normal approximation.

    >>> round(chance_of_being_better(strengths(np.array([0]), np.array([1]), 2), 0, 1), 3)
    0.717
    """
    from math import erf, sqrt

    cov = found.covariance
    variance = float(cov[one, one] + cov[other, other] - 2 * cov[one, other])
    return 0.5 * (1 + erf(float(found.values[one] - found.values[other]) / sqrt(2 * variance)))


def _log_posterior(theta: Floats, better: Ints, worse: Ints, precision: float) -> float:
    return float(-np.logaddexp(0.0, theta[worse] - theta[better]).sum() - precision * (theta**2).sum() / 2)


def _derivatives(theta: Floats, better: Ints, worse: Ints, precision: float) -> tuple[Floats, Floats]:
    """The gradient (n,) and the negative second derivatives (n, n): the comparisons' weighted Laplacian, and the prior's."""
    surprise = 1 / (1 + np.exp(theta[better] - theta[worse]))
    gradient = -precision * theta
    np.add.at(gradient, better, surprise)
    np.subtract.at(gradient, worse, surprise)
    weight = surprise * (1 - surprise)
    curvature = np.diag(np.full(len(theta), precision))
    for one, other, sign in ((better, better, 1), (worse, worse, 1), (better, worse, -1), (worse, better, -1)):
        np.add.at(curvature, (one, other), sign * weight)
    return gradient, curvature
