"""Mean decrease of impurity: scikit-learn's and Optuna's own numbers on the same trees, closed forms."""

import numpy as np
import pytest
from optuna.importance import MeanDecreaseImpurityImportanceEvaluator
from sklearn.ensemble import RandomForestRegressor

from analyzer.stats.forest import fit_forest
from analyzer.stats.mdi import mdi_fractions, mdi_importances
from tests.stats.forests import SPACE, design, from_sklearn, optuna_study, paired_t, sklearn_twin


@pytest.mark.parametrize("seed", [0, 1])
def test_equals_optuna_and_scikit_learn_on_the_same_trees(seed: int) -> None:
    made = design(150, seed)
    theirs = MeanDecreaseImpurityImportanceEvaluator(n_trees=8, seed=seed).evaluate(optuna_study(made))
    trees = RandomForestRegressor(8, max_depth=64, random_state=seed).fit(made.features, made.targets)
    ours, _ = mdi_importances(from_sklearn(trees), made.groups)
    assert ours == pytest.approx([theirs[name] for name in SPACE], rel=1e-9)
    columns, spread = mdi_importances(from_sklearn(trees), [[column] for column in range(made.features.shape[1])])
    assert columns == pytest.approx(trees.feature_importances_, rel=1e-9)
    assert spread == pytest.approx(np.std([each.feature_importances_ for each in trees], axis=0), rel=1e-9)


def test_shares_of_two_steps() -> None:
    # y = 2 a + b on the four corners: a removes 4 of the 5 parts of the error, b the rest
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    features = np.repeat(corners, 2000, axis=0)
    mean, _ = mdi_importances(fit_forest(features, 2 * features[:, 0] + features[:, 1], trees=4), [[0], [1]])
    assert mean == pytest.approx([0.8, 0.2], abs=0.01)


def test_no_cut_removes_nothing() -> None:
    forest = fit_forest(np.arange(6.0)[:, None], np.ones(6), trees=3)
    assert [list(each) for each in mdi_importances(forest, [[0]])] == [[0.0], [0.0]]


def test_a_column_that_never_varies_has_no_share() -> None:
    features = np.stack((np.arange(6.0), np.full(6, 2.0)), axis=1)
    mean, _ = mdi_importances(fit_forest(features, np.arange(6.0), trees=3), [[0], [1]])
    assert list(mean) == [1.0, 0.0]


def test_trees_without_a_cut_are_left_out() -> None:
    features, targets = np.array([[0.0], [1.0]]), np.array([0.0, 1.0])
    forest = fit_forest(features, targets, trees=30)  # half of them draw one row twice
    grown = int(np.count_nonzero(np.diff(forest.starts) > 1))
    assert 0 < grown < 30
    assert mdi_fractions(forest, [[0]]).shape == (grown, 1)


def test_agrees_with_scikit_learns_trees_on_the_same_rows_over_24_seeds() -> None:
    made = design(250)
    ours = np.array([
        mdi_importances(fit_forest(made.features, made.targets, trees=16, seed=seed), made.groups)[0]
        for seed in range(24)
    ])  # fmt: skip
    theirs = np.array([
        mdi_importances(sklearn_twin(made.features, made.targets, 16, seed), made.groups)[0] for seed in range(24)
    ])  # fmt: skip
    assert np.abs(paired_t(ours, theirs)).max() < 3
    assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 3 * theirs.std(axis=0, ddof=1))
