"""What a view looks at: an objective, or another number of each trial – how long it took, or one of the user's attributes.

A target is chosen by one text that fits a flag and a URL: an objective by its name or position, "duration", or
"attr:NAME". An objective that bears such a name wins. A study seen for a target that is no objective (`aimed`) has that
number in place of its values, so that everything that looks at one objective looks at any target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from analyzer.arrays import Floats, frozen
from analyzer.errors import UnknownOption
from analyzer.study import Direction, Objective, Study
from analyzer.text import _

DURATION = "duration"
ATTRIBUTE = "attr:"


class HasObjectives(Protocol):
    """A study, or several with the same objectives."""

    @property
    def objectives(self) -> Sequence[Objective]: ...


def objective_names(study: HasObjectives) -> list[str]:
    """The choices of an option that picks one objective; a name that several share, or none, gets its position."""
    names = [objective.name for objective in study.objectives]
    return [name if name and names.count(name) == 1 else f"{name} ({index})" for index, name in enumerate(names)]


def objective_index(study: HasObjectives, name: str) -> int:
    """The position of the objective with this name, or of the first one where no name is given.

    A position ("0", "1" …) is taken too where no objective bears it as its name. Raises UnknownOption for any other.
    """
    names = objective_names(study)
    if not name:
        return 0
    if name in names:
        return names.index(name)
    if name.isascii() and name.isdigit() and int(name) < len(names):
        return int(name)
    listed = ", ".join([*names, *(other_targets(study) if isinstance(study, Study) else ())])
    raise UnknownOption(_("There is no objective {name!r}; choose from: {names}.").format(name=name, names=listed))


def other_targets(study: Study) -> list[str]:
    """The targets beside the objectives: the duration where a complete trial has one, and each numeric attribute."""
    complete = study.complete_states
    timed = [DURATION] if not np.isnan(study.durations_s()[complete]).all() else []
    found = timed + [ATTRIBUTE + name for name in study.numeric_attributes]
    return [name for name in found if name not in objective_names(study)]


def target_name(study: Study, given: str) -> str:
    """A target as the options spell it, from a name or an objective's position. Raises UnknownOption where there is none."""
    if given in other_targets(study):
        return given
    return objective_names(study)[objective_index(study, given)] if given else ""


def aimed(study: Study, name: str) -> tuple[Study, Objective]:
    """The study and the objective to look at: as it is for an objective ("" is the first one), or seen for another target.

    Then every trial has the target as its only value, in every state; none is infeasible, for feasibility speaks of the
    objectives; and the objective has no direction, so that its losses are its values: lower ones count as the first, as
    in Optuna, which minimises a target. The complete trials are those that have the number.
    Raises UnknownOption for a name that is no target.
    """
    if name not in other_targets(study):
        return study, study.objectives[objective_index(study, name)]
    shown = Objective(0, _label(name), Direction.NONE)
    values = frozen(_column(study, name)[:, None])
    trials = replace(study.trials, values=values, constraints=np.empty((len(study), 0)))
    stored = {key: value for key, value in study.stored.items() if key != "preference:is_preferential"}
    return replace(study, objectives=(shown,), trials=trials, stored=stored), shown


def _label(name: str) -> str:
    """What the reader is told, with the unit where it is known."""
    if name == DURATION:
        return _("duration (s)")
    return _("{name} (attribute)").format(name=name.removeprefix(ATTRIBUTE))


def _column(study: Study, name: str) -> Floats:
    """(n,) the target of each trial, NaN where it has none."""
    if name == DURATION:
        return study.durations_s()
    return study.user_attributes.numbers(name.removeprefix(ATTRIBUTE), len(study))
