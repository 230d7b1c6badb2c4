"""Retries: trials that were started again after a worker died (optuna's RetryFailedTrialCallback)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.stored.parts import entries, from_json
from analyzer.study import Study

_FIRST, _HISTORY = "failed_trial", "retry_history"


@dataclass(frozen=True, slots=True)
class Chain:
    """One trial and its retries."""

    rows: tuple[int, ...]  # in the order of the attempts; the first failed


def retries(study: Study) -> tuple[Chain, ...]:
    """Chains of attempts, in trial order of the first one.

    A retry names the first trial that failed and all attempts before itself. What it names must come before it; anything
    else that stands there is taken for nothing.
    """
    rows = {int(number): row for row, number in enumerate(study.trials.numbers.tolist())}
    chains: dict[int, set[int]] = {}
    chain_of: dict[int, int] = {}  # row -> the first row of its chain
    for row, names in sorted(_named(study).items()):
        before = [rows[number] for number in names if number in rows and rows[number] < row]
        if before:
            first = min(before)
            root = chain_of.get(first, first)
            members = {*before, row}
            chains.setdefault(root, {root}).update(members)
            chain_of |= dict.fromkeys(members, root)
    return tuple(Chain(tuple(sorted(members))) for _first, members in sorted(chains.items()))


def retried(study: Study) -> Mapping[int, tuple[int, ...]]:
    """row of a trial -> all attempts of its chain, itself included; trials that are in no chain are not there."""
    return {row: chain.rows for chain in retries(study) for row in chain.rows}


def has_retries(study: Study) -> bool:
    """Whether any trial is a retry."""
    return _FIRST in study.system_attributes.names or _HISTORY in study.system_attributes.names


def _named(study: Study) -> dict[int, list[int]]:
    """row of a retry -> the numbers of the trials that it names."""
    found: dict[int, list[int]] = {}
    for name in (_FIRST, _HISTORY):
        for row, key, text in entries(study.system_attributes, name):
            if key == name:
                value = from_json(text)
                listed = value if isinstance(value, list) else [value]
                found.setdefault(row, []).extend(each for each in listed if type(each) is int)
    return found
