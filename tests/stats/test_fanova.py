"""Functional ANOVA: Optuna's own numbers on Optuna's own trees, brute force over all cells, closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.importance import FanovaImportanceEvaluator
from sklearn.ensemble import RandomForestRegressor

from analyzer.arrays import Floats
from analyzer.importance import DRAWS
from analyzer.stats import onehot_variance as onehot
from analyzer.stats.fanova import fanova_fractions, fanova_importances, mean_and_spread
from analyzer.stats.forest import Forest, fit_forest
from tests.stats.forests import SPACE, design, from_sklearn, optuna_study, paired_t, predicted, sklearn_twin


@pytest.mark.parametrize("seed", [0, 1])
def test_equals_optuna_on_the_same_trees(seed: int) -> None:
    made = design(90, seed)
    theirs = FanovaImportanceEvaluator(n_trees=4, seed=seed).evaluate(optuna_study(made))
    trees = RandomForestRegressor(4, max_depth=64, random_state=seed).fit(made.features, made.targets)
    ours, _ = fanova_importances(from_sklearn(trees), made.bounds, made.groups)
    assert ours == pytest.approx([theirs[name] for name in SPACE], rel=1e-9, abs=1e-12)


def test_spread_equals_optuna_on_the_same_trees() -> None:
    made = design(40)
    evaluator = FanovaImportanceEvaluator(n_trees=6, seed=0)
    evaluator.evaluate(optuna_study(made))
    trees = RandomForestRegressor(6, max_depth=64, random_state=0).fit(made.features, made.targets)
    _, spread = fanova_importances(from_sklearn(trees), made.bounds, made.groups)
    theirs = [evaluator._evaluator.get_importance(position)[1] for position in range(len(SPACE))]
    assert spread == pytest.approx(theirs, rel=1e-9)


def by_hand(feature: list[int], threshold: list[float], left: list[int], right: list[int], value: list[float]) -> Forest:
    ints = [np.array(each, np.int32) for each in (left, right, feature)]
    return Forest(np.array([0, len(value)]), *ints, np.array(threshold), np.array(value), np.zeros(len(value)))


def test_one_cut_explains_everything() -> None:
    forest = by_hand([0, -1, -1], [0.25, 0, 0], [1, -1, -1], [2, -1, -1], [0.7, 0.0, 1.0])
    mean, spread = fanova_importances(forest, np.array([[0.0, 1.0], [0.0, 1.0]]), [[0], [1]])
    assert (list(mean), list(spread)) == ([1.0, 0.0], [0.0, 0.0])


def test_the_corner_of_a_square() -> None:
    # 1 where x > 1/2 and y > 1/2: variance 3/16, each marginal is 0 or 1/2 with variance 1/16, the rest is interaction
    forest = by_hand([0, -1, 1, -1, -1], [0.5, 0, 3.0, 0, 0], [1, -1, 3, -1, -1], [2, -1, 4, -1, -1], [0, 0, 0, 0, 1])
    mean, _ = fanova_importances(forest, np.array([[0.0, 1.0], [2.0, 4.0]]), [[0], [1]])
    assert mean == pytest.approx([1 / 3, 1 / 3], rel=1e-15)


def test_the_range_and_not_the_trials_weigh_a_value() -> None:
    features = np.array([[0.0], [0.9], [1.0]]).repeat(20, axis=0)
    forest = fit_forest(features, features[:, 0], trees=1)
    assert mean_and_spread(fanova_fractions(forest, np.array([[0.0, 1.0]]), [[0]]))[0] == pytest.approx([1.0])


def test_no_variance_explains_nothing() -> None:
    features, bounds = np.arange(6.0)[:, None], np.array([[0.0, 5.0]])
    forest = fit_forest(features, np.ones(6), trees=3)
    assert np.isnan(fanova_fractions(forest, bounds, [[0]])).all()
    assert [list(each) for each in fanova_importances(forest, bounds, [[0]])] == [[0.0], [0.0]]


def test_a_column_without_width_explains_nothing() -> None:
    features = np.stack((np.arange(6.0), np.full(6, 2.0)), axis=1)
    forest = fit_forest(features, np.arange(6.0), trees=3)
    mean, _ = fanova_importances(forest, np.array([[0.0, 5.0], [2.0, 2.0]]), [[0], [1]])
    assert mean == pytest.approx([1.0, 0.0])


def test_a_threshold_that_rounding_puts_outside_the_bounds_does_no_harm() -> None:
    low = 16777217.0  # single precision has 16777216 and 16777218 around it
    features = np.array([[low, 0.0], [low + 1, 1.0], [low + 3, 0.0], [low + 7, 1.0]])
    forest = fit_forest(features, np.array([0.0, 1.0, 2.0, 4.0]), trees=8)
    mean, _ = fanova_importances(forest, np.array([[low, low + 7], [0.0, 1.0]]), [[0], [1]])
    assert np.all((mean >= 0) & (mean <= 1)) and mean[0] > 0.5


@pytest.mark.parametrize("scale", [1e-200, 1e300])
def test_targets_of_any_size(scale: float) -> None:
    made = design(60)
    plain = fanova_importances(fit_forest(made.features, made.targets, trees=4), made.bounds, made.groups)[0]
    scaled = fanova_importances(fit_forest(made.features, made.targets * scale, trees=4), made.bounds, made.groups)[0]
    assert scaled == pytest.approx(plain, rel=1e-6)


def test_a_group_cut_elsewhere_than_halfway_is_refused() -> None:
    forest = by_hand([0, -1, -1], [0.25, 0, 0], [1, -1, -1], [2, -1, -1], [0.7, 0.0, 1.0])
    with pytest.raises(ValueError, match="halfway"):
        fanova_importances(forest, np.array([[0.0, 1.0], [0.0, 1.0]]), [[0, 1]])


def brute_force(forest: Forest, cells: list[Floats], groups: list[list[int]]) -> Floats:
    """Evaluate a tree at the middle of every cell, all cells of a column being equally wide."""
    points = np.array(list(itertools.product(*cells)))
    values = predicted(forest, points).reshape([len(each) for each in cells])
    variances = [np.var(values.mean(axis=tuple(set(range(values.ndim)) - set(group)))) for group in groups]
    return np.array(variances) / np.var(values)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 40), st.integers(2, 4))
def test_equals_brute_force_over_all_cells(seed: int, n: int, choices: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, 5, (n, 2)).astype(float)  # cut at halves: ten cells of one half each
    flags = np.eye(choices)[rng.integers(0, choices, n)]
    features, targets = np.hstack((numbers, flags)), rng.normal(size=n)
    bounds = np.array([[0.0, 5.0]] * 2 + [[0.0, 1.0]] * choices)
    groups = [[0], [1], list(range(2, 2 + choices))]
    cells = [np.arange(10) / 2 + 0.25] * 2 + [np.array([0.25, 0.75])] * choices
    forest = fit_forest(features, targets, trees=1, seed=seed)
    if len(forest.value) > 1:
        ours = fanova_fractions(forest, bounds, groups)[0]
        assert ours == pytest.approx(brute_force(forest, cells, groups), rel=1e-9, abs=1e-12)


def all_combinations(masses: Floats, states: onehot.States) -> float:
    points = np.array(list(itertools.product([0, 1], repeat=len(states))))
    fits = np.all((states == onehot.BOTH) | (points[:, :, None] == states), axis=1)
    return float(np.var(fits @ (masses * 2.0 ** np.count_nonzero(states != onehot.BOTH, axis=0))))


def centred_terms(columns: int, terms: int, seed: int) -> tuple[Floats, onehot.States]:
    rng = np.random.default_rng(seed)
    masses = rng.normal(size=terms)
    return masses - masses.mean(), rng.integers(0, 3, (columns, terms)).astype(np.int8)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 7), st.integers(1, 30), st.integers(0, 2**32))
def test_pairs_and_table_equal_all_combinations(columns: int, terms: int, seed: int) -> None:
    masses, states = centred_terms(columns, terms, seed)
    expected = pytest.approx(all_combinations(masses, states), rel=1e-9, abs=1e-12)
    assert onehot._table_variance(masses, states) == expected
    patterns = onehot._patterns(masses, states)
    assert onehot._pair_variance(*patterns) == expected
    assert onehot._table_variance(patterns[0], onehot._unpacked(*patterns[1:], columns)) == expected


@pytest.mark.parametrize("columns", [10, 12, 63, 64, 65, 130])
def test_a_decision_list_over_many_choices(columns: int) -> None:
    # value j where column j is the first one that is 1: the probabilities are 1/2, 1/4, ..., and the last twice
    chance = np.append(0.5 ** np.arange(1, columns + 1), 0.5**columns)
    value = np.arange(columns + 1) % 5 - 1.0
    value -= np.sum(chance * value)
    states = np.full((columns, columns + 1), onehot.BOTH, np.int8)
    for column in range(columns):
        states[column, column] = onehot.ONE
        states[column, column + 1 :] = onehot.ZERO
    expected = float(np.sum(chance * value**2))
    repeated = (np.tile(chance * value, 3) / 3, np.tile(states, 3))
    assert onehot.onehot_variance(*repeated) == pytest.approx(expected, rel=1e-12)


def test_many_terms_are_taken_in_pieces() -> None:
    masses, states = centred_terms(11, 3000, 5)
    patterns = onehot._patterns(masses, states)
    assert onehot._pair_variance(*patterns) == pytest.approx(all_combinations(masses, states), rel=1e-9)


def test_agrees_with_scikit_learns_trees_on_the_same_rows_over_24_seeds() -> None:
    made = design(250)
    ours, theirs = (
        np.array([fanova_importances(grow(seed), made.bounds, made.groups)[0] for seed in range(24)])
        for grow in (
            lambda seed: fit_forest(made.features, made.targets, trees=16, seed=seed),
            lambda seed: sklearn_twin(made.features, made.targets, 16, seed),
        )
    )
    assert np.abs(paired_t(ours, theirs)).max() < 3
    assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 3 * theirs.std(axis=0, ddof=1))


def test_agrees_with_scikit_learn_on_a_small_study_where_sums_are_exact() -> None:
    # where sums are rounded, scikit-learn decides ties by the order of summation, which a small study can show
    made = design(60)
    targets = np.round((made.targets - np.median(made.targets)) * 2**10)
    ours, theirs = (
        np.array([fanova_importances(grow(seed), made.bounds, made.groups)[0] for seed in range(24)])
        for grow in (
            lambda seed: fit_forest(made.features, targets, trees=32, seed=seed),
            lambda seed: sklearn_twin(made.features, targets, 32, seed),
        )
    )
    assert np.abs(paired_t(ours, theirs)).max() < 3


def test_trees_that_see_as_many_rows_as_importances_lets_them_are_not_biased_in_what_matters() -> None:
    made = design(40_000)
    moved = []
    for seed in range(3):
        shares = []
        for samples in (DRAWS, len(made.targets)):
            forest = fit_forest(made.features, made.targets, trees=6, seed=seed, samples=samples)
            raw = fanova_importances(forest, made.bounds, made.groups)[0]
            shares.append(raw / raw.sum())
        moved.append(shares[0] - shares[1])
        assert np.argmax(shares[0]) == np.argmax(shares[1])
    assert np.abs(np.mean(moved, axis=0)).max() < 0.02


def test_fewer_rows_per_tree_move_importances_by_little_and_less_the_more_rows() -> None:
    made = design(20_000)

    def mean(samples: int | None) -> Floats:
        fits = (fit_forest(made.features, made.targets, trees=8, seed=seed, samples=samples) for seed in range(2))
        return np.mean([fanova_importances(forest, made.bounds, made.groups)[0] for forest in fits], axis=0)

    whole = mean(None)
    moved = [np.abs(mean(samples) - whole).max() for samples in (500, 5000)]
    assert moved[1] < 0.04
    assert moved[1] < moved[0]
