"""Reading whole studies beside Optuna: CPU seconds and peak memory, each measurement in a process of its own.

Imports are not counted as time, but as memory. Ours is `read_study`; Optuna's is `load_study` and `get_trials` without the
copy it makes by default, in its favour. Both run in turn; medians. A million trials are read by ours alone.
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

from tests.benchmarks import generate

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
storage = JournalStorage(JournalFileBackend(path)) if path.endswith(".log") else f"sqlite:///{path}"
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
ONE_KIND = 1_000_000  # of parameters alone: the other tables have as many rows at a tenth of the trials


def rows() -> Iterator[dict[str, Any]]:
    """One row for each case and size."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for what, maker, further in CASES:
        for n, repetitions in SIZES.items():
            if n == ONE_KIND and further:
                continue
            path = maker(n, **further)
            ours, theirs = [], []
            for _ in range(repetitions):
                ours.append(measured(_OURS, path, n))
                if n <= LARGEST_OF_OPTUNA:
                    theirs.append(measured(_THEIRS, path, n))
            row: dict[str, Any] = {"what": what, "n": n, "theirs": f"optuna {optuna.__version__}"}
            for whose, pairs in (("ours", ours), ("theirs", theirs)):
                if pairs:
                    row[f"{whose}_s"], row[f"{whose}_mb"] = map(statistics.median, zip(*pairs, strict=True))
            yield row


def measured(code: str, path: Path, n: int) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a fresh process."""
    command = [sys.executable, "-c", code + _REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=True)
    seconds, megabytes, trials = json.loads(done.stdout)
    assert trials == n
    return seconds, megabytes


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
