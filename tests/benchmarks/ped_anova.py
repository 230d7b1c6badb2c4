"""PED-ANOVA beside Optuna's, on the same trials: CPU seconds in turn in one process, medians. Nothing is asserted.

Ours starts from columns of values, Optuna's from its trial objects: what each has after it has read a study.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator

from analyzer.arrays import Floats
from analyzer.stats.ped_anova import Regime, ped_anova, top_by_front, top_by_loss
from analyzer.stats.ped_grid import numeric_cells

SPACE: dict[str, BaseDistribution] = {
    "lr": FloatDistribution(1e-6, 1e-1, log=True),
    "weight_decay": FloatDistribution(1e-8, 1e-2, log=True),
    "dropout": FloatDistribution(0.0, 0.6),
    "momentum": FloatDistribution(0.5, 0.999),
    "n_layers": IntDistribution(1, 12),
    "hidden": IntDistribution(16, 2048, log=True),
    "batch_size": CategoricalDistribution([16, 32, 64, 128, 256]),
    "optimizer": CategoricalDistribution(["sgd", "adam", "adamw", "rmsprop"]),
}
SIZES = ((1, 1000, 9), (1, 10_000, 7), (1, 100_000, 3), (2, 10_000, 5), (2, 100_000, 3), (3, 10_000, 3), (3, 100_000, 1))


def rows(sizes: tuple[tuple[int, int, int], ...] = SIZES) -> Iterator[dict[str, Any]]:
    """One row per (objectives, trials, repetitions)."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for objectives, n, repetitions in sizes:
        columns, losses = made(n, objectives)
        study = study_of(columns, losses)
        evaluator = PedAnovaImportanceEvaluator()

        def ours(columns: dict[str, Floats] = columns, losses: Floats = losses) -> Floats:
            return importances(columns, losses)

        def theirs(study: optuna.Study = study, evaluator: Any = evaluator) -> dict[str, float]:
            optuna.samplers._tpe.sampler._solve_hssp_with_cache.cache_clear()
            return evaluator.evaluate(study)

        ours_s, theirs_s = in_turn(ours, theirs, repetitions)
        what = f"PED-ANOVA, {objectives} objective{'s' if objectives > 1 else ''}, 8 parameters"
        yield {"what": what, "n": n, "ours_s": ours_s, "theirs_s": theirs_s, "theirs": f"optuna {optuna.__version__}"}


def made(n: int, objectives: int) -> tuple[dict[str, Floats], Floats]:
    """Values as stored (a choice is its index) that drift to good ones, and losses that depend on some of them."""
    rng = np.random.default_rng(n + objectives)
    columns = {name: random_values(distribution, n, rng) for name, distribution in SPACE.items()}
    late = n - n // 2
    columns["lr"][-late:] = np.clip(np.exp(rng.normal(np.log(1e-3), 1.0, late)), 1e-6, 1e-1)
    rate = np.log10(columns["lr"])
    first = 0.15 * (rate + 3) ** 2 + 0.5 * (columns["dropout"] - 0.2) ** 2 + rng.normal(0, 0.05, n)
    second = np.log10(columns["hidden"]) * columns["n_layers"] / 10 + columns["dropout"] + rng.normal(0, 0.05, n)
    third = 0.2 * columns["batch_size"] + 0.3 * columns["momentum"] - 0.1 * rate + rng.normal(0, 0.05, n)
    return columns, np.column_stack([first, second, third][:objectives])


def random_values(distribution: BaseDistribution, n: int, rng: np.random.Generator) -> Floats:
    if isinstance(distribution, CategoricalDistribution):
        return rng.integers(0, len(distribution.choices), n).astype(np.float64)
    assert isinstance(distribution, (FloatDistribution, IntDistribution))
    low, high = (np.log if distribution.log else np.asarray)([distribution.low, distribution.high])
    drawn = rng.uniform(low, high, n)
    values = np.clip(np.exp(drawn) if distribution.log else drawn, distribution.low, distribution.high)
    return np.floor(values) if isinstance(distribution, IntDistribution) else values


def study_of(columns: dict[str, Floats], losses: Floats) -> optuna.Study:
    study = optuna.create_study(directions=["minimize"] * losses.shape[1])
    names, stored = list(columns), np.column_stack(list(columns.values())).tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for values, row in zip(losses.tolist(), stored, strict=True):
            params = {name: SPACE[name].to_external_repr(value) for name, value in zip(names, row, strict=True)}
            study.add_trial(optuna.create_trial(values=values, params=params, distributions=SPACE))
    return study


def importances(columns: dict[str, Floats], losses: Floats) -> Floats:
    top = top_by_loss(losses[:, 0], 0.1) if losses.shape[1] == 1 else top_by_front(losses, 0.1).marks
    return ped_anova(top, [[regime(SPACE[name], values)] for name, values in columns.items()])


def regime(distribution: BaseDistribution, values: Floats) -> Regime:
    everywhere = np.arange(len(values))
    if isinstance(distribution, CategoricalDistribution):
        return Regime(values.astype(np.int64), everywhere, len(distribution.choices), True)
    assert isinstance(distribution, (FloatDistribution, IntDistribution))
    cells, size = numeric_cells(
        values, distribution.low, distribution.high,
        log=distribution.log, step=distribution.step, integer=isinstance(distribution, IntDistribution),
    )  # fmt: skip
    return Regime(cells, everywhere, size, False)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], repetitions: int) -> tuple[float, float]:
    """The medians of CPU seconds of both, run one after the other so that the machine's moods meet both."""
    ours_s, theirs_s = [], []
    for _ in range(repetitions):
        ours_s.append(cpu_seconds(ours))
        theirs_s.append(cpu_seconds(theirs))
    return statistics.median(ours_s), statistics.median(theirs_s)


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    for row in rows():
        ratio = row["theirs_s"] / row["ours_s"]
        print(f"{row['what']:40} n={row['n']:7} {ratio:7.0f}x  {row['ours_s']:.4f} s", flush=True)
