"""Small multiples of dots: which of its points each panel draws, in the part of the window that is its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from analyzer.figure import axis_name
from analyzer.stats.thinning import Box
from analyzer.window import Sight, Window


class _Panel(Protocol):
    @property
    def sight(self) -> Sight: ...


P = TypeVar("P", bound=_Panel)


def each_within(panels: Sequence[P], window: Window, chosen: Callable[[P, Box | None], P]) -> tuple[P, ...]:
    """The panels as `chosen` draws them in their box; those that are whole and have been chosen for stay as they are."""
    found = []
    for index, panel in enumerate(panels):
        box = window.box(axis_name("x", index), axis_name("y", index))
        found.append(panel if box is None and panel.sight.of else chosen(panel, box))
    return tuple(found)
