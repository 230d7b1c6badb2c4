"""The plain `hpo-analyze report` as a user runs it: CPU time of the whole process, peak memory, size of the file."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import generate

RUNS = 3


def rows() -> Iterator[dict[str, Any]]:
    """One dict for each size; `ours_mb` is the size of the report."""
    for n, runs in ((1_000, RUNS), (10_000, RUNS), (100_000, RUNS), (1_000_000, 1)):
        database = generate.sqlite(n)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.html"
            times = [_cpu([sys.executable, "-m", "analyzer", "report", str(database), "-o", str(path)]) for _ in range(runs)]
            yield {
                "what": "`hpo-analyze report`, and the size of the file",
                "n": n,
                "ours_s": statistics.median(times),
                "ours_mb": path.stat().st_size / 1e6,
            }


def _cpu(command: list[str]) -> float:
    """CPU seconds of a child process, start-up and imports included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
