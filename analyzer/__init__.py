"""hpo-analyze: what an Optuna study database has to say.

>>> from analyzer import read_study  # doctest: +SKIP
>>> study = read_study("xx.db")      # the only study, or read_study("xx.db", "name")  # doctest: +SKIP

Importing this package loads numpy and the standard library, nothing else.
"""

from __future__ import annotations

import os

from analyzer.database import Database, open_database
from analyzer.errors import AnalyzerError
from analyzer.study import Study
from analyzer.version import __version__


def study_names(target: str | os.PathLike[str]) -> list[str]:
    """The names of the studies in a database (a path or a URL), in the order in which they were created."""
    with open_database(target) as database:
        return list(database.names)


def read_study(target: str | os.PathLike[str], name: str | None = None) -> Study:
    """Read one study of a database (a path or a URL); the name may be left out where there is one study."""
    with open_database(target) as database:
        return database.read(database.only() if name is None else name)


__all__ = ["AnalyzerError", "Database", "Study", "__version__", "open_database", "read_study", "study_names"]
