"""Artifacts: files that were uploaded for a study or a trial (optuna.artifacts, and the dashboard's own older way).

The database holds what a file is called and of what type it is; the file lies elsewhere, under the artifact's id as its name.
An id that could lead anywhere else is no id.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.artifact_files import is_artifact_id
from analyzer.stored.parts import entries, from_json, is_number
from analyzer.study import Study, decoded
from analyzer.text import counted

_OWN, _OLD = "artifacts:", "dashboard:artifacts:"


@dataclass(frozen=True, slots=True)
class Artifact:
    """One artifact that was not deleted."""

    row: int | None  # of the trial; None: the study's own
    id: str  # a UUID: the name of the file in the artifact folder
    filename: str  # as uploaded; hostile text, never to be used as a path
    mimetype: str  # as stored, "" where unknown; hostile text
    encoding: str  # "gzip" …, "" for none


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The study's artifacts first, then those of the trials in trial order."""

    all: tuple[Artifact, ...]
    remarks: tuple[str, ...] = ()

    def of(self, row: int | None) -> tuple[Artifact, ...]:
        """Those of one trial, or of the study itself."""
        return tuple(each for each in self.all if each.row == row)


def artifacts(study: Study) -> Artifacts:
    """All artifacts. Deleted ones, which stay behind as "null", are left out; what cannot be read is counted in the remarks."""
    listed: dict[tuple[int | None, str], Artifact] = {}
    unreadable = 0
    for row, identity, value in _stored(study):
        meta = from_json(value)
        if meta is None and value in ("null", None):
            continue  # a tombstone
        if not isinstance(meta, dict) or not is_artifact_id(identity):
            unreadable += 1
            continue
        listed[row, identity.lower()] = Artifact(
            row, identity, _word(meta, "filename"), _word(meta, "mimetype"), _word(meta, "encoding")
        )
    ordered = sorted(listed.values(), key=lambda each: -1 if each.row is None else each.row)
    if not unreadable:
        return Artifacts(tuple(ordered))
    told = counted(
        unreadable,
        "{count} artifact is left out: its entry in the database cannot be read.",
        "{count} artifacts are left out: their entries in the database cannot be read.",
    )
    return Artifacts(tuple(ordered), (told,))


def has_artifacts(study: Study) -> bool:
    """Whether there may be artifacts, without reading them."""
    return any(key.startswith((_OWN, _OLD)) for key in study.stored) or any(
        name.startswith(_OWN) for name in study.system_attributes.names
    )


def _stored(study: Study) -> list[tuple[int | None, str, object]]:
    """(row, id, stored value) of each entry: the study's own, those of the old dashboard, those of the trials."""
    found: list[tuple[int | None, str, object]] = []
    rows: dict[int, int] | None = None
    for key, value in study.stored.items():
        if key.startswith(_OWN):
            found.append((None, key.removeprefix(_OWN), value))
        elif key.startswith(_OLD):
            rows = rows or {int(trial): row for row, trial in enumerate(study.trials.ids.tolist())}
            trial, _colon, identity = key.removeprefix(_OLD).partition(":")
            if is_number(trial) and int(trial) in rows:
                found.append((rows[int(trial)], identity, value))
    found += [(row, key.removeprefix(_OWN), decoded(text)) for row, key, text in entries(study.system_attributes, _OWN)]
    return found


def _word(meta: dict[str, object], name: str) -> str:
    value = meta.get(name)
    return value if isinstance(value, str) else ""
