"""Which trials are best: one for a single objective, the Pareto set for several. Optuna 5.0's rules."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Ints
from analyzer.errors import NotApplicable
from analyzer.states import state_name
from analyzer.stats.pareto import pareto_front
from analyzer.study import State, Study
from analyzer.text import _, enumerated


def require_values(study: Study) -> None:
    """Raise NotApplicable, with the reason, where no trial of the study has an objective value to look at."""
    if study.is_preferential:
        raise NotApplicable(
            _("This is a preferential study: people compared its trials, so there is no objective value to show.")
        )
    if not len(study):
        raise NotApplicable(_("The study has no trials yet."))
    if not len(study.complete):
        counts = study.state_counts().items()
        states = enumerated(
            [_("{count} {state}").format(count=count, state=state_name(State[name])) for name, count in counts]
        )
        raise NotApplicable(
            _("No trial is complete yet ({states}), so there is no objective value to show.").format(states=states)
        )


def candidates(study: Study) -> Ints:
    """The rows that may be best: complete and, where the study has constraints, feasible."""
    return study.complete[study.feasible[study.complete]]


def best_rows(study: Study) -> Ints:
    """The best trial of a single-objective study, or the Pareto set of several objectives, in trial order.

    Of several trials with the best value the first is the best. Equal points of the Pareto set are all in it. Infinite
    values take part: +inf is the best of a maximised objective. Raises NotApplicable where nothing is feasible.
    """
    require_values(study)
    rows = candidates(study)
    if not len(rows):
        raise NotApplicable(
            _("None of the {count} complete trials satisfies its constraints.").format(count=len(study.complete))
        )
    losses = study.losses[rows]
    if len(study.objectives) == 1:
        return rows[[int(np.argmin(losses[:, 0]))]]
    return rows[pareto_front(losses)]


def best_row(study: Study, objective: int) -> int:
    """The feasible complete trial that is best in one objective, the first of equals. Raises NotApplicable as above."""
    require_values(study)
    rows = candidates(study)
    if not len(rows):
        raise NotApplicable(
            _("None of the {count} complete trials satisfies its constraints.").format(count=len(study.complete))
        )
    return int(rows[int(np.argmin(study.losses[rows, objective]))])
