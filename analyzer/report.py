"""From studies to HTML: runs the views, catches NotApplicable, fills the templates. The only place that knows templates."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from analyzer import assets, language, markdown
from analyzer.comparisons import registry as comparisons
from analyzer.errors import NotApplicable
from analyzer.excerpt import excerpt
from analyzer.facts import Facts
from analyzer.figure import DARK, Figure
from analyzer.first_screen import computed_for, first_screen
from analyzer.pack import Packer, payload
from analyzer.prose import Passage
from analyzer.study import Study
from analyzer.table import Table
from analyzer.text import _, marked, named, whole
from analyzer.together import Together, objectives_text, together
from analyzer.trial_table import objective_columns, trial_table
from analyzer.version import __version__
from analyzer.view import Copy, Move, Option, Section, View, chosen
from analyzer.views import registry
from analyzer.views.overview import Overview
from analyzer.words import words

COMPARISON = "compare"  # the prefix of the comparison's page in a report
_COMPARED = 12  # studies of a report up to which it compares them


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
    facts: Facts | None = None
    copies: Sequence[Copy] = ()
    moves: Sequence[Move] = ()
    prose: Sequence[Passage] = ()


def rendered(study: Study | Together, view: View, options: Mapping[str, str] | None = None) -> Rendered:
    """Run one view. Raises UnknownOption for options that do not fit; NotApplicable becomes the reason."""
    given = chosen(view, study, options or {})
    try:
        return _of_result(view, given, view.analyze(study, **given))
    except NotApplicable as error:
        return Rendered(view, given, str(error))


def staged(study: Study | Together, view: View, options: Mapping[str, str]) -> Iterator[tuple[Rendered, bool]]:
    """One view in stages, each finer than the one before, and whether it is the last, which is what `rendered` gives."""
    if view.stages is None:
        yield rendered(study, view, options), True
        return
    given = chosen(view, study, options)
    try:
        for result, is_last in view.stages(study, **given):
            yield _of_result(view, given, result), is_last
    except NotApplicable as error:
        yield Rendered(view, given, str(error)), True


def _of_result(view: View, given: Mapping[str, str], result: Any) -> Rendered:
    figure = view.figure(result) if view.figure else None
    return Rendered(
        view,
        given,
        None,
        result,
        view.answer(result),
        figure,
        view.table(result),
        facts=view.facts(result) if view.facts else None,
        copies=view.copies(result) if view.copies else (),
        moves=view.moves(result) if view.moves else (),
        prose=view.prose(result) if view.prose else (),
    )


def variants(study: Study | Together, view: View) -> list[dict[str, str]]:
    """The option sets a report holds of a view: its defaults, or one for each value of the option that varies."""
    for option in view.options:
        held = option.held or (option.choices if option.varies else None)
        if held is not None:
            choices = held(study)
            if len(choices) > 1:
                return [{option.name: choice} for choice in choices]
    return [{}]


@dataclass(frozen=True, slots=True)
class Making:
    """How a file is made: nothing else in it depends on anything but the studies."""

    command: str  # shown at the end
    created: str  # the one creation time
    plotly_beside: bool = False  # load plotly.js from a file in the same folder instead of carrying it


def command_line(target: str, studies: Sequence[str], artifacts: str = "") -> str:
    """The command that makes a report of these studies (all of them where none is named), with a folder of artifacts."""
    words = ["hpo-analyze", "report", target, *(word for name in studies for word in ("-s", name))]
    words += ["--artifacts", artifacts] if artifacts else []
    return shlex.join([*words, *language.flag()])


def report_html(studies: Sequence[Study], making: Making) -> str:
    """One HTML file for one or several studies."""
    pages = [study_page(study, str(index + 1)) for index, study in enumerate(studies)]
    compared = together(studies)
    if len(compared.series) > 1 and len(studies) <= _COMPARED:
        pages.append(comparison_page(compared, COMPARISON))
    title = studies[0].name if len(studies) == 1 else studies[0].source.name
    return _document("report.html", making, title=title, pages=pages)


def view_html(study: Study, done: Rendered, making: Making) -> str:
    """One HTML file with one view."""
    store = _Store(study)
    shown = _shown(done.view, [store.variant(done, "")])
    page = {**_page_head(study, "1"), "sections": [{"title": "", "views": [shown]}], "payload": store.payload(), "compares": False}
    return _document("report.html", making, title=f"{_(done.view.title)}: {study.name}", pages=[page])


def comparison_html(compared: Together, making: Making) -> str:
    """One HTML file with several studies side by side."""
    page = comparison_page(compared, "1")
    return _document("report.html", making, title=page["name"], pages=[page])


def comparison_page(compared: Together, prefix: str) -> dict[str, Any]:
    """Everything the template of a comparison needs, with its figures and tables packed."""
    store = _Store()
    views = [store.shown(compared, view) for view in comparisons().values()]
    return {**_comparison_head(compared, prefix), "views": views, "payload": store.payload()}


def comparison_fragment(compared: Together, prefix: str) -> Fragment:
    """The head of a comparison and the places of its views; `view_fragment` fills those one by one."""
    page = {**_comparison_head(compared, prefix), "views": [_shown(view, []) for view in comparisons().values()]}
    html = environment().get_template("_comparison.html").module.comparison(page)
    return Fragment(str(html), [], [], [])


def _comparison_head(compared: Together, prefix: str) -> dict[str, Any]:
    named_studies = zip(compared.names, compared.studies, strict=True)
    return {
        "prefix": prefix,
        "compares": True,
        "name": _("Comparison of {count} studies").format(count=whole(len(compared.names))),
        "studies": [f"{named(name)}: {objectives_text(study)}" for name, study in named_studies],
        "remarks": compared.remarks,
    }


def index_html(heading: str, rows: Sequence[Mapping[str, Any]], unread: Sequence[Mapping[str, str]], making: Making) -> str:
    """The page that links the reports of a folder. Each row is one study: see `listing.row`, `database`, `file`, `reason`."""
    page = environment().get_template("folder.html")
    return str(
        page.render(
            title=f"{heading} – hpo-analyze",
            heading=heading,
            rows=rows,
            unread=unread,
            several=len({row["database"] for row in rows}) > 1,
            command=making.command,
            created=making.created,
            style=assets.text("css/style.css"),
            script=assets.script("folder.js"),
            language=language.tag(),
        )
    )


def _document(template: str, making: Making, *, title: str, pages: Sequence[Mapping[str, Any]]) -> str:
    return str(
        environment()
        .get_template(template)
        .render(
            title=f"{title} – hpo-analyze",
            pages=pages,
            language=language.tag(),
            command=making.command,
            created=making.created,
            style=assets.text("css/style.css"),
            script=assets.script("report.js"),
            settings=settings(),
            plotly="" if making.plotly_beside else assets.plotly_packed(),
            plotly_file=assets.plotly_file(),
        )
    )


def settings() -> str:
    """What the scripts need to know, as JSON that is safe inside a script element."""
    return json.dumps({"words": words(), "dark": DARK}, ensure_ascii=False).replace("<", "\\u003c")


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
        auto_reload=False,
    )
    found.globals |= {"_": _, "version": __version__}
    return found


def study_page(study: Study, prefix: str) -> dict[str, Any]:
    """Everything the template of one study needs, with its figures and tables packed."""
    store = _Store(study)
    sections = []
    for section, views in _sections(study).items():
        shown = [store.shown(study, view) for view in views]
        sections.append({"title": _(_TITLES[section]), "views": shown})
    return {**_page_head(study, prefix), "sections": sections, "payload": store.payload(), "compares": False}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page: its HTML, the figures and tables that it refers to by number, and their arrays."""

    html: str
    figures: list[Any]
    tables: list[Any]
    arrays: list[Any]
    objectives: list[tuple[str, str]] = field(default_factory=list)  # of the table of all trials: column, direction
    more: bool = False  # whether a finer one is being made


