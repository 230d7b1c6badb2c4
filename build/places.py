"""Where things lie, in a checkout and in an installed wheel (which carries this folder as hpo_analyze_build)."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
IN_CHECKOUT = HERE.name == "build"

#: The analysis package that the page runs.
ANALYZER = HERE.parent / "analyzer"
#: Templates, style sheets, scripts and examples.
WEB = HERE.parent / "web" if IN_CHECKOUT else ANALYZER / "_web"
#: Every third-party byte that the page serves, with its digest.
LOCK = HERE / "runtime.lock.json"


def runtime_folder() -> Path:
    """Where verified third-party files and built snapshots are kept between two builds."""
    if IN_CHECKOUT:
        return HERE.parent / ".runtime"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "hpo-analyze" / "runtime"
