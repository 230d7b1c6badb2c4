"""The forest: each split against all splits by brute force, and the whole against scikit-learn's trees."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.arrays import Floats, Ints
from analyzer.stats.forest import Forest, draw_rows, fit_forest, join_forests
from tests.stats.forests import design, leaf_of, paired_t, predicted, sklearn_twin

FIELDS = Forest.__slots__


def same(one: Forest, other: Forest) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in FIELDS)


def squared_error(targets: Floats) -> float:
    return float(np.sum((targets - targets.mean()) ** 2))


def decreases(column: Floats, targets: Floats) -> dict[float, float]:
    """The decrease of the squared error by each cut of a column."""
    found = {}
    values = np.unique(column.astype(np.float32))
    for below, above in itertools.pairwise(values):
        if above > below + np.float32(1e-7):
            cut = (float(below) + float(above)) / 2
            left = column.astype(np.float32) <= below
            found[cut] = squared_error(targets) - squared_error(targets[left]) - squared_error(targets[~left])
    return found


def assert_grown_to_the_end(forest: Forest, tree: int, features: Floats, targets: Floats, rows: Ints) -> None:
    """Walk a tree with the rows it was fitted to: every node has the best split, every leaf has a reason."""
    first, pending, tolerance = forest.starts[tree], [(0, rows)], 1e-7 * (1 + np.ptp(targets) ** 2)
    while pending:
        node, here = pending.pop()
        at = first + node
        y = targets[here]
        assert forest.value[at] == pytest.approx(y.mean(), abs=1e-8 * (1 + np.ptp(targets)))
        cuts = [decreases(features[here, column], y) for column in range(features.shape[1])]
        if forest.left[at] < 0:
            assert np.ptp(y) == 0 or not any(cuts)
            continue
        decrease = cuts[forest.feature[at]][forest.threshold[at]]
        assert decrease >= max(max(each.values(), default=-1.0) for each in cuts) - tolerance
        assert forest.decrease[at] * np.ptp(targets) ** 2 / 4 == pytest.approx(decrease, abs=tolerance)
        goes_left = features[here, forest.feature[at]].astype(np.float32) <= forest.threshold[at]
        pending += [(forest.left[at], here[goes_left]), (forest.right[at], here[~goes_left])]


@st.composite
def small_problems(draw: st.DrawFn) -> tuple[Floats, Floats]:
    n = draw(st.integers(1, 14))
    column = st.sampled_from(
        [st.sampled_from([0.0, 1.0]), st.integers(-2, 3).map(float), st.floats(-1, 1), st.sampled_from([1e-8, 5e-8, 3e-7])]
    )
    kinds = draw(st.lists(column, min_size=1, max_size=4))
    columns = [draw(st.lists(kind, min_size=n, max_size=n)) for kind in kinds]
    targets = draw(st.lists(st.sampled_from([0.0, 1.0, 1.5, -3.0, 0.1]), min_size=n, max_size=n))
    return np.array(columns).T, np.array(targets)


@settings(max_examples=150, deadline=None)
@given(small_problems(), st.integers(0, 5))
def test_every_split_is_the_best_one_and_every_leaf_is_pure_or_alike(problem: tuple[Floats, Floats], seed: int) -> None:
    features, targets = problem
    forest = fit_forest(features, targets, trees=3, seed=seed)
    for tree in range(3):
        rows = draw_rows(seed, tree, len(targets), len(targets))
        assert_grown_to_the_end(forest, tree, features, targets, rows)


def test_every_split_is_the_best_one_in_a_study() -> None:
    made = design(120)
    forest = fit_forest(made.features, made.targets, trees=4, seed=3)
    for tree in range(4):
        assert_grown_to_the_end(forest, tree, made.features, made.targets, draw_rows(3, tree, 120, 120))


def test_trees_joined_are_the_trees_fitted_at_once() -> None:
    made = design(300)
    whole = fit_forest(made.features, made.targets, trees=12, seed=7)
    first = fit_forest(made.features, made.targets, trees=5, seed=7)
    rest = fit_forest(made.features, made.targets, trees=7, seed=7, first_tree=5)
    assert same(whole, join_forests([first, rest]))
    assert not same(first, fit_forest(made.features, made.targets, trees=5, seed=8))


def test_trees_do_not_depend_on_the_block_they_are_grown_in() -> None:
    made = design(3000)
    whole = fit_forest(made.features, made.targets, trees=45)  # 43 trees fill a block
    assert same(fit_forest(made.features, made.targets, trees=2, first_tree=42), join_forests(part_of(whole, 42, 44)))


def part_of(forest: Forest, first: int, last: int) -> list[Forest]:
    parts = []
    for tree in range(first, last):
        nodes = slice(forest.starts[tree], forest.starts[tree + 1])
        arrays = [getattr(forest, name)[nodes] for name in FIELDS if name != "starts"]
        parts.append(Forest(np.array([0, len(arrays[0])]), *arrays))
    return parts


@pytest.mark.parametrize(("scale", "shift"), [(2.0**-40, 0.0), (2.0**300, 0.0), (1.0, 2.0**20)])
def test_trees_do_not_depend_on_the_unit_of_the_target(scale: float, shift: float) -> None:
    made = design(100)
    targets = np.round(made.targets * 2**20) / 2**20  # exact under shifts
    plain = fit_forest(made.features, targets, trees=4)
    moved = fit_forest(made.features, targets * scale + shift, trees=4)
    assert np.array_equal(plain.feature, moved.feature)
    assert np.array_equal(plain.threshold, moved.threshold)


def test_values_closer_than_a_ten_millionth_are_not_cut_apart() -> None:
    targets = np.arange(20.0)
    near, apart = (np.arange(20.0)[:, None] * step for step in (0.9e-7, 2e-7))
    assert (fit_forest(near, targets, trees=5).feature >= 0).sum() < (fit_forest(apart, targets, trees=5).feature >= 0).sum()
    assert len(fit_forest(np.arange(2.0)[:, None] * 0.9e-7, np.array([0.0, 1.0]), trees=9).value) == 9


def test_a_split_without_gain_is_made_where_targets_differ() -> None:
    features = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 8)
    targets = np.array([0.0, 1.0, 1.0, 0.0] * 8)
    forest = fit_forest(features, targets, trees=20)
    assert np.allclose(predicted(forest, features), targets)


def test_a_constant_target_grows_no_tree() -> None:
    forest = fit_forest(np.arange(9.0)[:, None], np.full(9, 0.3), trees=4)
    assert forest.value == pytest.approx([0.3] * 4)


def test_one_row_is_one_leaf() -> None:
    forest = fit_forest(np.ones((1, 2)), np.array([5.0]), trees=2)
    assert list(forest.value) == [5.0, 5.0]


def test_depth_is_limited() -> None:
    made = design(80)
    forest = fit_forest(made.features, made.targets, trees=6, max_depth=3)
    assert np.diff(forest.starts).max() == 2**4 - 1


def test_a_tree_may_see_fewer_rows() -> None:
    made = design(400)
    forest = fit_forest(made.features, made.targets, trees=3, samples=40)
    leaves = [len(np.unique(leaf_of(forest, tree, made.features[draw_rows(0, tree, 400, 40)]))) for tree in range(3)]
    assert leaves == [len(np.unique(draw_rows(0, tree, 400, 40))) for tree in range(3)]


def test_values_too_large_for_single_precision_are_refused() -> None:
    with pytest.raises(OverflowError):
        fit_forest(np.array([[1e39], [0.0]]), np.array([0.0, 1.0]))


def test_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        fit_forest(np.empty((0, 2)), np.empty(0))


def test_predicts_as_well_as_scikit_learn_and_has_as_many_nodes() -> None:
    new = design(500, seed=99)
    errors, sizes = [], []
    for seed in range(12):
        made = design(200, seed=seed)
        ours = fit_forest(made.features, made.targets, trees=8, seed=seed)
        theirs = sklearn_twin(made.features, made.targets, 8, seed)
        errors.append([np.mean((predicted(forest, new.features) - new.targets) ** 2) for forest in (ours, theirs)])
        sizes.append([len(forest.value) for forest in (ours, theirs)])
    assert np.abs(paired_t(*np.array(errors).T[..., None])).max() < 3
    assert np.ptp(sizes, axis=1).max() <= 0.01 * np.min(sizes)


def test_the_first_split_is_the_one_of_scikit_learn() -> None:
    made = design(200)
    ours, theirs = fit_forest(made.features, made.targets, trees=30), sklearn_twin(made.features, made.targets, 30, 0)
    roots = ours.starts[:-1], theirs.starts[:-1]
    assert np.array_equal(ours.feature[roots[0]], theirs.feature[roots[1]])
    assert np.array_equal(ours.threshold[roots[0]], theirs.threshold[roots[1]])
