"""hpo-analyze: what an Optuna study database has to say.

    from analyzer import read_study
    study = read_study("xx.db")            # the only study, or read_study("xx.db", "name")
    analyzer.plot(study, "history")        # a plotly figure, in a notebook

The public names are imported when they are first used, so that `import analyzer` and `hpo-analyze --help` cost nothing;
using them loads numpy and the standard library, nothing else (`plot` needs plotly).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.api import plot, read_study, study_names
    from analyzer.database import Database, open_database
    from analyzer.errors import AnalyzerError
    from analyzer.study import Study
    from analyzer.views import VIEWS

_HOMES = {
    "AnalyzerError": "analyzer.errors",
    "Database": "analyzer.database",
    "Study": "analyzer.study",
    "VIEWS": "analyzer.views",
    "open_database": "analyzer.database",
    "plot": "analyzer.api",
    "read_study": "analyzer.api",
    "study_names": "analyzer.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


__all__ = [
    "VIEWS",
    "AnalyzerError",
    "Database",
    "Study",
    "__version__",
    "open_database",
    "plot",
    "read_study",
    "study_names",
]
