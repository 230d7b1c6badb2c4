"""What the page's worker calls: JSON text in, JSON text (and arrays) out. Never a Python object that would have to be freed.

A request names studies by the database's position and the study's name, and with "language" the language to answer in.
Errors that a user can cause come back as {"error": sentence}; anything else is a bug and is raised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import numpy.fft  # numpy imports these two when they are first used; the page has only what is there when it starts
import numpy.ma  # noqa: F401

from analyzer import listing
from analyzer import report as reports
from analyzer.artifact_files import ArtifactFolder
from analyzer.comparisons import find as find_comparison
from analyzer.comparisons import registry as comparisons
from analyzer.database import Summary
from analyzer.errors import AnalyzerError, UnknownOption, UnreadableDatabase
from analyzer.language import ENGLISH, speaking
from analyzer.opening import Earlier, labels_of, opened_files
from analyzer.report import Fragment, Making, Rendered
from analyzer.session import Session
from analyzer.study import Study
from analyzer.text import _
from analyzer.together import together
from analyzer.views import find, registry
from analyzer.window import read_window

Answer = tuple[str, list[Any]]

_FIRST = "history"  # the view that comes with the head of a study


_session = Session([])


def _take_over(session: Session) -> None:
    """From now on this is what is open."""
    global _session
    _session.close()
    _session = session


def _answering(function: Callable[[dict[str, Any]], Any]) -> Callable[[str], Answer]:
    """Decode the request, encode the answer, and turn a user's error into a sentence."""

    @wraps(function)
    def called(request: str) -> Answer:
        asked = json.loads(request)
        with speaking(asked.get("language", ENGLISH)):
            try:
                answer = function(asked)
            except AnalyzerError as error:
                answer = {"error": str(error)}
        arrays = _arrays(answer)
        return json.dumps(answer, ensure_ascii=False, default=_content), arrays

    return called


def _arrays(answer: Any) -> list[Any]:
    """The arrays of the fragment that an answer is, or holds as its page."""
    fragment = answer.get("page") if isinstance(answer, dict) else answer
    return fragment.arrays if isinstance(fragment, Fragment) else []


def _content(fragment: Fragment) -> dict[str, Any]:
    return {
        "html": fragment.html,
        "figures": fragment.figures,
        "tables": fragment.tables,
        "objectives": fragment.objectives,
        "more": fragment.more,
    }


@_answering
def open_files(request: dict[str, Any]) -> dict[str, Any]:
    """{"files": [{"path", "name", "wal"} | {"path", "artifacts": true}], "study", "database", "options", "again"?} -> the studies in the files, and one of them whole.

    Answers {"databases": [label …], "studies": [{"database", "name"} …], "current": index of the study that "page" shows,
    "page": as `page` answers, "html": the list of studies, "remarks": [sentence …], "settings": words and colours for the scripts}. Shown is the study that is asked for
    where there is one of that name, else the most recently active one. Files that only accompany a database (its -wal) are
    not opened by themselves. Of several files, those that cannot be read are told in the remarks; where nothing can be
    shown at all, that is the error, and what was open before stays open. `again`: the files are later states of those that
    are open, so that only what is new in them has to be read.
    """
    folders = [ArtifactFolder(Path(file["path"])) for file in request["files"] if file.get("artifacts")]
    before = _session.state() if request.get("again") else Earlier([], {})
    opened, remarks = opened_files([file for file in request["files"] if not file.get("artifacts")], before)
    listed = [(index, summary) for index, file in enumerate(opened) for summary in file.summaries]
    session = Session([file.database for file in opened], folders[0] if folders else None)
    for index, file in enumerate(opened):
        session.earlier.update({(index, name): study for name, study in file.earlier.items()})
        if file.only:
            session.keep(index, file.only)
    labels = labels_of(session.databases)
    current = _asked_for(request, listed, labels)
    try:
        shown: Any = _page(session, {**request, "database": listed[current][0], "study": listed[current][1].name})
    except AnalyzerError as error:
        if len(listed) == 1:
            session.close()
            raise
        shown = {"error": str(error)}
    if request.get("rehearsal"):
        session.close()
        raise UnreadableDatabase(_("This was a rehearsal."))
    _take_over(session)
    return {
        "databases": labels,
        "studies": [{"database": index, "name": summary.name} for index, summary in listed],
        "current": current,
        "page": shown,
        "remarks": remarks,
        **_frame(listed, labels),
    }


@_answering
def frame(request: dict[str, Any]) -> dict[str, Any]:
    """{} -> {"html", "settings"} as `open_files` answers them, of what is open: for a reader who changes the language."""
    listed = [(index, found) for index, database in enumerate(_session.databases) for found in database.summaries()]
    return _frame(listed, labels_of(_session.databases))


