"""Form answers: what people filled into the dashboard's form for each trial, in the form's own words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Ints
from analyzer.errors import NotApplicable
from analyzer.states import state_name
from analyzer.stored.forms import Widget, form, has_form
from analyzer.study import State, Study
from analyzer.text import _, counted, listed, named, number, paragraph, whole
from analyzer.view import Section, View


@dataclass(frozen=True, slots=True)
class Answers:
    """The questions of the form and what stands for each trial."""

    questions: tuple[str, ...]
    numbers: Ints  # (n,) all trials
    states: tuple[str, ...]  # (n,)
    answers: tuple[tuple[str | None, ...], ...]  # of each question (n,), None where nobody answered
    answered: int  # trials with an answer to every question
    waiting: int  # running trials without
    remarks: tuple[str, ...]


def analyze(study: Study) -> Answers:
    """The form's questions with the answers from the values or the attributes of the trials."""
    found = form(study)
    if not found.widgets:
        reason = paragraph(found.remarks) or _("The dashboard asks nothing about the trials of this study.")
        raise NotApplicable(reason)
    if not len(study):
        asked = listed([named(_question(study, widget)) for widget in found.widgets[:5]])
        raise NotApplicable(_("People are to be asked for {asked}, but there is no trial yet.").format(asked=asked))
    columns = [_column(study, widget) for widget in found.widgets]
    full = np.array([all(column[row] is not None for column in columns) for row in range(len(study))], dtype=np.bool_)
    return Answers(
        questions=tuple(_question(study, widget) for widget in found.widgets),
        numbers=study.trials.numbers,
        states=tuple(state_name(State(state)) for state in study.trials.states.tolist()),
        answers=tuple(tuple(column) for column in columns),
        answered=int(full.sum()),
        waiting=int((~full & (study.trials.states == State.RUNNING)).sum()),
        remarks=found.remarks,
    )


def _question(study: Study, widget: Widget) -> str:
    if widget.description:
        return widget.description
    return study.objectives[widget.objective].name if widget.objective is not None else widget.attribute


def _column(study: Study, widget: Widget) -> list[str | None]:
    if widget.objective is not None and widget.type != "user_attr":
        values = study.trials.values[:, widget.objective].tolist()
        return [None if value != value else _said(widget, value) for value in values]
    column: list[str | None] = [None] * len(study)
    for row, value in zip(*study.user_attributes.column(widget.attribute), strict=True):
        column[int(row)] = _said(widget, value)
    return column


def _said(widget: Widget, value: object) -> str:
    """An answer: the words of the choice with their value, a number, a text."""
    plain = number(float(value), 6) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
    words = widget.label(value)
    return _("{choice} ({value})").format(choice=words, value=plain) if words and words != plain else plain


def answer(result: Answers) -> str:
    """What is asked, how many trials are answered, how many wait."""
    asked = listed([named(question) for question in result.questions[:5]])
    trials = counted(result.answered, "{count} trial", "{count} trials")
    if result.waiting:
        words = _(
            "People are asked for {asked}; {trials} of {all} have all answers, {waiting} running ones wait for theirs."
        )
    else:
        words = _("People are asked for {asked}; {trials} of {all} have all answers.")
    said = words.format(asked=asked, trials=trials, all=whole(len(result.numbers)), waiting=whole(result.waiting))
    return paragraph([said, *result.remarks])


def table(result: Answers) -> tab.Table:
    """Trial, state, and a column for each question."""
    columns = [tab.whole("number", result.numbers), tab.texts("state", result.states)]
    columns += [tab.texts(name, column) for name, column in zip(result.questions, result.answers, strict=True)]
    return tab.Table(tuple(columns))


VIEW = View(
    slug="form-answers",
    title="Form answers",
    section=Section.STORED,
    question="What did people answer in the form?",
    analyze=analyze,
    answer=answer,
    table=table,
    concerns=has_form,
    order=5,
)
