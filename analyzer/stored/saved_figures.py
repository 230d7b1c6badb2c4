"""Figures that a program saved with the study (optuna_dashboard.save_plotly_graph_object): plotly's JSON, cut into parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.stored.parts import from_json, joined, parts_by_name
from analyzer.study import Study
from analyzer.text import _, named

_PREFIX = "dashboard:plot_data:"


@dataclass(frozen=True, slots=True)
class SavedFigure:
    """One saved figure, as stored: not to be drawn before `analyzer.foreign_figure` has seen it."""

    name: str  # the graph object's id; hostile text
    content: Mapping[str, Any]  # empty where it cannot be read
    problem: str = ""  # why it cannot be read


def saved_figures(study: Study) -> tuple[SavedFigure, ...]:
    """All saved figures in the order in which they were first saved; a deleted one leaves nothing behind."""
    return tuple(
        _figure(name, parts) for name, parts in parts_by_name(study.stored, _PREFIX).items() if _is_left(parts)
    )


def saved_figure_names(study: Study) -> list[str]:
    """The names alone, without reading any figure."""
    return [name for name, parts in parts_by_name(study.stored, _PREFIX).items() if _is_left(parts)]


def has_saved_figures(study: Study) -> bool:
    """Whether there is any."""
    return any(key.startswith(_PREFIX) for key in study.stored)


def _is_left(parts: Mapping[int, object]) -> bool:
    return any(part != "" for part in parts.values())


def _figure(name: str, parts: Mapping[int, object]) -> SavedFigure:
    text, is_whole = joined(parts)
    if not is_whole:
        words = _("The saved figure {name} is not shown: a part of it is missing from the database.")
        return SavedFigure(name, {}, words.format(name=named(name)))
    content = from_json(text)
    if isinstance(content, Mapping) and isinstance(content.get("data"), list) and content["data"]:
        return SavedFigure(name, content)
    words = _("The saved figure {name} is not shown: it holds nothing that plotly could draw.")
    return SavedFigure(name, {}, words.format(name=named(name)))