def study_fragment(study: Study, prefix: str, filled: Sequence[Rendered]) -> Fragment:
    """The head of a study, the views that are filled, and the places of the others; `view_fragment` fills those one by one."""
    store = _Store()
    done = {each.view.slug: each for each in filled}

    def shown(view: View) -> dict[str, Any]:
        return store.controlled(study, done[view.slug]) if view.slug in done else _shown(view, [])

    sections = [
        {"title": _(_TITLES[section]), "views": [shown(view) for view in views]}
        for section, views in _sections(study).items()
    ]
    page = {**_page_head(study, prefix), "sections": sections}
    html = environment().get_template("study.html").module.study(page)
    return Fragment(str(html), store.figures, store.tables, store.packer.arrays)


def view_fragment(study: Study | Together, done: Rendered, prefix: str) -> Fragment:
    """One view with a control for each option."""
    store = _Store()
    shown = store.controlled(study, done)
    html = environment().get_template("_view.html").module.view(shown, prefix)
    return Fragment(str(html), store.figures, store.tables, store.packer.arrays)


def figure_fragment(figure: Figure | None) -> Fragment:
    """A figure alone: what a view draws of a result."""
    store = _Store()
    store.packed(figure, None)
    return Fragment("", store.figures, [], store.packer.arrays)


