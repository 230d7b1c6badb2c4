"""Notes: what people wrote beside the study and its trials in Optuna's dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Ints
from analyzer.errors import NotApplicable
from analyzer.prose import Passage
from analyzer.stored.notes import has_notes, notes
from analyzer.study import Study
from analyzer.text import _, counted, paragraph, whole
from analyzer.view import Section, View

_OPEN = 12  # with more notes than these all are folded
_LONG = 2000  # characters of a note that is folded
_SET = 200  # as many are set as Markdown; the table has all
_LONGEST = 1_000_000  # characters set as Markdown, all notes together


@dataclass(frozen=True, slots=True)
class NotesFound:
    """The study's note and those of trials, in trial order."""

    study: str  # Markdown, "" for none
    numbers: Ints  # (k,) trials
    texts: tuple[str, ...]  # (k,) Markdown
    shown: int  # the first of them that are set as Markdown
    remarks: tuple[str, ...]


def analyze(study: Study) -> NotesFound:
    """All notes that are not empty."""
    found = notes(study)
    if not found.study and not found.trials:
        raise NotApplicable(_("Nobody has written a note about this study or its trials."))
    texts = tuple(found.trials.values())
    lengths = len(found.study) + np.cumsum([len(text) for text in texts[:_SET]] or [0])
    return NotesFound(
        study=found.study,
        numbers=study.trials.numbers[np.array(list(found.trials), dtype=np.int64)],
        texts=texts,
        shown=min(len(texts), int((lengths <= _LONGEST).sum())),
        remarks=found.remarks,
    )


def answer(result: NotesFound) -> str:
    """What has a note."""
    if result.study and result.texts:
        said = counted(
            len(result.texts),
            "There is a note about the study, and one about {count} trial.",
            "There is a note about the study, and one about each of {count} trials.",
        )
    elif result.study:
        said = _("There is a note about the study.")
    else:
        said = counted(
            len(result.texts), "There is a note about {count} trial.", "There are notes about {count} trials."
        )
    rest = _("Set below are the first {shown}; the table has them all.").format(shown=whole(result.shown))
    return paragraph([said, rest if result.shown < len(result.texts) else "", *result.remarks])


def prose(result: NotesFound) -> list[Passage]:
    """The study's note, then those of trials, many of them folded."""
    own = [Passage(_("The study"), markdown=result.study, folded=len(result.study) > _LONG)] if result.study else []
    numbers, texts = result.numbers[: result.shown].tolist(), result.texts[: result.shown]
    return own + [
        Passage(
            _("Trial {number}").format(number=number), markdown=text, folded=len(texts) > _OPEN or len(text) > _LONG
        )
        for number, text in zip(numbers, texts, strict=True)
    ]


def table(result: NotesFound) -> tab.Table:
    """Trial (empty for the study) and Markdown."""
    first: list[float] = [float("nan")] if result.study else []
    own = [result.study] if result.study else []
    numbers = tab.numbers("trial", [*first, *result.numbers.tolist()])
    return tab.Table((numbers, tab.texts("note", [*own, *result.texts])))


VIEW = View(
    slug="notes",
    title="Notes",
    section=Section.STORED,
    question="What did people note about the study and its trials?",
    analyze=analyze,
    answer=answer,
    table=table,
    prose=prose,
    concerns=has_notes,
    order=0,
)
