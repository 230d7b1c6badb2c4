"""Two parameters at a time: which pairs a view shows, and where the trials stand on both axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analyzer.arrays import Floats, Ints
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.importance import importances
from analyzer.scale import Scale, positions, scale
from analyzer.study import Objective, Parameter, Study
from analyzer.text import _, shortened
from analyzer.view import Option

_SHOWN = 4  # parameters whose pairs are shown where none are asked for


@dataclass(frozen=True, slots=True)
class Place:
    """One pair of parameters and where trials stand on both."""

    x: Scale
    y: Scale
    rows: Ints  # (k,), which of the view's trials have both parameters
    x_positions: Floats  # (k,)
    y_positions: Floats  # (k,)


def varying_names(study: Study) -> list[str]:
    """The parameters with at least two different values among complete trials: the choices of an axis."""
    return [p.name for p in study.parameters.values() if _varies(p, study.complete)]


X = Option("x", "the parameter of the horizontal axis", varying_names)
Y = Option("y", "the parameter of the vertical axis", varying_names)


def _varies(parameter: Parameter, rows: Ints) -> bool:
    values = parameter.values[rows]
    known = values[~np.isnan(values)]
    return len(known) > 1 and bool((known != known[0]).any())


def places(study: Study, rows: Ints, objective: Objective, x: str, y: str) -> list[Place]:
    """The pair (x, y); with one or none of them given, pairs of the parameters that matter most for the objective.

    Pairs that no trial has together are left out. Raises NotApplicable where none is left or fewer than two parameters
    vary, UnknownOption where x and y are the same.
    """
    names = varying_names(study)
    if len(names) < 2:
        raise NotApplicable(_("A picture of two parameters needs two that vary among complete trials."))
    pairs = _pairs(study, objective, names, x, y)
    found = [place for place in (_place(study, rows, *pair) for pair in pairs) if len(place.rows)]
    if not found:
        first, second = (repr(shortened(name, 40)) for name in pairs[0])
        raise NotApplicable(
            _("No complete trial with a value to show has both {first} and {second}.").format(
                first=first, second=second
            )
        )
    return found


def _pairs(study: Study, objective: Objective, names: Sequence[str], x: str, y: str) -> list[tuple[str, str]]:
    if x and y:
        if x == y:
            raise UnknownOption(_("The two axes have to be different parameters, not {x!r} twice.").format(x=x))
        return [(x, y)]
    ranked = by_importance(study, objective, names)
    if x or y:
        fixed = x or y
        others = [name for name in ranked if name != fixed][: _SHOWN - 1]
        return [(fixed, other) if x else (other, fixed) for other in others]
    return list(combinations(ranked[:_SHOWN], 2))


def by_importance(study: Study, objective: Objective, names: Sequence[str]) -> list[str]:
    """Sort parameter names by PED-ANOVA importance, the most important first; where there is none, as they come."""
    try:
        found = importances(study, objective=objective)
    except NotApplicable:
        return list(names)
    at = {name: place for place, name in enumerate(found.names)}
    return sorted(names, key=lambda name: at.get(name, len(at)))


def _place(study: Study, rows: Ints, first: str, second: str) -> Place:
    one, two = study.parameters[first], study.parameters[second]
    x, y = positions(one)[rows], positions(two)[rows]
    both = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    return Place(scale(one), scale(two), both, x[both], y[both])


def spots(place: Place) -> tuple[Floats, Floats]:
    """Where the trials of a pair stand as the axes show them: powers of ten on a logarithmic one."""
    x, y = place.x_positions, place.y_positions
    return np.log10(x) if place.x.log else x, np.log10(y) if place.y.log else y
