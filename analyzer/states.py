"""What a trial's state is called and how it is coloured, the same everywhere."""

from __future__ import annotations

from analyzer import figure as fig
from analyzer.study import State
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
