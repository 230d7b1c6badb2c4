"""The reference point of a hypervolume: the corner from which volume is measured, in the objectives' own units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.arrays import Floats
from analyzer.errors import UnknownOption
from analyzer.study import Study
from analyzer.text import _

_MARGIN = 0.1  # of each objective's range, beyond its worst value


def reference_point(study: Study, given: str = "") -> Floats | None:
    """Read a reference point, "0.5,120", or choose one: a tenth of the range beyond the worst finite complete value.

    Returns (m,) in the objectives' own units, or None where no complete trial is finite in all objectives. Raises
    UnknownOption where the text is not one number for each objective.
    """
    if given:
        return _read(study, given)
    return common_reference([study])


def common_reference(studies: Sequence[Study]) -> Floats | None:
    """The same for several studies of the same objectives: beyond the worst of all their values."""
    losses = np.concatenate([study.losses[study.complete] for study in studies])
    finite = losses[np.isfinite(losses).all(axis=1)]
    if not len(finite):
        return None
    worst: Floats = finite.max(axis=0)
    best: Floats = finite.min(axis=0)
    margin = np.where(worst > best, _MARGIN * (worst - best), _MARGIN * np.maximum(np.abs(worst), 1.0))
    corner: Floats = (worst + margin) * np.array([objective.sign for objective in studies[0].objectives])
    return corner


def _read(study: Study, given: str) -> Floats:
    try:
        point = np.array([float(part) for part in given.split(",")])
    except ValueError:
        point = np.empty(0)
    if len(point) != len(study.objectives) or not np.isfinite(point).all():
        names = ",".join(objective.name for objective in study.objectives)
        raise UnknownOption(
            _("A reference point is one number for each objective ({names}); {given!r} is not.").format(
                names=names, given=given
            )
        )
    return point
