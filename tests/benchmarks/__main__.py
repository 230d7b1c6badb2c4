"""`make bench`: run every comparison in one go, print one table, and put it into README.md between its two marks.

CPU time, ours and theirs in turns on the same data; see each module for how. Takes some minutes, mostly Optuna's. Where one
thing is measured at several sizes, the last of its rows says how our time grows: as n to the power of this exponent.
"""

from __future__ import annotations

import math
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "README.md"
MODULES = ("reading", "many", "reports", "figures", "drawing", "ped_anova", "forest", "fronts")
START, END = "<!-- bench -->", "<!-- /bench -->"


def main() -> None:
    """Measure, print, write."""
    wanted = sys.argv[1:] or MODULES
    lines = ["| what | trials | hpo-analyze | compared with | ratio | growth |", "|---|---:|---:|---:|---:|---:|"]
    print("\n".join(lines), flush=True)
    for name in wanted:
        first: dict[str, dict[str, Any]] = {}  # by what is measured
        for row in import_module(f"tests.benchmarks.{name}").rows():
            lines.append(line(row, first.setdefault(row["what"], row)))
            print(lines[-1], flush=True)
    if list(wanted) == list(MODULES):
        text = README.read_text(encoding="utf-8")
        before, rest = text.split(START)
        after = rest.split(END)[1]
        README.write_text(before + START + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")


def line(row: dict[str, Any], first: dict[str, Any]) -> str:
    """One comparison as a row of the table; memory and size where they were measured, growth since the first size."""
    ours, theirs = seconds(row["ours_s"]), ""
    if row.get("ours_mb"):
        ours += f", {row['ours_mb']:.3g} MB"
    ratio = ""
    if row.get("theirs_s"):
        theirs = f"{row['theirs']} {seconds(row['theirs_s'])}"
        ratio = f"{row['theirs_s'] / row['ours_s']:.3g} ×"
        if row.get("theirs_mb"):
            theirs += f", {row['theirs_mb']:.3g} MB"
    return f"| {row['what']} | {row['n']:,} | {ours} | {theirs} | {ratio} | {growth(row, first)} |"


def growth(row: dict[str, Any], first: dict[str, Any]) -> str:
    """The exponent k of our time ~ n^k between two sizes of the same measurement."""
    if row["n"] == first["n"]:
        return ""
    return f"n^{math.log(row['ours_s'] / first['ours_s']) / math.log(row['n'] / first['n']):.2f}"


def seconds(time_s: float) -> str:
    """A time with two or three digits."""
    return f"{1000 * time_s:.3g} ms" if time_s < 1 else f"{time_s:.3g} s"


if __name__ == "__main__":
    main()
