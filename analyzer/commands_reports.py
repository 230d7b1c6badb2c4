"""The verb `report`: one file, one for each of many studies, or one that is kept up to date."""

from __future__ import annotations

import os
import webbrowser
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from analyzer import assets, batch, folders, following, terminal
from analyzer import report as reports
from analyzer.artifact_files import artifact_folder
from analyzer.batch import Order
from analyzer.commands import with_artifacts
from analyzer.database import Database, open_database
from analyzer.errors import AnalyzerError, NotApplicable, UnknownOption, UnknownStudy
from analyzer.printing import end, now, progress, say
from analyzer.report import Making
from analyzer.study import Study
from analyzer.targets import output_folder, output_path, shown_folder, shown_target, write_text
from analyzer.text import _, counted, whole


def report(given: Namespace) -> None:
    """Write the report, or one for each of many studies; or write it again and again while a search goes on."""
    if given.follow is not None:
        return _follow(given)
    if folders.is_folder(given.database) or (given.output or "").endswith(("/", os.sep)):
        return _reports(given)
    path = output_path(given.output or "report.html", given.database)
    with open_database(given.database) as database:
        names = list(dict.fromkeys(given.study)) or list(database.names)
        _need_studies(names, given)
        read = _read_all(database, names)
    _write(given, path, read)
    _show(given, path)


def _need_studies(studies: Sequence[object], given: Namespace) -> None:
    if not studies:
        words = _("{source} is an Optuna database without any study: nothing to report.")
        raise NotApplicable(words.format(source=shown_target(given.database)))


def _write(given: Namespace, path: Path, studies: Sequence[Study]) -> None:
    command = reports.command_line(shown_target(given.database), given.study, shown_folder(given.artifacts))
    making = Making(command, now(), plotly_beside=given.no_plotlyjs)
    write_text(path, reports.report_html([with_artifacts(given, study) for study in studies], making))
    if given.no_plotlyjs:
        (path.parent / assets.plotly_file()).write_bytes(assets.plotly_source())


def _show(given: Namespace, path: Path) -> None:
    print(path, flush=True)
    if given.open:
        webbrowser.open(path.absolute().as_uri())


def _follow(given: Namespace) -> None:
    """Write the report whenever its studies have changed, until the reader has enough of it."""
    if folders.is_folder(given.database) or (given.output or "").endswith(("/", os.sep)):
        raise UnknownOption(_("--follow keeps one report up to date; give one database, and a file with -o."))
    path = output_path(given.output or "report.html", given.database)
    written = False
    with suppress(KeyboardInterrupt):  # which is how it ends
        for found in following.states(given.database, list(dict.fromkeys(given.study)), given.follow):
            if isinstance(found, AnalyzerError):
                say(str(found))
                continue
            _need_studies(found, given)
            _write(given, path, found)
            if not written:
                _show(given, path)
            written = True
            words = counted(sum(map(len, found)), "{path}: {count} trial, {time}", "{path}: {count} trials, {time}", path=path, time=now())
            say(words)


def _reports(given: Namespace) -> None:
    """One report for each study, and an index that links them."""
    folder = output_folder(given.output or "reports/")
    found, failures = folders.listed(given.database)
    chosen = [each for each in found if not given.study or each.summary.name in given.study]
    if missing := set(given.study) - {each.summary.name for each in chosen}:
        raise UnknownStudy(_("There is no study named {name!r} here.").format(name=min(missing)))
    if not chosen:
        return end(chosen, failures, _("{count} of the databases could not be read; there is nothing else here."))
    command = reports.command_line(shown_target(given.database), given.study, shown_folder(given.artifacts))
    making = Making(command, now(), given.no_plotlyjs)
    order = Order(folder, making, None if given.artifacts is None else artifact_folder(given.artifacts))
    folder.mkdir(exist_ok=True)
    index, *_others = [output_path(str(folder / name)) for name in (batch.INDEX, *(each.file for each in chosen))]
    _show_progress(0, len(chosen), "")
    failures += batch.write_reports(chosen, order, lambda done, name: _show_progress(done, len(chosen), name))
    progress("")
    if given.no_plotlyjs:
        (folder / assets.plotly_file()).write_bytes(assets.plotly_source())
    write_text(index, batch.index_html(shown_target(given.database), chosen, failures, making))
    print(index)
    if given.open:
        webbrowser.open(index.absolute().as_uri())
    end(chosen, failures, _("{count} of the databases and studies could not be reported; all others are."))


def _show_progress(done: int, count: int, name: str) -> None:
    words = _("reporting: {count} of {all}").format(count=whole(done), all=whole(count))
    progress(f"{terminal.bar(done / count):░<24} {words}  {terminal.printable(name)}")


def _read_all(database: Database, names: list[str]) -> list[Study]:
    read = []
    for index, name in enumerate(names):
        words = _("reading {count} of {all}: {name}")
        progress(words.format(count=index + 1, all=len(names), name=terminal.printable(name)))
        read.append(database.read(name))
    progress("")
    return read
