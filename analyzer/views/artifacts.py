"""Artifacts: the files that were uploaded for the study and its trials; shown where their folder is given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import artifact_preview as preview
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.errors import NotApplicable
from analyzer.prose import Media, Passage
from analyzer.stored.artifacts import Artifact, artifacts, has_artifacts
from analyzer.study import Study
from analyzer.text import _, counted, file_size, named, paragraph, whole
from analyzer.view import Section, View

_MEDIA_TOGETHER = 50 * 2**20  # bytes of pictures, sounds and films in one view
_SHOWN = 300  # artifacts


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one artifact: one of the three, or nothing and the reason."""

    media: Media | None = None
    text: str = ""
    table: tab.Table | None = None
    cut: bool = False  # only the beginning is shown
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ArtifactsFound:
    """The study's artifacts first, then those of trials in trial order."""

    listed: tuple[Artifact, ...]
    numbers: Floats  # (k,) trial numbers, NaN for the study's own
    sizes: Floats  # (k,) bytes, NaN where the file is not at hand
    shown: tuple[Shown, ...]  # (k,); empty where no folder was given
    remarks: tuple[str, ...]


def analyze(study: Study) -> ArtifactsFound:
    """All artifacts, and their content where `Study.artifact_files` has it, within limits of size."""
    found = artifacts(study)
    if not found.all:
        reason = _("The study has no artifacts.") if not found.remarks else paragraph(found.remarks)
        raise NotApplicable(reason)
    files = study.artifact_files
    rows = [each.row for each in found.all]
    sizes = [None if files is None else files.size(each.id) for each in found.all]
    return ArtifactsFound(
        listed=found.all,
        numbers=np.array([np.nan if row is None else study.trials.numbers[row] for row in rows], dtype=np.float64),
        sizes=np.array([np.nan if size is None else size for size in sizes], dtype=np.float64),
        shown=() if files is None else _shown(study, found.all),
        remarks=found.remarks,
    )


def _shown(study: Study, listed: tuple[Artifact, ...]) -> tuple[Shown, ...]:
    room = _MEDIA_TOGETHER
    result = []
    for at, artifact in enumerate(listed):
        each = _one(study, artifact, room) if at < _SHOWN else Shown(reason=_("not shown: there are too many"))
        room -= len(each.media.address) * 3 // 4 if each.media else 0
        result.append(each)
    return tuple(result)


def _one(study: Study, artifact: Artifact, room: int) -> Shown:
    files, kind = study.artifact_files, preview.kind_of(artifact)
    size = None if files is None else files.size(artifact.id)
    if files is None or size is None:
        return Shown(reason=_("not in the artifact folder"))
    if kind == "":
        return Shown(reason=_("not shown: a type that is only listed"))
    if kind in ("image", "audio", "video"):
        largest = min(preview.LARGEST_MEDIA, room)
        if size > largest:
            words = _(
                "not shown: larger than the {limit} that one file may have, or than what is left of {all} for all"
            )
            limits = {"limit": file_size(preview.LARGEST_MEDIA), "all": file_size(_MEDIA_TOGETHER)}
            return Shown(reason=words.format(**limits))
        return Shown(media=preview.media(artifact, files))
    table = None if kind == "text" else preview.table(artifact, files, kind)
    if table is not None:
        return Shown(table=table, cut=len(table) == preview.TABLE_ROWS or size > preview.LARGEST_TABLE)
    return Shown(text=preview.text(artifact, files), cut=size > preview.LARGEST_TEXT)


def answer(result: ArtifactsFound) -> str:
    """How many there are, of what, and how many of them are shown."""
    trials = len(set(result.numbers[~np.isnan(result.numbers)].tolist()))
    own = int(np.isnan(result.numbers).sum())
    files = counted(len(result.listed), "{count} artifact", "{count} artifacts")
    of = counted(trials, "{count} trial", "{count} trials")
    if trials and own:
        said = _("{files}: {own} of the study, the others of {trials}.").format(files=files, own=whole(own), trials=of)
    else:
        said = (_("{files} of {trials}.") if trials else _("{files} of the study.")).format(files=files, trials=of)
    return paragraph([said, _at_hand(result), *result.remarks])


def _at_hand(result: ArtifactsFound) -> str:
    if not result.shown:
        return _("The database only lists them; their content is shown where the artifact folder is given too.")
    there = int((~np.isnan(result.sizes)).sum())
    shown = sum(not each.reason for each in result.shown)
    if shown == len(result.listed):
        return _("All are shown.")
    return _("{there} of them are in the given folder, {shown} are shown.").format(
        there=whole(there), shown=whole(shown)
    )


def prose(result: ArtifactsFound) -> list[Passage]:
    """What is in the files, one passage for each that is shown."""
    passages = []
    for artifact, number, size, shown in zip(
        result.listed, result.numbers.tolist(), result.sizes.tolist(), result.shown, strict=False
    ):
        if shown.reason:
            continue
        whose = _("The study") if np.isnan(number) else _("Trial {number}").format(number=int(number))
        about = [named(artifact.mimetype or "–"), file_size(int(size))]
        about += [_("the beginning")] if shown.cut else []
        passages.append(
            Passage(
                title=f"{whose} · {named(artifact.filename)}",
                about=" · ".join(about),
                text=shown.text,
                media=shown.media,
                table=shown.table,
                folded=len(result.shown) > 6 and shown.media is None,
            )
        )
    return passages


def table(result: ArtifactsFound) -> tab.Table:
    """Trial (empty for the study), name, type, size in bytes, id; with a folder also why a file is not shown."""
    columns = [
        tab.numbers("trial", result.numbers),
        tab.texts("name", [each.filename for each in result.listed]),
        tab.texts("type", [each.mimetype or None for each in result.listed]),
        tab.numbers("bytes", result.sizes),
        tab.texts("id", [each.id for each in result.listed]),
    ]
    if any(each.reason for each in result.shown):
        columns.append(tab.texts("shown", [each.reason or _("yes") for each in result.shown]))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="artifacts",
    title="Artifacts",
    section=Section.STORED,
    question="Which files did the trials leave behind?",
    analyze=analyze,
    answer=answer,
    table=table,
    prose=prose,
    concerns=has_artifacts,
    order=1,
)
