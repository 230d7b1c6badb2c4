"""The hypervolume over time against the volume of every prefix and against Optuna's own history."""

import math

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna.visualization._hypervolume_history import _get_hypervolume_history_info

from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.hypervolume_history import hypervolume_history

VALUES = st.one_of(st.integers(0, 5).map(float), st.integers(0, 50).map(lambda tenths: tenths / 10))


@st.composite
def losses(draw, elements=VALUES):
    shape = draw(st.integers(0, 20)), draw(st.integers(1, 4))
    return draw(arrays(np.float64, shape, elements=elements))


def improving(n, m, seed=0):
    """Rows that approach a sphere: the front changes all the time and grows large."""
    random = np.random.default_rng(seed)
    rows = np.abs(random.normal(size=(n, m)))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    return 1 - rows * (1 - np.abs(random.normal(size=n)) * np.linspace(0.5, 0.05, n))[:, None]


def optuna_history(rows, reference):
    study = optuna.create_study(directions=["minimize"] * rows.shape[1])
    study.add_trials([optuna.trial.create_trial(values=row) for row in rows.tolist()])
    return np.array(_get_hypervolume_history_info(study, reference).values)


@given(losses())
def test_each_value_is_the_volume_of_the_rows_so_far(rows):
    reference = np.full(rows.shape[1], 4.0)
    prefixes = [hypervolume(rows[: i + 1], reference) for i in range(len(rows))]
    assert hypervolume_history(rows, reference) == pytest.approx(np.array(prefixes), rel=1e-12, abs=1e-13)


@given(losses(elements=st.one_of(VALUES, st.sampled_from([np.inf, -np.inf]))))
@settings(max_examples=50)
def test_infinities_too(rows):
    reference = np.full(rows.shape[1], 4.0)
    prefixes = [hypervolume(rows[: i + 1], reference) for i in range(len(rows))]
    assert hypervolume_history(rows, reference) == pytest.approx(np.array(prefixes), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("m", "n"), [(2, 3000), (3, 1000), (4, 400), (5, 100)])
@pytest.mark.parametrize("digits", [1, 15])
def test_history_is_that_of_optuna(m, n, digits):
    rows = np.round(improving(n, m), digits)
    reference = np.full(m, 0.9)  # many rows lie beyond, some on it
    history = hypervolume_history(rows, reference)
    assert history == pytest.approx(optuna_history(rows, reference), rel=1e-12)
    assert history[-1] == pytest.approx(hypervolume(rows, reference), rel=1e-12)


@pytest.mark.parametrize(("m", "n"), [(2, 50_000), (3, 8000), (4, 2000)])
def test_long_histories_end_at_the_volume_and_never_fall(m, n):
    rows, reference = improving(n, m), np.full(m, 1.1)
    history = hypervolume_history(rows, reference)
    assert history[-1] == pytest.approx(hypervolume(rows, reference), rel=1e-12)
    assert (np.diff(history) >= 0).all()


def test_rows_beyond_the_reference_repeat_the_value():
    rows = np.array([[5.0, 0.0], [1.0, 1.0], [np.inf, np.inf], [4.0, 0.0], [0.0, 3.0]])
    assert hypervolume_history(rows, np.array([4.0, 4.0])).tolist() == [0.0, 9.0, 9.0, 9.0, 10.0]


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_the_volume_stays_infinite_after_an_infinite_row(m):
    rows = np.vstack([np.ones(m), np.full(m, 2.0), np.append(np.zeros(m - 1), -np.inf), np.zeros(m)])
    assert hypervolume_history(rows, np.full(m, 2.0)).tolist() == [1.0, 1.0, math.inf, math.inf]


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_no_row_no_value(m):
    assert hypervolume_history(np.empty((0, m)), np.ones(m)).shape == (0,)