def trials_fragment(study: Study) -> Fragment:
    """The table of all trials alone: what a selection is made of."""
    store = _Store()
    store.packed(None, trial_table(study))
    return Fragment("", [], store.tables, store.packer.arrays, objective_columns(study))


def studies_html(rows: Sequence[Mapping[str, Any]], databases: Sequence[str]) -> str:
    """The list of studies; it names databases where there are several."""
    return str(environment().get_template("_studies.html").module.studies(rows, databases))


def _page_head(study: Study, prefix: str) -> dict[str, Any]:
    overview: Overview = rendered(study, registry()["overview"]).result
    return first_screen(study, overview, prefix)


_TITLES = {
    Section.PROGRESS: marked("Progress"),
    Section.OBJECTIVES: marked("Objectives"),
    Section.PARAMETERS: marked("Parameters"),
    Section.TRIALS: marked("Trials and time"),
    Section.STORED: marked("Stored with the study"),
}


def _sections(study: Study) -> dict[Section, list[View]]:
    """The views that concern the study, by section; the overview is the head of the page."""
    concerned = [view for view in registry().values() if view.concerns is None or view.concerns(study)]
    found = {section: [view for view in concerned if view.section is section] for section in _TITLES}
    return {section: views for section, views in found.items() if views}


class _Store:
    """The figures and tables of one study, collected for one payload.

    `filed`: the study whose tables go into a file, where long ones are cut to an excerpt; without, they stay whole.
    """

    def __init__(self, filed: Study | None = None) -> None:
        trials = None if filed is None else trial_table(filed)
        self.filed = filed
        self.excerpt = None if filed is None or trials is None else excerpt(filed, trials)
        self.packer = Packer(None if self.excerpt is None or trials is None else self.excerpt.of(trials))
        self.figures: list[Any] = []
        self.tables: list[Any] = []

    def shown(self, study: Study | Together, view: View) -> dict[str, Any]:
        """One view for the template, in all the variants that a report holds."""
        sets = variants(study, view)
        each = [self.variant(rendered(study, view, options), _choice(view, options)) for options in sets]
        if all(one["reason"] for one in each):
            each = each[:1]
        return _shown(view, each, next(iter(sets[0]), ""))

    def controlled(self, study: Study | Together, done: Rendered) -> dict[str, Any]:
        """One view for the template, with a control for each of its options."""
        view = done.view
        controls = [_control(study, option, done.options.get(option.name, "")) for option in view.options]
        useful = [control for control in controls if control["choices"] is None or len(control["choices"]) > 1]
        moves = [{"name": each.name, "label": each.label, "options": dict(each.options)} for each in done.moves]
        return _shown(view, [self.variant(done, "") | {"moves": moves}]) | {"controls": useful, "only": computed_for(study) if isinstance(study, Study) else ""}

    def variant(self, done: Rendered, label: str) -> dict[str, Any]:
        """One variant of a view."""
        table = done.table
        left_out = ""
        if self.filed is not None and self.excerpt is not None and table is not None:
            table = self.excerpt.of(table)
            left_out = "" if table is done.table else _excerpt_text(self.filed, done, len(table))
        return {
            "label": label,
            "reason": done.reason,
            "answer": done.answer,
            "left_out": left_out,
            "facts": done.facts,
            "copies": _copies(done.copies),
            "moves": [],
            "prose": [self._passage(passage) for passage in done.prose],
            **self.packed(done.figure, table),
        }

    def _passage(self, passage: Passage) -> dict[str, Any]:
        """One passage for the template; Markdown becomes HTML here."""
        table = passage.table
        return {
            "title": passage.title,
            "about": passage.about,
            "html": markdown.html(passage.markdown) if passage.markdown else "",
            "text": passage.text,
            "media": passage.media,
            "table": None if table is None else _added(self.tables, self.packer.table(table)),
            "folded": passage.folded,
        }

    def packed(self, figure: Figure | None, table: Table | None) -> dict[str, Any]:
        """Put a figure and a table into the payload; where they are in it, and the room that the figure takes."""
        layout = figure["layout"] if figure else {}
        height, meta = layout.get("height", 0), layout.get("meta", {})
        return {
            "figure": None if figure is None else _added(self.figures, self.packer.pack(figure)),
            "height": height,
            "narrow_height": meta.get("narrow", {}).get("height", height),
            "minimum_width": meta.get("minimum_width", 0),
            "note": meta.get("note", ""),
            "summary": bool(meta.get("summary")),
            "clipped": bool(meta.get("clipped")),
            "table": None if table is None else _added(self.tables, self.packer.table(table)),
        }

    def payload(self) -> str:
        """The compressed text."""
        return payload({"figures": self.figures, "tables": self.tables}, self.packer.arrays)


