"""One line for a study in a list of many, in words and numbers as they are shown: the page's list and the index of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.states import STATE_COLOURS, direction_name, state_name
from analyzer.text import _, enumerated, moment, number, whole

if TYPE_CHECKING:
    from analyzer.database.base import Summary


def row(summary: Summary) -> dict[str, Any]:
    """Name, objectives, trials by state, best value, first start and last activity of a study."""
    states = [
        {
            "name": s.name,
            "label": state_name(s),
            "count": whole(summary.states[s.name]),
            "weight": summary.states[s.name],
        }
        for s in STATE_COLOURS
        if summary.states.get(s.name)
    ]
    ways = [direction_name(direction) for direction in summary.directions]
    named = [
        _("{name} ({direction})").format(name=name, direction=way)
        for name, way in zip(summary.metric_names or (), ways, strict=False)
    ]
    return {
        "name": summary.name,
        "objectives": enumerated(named or ways),
        "states": states,
        "best": "" if summary.best_value is None else number(summary.best_value),
        "first": moment(summary.first_start),
        "last": moment(summary.last_activity),
    }
