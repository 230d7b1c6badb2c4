"""What each verb of the command line does: read, compute, print. Results on stdout, progress and warnings on stderr."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from analyzer import assets, export, language, terminal
from analyzer import report as reports
from analyzer.artifact_files import artifact_folder
from analyzer.comparisons import registry as comparisons
from analyzer.database import open_database
from analyzer.errors import AnalyzerError, NotApplicable, UnknownOption
from analyzer.figure import Figure
from analyzer.importance_result import Importances
from analyzer.pack import plain, plain_figure
from analyzer.printing import now, print_json, say
from analyzer.report import Making, Rendered, rendered
from analyzer.spelling import spelled
from analyzer.study import EVERYTHING, Objective, Part, Study
from analyzer.target import target_name
from analyzer.targets import (
    output_path,
    shown_comparand,
    shown_folder,
    shown_target,
    split_target,
    write_text,
)
from analyzer.text import _, counted, enumerated, number, percent
from analyzer.together import together
from analyzer.views import find, registry
from analyzer.views.importance import FRONT


def summary(given: Namespace) -> None:
    """The overview in words."""
    done = _answered(given, "overview", {})
    if given.json:
        return print_json(_view_json(done[0], done[1]))
    assert done[1].table is not None
    width = max(terminal.width(str(row[0])) for row in done[1].table.rows())
    for fact, said in done[1].table.rows():
        print(f"{terminal.padded(str(fact), width)}  {terminal.one_line(str(said))}")


def best(given: Namespace) -> None:
    """The best trial or the Pareto set."""
    study, done = _answered(given, "best", {})
    result = done.result
    entries = [
        {"number": int(trial), "values": plain(values), "params": plain(params)}
        for trial, values, params in zip(result.numbers, result.values, result.params, strict=True)
    ]
    if given.json:
        return print_json({"study": study.name, "trials": entries})
    if given.form:
        return _print_spelled(result, given.form)
    _print_table(done)


def _print_spelled(result: Any, form: str) -> None:
    """One trial as it is; of a Pareto set each under a comment, or one JSON list."""
    if len(result.numbers) == 1:
        return print(spelled(result.params[0], form))
    if form == "json":
        return print_json([plain(params) for params in result.params])
    for trial, values, params in zip(result.numbers, result.values, result.params, strict=True):
        print(
            "# "
            + _("trial {trial}: {values}").format(trial=trial, values=", ".join(number(float(v), 6) for v in values))
        )
        print(spelled(params, form))


def _standard_errors(result: Importances) -> dict[str, Any] | None:
    """The error of each importance over the trees of a forest; none where there are no trees."""
    if result.errors is None:
        return None
    return {name: plain(float(error)) for name, error in zip(result.names, result.errors, strict=True)}


def importance(given: Namespace) -> None:
    """Normalised importances, in descending order."""
    study = _study(given, find("importance").reads)
    options = {"evaluator": given.evaluator, "seed": str(given.seed), "objective": _objective(study, given.objective)}
    result = _required(rendered(study, find("importance"), options)).result
    if given.json:
        shares = {name: plain(float(share)) for name, share in zip(result.names, result.values, strict=True)}
        objective = (
            None
            if result.objective is None or (len(study.objectives) == 1 and not given.objective)
            else _shown_objective(result.objective, given.objective)
        )
        found = {"study": study.name, "evaluator": result.evaluator, "objective": objective, "importances": shares}
        return print_json({**found, "standard_errors": _standard_errors(result)})
    rows = [
        [name, percent(float(share)), terminal.bar(float(share))]
        for name, share in zip(result.names, result.values, strict=True)
    ]
    print(terminal.aligned([_("parameter"), _("importance"), ""], rows, [False, True, False]))
    if result.left_out:
        words = _("Left out, because not every complete trial has them with the same range: {names}.")
        say(words.format(names=enumerated(result.left_out)))


def pareto(given: Namespace) -> None:
    """The Pareto front, with its hypervolume."""
    study = _study(given, find("pareto-front").reads)
    done = _required(rendered(study, find("pareto-front"), {"reference": given.reference_point}))
    result = done.result
    if given.json:
        return print_json(
            {
                "study": study.name,
                "numbers": plain(result.numbers[result.front]),
                "values": plain(result.values[result.front]),
                "hypervolume": plain(result.hypervolume),
                "reference_point": None if result.reference is None else plain(result.reference),
            }
        )
    headers = [_("trial"), *(objective.name for objective in result.objectives)]
    front = zip(result.numbers[result.front], result.values[result.front], strict=True)
    rows = [[str(trial), *(number(float(value), 6) for value in values)] for trial, values in front]
    print(terminal.aligned(headers, rows, [True] * len(headers)))
    if result.hypervolume is not None:
        point = ", ".join(number(float(value), 6) for value in result.reference)
        words = _("hypervolume {volume} (reference point {point})")
        print(words.format(volume=number(result.hypervolume, 6), point=point))


def history(given: Namespace) -> None:
    """The complete trials and the best value so far."""
    study = _study(given, find("history").reads)
    result = _required(rendered(study, find("history"), {"objective": _objective(study, given.objective)})).result
    if given.json:
        return print_json(
            {
                "study": study.name,
                "objective": _shown_objective(result.objective, given.objective),
                "numbers": plain(result.numbers),
                "values": plain(result.values),
                "best": plain(result.best),
            }
        )
    rows = [
        [str(trial), number(float(value), 6), number(float(so_far), 6)]
        for trial, value, so_far in zip(result.numbers, result.values, result.best, strict=True)
    ]
    headers = [_("trial"), result.objective.name, _("best so far")]
    columns = 3 if result.objective.has_best else 2  # without a direction there is no best
    print(terminal.aligned(headers[:columns], [row[:columns] for row in rows], [True] * columns))


def trials(given: Namespace) -> None:
    """All trials as a table, or into a file."""
    done = _answered(given, "trials", {})[1]
    assert done.table is not None
    if given.output:
        export.write_table(done.table, output_path(given.output, given.database))
        return say(
            counted(
                len(done.table),
                "{count} trial written to {path}.",
                "{count} trials written to {path}.",
                path=given.output,
            )
        )
    if given.json:
        return print_json(export.records(done.table))
    _print_table(done)


def show(given: Namespace) -> None:
    """Any view, printed or into a file."""
    view = find(given.view)
    is_page = (given.output or "").lower().endswith(".html")  # which has the table of all trials, too
    study = _study(given, EVERYTHING if is_page else view.reads)
    options = dict(given.options)
    if "objective" in options:
        options["objective"] = _objective(study, options["objective"])
    done = _required(rendered(study, view, options))
    if given.output:
        return _write_view(given, study, done)
    if given.json:
        return print_json(_view_json(study, done))
    print(_(view.question))
    print(terminal.one_line(done.answer))
    print()
    _print_table(done)


def _write_view(given: Namespace, study: Study, done: Rendered) -> None:
    path = output_path(given.output, given.database)
    ending = path.suffix.lower()
    if ending == ".json":
        write_text(path, json.dumps(_view_json(study, done), ensure_ascii=False, allow_nan=False))
    elif ending == ".html":
        write_text(path, reports.view_html(study, done, Making(_show_line(given, done), now())))
    elif ending in export.TABLE_ENDINGS and done.table is not None:
        export.write_table(done.table, path)
    else:
        export.write_image(_drawable(done), path)
    say(_("{title} written to {path}.").format(title=_(done.view.title), path=path))


def _show_line(given: Namespace, done: Rendered) -> str:
    """The command that makes this view again."""
    words = ["hpo-analyze", "show", done.view.slug, shown_target(given.database)]
    words += [] if given.study is None else ["-s", given.study]
    words += [f"--{name}={value}" for name, value in done.options.items()]
    words += [] if given.artifacts is None else ["--artifacts", shown_folder(given.artifacts)]
    words += language.flag()
    return shlex.join(words)


def _drawable(done: Rendered) -> Figure:
    if done.figure is None:
        raise UnknownOption(
            _("The view {slug!r} is a table: write it as .csv, .json, .parquet, .xlsx or .html.").format(
                slug=done.view.slug
            )
        )
    return done.figure


def views(given: Namespace) -> None:
    """The registered views."""
    listed = [
        {
            "view": view.slug,
            "title": _(view.title),
            "section": view.section.value,
            "question": _(view.question),
            "options": [{"name": o.name, "help": _(o.help), "default": o.default} for o in view.options],
        }
        for view in registry().values()
    ]
    if given.json:
        return print_json(listed)
    for view in registry().values():
        print(f"{view.slug:<22} {_(view.question)}")
        for option in view.options:
            print(f"{'':<22}   --{option.name}  {_(option.help)}")


def compare(given: Namespace) -> None:
    """Several studies side by side."""
    read = [study for target in given.targets for study in _targets(target)]
    if len(read) < 2:
        raise UnknownOption(_("Comparing needs at least two studies; give several databases, or DB:STUDY."))
    compared = together(read)
    if given.output:
        path = output_path(given.output, *(split_target(target)[0] for target in given.targets))
        command = " ".join(["hpo-analyze compare", *map(shown_comparand, given.targets), *language.flag()])
        write_text(path, reports.comparison_html(compared, Making(command, now())))
        return say(_("Comparison written to {path}.").format(path=path))
    done = [rendered(compared, view) for view in comparisons().values()]
    if given.json:
        answers = [_comparison_json(each) for each in done]
        return print_json({"names": compared.names, "remarks": compared.remarks, "comparisons": answers})
    for remark in compared.remarks:
        print(terminal.one_line(remark))
    for each in done:
        print(f"\n{_(each.view.question)}")
        print(terminal.one_line(each.reason or each.answer))
        if each.view.figure is None and each.reason is None:
            _print_table(each)


def _comparison_json(done: Rendered) -> dict[str, Any]:
    shown = None if done.figure is None else plain_figure(done.figure)
    asked = {"comparison": done.view.slug, "question": _(done.view.question), "reason": done.reason}
    return asked | {"answer": done.answer or None, "result": plain(done.result), "figure": shown}


def site(given: Namespace) -> None:
    """Write the static page: fetches the pinned Python for browsers once, verifies it, and says what it does."""
    script = assets.build_folder() / "make_site.py"
    if not script.exists():
        raise AnalyzerError(
            _("This installation carries no scripts to make the page. Install the whole package again.")
        )
    runtime = ["--runtime", given.runtime] if given.runtime else []
    done = subprocess.run([sys.executable, str(script), "--out", given.output, *runtime], check=False)
    if done.returncode:
        raise AnalyzerError(
            _("The page was not written to {output}; the reason stands above.").format(output=given.output)
        )
    words = _("The page is in {folder}. Host that folder anywhere, or try it: python -m http.server -d {folder}")
    say(words.format(folder=given.output))


def _targets(target: str) -> list[Study]:
    """The studies of `DB` (all of them), or the one of `DB:STUDY`."""
    path, name = split_target(target)
    with open_database(path) as database:
        return [database.read(each) for each in (database.names if name is None else [name])]


def _study(given: Namespace, parts: Collection[Part]) -> Study:
    with open_database(given.database) as database:
        name = given.study if given.study is not None else database.only()
        study = with_artifacts(given, database.read(name, parts))
    for warning in study.warnings:
        say(warning)
    return study


def with_artifacts(given: Namespace, study: Study) -> Study:
    """The study with the folder of its artifacts, where one was given."""
    folder = getattr(given, "artifacts", None)
    return study if folder is None else replace(study, artifact_files=artifact_folder(folder))


def _objective(study: Study, given: str) -> str:
    """A target given by name, or an objective by its position, as the views' options spell it."""
    return given if given in ("", FRONT) else target_name(study, given)


def _shown_objective(objective: Objective, given: str) -> str:
    """An objective's own name; any other target as it was asked for."""
    return objective.name if objective.has_best else given


def _answered(given: Namespace, slug: str, options: dict[str, str]) -> tuple[Study, Rendered]:
    view = find(slug)
    study = _study(given, view.reads)
    return study, _required(rendered(study, view, options))


def _required(done: Rendered) -> Rendered:
    if done.reason is not None:
        raise NotApplicable(done.reason)
    return done


def _view_json(study: Study, done: Rendered) -> dict[str, Any]:
    return {
        "view": done.view.slug,
        "study": study.name,
        "question": _(done.view.question),
        "answer": done.answer,
        "result": plain(done.result),
        "figure": None if done.figure is None else plain_figure(done.figure),
    }


def _print_table(done: Rendered) -> None:
    assert done.table is not None
    numeric = [column.kind.value in ("whole", "number") for column in done.table.columns]
    rows = [
        ["" if cell is None else number(cell, 6) if isinstance(cell, float) else str(cell) for cell in row]
        for row in done.table.rows()
    ]
    print(terminal.aligned(done.table.headers(), rows, numeric))
