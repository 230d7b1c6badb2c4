"""Fronts, ranks and hypervolumes beside Optuna's own kernels and moocore, in CPU seconds, measured in turns.

`python -m tests.benchmarks.fronts` prints the rows. Two clouds of points: normally distributed ones, whose front is
small (the typical study), and ones that improve towards a sphere, whose front is large.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import moocore
import numpy as np
from optuna._hypervolume import _solve_hssp, compute_hypervolume
from optuna.study._multi_objective import _fast_non_domination_rank, _is_pareto_front

from analyzer.arrays import Floats
from analyzer.stats.hypervolume import hypervolume
from analyzer.stats.hypervolume_history import hypervolume_history
from analyzer.stats.pareto import non_domination_rank, pareto_front
from analyzer.stats.subset_selection import best_hypervolume_subset, reference_beyond

Call = Callable[[], Any]


def normal(n: int, m: int) -> Floats:
    return np.random.default_rng(0).normal(size=(n, m))


def sphere(n: int, m: int) -> Floats:
    """Rows that approach a sphere as a sampler's trials do: the front holds thousands of rows."""
    random = np.random.default_rng(0)
    directions = np.abs(random.normal(size=(n, m)))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return 1 - directions * (1 - np.abs(random.normal(size=n)) * 0.5 * np.linspace(1, 0.1, n))[:, None]


def optuna_history(losses: Floats, reference: Floats) -> Floats:
    """The loop of optuna.visualization._hypervolume_history, without its trial objects."""
    volume, front, history = 0.0, np.empty((0, losses.shape[1])), []
    for row in losses[:, None]:
        if not ((front <= row).all(axis=1).any() or (row > reference).any()):
            volume += np.prod(reference - row)
            if len(front):
                volume -= compute_hypervolume(np.maximum(front, row), reference)
            front = np.concatenate([front[(front < row).any(axis=1)], row])
        history.append(volume)
    return np.array(history)


def measured(what: str, theirs: str, our_call: Call, their_call: Call, repeats: int = 5) -> dict[str, Any]:
    """Both calls in turns, the median of their CPU times; a slow pair is run once."""
    ours: list[float] = []
    others: list[float] = []
    for _ in range(repeats):
        for call, times in ((our_call, ours), (their_call, others)):
            start = time.process_time()
            call()
            times.append(time.process_time() - start)
        if others[0] > 3:
            break
    return {"what": what, "ours_s": statistics.median(ours), "theirs_s": statistics.median(others), "theirs": theirs}


def rows(n: int = 100_000) -> Iterator[dict[str, Any]]:
    """One dict for each comparison: what, n, ours_s, theirs_s, theirs."""
    for cloud in (normal, sphere):
        for m in (2, 3, 4):
            for row in _fronts(f"{m} objectives, {cloud.__name__}", cloud(n, m)):
                yield {**row, "n": n}
    small = n // 10
    for cloud, m in ((normal, 2), (normal, 3), (sphere, 2), (sphere, 3)):
        yield {**_history(f"{m} objectives, {cloud.__name__}", cloud(n, m)), "n": n}
    yield {**_history("4 objectives, normal", normal(small // 10, 4)), "n": small // 10}
    for m in (2, 3):
        yield {**_subset(f"{m} objectives, sphere", sphere(small, m)), "n": small}


def _fronts(name: str, losses: Floats) -> Iterator[dict[str, Any]]:
    reference = losses.max(axis=0) + 0.1
    few = len(losses) // 10
    yield measured(
        f"front, {name}",
        "Optuna",
        lambda: pareto_front(losses),
        lambda: _is_pareto_front(losses, assume_unique_lexsorted=False),
    )
    yield measured(
        f"front, {name}",
        "moocore",
        lambda: pareto_front(losses),
        lambda: moocore.is_nondominated(losses, keep_weakly=True),
    )
    yield measured(
        f"ranks of the best tenth, {name}",
        "Optuna",
        lambda: non_domination_rank(losses, few),
        lambda: _fast_non_domination_rank(losses, n_below=few),
    )
    yield measured(
        f"all ranks, {name}",
        "moocore",
        lambda: non_domination_rank(losses),
        lambda: moocore.pareto_rank(losses),
    )
    if losses.shape[1] <= 3:  # beyond, ours is moocore's
        yield measured(
            f"hypervolume, {name}",
            "moocore",
            lambda: hypervolume(losses, reference),
            lambda: moocore.hypervolume(losses, ref=reference),
        )


def _history(name: str, losses: Floats) -> dict[str, Any]:
    reference = losses.max(axis=0) + 0.1
    return measured(
        f"hypervolume history, {name}",
        "Optuna",
        lambda: hypervolume_history(losses, reference),
        lambda: optuna_history(losses, reference),
    )


def _subset(name: str, losses: Floats) -> dict[str, Any]:
    front = losses[pareto_front(losses)]
    reference, k = reference_beyond(front), len(front) // 4
    indices = np.arange(len(front))
    return measured(
        f"subset of {k} from {len(front)}, {name}",
        "Optuna",
        lambda: best_hypervolume_subset(front, k, reference),
        lambda: _solve_hssp(front, indices, k, reference),
    )


if __name__ == "__main__":
    for row in rows():
        ratio = row["theirs_s"] / row["ours_s"]
        seconds = f"{row['ours_s']:9.4f} s  {row['theirs_s']:9.4f} s"
        print(f"{row['n']:>7}  {seconds}  {ratio:7.1f}x {row['theirs']:8} {row['what']}", flush=True)
