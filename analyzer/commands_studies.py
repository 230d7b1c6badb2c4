"""The verb `studies`: the studies of a database, or of all databases in a folder.

A list is small and wanted at once, so nothing is imported that it does not need: no view, no template.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from analyzer import folders, terminal
from analyzer.database import Summary
from analyzer.folders import Listed
from analyzer.printing import end, print_json
from analyzer.states import direction_name, state_name
from analyzer.study import State
from analyzer.text import _, enumerated, moment, number, whole


def studies(given: Namespace) -> None:
    """List the studies of a database, or of all databases in a folder."""
    found, failures = folders.listed(given.database)
    inside = folders.is_folder(given.database)
    if given.json:
        named = [{"database": each.shown} if inside else {} for each in found]
        print_json([{**first, **_summary_json(each.summary)} for first, each in zip(named, found, strict=True)])
    elif found or not inside:
        _print_studies(found, inside)
    if inside:
        end(found, failures, _("{count} of the databases could not be read."))


def _print_studies(found: list[Listed], inside: bool) -> None:
    rows = [
        [
            *([each.shown] if inside else []),
            summary.name,
            "+".join(map(direction_name, summary.directions)),
            whole(summary.n_trials),
            enumerated([f"{state_name(State[name])} {whole(count)}" for name, count in summary.states.items()]),
            "" if summary.best_value is None else number(summary.best_value, 6),
            "" if not summary.n_trials else moment(summary.last_activity),
        ]
        for each in found
        for summary in [each.summary]
    ]
    headers = [_("study"), _("directions"), _("trials"), _("states"), _("best value"), _("last activity")]
    right = [False, False, True, False, True, False]
    if inside:
        headers, right = [_("database"), *headers], [False, *right]
    print(terminal.aligned(headers, rows, right))


def _summary_json(summary: Summary) -> dict[str, Any]:
    from analyzer.pack import plain

    return {
        "name": summary.name,
        "directions": [direction.value for direction in summary.directions],
        "metric_names": list(summary.metric_names) if summary.metric_names else None,
        "n_trials": summary.n_trials,
        "states": dict(summary.states),
        "best_value": plain(summary.best_value),
    }
