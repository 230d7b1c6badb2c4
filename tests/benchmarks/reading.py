"""Reading whole studies beside Optuna: CPU seconds and peak memory, each measurement in a process of its own.

Imports are not counted as time, but as memory. Ours is `read_study`; Optuna's is `load_study` and `get_trials` without the
copy it makes by default, in its favour. Both run in turn; medians. Nothing is asserted.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna

from tests.benchmarks import generate

_ROOT = Path(__file__).parents[2]
_OURS = """
import json, resource, sys, time
from analyzer import read_study
start = time.process_time()
trials = len(read_study(sys.argv[1]))
"""
_THEIRS = """
import json, resource, sys, time
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
print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, trials]))
"""


def cases() -> Iterator[tuple[str, int, Path, int]]:
    """(what, trials, file, repetitions)."""
    yield "read SQLite, 8 parameters", 10_000, generate.sqlite(10_000), 5
    yield "read SQLite, 8 parameters", 100_000, generate.sqlite(100_000), 3
    yield "read SQLite, + 10 steps, 3 attributes", 10_000, generate.sqlite(10_000, steps=10, attributes=3), 5
    yield "read SQLite, + 10 steps, 3 attributes", 100_000, generate.sqlite(100_000, steps=10, attributes=3), 3
    yield "read a journal, 8 parameters", 10_000, generate.journal(10_000), 5
    yield "read a journal, 8 parameters", 100_000, generate.journal(100_000), 3


def rows() -> Iterator[dict[str, Any]]:
    """One row per case."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for what, n, path, repetitions in cases():
        pairs = [(measured(_OURS, path, n), measured(_THEIRS, path, n)) for _ in range(repetitions)]
        (ours_s, ours_mb), (theirs_s, theirs_mb) = (
            [statistics.median(column) for column in zip(*side, strict=True)] for side in zip(*pairs, strict=True)
        )
        yield {
            "what": what, "n": n, "ours_s": ours_s, "theirs_s": theirs_s, "theirs": f"optuna {optuna.__version__}",
            "ours_mb": ours_mb, "theirs_mb": theirs_mb,
        }  # fmt: skip


def measured(code: str, path: Path, n: int) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a fresh process."""
    command = [sys.executable, "-c", code + _REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=True)
    seconds, megabytes, trials = json.loads(done.stdout)
    assert trials == n
    return seconds, megabytes


if __name__ == "__main__":
    for row in rows():
        ratio = row["theirs_s"] / row["ours_s"]
        print(
            f"{row['what']:40} n={row['n']:7} {ratio:5.0f}x  {row['ours_s']:7.3f} s of {row['theirs_s']:7.2f} s  "
            f"{row['ours_mb']:5.0f} MB of {row['theirs_mb']:5.0f} MB",
            flush=True,
        )
