"""PED-ANOVA against Optuna's own evaluator, on studies that Optuna builds in memory, and against hand-made cases."""

import warnings
from collections.abc import Callable

import numpy as np
import optuna
import pytest
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.trial import FrozenTrial

from analyzer.arrays import Bools, Floats
from analyzer.stats.ped_anova import Baseline, Regime, ped_anova, top_by_front, top_by_loss
from analyzer.stats.ped_grid import numeric_cells

FLAT = {
    "lr": FloatDistribution(1e-6, 1e-1, log=True),
    "momentum": FloatDistribution(0.5, 0.999),
    "dropout": FloatDistribution(0.0, 0.6, step=0.05),
    "fine": FloatDistribution(0.0, 1.0, step=0.001),
    "layers": IntDistribution(1, 12),
    "hidden": IntDistribution(16, 2048, log=True),
    "width": IntDistribution(8, 512, step=8),
    "batch": CategoricalDistribution([16, 32, 64, 128]),
    "flag": CategoricalDistribution([True, False, None]),
    "constant": FloatDistribution(2.0, 2.0),
    "only": CategoricalDistribution(["adam"]),
}
WIDER = {"lr": FloatDistribution(1e-8, 1.0, log=True), "layers": IntDistribution(2, 20)}
BRANCHES = {"depth": IntDistribution(1, 30), "gamma": FloatDistribution(1e-3, 1e3, log=True)}
Spaces = Callable[[int, np.random.Generator], dict[str, BaseDistribution]]


def flat(number: int, rng: np.random.Generator) -> dict[str, BaseDistribution]:
    return dict(FLAT)


def conditional(number: int, rng: np.random.Generator) -> dict[str, BaseDistribution]:
    names = [name for name in BRANCHES if rng.random() < 0.4]
    return {**{name: FLAT[name] for name in ("lr", "layers")}, **{name: BRANCHES[name] for name in names}}


def several_regimes(number: int, rng: np.random.Generator) -> dict[str, BaseDistribution]:
    space: dict[str, BaseDistribution] = {**FLAT, **(WIDER if number % 3 else {})}
    if number == 5:
        space["lr"] = FloatDistribution(1e-3, 1e-2, log=True)  # a regime of one trial, which counts nothing
    return space


SPACES: dict[str, Spaces] = {"flat": flat, "conditional": conditional, "several regimes": several_regimes}


def study_of(spaces: Spaces, n: int, directions: list[str], seed: int, decimals: int = 6) -> optuna.Study:
    """Random parameters; losses that depend on some of them, rounded so that ties appear at few decimals."""
    rng = np.random.default_rng(seed)
    sampler = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    study = optuna.create_study(directions=directions)
    for number in range(n):
        space = spaces(number, rng)
        params = sampler.ask(space).params
        effect = (np.log10(params["lr"]) + 3) ** 2 + 0.1 * params["layers"] + params.get("depth", 3.0) * 0.2
        values = [effect + rng.normal(), params["layers"] - effect + rng.normal(), rng.normal() + effect / 3]
        rounded = np.round(values[: len(directions)], decimals).tolist()
        study.add_trial(optuna.create_trial(params=params, distributions=space, values=rounded))
    return study


def regimes_of(trials: list[FrozenTrial], name: str) -> list[Regime]:
    rows: dict[BaseDistribution, list[int]] = {}
    for row, trial in enumerate(trials):
        if name in trial.distributions:
            rows.setdefault(trial.distributions[name], []).append(row)
    return [regime_of(d, [trials[row].params[name] for row in r], r) for d, r in rows.items()]


def regime_of(distribution: BaseDistribution, values: list[object], rows: list[int]) -> Regime:
    if isinstance(distribution, CategoricalDistribution):
        cells = np.array([int(distribution.to_internal_repr(value)) for value in values])
        return Regime(cells, np.array(rows), len(distribution.choices), True)
    assert isinstance(distribution, (FloatDistribution, IntDistribution))
    cells, size = numeric_cells(
        np.array(values, dtype=np.float64), distribution.low, distribution.high,
        log=distribution.log, step=distribution.step, integer=isinstance(distribution, IntDistribution),
    )  # fmt: skip
    return Regime(cells, np.array(rows), size, False)


def losses_of(study: optuna.Study) -> Floats:
    signs = [-1.0 if direction.name == "MAXIMIZE" else 1.0 for direction in study.directions]
    return np.array([trial.values for trial in study.trials]) * signs


def best(losses: Floats, quantile: float) -> Bools:
    return top_by_loss(losses[:, 0], quantile) if losses.shape[1] == 1 else top_by_front(losses, quantile).marks


