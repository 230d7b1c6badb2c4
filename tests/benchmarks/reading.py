"""Reading whole studies beside Optuna: CPU seconds and peak memory, each measurement in a process of its own.

Imports are not counted as time, but as memory. Ours is `read_study`; Optuna's is `load_study` and `get_trials` without the
copy it makes by default, in its favour. Both run in turn; medians. A million trials are read by ours alone. On a server
it is the CPU time of the reader that counts, not the server's.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
import sqlalchemy

from tests.benchmarks import generate
from tests.database import servers

_ROOT = Path(__file__).parents[2]
_OURS = """
import json, sys, time
from analyzer import read_study
start = time.process_time()
trials = len(read_study(sys.argv[1]))
"""
_THEIRS = """
import json, sys, time
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.ERROR)
path = sys.argv[1]
start = time.process_time()
storage = JournalStorage(JournalFileBackend(path)) if path.endswith(".log") else path if "://" in path else f"sqlite:///{path}"
trials = len(optuna.load_study(study_name="s", storage=storage).get_trials(deepcopy=False))
"""
_REPORT = """
spent = time.process_time() - start
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))  # getrusage inherits ours
print(json.dumps([spent, int(peak) / 1024, trials]))
"""


Maker = Callable[..., Path]

CASES: tuple[tuple[str, Maker, dict[str, int]], ...] = (
    ("read SQLite, 8 parameters", generate.sqlite, {}),
    ("read SQLite, + 10 steps, 3 attributes", generate.sqlite, {"steps": 10, "attributes": 3}),
    ("read a journal, 8 parameters", generate.journal, {}),
)
SIZES = {1_000: 5, 10_000: 5, 100_000: 3, 1_000_000: 1}  # trials: repetitions
LARGEST_OF_OPTUNA = 100_000  # its objects of a million trials take about 20 GB
LARGEST_OF_OPTUNA_ON_A_SERVER = 10_000
LARGEST_ON_A_SERVER = 100_000  # writing more takes minutes
SLOW = 100_000  # from here on Optuna takes a minute or two, and is run once
ONE_KIND = 1_000_000  # of parameters alone: the other tables have as many rows at a tenth of the trials


def rows() -> Iterator[dict[str, Any]]:
    """One row for each case and size."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for what, maker, further in CASES:
        for n, repetitions in SIZES.items():
            if n == ONE_KIND and further:
                continue
            yield row(what, maker(n, **further), n, repetitions, LARGEST_OF_OPTUNA)
    yield from postgresql()


def postgresql() -> Iterator[dict[str, Any]]:
    """The study of eight parameters on a PostgreSQL server of its own; nothing where none is installed."""
    try:
        with servers.postgresql() as url:
            for n, repetitions in SIZES.items():
                if n > LARGEST_ON_A_SERVER:
                    break
                engine = sqlalchemy.create_engine(f"{url}postgres", isolation_level="AUTOCOMMIT")
                with engine.connect() as connection:
                    connection.exec_driver_sql(f"create database study{n}")
                engine.dispose()
                generate.postgresql(f"{url}study{n}", n)
                yield row("read PostgreSQL, 8 parameters", f"{url}study{n}", n, min(repetitions, 3), LARGEST_OF_OPTUNA_ON_A_SERVER)
    except pytest.skip.Exception as reason:
        print(f"PostgreSQL is not measured: {reason}.", file=sys.stderr)


def row(what: str, target: Path | str, n: int, repetitions: int, largest: int) -> dict[str, Any]:
    """Ours and theirs in turn; theirs up to the largest study that is worth the time."""
    ours, theirs = [], []
    for _ in range(repetitions):
        ours.append(measured(_OURS, target, n))
        if n <= largest and (n < SLOW or not theirs):
            theirs.append(measured(_THEIRS, target, n))
    found: dict[str, Any] = {"what": what, "n": n, "theirs": f"optuna {optuna.__version__}"}
    for whose, pairs in (("ours", ours), ("theirs", theirs)):
        if pairs:
            found[f"{whose}_s"], found[f"{whose}_mb"] = map(statistics.median, zip(*pairs, strict=True))
    return found


def measured(code: str, path: Path | str, n: int) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a fresh process."""
    command = [sys.executable, "-c", code + _REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=True)
    seconds, megabytes, trials = json.loads(done.stdout)
    assert trials == n
    return seconds, megabytes


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
