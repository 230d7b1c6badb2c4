"""Listing many studies beside Optuna's `get_all_study_summaries`: a folder of databases, and one database.

CPU seconds, each measurement in a process of its own. Ours is the whole command `hpo-analyze studies`, imports and printing
included, the median of five; of Optuna's only the calls are counted, not its imports, and they run once.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna

from tests.benchmarks import generate

_ROOT = Path(__file__).parents[2]
_TRIALS = 20
_OURS = """
import json, sys, time
from contextlib import redirect_stdout
from io import StringIO
from analyzer.cli import main
with redirect_stdout(StringIO()) as printed:
    assert main(["studies", sys.argv[1]]) == 0
print(json.dumps([time.process_time(), len(printed.getvalue().splitlines()) - 1]))
"""
_THEIRS = """
import json, sys, time
from pathlib import Path
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
path = Path(sys.argv[1])
start = time.process_time()
listed = [optuna.get_all_study_summaries(f"sqlite:///{each}") for each in (path.iterdir() if path.is_dir() else [path])]
print(json.dumps([time.process_time() - start, sum(map(len, listed))]))
"""


def rows() -> Iterator[dict[str, Any]]:
    """One row for a folder of 500 databases, one for a database of 500 studies."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for what, path in (("databases of a folder", folder(500)), ("studies of a database", database(500))):
        ours = [measured(_OURS, path) for _ in range(5)]
        yield {
            "what": f"`hpo-analyze studies`: {what}",
            "n": 500,
            "ours_s": statistics.median(ours),
            "theirs": f"optuna {optuna.__version__}",
            "theirs_s": measured(_THEIRS, path),
        }


def folder(count: int) -> Path:
    """A folder of small databases, one study in each."""
    path = generate.CACHE / f"folder-{count}"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for index in range(count):
            target = unfinished / f"{index:04}.db"
            shutil.copyfile(generate.sqlite(_TRIALS), target)
            connection = sqlite3.connect(target)
            with connection:
                connection.execute("update studies set study_name = ?", (f"study {index}",))
            connection.close()
        unfinished.rename(path)
    return path


def database(count: int) -> Path:
    """A database of small studies: the trials of one study dealt out to all."""
    path = generate.CACHE / f"studies-{count}.db"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        shutil.copyfile(generate.sqlite(count * _TRIALS), unfinished)
        connection = sqlite3.connect(unfinished)
        with connection:
            numbers = range(2, count + 1)
            connection.executemany("insert into studies values (?, ?)", [(i, f"study {i}") for i in numbers])
            directions = "insert into study_directions (direction, study_id, objective) values ('MINIMIZE', ?, 0)"
            connection.executemany(directions, [(i,) for i in numbers])
            connection.execute(f"update trials set study_id = 1 + number / {_TRIALS}, number = number % {_TRIALS}")
        connection.close()
        unfinished.rename(path)
    return path


def measured(code: str, path: Path) -> float:
    """CPU seconds of a fresh process that lists 500 studies."""
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, cwd=_ROOT, check=True)
    seconds, found = json.loads(done.stdout)
    assert found == 500
    return float(seconds)


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
