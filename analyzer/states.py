"""What a trial's state is called and how it is coloured, and what a direction is called, the same everywhere."""

from __future__ import annotations

from analyzer import figure as fig
from analyzer.study import Direction, Objective, State
from analyzer.text import _

STATE_COLOURS = {
    State.COMPLETE: fig.COMPLETE,
    State.PRUNED: fig.PRUNED,
    State.FAIL: fig.FAILED,
    State.RUNNING: fig.RUNNING,
    State.WAITING: fig.WAITING,
}


def state_name(state: State) -> str:
    """The state in the reader's language."""
    names = {
        State.COMPLETE: _("complete"),
        State.PRUNED: _("pruned"),
        State.FAIL: _("failed"),
        State.RUNNING: _("running"),
        State.WAITING: _("waiting"),
    }
    return names[state]


def direction_name(direction: Direction) -> str:
    """The direction in the reader's language."""
    names = {
        Direction.MINIMIZE: _("minimize"),
        Direction.MAXIMIZE: _("maximize"),
        Direction.NOT_SET: _("not_set"),
    }
    return names.get(direction, direction.value)


def directed(objective: Objective) -> str:
    """An objective with its direction: "loss (minimize)"."""
    return _("{name} ({direction})").format(name=objective.name, direction=direction_name(objective.direction))
