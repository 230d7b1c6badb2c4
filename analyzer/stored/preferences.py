"""Preferences: which of two trials a person found better (optuna_dashboard.preferential). There are no objective values.

Every round of choosing leaves two attributes: its pairs, which become an empty list when the round is undone, and what was on
the screen. Pairs that a program reported have no such round behind them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analyzer.arrays import Ints
from analyzer.stored.parts import from_json, is_number
from analyzer.study import Study
from analyzer.text import counted

_PAIRS, _HISTORY, _SKIPPED = "preference:values", "preference:history", "preference:skip_trial:"
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Round:
    """One choice, in the order in which they were made."""

    pairs: tuple[tuple[int, int], ...]  # (better, worse) rows of trials; of an undone round: what had been chosen
    candidates: tuple[int, ...]  # rows of the trials that were on the screen; of a reported pair: its two
    clicked: int | None  # the row that was clicked
    mode: str  # "ChooseWorst" …, hostile text; "" for a reported pair
    time: np.datetime64  # NaT where unknown
    undone: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """All rounds, and the pairs that count."""

    rounds: tuple[Round, ...]
    better: Ints  # (k,) rows
    worse: Ints  # (k,) rows
    skipped: tuple[int, ...]  # rows of the trials that a person passed over
    remarks: tuple[str, ...] = ()


def preferences(study: Study) -> Preferences:
    """Read all rounds. What names no trial of the study, or a trial against itself, is left out and counted in the remarks."""
    rows = {int(number): row for row, number in enumerate(study.trials.numbers.tolist())}
    left_out = 0
    rounds = []
    for key, value in study.stored.items():
        if not key.startswith(_PAIRS):
            continue
        history = from_json(study.stored.get(_HISTORY + key.removeprefix(_PAIRS)))
        found, wrong = _round(value, history if isinstance(history, dict) else {}, rows)
        left_out += wrong
        if found:
            rounds.append(found)
    pairs = [pair for each in rounds if not each.undone for pair in each.pairs]
    return Preferences(
        rounds=tuple(rounds),
        better=np.array([better for better, _worse in pairs], dtype=np.int64),
        worse=np.array([worse for _better, worse in pairs], dtype=np.int64),
        skipped=_skipped(study),
        remarks=_remarks(left_out),
    )


def has_preferences(study: Study) -> bool:
    """Whether a person compared trials, or was to."""
    return study.is_preferential or any(key.startswith(_PAIRS) for key in study.stored)


def _round(value: object, history: Mapping[str, object], rows: Mapping[int, int]) -> tuple[Round | None, int]:
    """One round and how many of its pairs do not fit; None where nothing is left of it."""
    current, wrong = _pairs(value, rows)
    undone = value == []
    pairs = _pairs(history.get("preferences"), rows)[0] if undone else current
    shown = _rows(history.get("candidates"), rows) or tuple(dict.fromkeys(row for pair in pairs for row in pair))
    if not pairs and not (undone and history):
        return None, max(wrong, int(not undone))
    mode, clicked = history.get("mode"), _rows([history.get("clicked")], rows)
    return Round(
        pairs=pairs,
        candidates=shown,
        clicked=clicked[0] if clicked else None,
        mode=mode if isinstance(mode, str) else "",
        time=_moment(history.get("timestamp")),
        undone=undone,
    ), wrong


def _pairs(value: object, rows: Mapping[int, int]) -> tuple[tuple[tuple[int, int], ...], int]:
    """The pairs of different trials that the study has, and how many others stand there."""
    if not isinstance(value, list):
        return (), 1
    found = []
    for each in value:
        pair = _rows(each, rows)
        if len(pair) == 2 and pair[0] != pair[1]:
            found.append((pair[0], pair[1]))
    return tuple(found), len(value) - len(found)


def _rows(numbers: object, rows: Mapping[int, int]) -> tuple[int, ...]:
    """The rows of a list of trial numbers; those of no trial are left out."""
    if not isinstance(numbers, list):
        return ()
    whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    return tuple(rows[number] for number in whole if number in rows)


def _skipped(study: Study) -> tuple[int, ...]:
    """Skipped trials are named by the database's own ids."""
    named = [key.removeprefix(_SKIPPED) for key, value in study.stored.items() if key.startswith(_SKIPPED) and value]
    if not named:
        return ()
    rows = {int(trial): row for row, trial in enumerate(study.trials.ids.tolist())}
    return tuple(sorted(rows[int(trial)] for trial in named if is_number(trial) and int(trial) in rows))


def _remarks(left_out: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    told = counted(
        left_out,
        "{count} comparison is left out: it does not name two trials of this study.",
        "{count} comparisons are left out: they do not name two trials of this study.",
    )
    return (told,)


def _moment(text: object) -> np.datetime64:
    """A time as the dashboard writes it (datetime.isoformat, in the writer's own clock); NaT for anything else."""
    if isinstance(text, str) and _TIME.fullmatch(text):
        try:
            return np.datetime64(text, "us")
        except ValueError:
            pass
    return np.datetime64("NaT", "us")