def _excerpt_text(study: Study, done: Rendered, kept: int) -> str:
    """What a report leaves out of a table, and the command that gives all of it."""
    assert done.table is not None
    words = ["hpo-analyze", "show", done.view.slug, study.source.name, "-s", study.name]
    words += [f"--{name}={value}" for name, value in done.options.items()]
    counts = {"count": whole(kept), "all": whole(len(done.table))}
    command = shlex.join([*words, "-o", f"{done.view.slug}.csv"])
    if len(study.objectives) > 1:
        sentence = _(
            "Table and CSV hold {count} of {all} rows: the Pareto front, the best, failed trials and an even sample of the others. All rows: {command}"
        )
    else:
        sentence = _(
            "Table and CSV hold {count} of {all} rows: the best, failed trials and an even sample of the others. All rows: {command}"
        )
    return sentence.format(**counts, command=command)


def _copies(copies: Sequence[Copy]) -> list[dict[str, Any]]:
    """The texts by what they are about, for a menu."""
    about = dict.fromkeys(copy.about for copy in copies)
    return [{"about": each, "copies": [copy for copy in copies if copy.about == each]} for each in about]


def _control(study: Study | Together, option: Option, chosen_value: str) -> dict[str, Any]:
    """A select for choices, an input for free text; the current value, or the default, is set."""
    choices = option.offered(study)
    return {
        "name": option.name,
        "label": _(option.name),
        "help": _(option.help),
        "choices": choices,
        "labels": [option.named(choice) for choice in choices or ()],
        "default": option.default,
        "open": not option.default,  # "" is a choice of its own: the view decides
        "value": chosen_value or option.default,
    }


def _choice(view: View, options: Mapping[str, str]) -> str:
    """The one choice that makes a variant, as the reader sees it."""
    named = {option.name: option.named for option in view.options}
    return next((named[name](value) for name, value in options.items()), "")


def _shown(view: View, each: list[dict[str, Any]], varying: str = "") -> dict[str, Any]:
    return {
        "slug": view.slug,
        "title": _(view.title),
        "question": _(view.question),
        "varying": _(varying) if varying else "",
        "variants": each,
        "controls": [],
        "only": "",
        "pending": not each,
    }


def _added(items: list[Any], item: Any) -> int:
    items.append(item)
    return len(items) - 1
