"""From studies to HTML: runs the views, catches NotApplicable, fills the templates. The only place that knows templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from analyzer import assets
from analyzer.errors import NotApplicable
from analyzer.figure import DARK, Figure
from analyzer.pack import Packer, payload
from analyzer.spelling import FORMS, spelled
from analyzer.states import state_name
from analyzer.study import Direction, State, Study
from analyzer.table import Table
from analyzer.text import _, counted, duration, moment, number, percent, shortened, whole
from analyzer.thumbnail import spark_points
from analyzer.version import __version__
from analyzer.view import Section, View, chosen
from analyzer.views import registry
from analyzer.views.overview import Overview, advice_text, cost_text, mattered_text, progress_text


@dataclass(frozen=True, slots=True)
class Rendered:
    """One view of one study, ready for any surface."""

    view: View
    options: Mapping[str, str]
    reason: str | None  # why there is nothing to show; then the rest is empty
    result: Any = None
    answer: str = ""
    figure: Figure | None = None
    table: Table | None = None


def rendered(study: Study, view: View, options: Mapping[str, str] | None = None) -> Rendered:
    """Run one view. Raises UnknownOption for options that do not fit; NotApplicable becomes the reason."""
    given = chosen(view, study, options or {})
    try:
        result = view.analyze(study, **given)
    except NotApplicable as error:
        return Rendered(view, given, str(error))
    figure = view.figure(result) if view.figure else None
    return Rendered(view, given, None, result, view.answer(result), figure, view.table(result))


def variants(study: Study, view: View) -> list[dict[str, str]]:
    """The option sets a report holds of a view: its defaults, or one for each choice of the option that varies."""
    for option in view.options:
        if option.varies and option.choices is not None:
            choices = option.choices(study)
            if len(choices) > 1:
                return [{option.name: choice} for choice in choices]
    return [{}]


def report_html(studies: Sequence[Study], *, command: str, created: str, plotly_beside: bool = False) -> str:
    """One HTML file for one or several studies.

    `command` and `created` are shown at the end; nothing else in the file depends on anything but the studies.
    `plotly_beside`: load plotly.js from a file in the same folder (`assets.plotly_file()`) instead of carrying it.
    """
    pages = [study_page(study, str(index + 1)) for index, study in enumerate(studies)]
    title = studies[0].name if len(studies) == 1 else studies[0].source.name
    return (
        environment()
        .get_template("report.html")
        .render(
            title=f"{title} – hpo-analyze",
            pages=pages,
            command=command,
            created=created,
            style=assets.text("css/style.css"),
            script=assets.script("report.js"),
            settings=settings(),
            plotly="" if plotly_beside else assets.plotly_packed(),
            plotly_file=assets.plotly_file(),
        )
    )


def settings() -> str:
    """What the scripts need to know, as JSON that is safe inside a script element."""
    words = {
        "filter": _("Filter rows"),
        "rows": _("{count} of {all} rows"),
        "table": _("Table"),
        "copied": _("Copied"),
    }
    return json.dumps({"words": words, "dark": DARK}, ensure_ascii=False).replace("<", "\\u003c")


@cache
def environment() -> Any:
    """The Jinja environment; everything that is not marked safe is escaped."""
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.folder() / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.globals |= {"_": _, "version": __version__, "language": "en"}
    return found


def study_page(study: Study, prefix: str) -> dict[str, Any]:
    """Everything the template of one study needs, with its figures and tables packed."""
    store = _Store()
    sections = []
    overview: Overview | None = None
    for section, views in _sections().items():
        shown = []
        for view in views:
            if view.section is Section.OVERVIEW:
                overview = rendered(study, view).result
                continue
            shown.append(store.shown(study, view))
        if shown:
            sections.append({"title": _(_TITLES[section]), "views": shown})
    assert overview is not None
    return {**_head(study, overview, prefix), "sections": sections, "payload": store.payload()}


_TITLES = {
    Section.PROGRESS: "Progress",
    Section.OBJECTIVES: "Objectives",
    Section.PARAMETERS: "Parameters",
    Section.TRIALS: "Trials and time",
}


def _sections() -> dict[Section, list[View]]:
    return {section: [view for view in registry().values() if view.section is section] for section in Section}


class _Store:
    """The figures and tables of one study, collected for one payload."""

    def __init__(self) -> None:
        self.packer = Packer()
        self.figures: list[Any] = []
        self.tables: list[Any] = []

    def shown(self, study: Study, view: View) -> dict[str, Any]:
        """One view for the template."""
        sets = variants(study, view)
        each = [self._variant(rendered(study, view, options), options) for options in sets]
        if len(each) > 1 and all(one["reason"] for one in each):
            each = each[:1]
        varying = next(iter(sets[0]), "")
        return {
            "slug": view.slug,
            "title": _(view.title),
            "question": _(view.question),
            "varying": _(varying) if varying else "",
            "variants": each,
        }

    def _variant(self, done: Rendered, options: Mapping[str, str]) -> dict[str, Any]:
        layout = done.figure["layout"] if done.figure else {}
        meta = layout.get("meta", {})
        return {
            "label": next(iter(options.values()), ""),
            "reason": done.reason,
            "answer": done.answer,
            "figure": None if done.figure is None else _added(self.figures, self.packer.pack(done.figure)),
            "height": layout.get("height", 0),
            "narrow_height": meta.get("narrow", {}).get("height", layout.get("height", 0)),
            "minimum_width": meta.get("minimum_width", 0),
            "table": None if done.table is None else _added(self.tables, self.packer.table(done.table)),
        }

    def payload(self) -> str:
        return payload({"figures": self.figures, "tables": self.tables}, self.packer.arrays)


def _added(items: list[Any], item: Any) -> int:
    items.append(item)
    return len(items) - 1


def _head(study: Study, overview: Overview, prefix: str) -> dict[str, Any]:
    """The first screen: name, states, four answers, advice."""
    source = study.source
    facts = [source.name, source.kind]
    facts.append(f"Optuna {source.optuna_version}" if source.optuna_version else source.layout)
    known = not np.isnat(overview.first)
    return {
        "prefix": prefix,
        "name": study.name,
        "objectives": [f"{_DIRECTIONS[o.direction]} {o.name}" for o in study.objectives],
        "source": " · ".join(facts),
        "span": f"{moment(overview.first)} – {moment(overview.last)}" if known else "",
        "clock": overview.source.clock,
        "states": _states(study),
        "warnings": overview.warnings,
        "best": _best(overview),
        "no_best": overview.unfeasible_reason,
        "spellings": _spellings(study, overview),
        "progress": _progress(overview),
        "mattered": _mattered(overview),
        "mattered_note": mattered_note(overview),
        "cost": _cost(overview),
        "advice": [advice_text(kind, about) for kind, about in overview.advice],
    }


_DIRECTIONS = {Direction.MINIMIZE: "↓", Direction.MAXIMIZE: "↑", Direction.NOT_SET: "·"}


def _states(study: Study) -> list[dict[str, Any]]:
    order = (State.COMPLETE, State.PRUNED, State.FAIL, State.RUNNING, State.WAITING)
    counts = study.state_counts()
    return [
        {"name": s.name, "label": state_name(s), "count": whole(counts[s.name]), "weight": counts[s.name]}
        for s in order
        if s.name in counts
    ]


def _best(overview: Overview) -> dict[str, str] | None:
    if overview.unfeasible_reason:
        return None
    if len(overview.objectives) > 1:
        ranges = []
        for objective in overview.objectives:
            column = [values[objective.index] for _trial, values in overview.best]
            ranges.append(f"{objective.name} {number(min(column), 3)} – {number(max(column), 3)}")
        value = counted(len(overview.best), "{count} trial", "{count} trials")
        return {"value": value, "exact": value, "text": _("on the Pareto front") + ": " + "; ".join(ranges)}
    trial, values = overview.best[0]
    text = _("{name} at trial {trial}").format(name=overview.objectives[0].name, trial=trial)
    return {"value": number(values[0]), "exact": repr(values[0]), "text": text}


def _spellings(study: Study, overview: Overview) -> dict[str, str]:
    if len(overview.objectives) > 1 or not overview.best:
        return {}
    row = next(study.rows_of([overview.best[0][0]]))
    return {form: spelled(study.params(row), form) for form in FORMS}


def _progress(overview: Overview) -> dict[str, str] | None:
    made = overview.progress
    if made is None:
        return None
    value = _("now") if made.since == 0 else _("{count} ago").format(count=whole(made.since))
    return {"value": value, "text": progress_text(overview), "spark": spark_points(made.best)}


def _mattered(overview: Overview) -> list[dict[str, Any]]:
    found = overview.importances
    if found is None:
        return []
    top = float(found.values[0]) or 1.0
    return [
        {
            "name": name,
            "short": shortened(name, 26),
            "share": percent(float(share)),
            "width": round(100 * float(share) / top, 1),
        }
        for name, share in zip(found.names[:3], found.values, strict=False)
    ]


def mattered_note(overview: Overview) -> str:
    """How importance was measured."""
    found = overview.importances
    if found is None:
        return ""
    if len(found.names) > 1 and found.values.max() == found.values.min():
        return mattered_text(overview)
    target = _("for the Pareto front") if found.objective is None else _("for {name}").format(name=found.objective.name)
    return _("PED-ANOVA over {trials} trials, {target}").format(trials=whole(found.trials), target=target)


def _cost(overview: Overview) -> dict[str, str] | None:
    if overview.cost is None:
        return None
    return {"value": duration(overview.cost.span_s), "text": cost_text(overview)}
