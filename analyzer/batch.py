"""Many studies: their reports, made by several processes, and the page that links them.

A study that cannot be reported is a `Failure` and does not stop the others. Which studies there are is `folders.py`'s part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer import listing
from analyzer import report as reports
from analyzer.artifact_files import ArtifactFolder
from analyzer.database import open_database
from analyzer.errors import AnalyzerError
from analyzer.folders import Failure, Listed
from analyzer.language import current, speaking
from analyzer.report import Making
from analyzer.study import Study
from analyzer.targets import shown_folder, shown_target, write_text
from analyzer.text import _

INDEX = "index.html"
_MOST_AT_ONCE = 8  # studies that one process reports in one go


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of each study."""

    folder: Path  # to write into
    making: Making  # its command is the one that makes all of them
    artifacts: ArtifactFolder | None = None


Outcome = list[tuple[Listed, Failure | None]]


def write_reports(
    studies: Sequence[Listed], order: Order, tell: Callable[[int, str], None]
) -> list[Failure]:
    """Write one report for each study; `tell` hears how many are done and the name of the last one. Order of the list."""
    outcomes: dict[str, Failure | None] = {}
    workers = min(os.cpu_count() or 1, len(studies))
    for outcome in _outcomes(list(_parts(studies, workers)), order, workers):
        outcomes.update({each.file: failure for each, failure in outcome})
        tell(len(outcomes), outcome[-1][0].summary.name)
    return [failure for each in studies if (failure := outcomes[each.file])]


def _parts(studies: Sequence[Listed], workers: int) -> Iterator[list[Listed]]:
    """Studies of one database together, a few at a time, so that every process gets its share."""
    size = max(1, min(_MOST_AT_ONCE, len(studies) // (4 * workers) if workers else 1))
    for target in dict.fromkeys(each.target for each in studies):
        mine = [each for each in studies if each.target == target]
        yield from (mine[start : start + size] for start in range(0, len(mine), size))


def _outcomes(parts: list[list[Listed]], order: Order, workers: int) -> Iterator[Outcome]:
    if workers < 2:
        yield from (_report(part, order) for part in parts)
        return
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(_report_in, current(), part, order): part for part in parts}
        try:
            for future in as_completed(running):
                yield _outcome(future, running[future])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _outcome(future: Future[Outcome], part: list[Listed]) -> Outcome:
    """What a process found; where it ended before its time, that is the reason."""
    error = future.exception()
    if error is None:
        return future.result()
    words = _("The process that made the report ended early ({reason}); there may be too little memory.")
    reason = words.format(reason=type(error).__name__)
    return [(each, Failure(each.shown, each.summary.name, reason)) for each in part]


def _report_in(language: str, part: list[Listed], order: Order) -> Outcome:
    """Report some studies in a process that has no language yet."""
    with speaking(language):
        return _report(part, order)


def _report(part: list[Listed], order: Order) -> Outcome:
    """Report some studies of one database, in whatever process this runs."""
    found: Outcome = []
    try:
        with open_database(part[0].target) as database:
            for each in part:
                found.append((each, _reported(each, database.read, order)))
    except AnalyzerError as error:
        found += [(each, Failure(each.shown, each.summary.name, str(error))) for each in part[len(found) :]]
    return found


def _reported(each: Listed, read: Callable[[str], Study], order: Order) -> Failure | None:
    name = each.summary.name
    artifacts = "" if order.artifacts is None else shown_folder(str(order.artifacts.path))
    command = reports.command_line(shown_target(each.target), [name], artifacts)
    try:
        study = replace(read(name), artifact_files=order.artifacts)
        write_text(order.folder / each.file, reports.report_html([study], replace(order.making, command=command)))
    except AnalyzerError as error:
        return Failure(each.shown, name, str(error))
    except Exception as error:  # a bug that one study meets is no reason to leave the others without a report
        return Failure(each.shown, name, _("This is a bug in hpo-analyze: {reason}.").format(reason=repr(error)[:200]))
    return None


def index_html(title: str, studies: Sequence[Listed], failures: Sequence[Failure], making: Making) -> str:
    """The page that links the reports."""
    missing = {(failure.shown, failure.study): failure.reason for failure in failures}
    rows = []
    for each in studies:
        reason = missing.get((each.shown, each.summary.name), "")
        rows.append({**listing.row(each.summary), "database": each.shown, "file": each.file, "reason": reason})
    unread = [{"database": each.shown, "reason": each.reason} for each in failures if each.study is None]
    return reports.index_html(title, rows, unread, making)
