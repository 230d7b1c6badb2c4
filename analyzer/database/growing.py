"""Columns of all trials of a journal while it is replayed, and what one study takes of them in the end.

Records arrive one by one and belong to any study, so every column is a flat list of cells (trial, position, content) in
the order of the file; the last cell of a place is the one that counts. What a record means is `replay.py`'s part.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping

import numpy as np

from analyzer.arrays import Floats, Ints, Times, frozen
from analyzer.database import decode
from analyzer.study import Attributes, IntermediateValues


class Numbers:
    """Numbers, each at a position: an objective, a step, a parameter."""

    def __init__(self) -> None:
        self.trials, self.positions, self.values = array("q"), array("q"), array("d")

    def put(self, trial: int, position: int, value: float) -> None:
        """Add one cell."""
        self.trials.append(trial)
        self.positions.append(position)
        self.values.append(value)

    def of(self, row_of: Ints) -> tuple[Ints, Ints, Floats]:
        """The rows, positions and values of one study; row_of: (trials of the file,), -1 for other studies' trials."""
        rows = row_of[ints(self.trials)]
        mine = rows >= 0
        return rows[mine], ints(self.positions)[mine], np.array(self.values, dtype=np.float64)[mine]

    def table(self, row_of: Ints, shape: tuple[int, int]) -> Floats:
        """The cells of one study as a table, NaN where there is none."""
        rows, columns, values = self.of(row_of)
        known = columns < shape[1]
        filled = np.full(shape, np.nan)
        filled[rows[known], columns[known]] = values[known]
        return filled

    def by_step(self, row_of: Ints) -> IntermediateValues:
        """The cells of one study sorted by trial and step; of a step that was reported twice the later value stands."""
        rows, steps, values = self.of(row_of)
        order = np.lexsort((steps, rows))  # stable
        rows, steps, values = rows[order], steps[order], values[order]
        last = np.append((np.diff(rows) != 0) | (np.diff(steps) != 0), True)[: len(rows)]
        return IntermediateValues(frozen(rows[last]), frozen(steps[last]), frozen(values[last]))


class Texts:
    """Attributes, as JSON text."""

    def __init__(self) -> None:
        self.trials, self.keys = array("q"), array("q")
        self.texts: list[str] = []
        self.names: dict[str, int] = {}

    def put(self, trial: int, key: str, text: str) -> None:
        """Add one attribute, unless it is a sampler's internal state."""
        if not key.startswith(decode.SAMPLER_STATE):
            self.trials.append(trial)
            self.keys.append(self.names.setdefault(key, len(self.names)))
            self.texts.append(text)

    def put_all(self, trial: int, stored: Mapping[str, object]) -> None:
        """Add decoded attributes."""
        for key, value in stored.items():
            self.put(trial, key, json.dumps(value, ensure_ascii=False))

    def of(self, row_of: Ints) -> Attributes:
        """The attributes of one study; of a key that was set twice the later text stands."""
        rows, keys = row_of[ints(self.trials)], ints(self.keys)
        at = np.flatnonzero(rows >= 0)
        at = at[np.lexsort((keys[at], rows[at]))]  # stable
        last = np.append((np.diff(rows[at]) != 0) | (np.diff(keys[at]) != 0), True)[: len(at)]
        at = at[last]
        used, which = decode.in_order_of_use(keys[at], len(self.names))
        names = list(self.names)
        return Attributes(
            names=tuple(names[key] for key in used),
            rows=frozen(rows[at]),
            which=frozen(which),
            texts=[self.texts[cell] for cell in at],
        )


class Moments:
    """Timestamps by trial; `pack` turns the texts that came since the last time into numbers."""

    def __init__(self) -> None:
        self.trials: list[int] = []
        self.texts: list[str] = []
        self.packed: list[tuple[Ints, Times]] = []
        self.marks: set[str] = set()  # what stands where an offset has its sign

    def put(self, trial: int, text: str) -> None:
        """Set the moment of one trial."""
        self.trials.append(trial)
        self.texts.append(text)

    def pack(self) -> None:
        """Keep numbers instead of texts, which take ten times the memory."""
        self.marks.update(text[-6:-5] if text[-1:] != "Z" else "+" for text in self.texts)
        self.packed.append((np.array(self.trials, dtype=np.int64), decode.times(self.texts)))
        self.trials, self.texts = [], []

    def column(self, count: int) -> Times:
        """(count,) the last moment of each trial of the file, NaT where it has none."""
        self.pack()
        moments = np.full(count, np.datetime64("NaT", "us"))
        for trials, times in self.packed:
            moments[trials] = times
        return moments


def ints(numbers: array[int]) -> Ints:
    """A copy as numpy sees it; the array may grow on."""
    return np.array(numbers, dtype=np.int64)
