"""Chains of attempts, as Optuna's RetryFailedTrialCallback links them."""

from __future__ import annotations

from pathlib import Path

from analyzer import read_study
from analyzer.stored.retries import has_retries, retried, retries
from tests.zoo import study

DATA = Path(__file__).parents[1] / "data"


def chains(table: str) -> list[tuple[int, ...]]:
    return [chain.rows for chain in retries(study(table))]


def test_a_trial_that_optuna_itself_retried() -> None:
    found = read_study(DATA / "optuna-5.0.0.db", "retry")
    assert has_retries(found)
    assert [chain.rows for chain in retries(found)] == [(0, 1)]
    assert retried(found) == {0: (0, 1), 1: (0, 1)}


def test_every_retry_names_all_attempts_before_it() -> None:
    assert chains("state system:failed_trial system:retry_history\nF - -\nF 0 [0]\nC - -\nC 0 [0,1]") == [(0, 1, 3)]


def test_two_chains_side_by_side() -> None:
    assert chains("state system:failed_trial system:retry_history\nF - -\nF - -\nC 1 [1]\nC 0 [0]") == [(0, 3), (1, 2)]


def test_numbers_of_no_earlier_trial_are_taken_for_nothing() -> None:
    assert (
        chains(
            'state system:failed_trial system:retry_history\nF 0 [0]\nF 7 [9]\nC "0" {"a":1}\nC true [[0]]\nC 4 [5]\nC - -'
        )
        == []
    )


def test_an_ordinary_study_has_none() -> None:
    assert not has_retries(study("value\n1"))
