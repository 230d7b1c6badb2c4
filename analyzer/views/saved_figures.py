"""Saved figures: plotly figures that a program stored with the study, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.foreign_figure import drawable
from analyzer.stored.saved_figures import has_saved_figures, saved_figure_names, saved_figures
from analyzer.study import Study
from analyzer.text import _, enumerated, named, paragraph, whole
from analyzer.view import Option, Section, View


@dataclass(frozen=True, slots=True)
class Saved:
    """One of the saved figures, ready to be drawn."""

    name: str
    drawn: fig.Figure
    remark: str  # what was left out of it, "" for nothing
    names: tuple[str, ...]  # of all saved figures
    traces: tuple[str, ...]  # the types of what is drawn


def analyze(study: Study, name: str = "") -> Saved:
    """The figure of this name, or the first one. Raises NotApplicable where it cannot be read or drawn."""
    found = {each.name: each for each in saved_figures(study)}
    if not found:
        raise NotApplicable(_("No figure was saved with this study."))
    if name and name not in found:
        words = _("There is no saved figure {name!r}; choose from: {names}.")
        raise UnknownOption(words.format(name=name, names=enumerated(found)))
    chosen = found[name or next(iter(found))]
    if chosen.problem:
        raise NotApplicable(chosen.problem)
    drawn, remark = drawable(chosen.content)
    traces = tuple(str(trace.get("type")) for trace in drawn["data"])
    return Saved(chosen.name, drawn, remark, tuple(found), traces)


def answer(result: Saved) -> str:
    """Which figure this is, of how many."""
    said = _("{name}, as a program saved it with the study.").format(name=named(result.name))
    others = _("It is one of {count}.").format(count=whole(len(result.names)))
    return paragraph([said, others if len(result.names) > 1 else "", result.remark])


def figure(result: Saved) -> fig.Figure:
    """The figure, on the report's own paper."""
    return result.drawn


def table(result: Saved) -> tab.Table:
    """The types of its traces and their names."""
    names = [trace.get("name") for trace in result.drawn["data"]]
    return tab.Table((
        tab.texts("trace", [name if isinstance(name, str) else None for name in names]),
        tab.texts("type", list(result.traces)),
    ))  # fmt: skip


def _choices(study: Study) -> Sequence[str]:
    return saved_figure_names(study)


VIEW = View(
    slug="saved-figures",
    title="Saved figures",
    section=Section.STORED,
    question="Which figures were saved with the study?",
    analyze=analyze,
    answer=answer,
    table=table,
    figure=figure,
    options=(Option("name", "the saved figure to draw", _choices, varies=True),),
    concerns=has_saved_figures,
    order=2,
)
