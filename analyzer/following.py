"""A database that grows: its studies again and again, whenever one of them has changed.

Every look opens the database anew and lets go of it: nothing is held between two looks, and a server may restart meanwhile.
Of the studies, only what is new is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from analyzer.database import Database, reopen
from analyzer.errors import AnalyzerError
from analyzer.study import Study


def states(target: str, names: Sequence[str], pause_s: float) -> Iterator[list[Study] | AnalyzerError]:
    """The named studies (all where none is named), at once and whenever they have changed; for ever.

    What stands in the way of a look is yielded in its place, once, and does not end it; of the first look it is raised. A
    look that takes long is followed by a pause that is as long.
    """
    look = _Look(None, {})
    shown: list[Study] | None = None
    trouble = ""
    while True:
        start = time.monotonic()
        try:
            look = look.next(target, names)
        except AnalyzerError as error:
            if look.database is None:
                raise
            if str(error) != trouble:
                trouble = str(error)
                yield error
        else:
            studies, trouble = list(look.studies.values()), ""
            if shown is None or list(map(id, studies)) != list(map(id, shown)):
                shown = studies
                yield studies
        time.sleep(max(pause_s, time.monotonic() - start))


class _Look:
    """What was seen last: the database, which is closed, and its studies by name."""

    def __init__(self, database: Database | None, studies: dict[str, Study]) -> None:
        self.database, self.studies = database, studies

    def next(self, target: str, names: Sequence[str]) -> _Look:
        """Look again."""
        with ExitStack() as stack:
            database = stack.enter_context(reopen(target, self.database))
            found = {
                name: database.refresh(self.studies[name]) if name in self.studies else database.read(name)
                for name in names or database.names
            }
        return _Look(database, found)