def assert_equals_optuna(
    study: optuna.Study, target: float = 0.1, region: float = 1.0, baseline: Baseline = Baseline.TRIALS
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of regimes with few trials, and of a region beside the even baseline
        evaluator = PedAnovaImportanceEvaluator(
            target_quantile=target, region_quantile=region, evaluate_on_local=baseline is Baseline.TRIALS
        )
        theirs = evaluator.evaluate(study)
    names, losses = sorted(theirs), losses_of(study)
    parameters = [regimes_of(study.trials, name) for name in names]
    ours = ped_anova(best(losses, target), parameters, region=best(losses, region), baseline=baseline)
    # Divergences are sums of squares of (p / q - 1): where p is q up to rounding, both are 1e-30, and only that.
    np.testing.assert_allclose(ours, [theirs[name] for name in names], rtol=1e-10, atol=1e-25)
    assert max(theirs.values()) > 1e-4


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("spaces", SPACES.values(), ids=SPACES)
def test_equals_optuna_on_one_objective(spaces: Spaces, direction: str) -> None:
    assert_equals_optuna(study_of(spaces, 300, [direction], seed=1))


@pytest.mark.parametrize("n", [5, 11, 20, 39])
def test_equals_optuna_on_few_trials(n: int) -> None:
    assert_equals_optuna(study_of(several_regimes, n, ["minimize"], seed=n))


def test_equals_optuna_where_losses_tie() -> None:
    assert_equals_optuna(study_of(flat, 200, ["minimize"], seed=4, decimals=0))


@pytest.mark.parametrize("baseline", Baseline)
@pytest.mark.parametrize("spaces", SPACES.values(), ids=SPACES)
def test_equals_optuna_in_a_region(spaces: Spaces, baseline: Baseline) -> None:
    assert_equals_optuna(study_of(spaces, 200, ["minimize"], seed=2), target=0.05, region=0.5, baseline=baseline)


@pytest.mark.parametrize("directions", [["minimize", "maximize"], ["maximize", "minimize", "minimize"]])
@pytest.mark.parametrize("spaces", SPACES.values(), ids=SPACES)
def test_equals_optuna_on_several_objectives(spaces: Spaces, directions: list[str]) -> None:
    study = study_of(spaces, 250, directions, seed=3)
    assert_equals_optuna(study)
    assert_equals_optuna(study, target=0.05, region=0.5)


def test_equals_optuna_on_several_objectives_where_losses_tie() -> None:
    assert_equals_optuna(study_of(flat, 200, ["minimize", "minimize"], seed=5, decimals=0))


def test_ties_with_the_last_of_the_top_belong_to_it() -> None:
    assert top_by_loss(np.array([1.0, 0.0, 1.0, 2.0, 1.0]), 0.4).tolist() == [True, True, True, False, True]


def test_at_least_one_trial_is_top() -> None:
    assert top_by_loss(np.array([1.0, 0.0, 1.0]), 0.01).tolist() == [False, True, False]
    assert top_by_front(np.array([[1.0, 1.0], [0.0, 0.0]]), 0.01).marks.tolist() == [False, True]


def test_no_trials_have_no_top_and_no_importance() -> None:
    assert top_by_loss(np.zeros(0), 0.1).tolist() == []
    assert top_by_front(np.zeros((0, 2)), 0.1).marks.tolist() == []
    assert ped_anova(np.zeros(0, dtype=bool), [[], []]).tolist() == [0.0, 0.0]


def test_importance_is_zero_where_all_trials_are_top() -> None:
    regime = Regime(np.array([0, 3, 4]), np.arange(3), 5, False)
    assert ped_anova(np.ones(3, dtype=bool), [[regime]]).tolist() == [0.0]


def test_a_regime_of_one_trial_and_a_constant_count_nothing() -> None:
    top = np.array([True, False, False])
    lonely = Regime(np.array([0]), np.array([0]), 5, False)
    constant = Regime(np.zeros(3, dtype=np.int64), np.arange(3), 1, True)
    assert ped_anova(top, [[lonely], [constant]]).tolist() == [0.0, 0.0]


def test_trials_outside_the_region_change_nothing() -> None:
    rng = np.random.default_rng(6)
    cells, top = rng.integers(0, 9, 60), np.arange(60) < 6
    inside = ped_anova(top[:40], [[Regime(cells[:40], np.arange(40), 9, False)]])
    region = np.arange(60) < 40
    assert ped_anova(top, [[Regime(cells, np.arange(60), 9, False)]], region=region).tolist() == inside.tolist()


def test_two_choices_by_hand() -> None:
    """Top trials all chose the first of two: their density is (2/3, 1/3), that of all trials (1/2, 1/2)."""
    top = np.array([True, True, False, False])
    regime = Regime(np.array([0, 0, 1, 1]), np.arange(4), 2, True)
    expected = (2 / 4) ** 2 * (0.5 * (4 / 3 - 1) ** 2 + 0.5 * (2 / 3 - 1) ** 2)
    assert ped_anova(top, [[regime]])[0] == pytest.approx(expected, rel=1e-10)
