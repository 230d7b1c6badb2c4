"""What a view is: a question, the analysis that answers it, the sentence, the figure, the passages to read and the table.

A view is one file in `analyzer/views/` that ends with `VIEW = View(...)`. `analyze` selects and computes, `figure` only
arranges; where there is nothing to show `analyze` raises NotApplicable with the reason. A view that only few studies have
anything for says in `concerns` whether a study is one of them, so that all others are spared the reason. A view whose figure is
a summary of many points says in `within` what it draws of them where a reader looks closer. A view that takes long, and has
something to show before, gives it in `stages`, which take the arguments of `analyze`; page alone shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from analyzer.errors import UnknownOption
from analyzer.facts import Facts
from analyzer.figure import Figure
from analyzer.prose import Passage
from analyzer.study import Part
from analyzer.table import Table
from analyzer.target import objective_index as objective_index
from analyzer.target import objective_names as objective_names
from analyzer.target import other_targets
from analyzer.text import _
from analyzer.window import Window


class Section(Enum):
    """The parts of a report, in its order."""

    OVERVIEW = "overview"
    PROGRESS = "progress"
    OBJECTIVES = "objectives"
    PARAMETERS = "parameters"
    TRIALS = "trials"
    STORED = "stored"
    COMPARISON = "comparison"  # of several studies: analyzer/comparisons/


@dataclass(frozen=True, slots=True)
class Option:
    """A choice the reader has. Names and values are plain strings, so that they fit a URL, a flag and a form."""

    name: str
    help: str
    choices: Callable[[Any], Sequence[str]] | None = None  # of a study (or a Together); None: free text
    default: str = ""  # "": the view decides from the study
    varies: bool = False  # a report holds the view for every choice, not for the default alone
    held: Callable[[Any], Sequence[str]] | None = None  # the values that a report holds, of an option in free text
    more: Callable[[Any], Sequence[str]] | None = None  # further choices, which a report does not hold
    named: Callable[[str], str] = str  # a choice as the reader sees it; names from the database stay as they are

    def offered(self, study: Any) -> list[str] | None:
        """All that can be chosen; None where any text can."""
        if self.choices is None:
            return None
        return [*self.choices(study), *(self.more(study) if self.more else ())]


@dataclass(frozen=True, slots=True)
class Copy:
    """A text that a reader may want to paste elsewhere."""

    form: str
    text: str
    about: str = ""  # which of several things it is of


@dataclass(frozen=True, slots=True)
class Move:
    """A step from what a view shows to what it shows with other options."""

    name: str  # the same for the same kind of step: the focus stays on it
    label: str
    options: Mapping[str, str]  # those that change


@dataclass(frozen=True, slots=True)
class View:
    """One registered view. The slug is its module's name with hyphens."""

    slug: str
    title: str
    section: Section
    question: str
    analyze: Callable[..., Any]  # analyze(study, **options) -> result
    answer: Callable[[Any], str]  # one sentence with its numbers
    table: Callable[[Any], Table]  # the data behind the figure
    figure: Callable[[Any], Figure | None] | None = None  # a result may have nothing to draw
    facts: Callable[[Any], Facts] | None = None  # a small table to read, always in sight
    copies: Callable[[Any], Sequence[Copy]] | None = None
    moves: Callable[[Any], Sequence[Move]] | None = None
    options: tuple[Option, ...] = ()
    order: int = 0  # within its section
    reads: frozenset[Part] = frozenset({Part.ATTRIBUTES})  # parts of a study without which it cannot do: targets are attributes
    prose: Callable[[Any], Sequence[Passage]] | None = None  # what there is to read and to look at
    concerns: Callable[[Any], bool] | None = None  # whether page and report mention the view at all; cheap. None: always
    stages: Callable[..., Iterator[tuple[Any, bool]]] | None = None  # results from coarse to that of `analyze`, and whether one is that
    within: Callable[[Any, Window], Any] | None = None  # the result of `analyze` with what its figure draws chosen for a window


def chosen(view: View, study: Any, given: Mapping[str, str]) -> dict[str, str]:
    """Check options against what the view declares and the study allows; returns those that were given a value.

    Raises UnknownOption, naming what there is to choose from.
    """
    known = {option.name: option for option in view.options}
    for name, value in given.items():
        if name not in known:
            names = ", ".join(known) or _("none")
            raise UnknownOption(
                _("The view {slug!r} has no option {name!r}; its options: {names}.").format(
                    slug=view.slug, name=name, names=names
                )
            )
        choices = known[name].offered(study)
        if value and choices is not None and value not in choices:
            listed = ", ".join(choices) or _("none for this study")
            raise UnknownOption(
                _("The option {name!r} of {slug!r} cannot be {value!r}; choose from: {listed}.").format(
                    name=name, slug=view.slug, value=value, listed=listed
                )
            )
    return {name: value for name, value in given.items() if value}


OBJECTIVE = Option("objective", "the objective to look at", objective_names, varies=True, more=other_targets)
