"""The estimated hypervolume history beside the exact one."""

import numpy as np
import pytest

from analyzer.stats.hypervolume_history import hypervolume_history
from analyzer.stats.sampled_volume import is_too_large, sampled_history


@pytest.mark.parametrize("m", [2, 3, 5])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_within_four_standard_errors_and_gains_where_the_volume_does(m: int, seed: int) -> None:
    losses = np.random.default_rng(seed).random((60, m))
    reference = np.full(m, 0.95)
    exact, found = hypervolume_history(losses, reference), sampled_history(losses, reference)
    assert found.volumes[-1] == pytest.approx(exact[-1], rel=4 * found.error)
    assert 0 < found.error < 0.1
    assert (np.diff(found.volumes) >= 0).all()
    gains = np.flatnonzero(np.diff(exact, prepend=0.0) > 0)
    assert found.records.tolist() == gains.tolist()


def test_it_is_the_same_every_time() -> None:
    losses = np.random.default_rng(0).random((50, 7))
    first, second = (sampled_history(losses, np.ones(7)) for _ in range(2))
    assert first.volumes.tolist() == second.volumes.tolist()


def test_only_many_rows_of_many_objectives_are_too_large() -> None:
    sphere = 1 - np.abs(np.random.default_rng(0).normal(size=(1000, 8)))
    sphere /= np.linalg.norm(1 - sphere, axis=1)[:, None]
    assert not is_too_large(sphere[:, :4], np.full(4, 10.0))
    assert not is_too_large(sphere[:30], np.full(8, 10.0))
    assert is_too_large(sphere, np.full(8, 10.0))
    assert not is_too_large(sphere, np.full(8, -100.0))