def _frame(listed: list[tuple[int, Summary]], labels: list[str]) -> dict[str, Any]:
    """What stands around a study: the list of all studies, words and colours for the scripts."""
    rows = [_row(index, summary) for index, summary in listed]
    return {"html": reports.studies_html(rows, labels), "settings": json.loads(reports.settings())}


def _asked_for(request: dict[str, Any], listed: list[tuple[int, Summary]], labels: list[str]) -> int:
    for position, (index, summary) in enumerate(listed):
        if summary.name == request.get("study") and request.get("database") in (None, "", labels[index]):
            return position
    return _most_recent([summary for _index, summary in listed])


def _row(database: int, summary: Summary) -> dict[str, Any]:
    """One line of the study list."""
    return {"database": database, **listing.row(summary)}


def _most_recent(summaries: list[Summary]) -> int:
    """The study with the latest sign of life; among those without any, the first."""
    keys = [str(summary.last_activity) for summary in summaries]
    known = [index for index, key in enumerate(keys) if key != "NaT"]
    return max(known, key=lambda index: keys[index]) if known else 0


@_answering
def page(request: dict[str, Any]) -> Fragment:
    """{"database", "study", "options": {slug: {name: value}}, "only"?} -> {"html", "figures", "tables"}.

    The head of a study, its first view, and the places of the others. Options that do not fit are left for the call of
    the view to refuse. `only`: trial numbers ("0-12,15"), for which alone everything is computed then.
    """
    return _page(_session, request)


def _page(session: Session, request: dict[str, Any]) -> Fragment:
    asked = {**request, "options": request.get("options", {}).get(_FIRST, {})}
    try:
        study, done = session.rendered(asked, _FIRST)
    except UnknownOption:
        return reports.study_fragment(session.study_of(request), "1", [])
    return reports.study_fragment(study, "1", [done])


@_answering
def view(request: dict[str, Any]) -> Fragment:
    """{"database", "study", "slug", "options", "only"?, "staged"?} -> {"html", "figures", "tables", "more"}: one view with its controls.

    "staged": what takes long may come in stages. Where "more" is true a finer answer is to be had by `finer`.
    """
    if not request.get("staged"):
        return reports.view_fragment(*_session.rendered(request, request["slug"]), "1")
    return _stage(*_session.first_stage(request, request["slug"]))


@_answering
def finer(request: dict[str, Any]) -> Fragment:
    """{as `view`} -> as `view`: the next stage of a view whose answer said that there is more."""
    return _stage(*_session.next_stage(request, request["slug"]))


def _stage(study: Study, done: Rendered, is_last: bool) -> Fragment:
    return replace(reports.view_fragment(study, done, "1"), more=not is_last)


@_answering
def zoom(request: dict[str, Any]) -> Fragment:
    """{as `view`, "window": {axis: [low, high]}} -> {"figures"}: the figure of a view with more of the points in a window.

    Axes are named as in traces ("x", "y2"), only those that the reader has changed; ranges are as plotly reports them.
    """
    found, window = find(request["slug"]), read_window(request["window"])
    result = _session.result(request, request["slug"])
    if found.within is None or found.figure is None or result is None:
        return reports.figure_fragment(None)
    return reports.figure_fragment(found.figure(found.within(result, window)))


@_answering
def compare(request: dict[str, Any]) -> Fragment:
    """{"studies": [{"database", "study"} …], "slug", "options"} -> {"html", "figures", "tables"}: a comparison, or one view of it.

    Without a slug it is the head and the places of its views; options that do not fit are then left for the views to refuse.
    """
    compared = together([_session.study(each["database"], each["study"]) for each in request["studies"]])
    if not request.get("slug"):
        return reports.comparison_fragment(compared, "1")
    done = reports.rendered(compared, find_comparison(request["slug"]), request.get("options", {}))
    return reports.view_fragment(compared, done, "1")


@_answering
def trials(request: dict[str, Any]) -> Fragment:
    """{"database", "study"} -> {"tables", "objectives"}: the table of all trials, which selections are made of."""
    return reports.trials_fragment(_session.study(request["database"], request["study"]))


@_answering
def report(request: dict[str, Any]) -> Fragment:
    """{"database", "studies": [name …] | null} -> {"tables": [bytes]}: the report, as the command line writes it.

    Without names it has all studies. Needs plotly.js as an asset of the site.
    """
    database = _session.databases[request["database"]]
    chosen = request.get("studies") or []
    studies = [_session.study(request["database"], name) for name in chosen or database.names]
    created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    command = reports.command_line(database.source.name, chosen, "artifacts" if _session.artifacts else "")
    making = Making(command, created)
    return Fragment("", [], [{"$": 0}], [reports.report_html(studies, making).encode()])


def prepare_snapshot() -> None:
    """Compile the templates and import the views, so that the saved memory holds them."""
    registry()
    comparisons()
    for template in ("_studies.html", "_comparison.html", "study.html", "_view.html", "report.html"):
        reports.environment().get_template(template)
