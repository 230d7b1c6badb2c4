"""Every view of a very large study: CPU time to analyze and draw it, and the size of its largest figure as a report packs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from analyzer.pack import Packer, payload
from analyzer.report import rendered
from analyzer.views import registry
from tests.large import everyday


def rows() -> Iterator[dict[str, Any]]:
    """One dict for each size: the slowest view, and all of them; `ours_mb` is the largest figure."""
    for n in (100_000, 1_000_000):
        study = everyday(n)
        times, sizes = {}, [0.0]
        for slug, view in registry().items():
            start = time.process_time()
            done = rendered(study, view)
            times[slug] = time.process_time() - start
            if done.figure is not None:
                packer = Packer()
                sizes.append(len(payload(packer.pack(done.figure), packer.arrays)) / 1e6)
        slowest = max(times, key=lambda slug: times[slug])
        yield {"what": f"the slowest view ({slowest}), and the largest figure", "n": n, "ours_s": times[slowest], "ours_mb": max(sizes)}
        yield {"what": "all views", "n": n, "ours_s": sum(times.values())}


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
