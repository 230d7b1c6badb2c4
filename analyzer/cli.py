"""The command line: one sub-parser for each verb. What a verb prints is the part of `commands.py` and its neighbours.

Nothing heavy is imported before a verb runs, so that `--help` answers at once.
Exit codes: 0 done, 1 the input cannot be read or the question has no answer, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

from analyzer.errors import AnalyzerError, UnknownOption, UnknownStudy
from analyzer.language import LANGUAGES, preferred, speaking
from analyzer.text import _
from analyzer.version import __version__

EVALUATORS = ("ped-anova", "fanova", "mdi")
_FOLLOW_S = 5
FORMS = ("flags", "python", "yaml", "json", "enqueue")
_TAKE_A_VALUE = ("-s", "--study", "-o", "--output", "--artifacts", "--lang")
_MODULES = {"studies": "commands_studies", "report": "commands_reports"}  # of the verbs that are not in `commands.py`
_OF_SHOW = (*_TAKE_A_VALUE, "--json", "--help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name may hold what the terminal's encoding does not
    words = sys.argv[1:] if arguments is None else list(arguments)
    with speaking(_language(words)):
        return _answered(words)


def _language(words: Sequence[str]) -> str:
    """The language of all that is said, errors too: the one that --lang names, else the shell's."""
    named = [value for word, value in pairwise([*words, ""]) if word == "--lang"]
    named += [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    return named[-1] if named else preferred(os.environ)


def _answered(words: list[str]) -> int:
    try:
        return _run(words)
    except (UnknownStudy, UnknownOption) as error:
        print(f"hpo-analyze: {error}", file=sys.stderr)
        return 2
    except AnalyzerError as error:
        print(f"hpo-analyze: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"hpo-analyze: {error.filename or _('A file')}: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(words: list[str]) -> int:
    options: dict[str, str] = {}
    if words[:1] == ["show"]:
        words, options = view_options(words)
    known = build_parser().parse_args(_joined(words))
    known.options = options
    module = import_module(f"analyzer.{_MODULES.get(known.verb, 'commands')}")
    getattr(module, known.verb)(known)
    sys.stdout.flush()
    return 0


def view_options(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Take the options of a view, `--name value` or `--name=value`, out from among the words of `show`.

    >>> view_options(["show", "rank", "--x", "lr", "a.db", "--y=-1", "-s", "name"])
    (['show', 'rank', 'a.db', '-s', 'name'], {'x': 'lr', 'y': '-1'})
    """
    kept: list[str] = []
    options: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        name, given, value = word.partition("=")
        if word == "--":
            return [*kept, word, *waiting], options
        if not word.startswith("--") or name in _OF_SHOW:
            kept.append(word)
            kept += [waiting.pop(0)] if word in _TAKE_A_VALUE and waiting else []
            continue
        if not given and not waiting:
            raise UnknownOption(_("The option {name} needs a value.").format(name=name))
        options[name[2:]] = value if given else waiting.pop(0)
    return kept, options


def _joined(words: Sequence[str]) -> list[str]:
    """Tie flags to their values where it is not plain which these are.

    A value that begins with a minus sign would be taken for a flag ("--reference-point -1,-2"), and what follows a flag
    that may stand alone for its value.

    >>> _joined(["--follow", "xx.db"]), _joined(["xx.db", "--follow", "2"])
    (['--follow=5', 'xx.db'], ['xx.db', '--follow=2'])
    """
    tied: list[str] = []
    for word in [*words, ""]:
        if (tied and tied[-1] == "--reference-point" and re.match(r"-[\d.]", word)) or (tied and tied[-1] == "--follow" and re.fullmatch(r"-?[\d.]+", word)):
            tied[-1] += f"={word}"
        else:
            if tied and tied[-1] == "--follow":
                tied[-1] += f"={_FOLLOW_S}"
            tied.append(word)
    return tied[:-1] if tied[-1] == "" else tied


def _seconds(text: str) -> float:
    """A pause that is one."""
    seconds = float(text)
    if not 0.1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0.1 to 86400")
    return seconds


def build_parser() -> argparse.ArgumentParser:
    """All verbs and their flags."""
    parser = argparse.ArgumentParser(
        prog="hpo-analyze",
        description="Analyse an Optuna study database, offline and read-only.",
        epilog="DB is a file (SQLite or journal, told apart by content) or a URL: postgresql+psycopg://…, mysql+pymysql://….",
    )
    parser.add_argument("--version", action="version", version=f"hpo-analyze {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    _verb(verbs, "studies", "the studies in a database, or in all databases of a folder", study=False)
    _verb(verbs, "summary", "the study in words and numbers")
    best = _verb(verbs, "best", "the best trial, or the Pareto set")
    best.add_argument("--as", dest="form", choices=FORMS, help="spell the parameters for pasting")
    importance = _verb(verbs, "importance", "which parameters mattered")
    importance.add_argument("--evaluator", choices=EVALUATORS, default="ped-anova", help="(default: %(default)s)")
    importance.add_argument(
        "--objective",
        default="",
        help="name or position, duration or attr:NAME; default: the only objective, or the Pareto front",
    )
    importance.add_argument("--seed", type=int, default=0, help="of the forest (fanova, mdi)")
    pareto = _verb(verbs, "pareto", "the Pareto front and its hypervolume")
    pareto.add_argument(
        "--reference-point", default="", metavar="A,B", help="worst value of each objective that counts"
    )
    history = _verb(verbs, "history", "the best value so far, trial by trial")
    history.add_argument("--objective", default="", help="name or position of the objective, duration, or attr:NAME")
    trials = _verb(verbs, "trials", "all trials as a table")
    trials.add_argument("-o", "--output", metavar="FILE", help="write .csv, .json, .parquet or .xlsx")

    show = verbs.add_parser("show", help="any registered view (see: views)", allow_abbrev=False)
    show.add_argument("view", metavar="VIEW")
    _common(show, study=True)
    show.add_argument("-o", "--output", metavar="FILE", help="write .html, .json, .csv, .png, .svg or .pdf")
    _artifacts(show)
    views = verbs.add_parser("views", help="the registered views, their questions and options")
    views.add_argument("--json", action="store_true", help="print one JSON document")

    report = verbs.add_parser("report", help="one shareable HTML file, or one for each of many studies")
    report.add_argument("database", metavar="DB")
    report.add_argument("-s", "--study", action="append", default=[], help="may be repeated; default: all studies")
    report.add_argument(
        "-o", "--output", metavar="FILE|DIR/",
        help="one file (default: report.html); or a folder, which gets one file for each study and an index: DIR/ with "
        "its slash, and always where DB is a folder (default: reports/)",
    )  # fmt: skip
    _artifacts(report)
    report.add_argument(
        "--follow", type=_seconds, metavar="[SECONDS]",
        help="look every few seconds whether the search has gone on, and write the report again; end it with Ctrl-C",
    )  # fmt: skip
    report.add_argument("--open", action="store_true", help="open it in the browser")
    report.add_argument("--no-plotlyjs", action="store_true", help="write plotly.js beside the report, not into it")

    compare = verbs.add_parser("compare", help="several studies side by side")
    compare.add_argument("targets", nargs="+", metavar="DB[:STUDY]")
    compare.add_argument("--json", action="store_true", help="print one JSON document")
    compare.add_argument("-o", "--output", metavar="FILE", help="write an .html file")
    site = verbs.add_parser("site", help="write the static page, ready to host")
    site.add_argument("-o", "--output", required=True, metavar="DIR", help="a new or empty folder, or an earlier site")
    site.add_argument(
        "--runtime", metavar="DIR", help="folder with the third-party files; default: fetched once, then kept"
    )
    for each in verbs.choices.values():
        each.add_argument("--lang", choices=LANGUAGES, help="the language of what is said (default: the shell's)")
    return parser


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str, *, study: bool = True
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help)
    _common(parser, study=study)
    return parser


def _artifacts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--artifacts", metavar="DIR", help="the folder of the artifacts: shows them, small ones within the file"
    )


def _common(parser: argparse.ArgumentParser, *, study: bool) -> None:
    parser.add_argument("database", metavar="DB")
    if study:
        parser.add_argument("-s", "--study", help="name of the study, where there are several")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
