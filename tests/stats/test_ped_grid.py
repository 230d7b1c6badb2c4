"""The grid and its densities against Optuna's own, cell by cell."""

from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance._ped_anova import scott_parzen_estimator as optunas

from analyzer.stats.ped_grid import categorical_density, linear_cells, numeric_cells, numeric_density

DISTRIBUTIONS: list[FloatDistribution | IntDistribution] = [
    FloatDistribution(0.0, 1.0),
    FloatDistribution(-3.7, 1e6),
    FloatDistribution(1e-8, 1e-1, log=True),
    FloatDistribution(1.0, 1.0),
    FloatDistribution(0.0, 1.0, step=0.1),
    FloatDistribution(-1.0, 0.8, step=0.3),
    FloatDistribution(0.0, 10.0, step=0.01),
    FloatDistribution(0.0, 0.5, step=0.5),
    IntDistribution(0, 1),
    IntDistribution(-3, 45),
    IntDistribution(0, 49),
    IntDistribution(0, 50),
    IntDistribution(1, 1000),
    IntDistribution(16, 2048, step=16),
    IntDistribution(1, 2, log=True),
    IntDistribution(1, 1024, log=True),
    IntDistribution(3, 100000, log=True),
    IntDistribution(7, 7),
]


def trials_with(distribution: BaseDistribution, values: list[Any]) -> list[optuna.trial.FrozenTrial]:
    return [optuna.create_trial(params={"x": v}, distributions={"x": distribution}, value=0.0) for v in values]


def drawn(distribution: FloatDistribution | IntDistribution, seed: int) -> list[Any]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    random = [study.ask({"x": distribution}).params["x"] for _ in range(300)]
    middle = distribution.low + (distribution.high - distribution.low) * np.arange(99) / 98  # ties between grid points
    if isinstance(distribution, IntDistribution):
        middle = np.floor(middle).astype(int)
    return [*random, *[v for v in middle.tolist() if distribution._contains(v)], distribution.low, distribution.high]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=str)
def test_cells_are_optunas(distribution: FloatDistribution | IntDistribution) -> None:
    values = drawn(distribution, seed=1)
    cells, size = numeric_cells(
        np.array(values, dtype=np.float64), distribution.low, distribution.high,
        log=distribution.log, step=distribution.step, integer=isinstance(distribution, IntDistribution),
    )  # fmt: skip
    assert (size == 1) == distribution.single()
    assert cells.min() >= 0 and cells.max() < size
    if size > 1:  # Optuna never puts a single value on a grid
        theirs = optunas._count_numerical_param_in_grid("x", distribution, trials_with(distribution, values), 50)
        np.testing.assert_array_equal(np.bincount(cells, minlength=size), theirs)


def test_a_value_between_two_points_goes_to_the_lower_one() -> None:
    assert linear_cells(np.array([0.0, 0.5, 1.5, 1.5000001, 2.0]), 0.0, 2.0, 3).tolist() == [0, 0, 1, 2, 2]


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=50).filter(any))
def test_numeric_density_is_optunas(counts: list[int]) -> None:
    observed = np.flatnonzero(counts)
    space = IntDistribution(0, len(counts) - 1)
    theirs = optunas.ScottParzenEstimator(observed, space, np.array(counts)[observed], 1.0).pdf(np.arange(len(counts)))
    density = numeric_density(np.array(counts))
    np.testing.assert_allclose(density, theirs, rtol=1e-12)
    assert density.sum() == pytest.approx(1.0, abs=1e-14)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12).filter(any))
def test_categorical_density_is_optunas(counts: list[int]) -> None:
    observed = np.flatnonzero(counts)
    choices = CategoricalDistribution(list(range(len(counts))))
    estimator = optunas.ScottParzenEstimator(observed, choices, np.array(counts)[observed], 1.0)
    density = categorical_density(np.array(counts))
    np.testing.assert_allclose(density, estimator.pdf(np.arange(len(counts))), rtol=1e-12)
    assert density.sum() == pytest.approx(1.0, abs=1e-14)
