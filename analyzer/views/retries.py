"""Retries: trials that failed and were started again, each chain of attempts and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Ints
from analyzer.errors import NotApplicable
from analyzer.states import state_name
from analyzer.stored.retries import has_retries, retries
from analyzer.study import State, Study
from analyzer.text import _, counted, paragraph, percent
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Retries:
    """The attempts, chain by chain."""

    numbers: Ints  # (k,) trials
    first: Ints  # (k,) the first trial of the chain
    attempt: Ints  # (k,) 1, 2 …
    before: tuple[int | None, ...]  # (k,) the attempt before this one
    after: tuple[int | None, ...]  # (k,) the one after it
    states: tuple[State, ...]  # (k,)
    chains: int
    saved: int  # chains whose last attempt is complete or pruned
    open: int  # chains whose last attempt runs or waits


def analyze(study: Study) -> Retries:
    """All chains of attempts. O(n + retries)."""
    chains = retries(study)
    if not chains:
        raise NotApplicable(_("No trial of this study was started again after it had failed."))
    numbers, states = study.trials.numbers, study.trials.states
    named = [[int(numbers[row]) for row in chain.rows] for chain in chains]
    last = [State(states[chain.rows[-1]]) for chain in chains]
    return Retries(
        numbers=np.array([number for each in named for number in each], dtype=np.int64),
        first=np.array([each[0] for each in named for _number in each], dtype=np.int64),
        attempt=np.array([at + 1 for each in named for at in range(len(each))], dtype=np.int64),
        before=tuple(number for each in named for number in [None, *each[:-1]]),
        after=tuple(number for each in named for number in [*each[1:], None]),
        states=tuple(State(states[row]) for chain in chains for row in chain.rows),
        chains=len(chains),
        saved=sum(state in (State.COMPLETE, State.PRUNED) for state in last),
        open=sum(state in (State.RUNNING, State.WAITING) for state in last),
    )


def answer(result: Retries) -> str:
    """How many trials were retried, and what came of it."""
    said = counted(
        result.chains,
        "{count} trial was started again after it had failed, with {retries} in all.",
        "{count} trials were started again after they had failed, with {retries} in all.",
        retries=counted(len(result.numbers) - result.chains, "{count} retry", "{count} retries"),
    )
    saved = _("{share} of them came to a result in the end.").format(share=percent(result.saved / result.chains))
    under_way = counted(result.open, "{count} is still under way.", "{count} are still under way.")
    return paragraph([said, saved, under_way if result.open else ""])


def table(result: Retries) -> tab.Table:
    """Trial, state, the first trial of its chain, which attempt it is, the ones before and after it."""

    def column(name: str, cells: tuple[int | None, ...]) -> tab.Column:
        return tab.numbers(name, [np.nan if cell is None else cell for cell in cells])

    return tab.Table((
        tab.whole("number", result.numbers),
        tab.texts("state", [state_name(state) for state in result.states]),
        tab.whole("first attempt", result.first),
        tab.whole("attempt", result.attempt),
        column("retry of", result.before),
        column("retried as", result.after),
    ))  # fmt: skip


VIEW = View(
    slug="retries",
    title="Retries",
    section=Section.STORED,
    question="What became of failed trials that were started again?",
    analyze=analyze,
    answer=answer,
    table=table,
    concerns=has_retries,
    order=6,
)
