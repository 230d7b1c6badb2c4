"""Trials: every trial with all that is known of it, as a table."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer import table as tab
from analyzer.errors import NotApplicable
from analyzer.states import state_name
from analyzer.study import State, Study
from analyzer.text import _, counted, enumerated, whole
from analyzer.trial_table import trial_table
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Trials:
    """All trials in all states."""

    rows: tab.Table
    states: dict[str, int]


def analyze(study: Study) -> Trials:
    """The columns of Optuna's trials_dataframe."""
    if not len(study):
        raise NotApplicable(_("The study has no trials yet."))
    return Trials(trial_table(study), study.state_counts())


def answer(result: Trials) -> str:
    """How many trials stand how."""
    parts = enumerated(
        [
            _("{count} {state}").format(count=whole(count), state=state_name(State[name]))
            for name, count in result.states.items()
        ]
    )
    return _("{trials}: {parts}.").format(
        trials=counted(sum(result.states.values()), "{count} trial", "{count} trials"), parts=parts
    )


def table(result: Trials) -> tab.Table:
    """The rows."""
    return result.rows


VIEW = View(
    slug="trials",
    title="Trials",
    section=Section.TRIALS,
    question="What happened in each trial?",
    analyze=analyze,
    answer=answer,
    table=table,
    order=9,
)
