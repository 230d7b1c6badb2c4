"""Facts of one or several things side by side: what a reader sees as a small table, and the same as columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer import table as tab
from analyzer.text import number

_LONGEST = 200  # characters of a text that are shown; the table has all of it


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of one thing."""

    text: str  # as shown
    exact: str = ""  # every digit, where that is more
    remark: str = ""  # what the fact means among the others: a rank, a place in the range


@dataclass(frozen=True, slots=True)
class Fact:
    """One row."""

    name: str
    cells: tuple[Cell, ...]  # one of each thing
    beside: tuple[str, ...] = ()  # what it is to be compared with, one of each heading in Facts.beside
    differs: bool = False  # whether the things differ in it, where that is worth a mark


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Rows under one heading."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All rows."""

    subjects: tuple[str, ...]  # the headings of the things
    beside: tuple[str, ...]  # the headings of what they are compared with
    groups: tuple[FactGroup, ...]


def fact(name: str, cells: Sequence[Cell], beside: Sequence[str] = (), *, compared: bool = True) -> Fact:
    """A row that is marked where its cells differ, if they are compared at all."""
    told = {cell.exact or cell.text for cell in cells}
    return Fact(name, tuple(cells), tuple(beside), compared and len(told) > 1)


def fact_table(facts: Facts) -> tab.Table:
    """The facts as a table, every digit in it: the group, the name, and for each thing the fact and its remark."""
    rows = [(group.title, each) for group in facts.groups for each in group.facts]
    columns = [tab.texts("part", [title for title, _row in rows]), tab.texts("name", [row.name for _title, row in rows])]
    for at, subject in enumerate(facts.subjects):
        cells = [row.cells[at] for _title, row in rows]
        columns.append(tab.texts(subject, [cell.exact or cell.text for cell in cells]))
        columns.append(tab.texts(f"{subject} (standing)", [cell.remark for cell in cells]))
    if len(facts.subjects) > 1:
        columns.append(tab.texts("differs", ["≠" if row.differs else None for _title, row in rows]))
    for at, heading in enumerate(facts.beside):
        columns.append(tab.texts(heading, [row.beside[at] if row.beside else "" for _title, row in rows]))
    return tab.Table(tuple(columns))


def stored_cell(value: object, remark: str = "") -> Cell:
    """A stored value: numbers in few digits, text as it is, anything else as JSON; long text is cut.

    >>> stored_cell(0.123456).text, stored_cell(True).text, stored_cell([1, None]).text
    ('0.1235', 'True', '[1, null]')
    """
    if isinstance(value, float):
        return Cell(number(value), repr(value), remark)
    if value is None or isinstance(value, (bool, int)):
        return Cell(str(value), "", remark)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = cut(text)
    return Cell(shown, "" if shown == text else text, remark)


def cut(text: str) -> str:
    """Text on one line, its end left out where it is long."""
    line = "".join(letter if letter.isprintable() else " " for letter in text[: _LONGEST + 1])
    return (line[:_LONGEST] + "…") if len(line) > _LONGEST else line
