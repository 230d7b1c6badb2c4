"""Importance for durations and attributes, against optuna.importance with a target."""

from __future__ import annotations

import math
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command import document

optuna = pytest.importorskip("optuna")

TARGETS = {
    "duration": lambda trial: trial.duration.total_seconds(),
    "attr:size": lambda trial: trial.user_attrs["size"],
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A maximised study of 150 trials, complete and pruned, whose durations and sizes depend on its parameters."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path = tmp_path_factory.mktemp("target") / "timed.db"
    made = optuna.create_study(storage=f"sqlite:///{path}", study_name="timed", direction="maximize")
    sampler = optuna.samplers.RandomSampler(seed=5)
    space = {
        "lr": optuna.distributions.FloatDistribution(1e-4, 1, log=True),
        "depth": optuna.distributions.IntDistribution(1, 8),
        "kind": optuna.distributions.CategoricalDistribution(["a", "b", "c"]),
    }
    begin = datetime(2026, 1, 2, 3, 4, 5)
    for number in range(150):
        params = {name: sampler.sample_independent(made, None, name, each) for name, each in space.items()}
        took = params["depth"] ** 2 + (params["kind"] == "b") + 0.1 * math.log10(params["lr"])
        trial = optuna.trial.create_trial(
            state=optuna.trial.TrialState.PRUNED if number % 7 == 3 else optuna.trial.TrialState.COMPLETE,
            value=None if number % 7 == 3 else params["lr"],
            params=params,
            distributions=space,
            user_attrs={"size": params["depth"] * (1 + params["lr"])},
        )
        trial.datetime_start, trial.datetime_complete = begin, begin + timedelta(seconds=took)
        made.add_trial(trial)
    return path


def ours(path: Path, target: str, evaluator: str) -> dict[str, float]:
    found: dict[str, Any] = document("importance", path, "--objective", target, "--evaluator", evaluator)
    return found["importances"]


@pytest.mark.parametrize("target", TARGETS)
def test_ped_anova_has_optunas_numbers_for_a_target(stored: Path, target: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = optuna.load_study(study_name="timed", storage=f"sqlite:///{stored}")
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        theirs = optuna.importance.get_param_importances(study, evaluator=evaluator, target=TARGETS[target])
    found = ours(stored, target, "ped-anova")
    assert set(found) == set(theirs)
    assert all(math.isclose(found[name], theirs[name], rel_tol=1e-9, abs_tol=1e-9) for name in theirs)


@pytest.mark.parametrize("target", TARGETS)
def test_fanova_of_a_target_is_within_optunas_own_spread(stored: Path, target: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = optuna.load_study(study_name="timed", storage=f"sqlite:///{stored}")
        theirs = [
            optuna.importance.get_param_importances(
                study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=seed), target=TARGETS[target]
            )
            for seed in range(5)
        ]
    found = ours(stored, target, "fanova")
    for name in found:
        each = [one[name] for one in theirs]
        spread = max(max(each) - min(each), 0.005)
        assert min(each) - spread <= found[name] <= max(each) + spread
