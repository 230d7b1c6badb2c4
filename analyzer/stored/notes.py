"""Notes: Markdown that a person wrote beside a study or a trial (optuna_dashboard.save_note)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.stored.parts import Parts, is_number, joined, parts_by_name
from analyzer.study import Study
from analyzer.text import _

_PREFIX, _TEXT, _VERSION = "dashboard:", "note_str", "note_ver"


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes that are not empty."""

    study: str  # Markdown; "" where there is none
    trials: Mapping[int, str]  # row of the trial -> Markdown, in trial order
    remarks: tuple[str, ...] = ()


def notes(study: Study) -> Notes:
    """Put the notes' parts together. As in the dashboard a note counts only where its version stands beside it.

    All notes are attributes of the study; those of trials bear the database's own id of the trial. Notes of trials that
    the study does not have are left out.
    """
    found = parts_by_name(study.stored, _PREFIX)
    own, partial = _text(study, "", found.get(_TEXT))
    rows = {int(trial): row for row, trial in enumerate(study.trials.ids.tolist())} if found else {}
    trials: dict[int, str] = {}
    for name, parts in found.items():
        trial, _colon, rest = name.partition(":")
        row = rows.get(int(trial)) if is_number(trial) and rest == _TEXT else None
        if row is None:
            continue
        text, incomplete = _text(study, f"{trial}:", parts)
        partial += incomplete
        if text.strip():
            trials[row] = text
    remarks = (
        (_("Some notes are shown without the parts that the database does not hold any more."),) if partial else ()
    )
    return Notes(own if own.strip() else "", dict(sorted(trials.items())), remarks)


def has_notes(study: Study) -> bool:
    """Whether there may be notes, without reading them."""
    return any(key.startswith(_PREFIX) and key.endswith(_VERSION) for key in study.stored)


def _text(study: Study, owner: str, parts: Parts | None) -> tuple[str, int]:
    """The text of one note, and 1 where a part of it is missing."""
    if not parts or f"{_PREFIX}{owner}{_VERSION}" not in study.stored:
        return "", 0
    text, is_whole = joined(parts)
    return text, int(not is_whole)
