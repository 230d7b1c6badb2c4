"""A study of some of its trials is what Optuna would have written had only those been run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.report import rendered
from analyzer.study import Study
from analyzer.subset import only, subset
from analyzer.trial_table import trial_table
from analyzer.views import registry
from tests.zoo import ZOO


@cache
def study(animal: str) -> Study:
    return ZOO[animal]()


@pytest.mark.parametrize("animal", ZOO)
def test_the_table_of_a_subset_is_the_rows_of_the_whole_table(animal: str) -> None:
    whole = study(animal)
    if len(whole) < 2:
        return
    keep = np.arange(len(whole)) % 3 != 1
    part = subset(whole, keep)
    assert (len(part), part.of) == (int(keep.sum()), len(whole))
    headers, rows = trial_table(whole).headers(), list(trial_table(whole).rows())
    expected = [dict(zip(headers, row, strict=True)) for row, kept in zip(rows, keep, strict=True) if kept]
    got = trial_table(part)
    for found, wanted in zip(got.rows(), expected, strict=True):
        known = dict(zip(got.headers(), found, strict=True))
        assert {name: cell for name, cell in known.items() if cell is not None} == {
            name: cell for name, cell in wanted.items() if cell is not None
        }


@pytest.mark.parametrize("animal", ZOO)
def test_every_view_answers_for_a_subset_or_says_why_not(animal: str) -> None:
    whole = study(animal)
    if not 2 <= len(whole) <= 2000:
        return
    part = subset(whole, np.arange(len(whole)) % 2 == 0)
    allowed = set(part.trials.numbers.tolist())
    for view in registry().values():
        done = rendered(part, view)
        assert done.answer or done.reason
        if done.table is not None and done.table.columns and done.table.columns[0].name == "number":
            assert set(np.asarray(done.table.columns[0].cells).tolist()) <= allowed


def test_intermediate_values_and_attributes_go_with_their_trials() -> None:
    whole = study("everyday")
    keep = np.zeros(len(whole), dtype=np.bool_)
    keep[[0, 5, 7]] = True
    part = subset(whole, keep)
    for row, old in enumerate((0, 5, 7)):
        assert part.user_attributes.of(row) == whole.user_attributes.of(old)
        assert part.params(row) == whole.params(old)
        mine, before = part.intermediate.rows == row, whole.intermediate.rows == old
        np.testing.assert_array_equal(part.intermediate.values[mine], whole.intermediate.values[before])


def test_numbers_are_read_as_ranges_and_single_ones() -> None:
    whole = study("everyday")
    assert only(whole, "0-2,7, 9-9").trials.numbers.tolist() == [0, 1, 2, 7, 9]
    assert only(only(whole, "0-9"), "3-20").trials.numbers.tolist() == list(range(3, 10))
    assert only(only(whole, "0-9"), "3-20").of == len(whole)
    for text in ("", "1-", "x", "1;2", "-5"):
        with pytest.raises(UnknownOption, match="0-12,15"):
            only(whole, text)
    with pytest.raises(NotApplicable):
        only(whole, "999999")
