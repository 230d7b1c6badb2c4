"""What the page's worker calls: JSON text in, JSON text (and arrays) out. Never a Python object that would have to be freed.

A request names studies by the database's position and the study's name. Errors that a user can cause come back as
{"error": sentence}; anything else is a bug and is raised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from analyzer import report as reports
from analyzer.database import Database, Summary, open_database
from analyzer.errors import AnalyzerError
from analyzer.report import Fragment, Making
from analyzer.states import state_name
from analyzer.study import State, Study
from analyzer.text import moment, number, whole
from analyzer.views import find

Answer = tuple[str, list[Any]]

_SIBLINGS = ("-wal", "-journal", "-shm")


class _Session:
    """The open databases and the studies that were read from them."""

    def __init__(self) -> None:
        self.databases: list[Database] = []
        self.studies: dict[tuple[int, str], Study] = {}

    def replace(self, databases: list[Database]) -> None:
        """Let go of what was open and hold these."""
        for database in self.databases:
            database.close()
        self.databases, self.studies = databases, {}

    def study(self, database: int, name: str) -> Study:
        """Read a study, or take it from an earlier read."""
        key = (database, name)
        if key not in self.studies:
            self.studies[key] = self.databases[database].read(name)
        return self.studies[key]


_session = _Session()


def _answering(function: Callable[[dict[str, Any]], Any]) -> Callable[[str], Answer]:
    """Decode the request, encode the answer, and turn a user's error into a sentence."""

    @wraps(function)
    def called(request: str) -> Answer:
        try:
            answer = function(json.loads(request))
        except AnalyzerError as error:
            return json.dumps({"error": str(error)}, ensure_ascii=False), []
        if isinstance(answer, Fragment):
            content = {"html": answer.html, "figures": answer.figures, "tables": answer.tables}
            return json.dumps(content, ensure_ascii=False), answer.arrays
        return json.dumps(answer, ensure_ascii=False), []

    return called


@_answering
def open_files(request: dict[str, Any]) -> dict[str, Any]:
    """{"files": [{"path", "name"}]} -> {"databases": [{"name", "kind"}], "studies": [row …], "current": index | null}.

    Files that only accompany a database (its -wal) are not opened by themselves. What was open before stays open where
    the new files cannot be read. `current` is the most recently active study.
    """
    paths = [file["path"] for file in request["files"]]
    targets = [path for path in paths if not (path.endswith(_SIBLINGS) and path.rpartition("-")[0] in paths)]
    opened = []
    try:
        for path in targets:
            opened.append(open_database(path))
        summaries = [(index, summary) for index, each in enumerate(opened) for summary in each.summaries()]
    except AnalyzerError:
        for database in opened:
            database.close()
        raise
    _session.replace(opened)
    return {
        "databases": [{"name": each.source.name, "kind": each.source.kind} for each in opened],
        "studies": [_row(index, summary) for index, summary in summaries],
        "current": _most_recent([summary for _index, summary in summaries]),
    }


def _row(database: int, summary: Summary) -> dict[str, Any]:
    """One line of the study list, in words and numbers as they are shown."""
    states = [
        {"name": name, "label": state_name(State[name]), "count": whole(count), "weight": count}
        for name, count in summary.states.items()
    ]
    return {
        "database": database,
        "name": summary.name,
        "directions": [direction.value for direction in summary.directions],
        "metric_names": list(summary.metric_names or ()),
        "trials": whole(summary.n_trials),
        "states": states,
        "best": "" if summary.best_value is None else number(summary.best_value, 6),
        "last": moment(summary.last_activity),
    }


def _most_recent(summaries: list[Summary]) -> int | None:
    """The study with the latest sign of life; among those without any, the first."""
    if not summaries:
        return None
    keys = [str(summary.last_activity) for summary in summaries]
    known = [index for index, key in enumerate(keys) if key != "NaT"]
    return max(known, key=lambda index: keys[index]) if known else 0


@_answering
def page(request: dict[str, Any]) -> Fragment:
    """{"database", "study"} -> {"html", "figures", "tables"}: the head of a study and the places of its views."""
    return reports.study_fragment(_session.study(request["database"], request["study"]), "1")


@_answering
def view(request: dict[str, Any]) -> Fragment:
    """{"database", "study", "slug", "options"} -> {"html", "figures", "tables"}: one view with its controls."""
    study = _session.study(request["database"], request["study"])
    return reports.view_fragment(study, find(request["slug"]), request.get("options", {}), "1")


@_answering
def settings(request: dict[str, Any]) -> Any:
    """What the scripts need to know: words and colours."""
    return json.loads(reports.settings())


@_answering
def report(request: dict[str, Any]) -> Fragment:
    """{"database", "studies": [name …] | null, "created"} -> {"tables": [bytes]}: the report, as the command line writes it.

    Needs plotly.js as an asset of the site.
    """
    database = _session.databases[request["database"]]
    chosen = request.get("studies") or []
    studies = [_session.study(request["database"], name) for name in chosen or database.names]
    making = Making(reports.command_line(database.source.name, chosen), request["created"])
    return Fragment("", [], [{"$": 0}], [reports.report_html(studies, making).encode()])
