"""Forest importances beside Optuna's evaluators and scikit-learn's bare fit, in CPU seconds, measured in turns.

`python -m tests.benchmarks.forest` prints the rows. Optuna's fANOVA takes about an hour on 10 000 trials: there it is
run with two of its 64 trees, and its time multiplied; the row says so.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from optuna.importance._fanova._fanova import _Fanova
from sklearn.ensemble import RandomForestRegressor

from analyzer.arrays import Floats
from analyzer.importance import DRAWS
from analyzer.stats.fanova import fanova_importances
from analyzer.stats.forest import fit_forest
from analyzer.stats.mdi import mdi_importances
from tests.benchmarks.generate import DISTRIBUTIONS
from tests.stats.forests import Design, drawn, encoded

TREES = 64
Call = Callable[[], Any]


def optuna_fanova(made: Design, trees: int) -> list[float]:
    """What FanovaImportanceEvaluator does once it has a matrix."""
    evaluator = _Fanova(n_trees=trees, max_depth=64, min_samples_split=2, min_samples_leaf=1, seed=0)
    evaluator.fit(made.features, made.targets, made.bounds, [np.array(group) for group in made.groups])
    return [evaluator.get_importance(position)[0] for position in range(len(made.groups))]


def design(n: int) -> Design:
    """Eight parameters, fifteen columns; half of the learning rates near a good one, as a sampler would draw them."""
    rng = np.random.default_rng(0)
    space = dict(sorted(DISTRIBUTIONS.items()))
    values = {name: drawn(distribution, n, rng) for name, distribution in space.items()}
    near = np.clip(np.exp(rng.normal(np.log(1e-3), 1.0, n)), 1e-6, 1e-1)
    values["lr"] = np.where(np.arange(n) < n // 2, values["lr"], near)
    lr, effect = np.log10(values["lr"]) + 3, np.array([0.3, 0.0, 0.05, 0.15])[values["optimizer"].astype(int)]
    targets = 0.15 * lr**2 + effect * (1 + 0.1 * lr) + 0.02 * values["batch_size"] + rng.normal(0, 0.05, n)
    targets += 0.02 * (np.log10(values["weight_decay"]) + 5) ** 2 + 0.5 * (values["dropout"] - 0.2) ** 2
    targets += 0.01 * (np.log2(values["hidden"]) - 9) ** 2 + 0.01 * np.abs(values["n_layers"] - 4)
    columns, bounds, groups = encoded(values, space)
    return Design(columns, targets, bounds, groups, values)


def our_fanova(made: Design) -> Any:
    return fanova_importances(fit_forest(made.features, made.targets, trees=TREES), made.bounds, made.groups)


def our_mdi(made: Design) -> Any:
    return mdi_importances(fit_forest(made.features, made.targets, trees=TREES), made.groups)


def sklearn_fit(features: Floats, targets: Floats) -> RandomForestRegressor:
    return RandomForestRegressor(TREES, max_depth=64, random_state=0).fit(features, targets)


def measured(what: str, theirs: str, our_call: Call, their_call: Call, factor: float = 1, repeats: int = 5) -> dict[str, Any]:
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
    seconds = factor * statistics.median(others)
    return {"what": what, "ours_s": statistics.median(ours), "theirs_s": seconds, "theirs": theirs}


def rows() -> Iterator[dict[str, Any]]:
    """One dict for each comparison: what, n, ours_s, theirs_s, theirs."""
    fit, bare = "forest fit, 64 trees", "scikit-learn's fit"
    for n, trees in ((1_000, TREES), (10_000, 2)):
        made = design(n)
        name = "Optuna" if trees == TREES else f"Optuna, {trees} trees, time multiplied by {TREES // trees}"

        def ours(made: Design = made) -> Any:
            return our_fanova(made)

        def optunas(made: Design = made, trees: int = trees) -> Any:
            return optuna_fanova(made, trees)

        def sklearns(made: Design = made) -> Any:
            return sklearn_fit(made.features, made.targets)

        def forest(made: Design = made) -> Any:
            return fit_forest(made.features, made.targets, trees=TREES)

        def mdi(made: Design = made) -> Any:
            return our_mdi(made)

        def optunas_mdi(made: Design = made) -> Any:
            return sklearn_fit(made.features, made.targets).feature_importances_

        yield {**measured("fANOVA, 64 trees", name, ours, optunas, TREES / trees), "n": n}
        yield {**measured("fANOVA, 64 trees, all", bare + " alone", ours, sklearns), "n": n}
        yield {**measured(fit, bare, forest, sklearns), "n": n}
        yield {**measured("MDI, 64 trees", "scikit-learn's forest and importances", mdi, optunas_mdi), "n": n}
    yield everything()


def everything(n: int = 1_000_000) -> dict[str, Any]:
    """What `importance --evaluator fanova` computes on a very large study; Optuna's would take weeks."""
    made = design(n)
    start = time.process_time()
    fanova_importances(fit_forest(made.features, made.targets, trees=TREES, samples=DRAWS), made.bounds, made.groups)
    return {"what": f"fANOVA, 64 trees, each on {DRAWS:,} trials", "n": n, "ours_s": time.process_time() - start}


def main() -> None:
    for row in rows():
        ratio = f"{row['theirs_s'] / row['ours_s']:7.2f} x  {row['theirs']}" if "theirs" in row else ""
        print(f"{row['what']:24} {row['n']:7} ours {row['ours_s']:8.3f} s  {ratio}", flush=True)


if __name__ == "__main__":
    main()
