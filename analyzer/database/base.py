"""What every kind of database answers with: a `Database`, and one `Summary` for each of its studies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from analyzer.errors import UnknownStudy, UnreadableDatabase
from analyzer.study import EVERYTHING, Direction, Part, Source, Study
from analyzer.text import _, enumerated


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the study list."""

    name: str
    directions: tuple[Direction, ...]
    metric_names: tuple[str, ...] | None
    states: Mapping[str, int]
    best_value: float | None  # None with several objectives, nothing complete, or values that mean nothing
    first_start: np.datetime64
    last_activity: np.datetime64

    @property
    def n_trials(self) -> int:
        """Trials in any state."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: `names` in the order of creation, `summaries()` cheap, `read(name)` whole. Close it.

    `refresh(study)` is what `read` would give now, where that study was read earlier: at the cost of what is new.
    """

    source: Source
    names: Sequence[str]
    _summaries: Callable[[], list[Summary]]
    _read: Callable[[str, Collection[Part]], Study]
    _refresh: Callable[[Study], Study]
    close: Callable[[], None]
    kept: object = None  # what a later opening of the same file can go on from

    def summaries(self) -> list[Summary]:
        """One line for each study, without reading the studies."""
        return self._summaries()

    def read(self, name: str, parts: Collection[Part] = EVERYTHING) -> Study:
        """Read one study; parts that are not asked for may be left unread. Raises UnknownStudy where there is none of this name."""
        self._look_for(name)
        return self._read(name, parts)

    def refresh(self, study: Study) -> Study:
        """A study that was read whole from this database earlier, as it is now; the same object where nothing has changed.

        Only its new trials and those that were not finished are read (`refresh.py` says what that relies on).
        """
        self._look_for(study.name)
        return self._refresh(study)

    def _look_for(self, name: str) -> None:
        if name not in self.names:
            raise UnknownStudy(
                _("There is no study named {name!r} in {source}. {studies}").format(
                    name=name, source=self.source.name, studies=self.named()
                )
            )

    def only(self) -> str:
        """The name of the only study. Raises UnknownStudy where there are several, or none."""
        if len(self.names) == 1:
            return self.names[0]
        if not self.names:
            raise UnreadableDatabase(
                _("{source} is an Optuna database without any study.").format(source=self.source.name)
            )
        raise UnknownStudy(
            _("{source} holds {count} studies; say which one with -s. {studies}").format(
                source=self.source.name, count=len(self.names), studies=self.named()
            )
        )

    def named(self) -> str:
        """A sentence with the names of the studies, the first twenty of many."""
        if not self.names:
            return _("It has no studies.")
        first = enumerated([repr(name) for name in self.names[:20]])
        if len(self.names) > 20:
            return _("Its studies: {names} and {count} more.").format(names=first, count=len(self.names) - 20)
        return _("Its studies: {names}.").format(names=first)

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
