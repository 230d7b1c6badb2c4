"""Several studies to be compared: what they are called, which of them share their objectives, and which repeat one setting.

Values are compared only between studies of the same objectives: as many, with the same directions, and of the same names
where users gave names. Those of the largest such family are; of the others it is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.errors import NotApplicable
from analyzer.study import Direction, Objective, Study
from analyzer.table import distinct
from analyzer.target import objective_names
from analyzer.text import _, counted, enumerated, listed, named, whole
from analyzer.view import Option

FEWEST_REPEATS = 3  # of one setting, before quartiles say anything
_NAMED = 6  # studies named in a sentence
_UNNAMED = re.compile(r"no-name-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what Optuna calls a study without a name

OBJECTIVE = Option("objective", "the objective to look at", objective_names, varies=True)  # of those that are compared


@dataclass(frozen=True, slots=True)
class Series:
    """One study, or several that repeat one setting: drawn as one line, with a band where they are several."""

    name: str
    members: tuple[int, ...]  # positions among the studies


@dataclass(frozen=True, slots=True)
class Together:
    """The studies in the order given."""

    studies: tuple[Study, ...]
    names: tuple[str, ...]  # distinct; with the database where several studies have one name
    series: tuple[Series, ...]  # of the studies whose values are compared; () where no two have the same objectives
    objectives: tuple[Objective, ...]  # theirs
    remarks: tuple[str, ...]  # what is not compared, and what is drawn as one; a sentence each

    def require_values(self, objectives: int = 1) -> None:
        """Raise NotApplicable where no two studies have the same objectives, or not as many as this at least."""
        if not self.series:
            raise NotApplicable(_("No two of these studies have the same objectives, so their values are not compared."))
        if len(self.objectives) < objectives:
            raise NotApplicable(_("These studies have one objective; a front needs two or more."))


def together(studies: Sequence[Study]) -> Together:
    """Name the studies, find those whose values can be compared, and those that repeat one setting."""
    names = _distinct_names(studies)
    family = _family(studies)
    compared = family if len(family) > 1 else ()
    series = _series(studies, names, compared)
    return Together(
        studies=tuple(studies),
        names=names,
        series=series,
        objectives=_named_objectives(studies, compared),
        remarks=(*_strangers(studies, names, family), *_unnamed(studies, names, compared), *_repeats(names, series)),
    )


def _distinct_names(studies: Sequence[Study]) -> tuple[str, ...]:
    """The names; those that several studies have with their databases, and then with numbers."""
    given = [study.name for study in studies]
    full = [
        f"{study.name} ({study.source.name})" if given.count(study.name) > 1 else study.name for study in studies
    ]
    return tuple(distinct(full))


def _family(studies: Sequence[Study]) -> tuple[int, ...]:
    """The positions of the most studies with the same objectives; of two such sets the one that comes first."""
    families: dict[object, list[int]] = {}
    for index, study in enumerate(studies):
        ways = _ways(study)
        if study.is_preferential or Direction.NOT_SET in ways:
            continue
        given = {each.metric_names for each in studies if _ways(each) == ways and each.metric_names}
        names = study.metric_names if len(given) > 1 else None  # a study without names goes with those of one naming
        families.setdefault((ways, names), []).append(index)
    ranked = sorted(families.values(), key=lambda members: -len(members))
    return tuple(ranked[0]) if ranked else ()


def _ways(study: Study) -> tuple[Direction, ...]:
    return tuple(objective.direction for objective in study.objectives)


def _named_objectives(studies: Sequence[Study], compared: Sequence[int]) -> tuple[Objective, ...]:
    """The objectives of the first study that names them, or else of the first one."""
    found = sorted((studies[index] for index in compared), key=lambda study: not study.metric_names)
    return found[0].objectives if found else ()


def _series(studies: Sequence[Study], names: Sequence[str], compared: Sequence[int]) -> tuple[Series, ...]:
    settings: dict[object, list[int]] = {}
    for index in compared:
        settings.setdefault(_setting(studies[index]), []).append(index)
    made: list[Series] = []
    for members in settings.values():
        if len(members) >= FEWEST_REPEATS:
            words = _("{name} (and {count} more)").format(name=names[members[0]], count=whole(len(members) - 1))
            made.append(Series(words, tuple(members)))
        else:
            made += [Series(names[index], (index,)) for index in members]
    return tuple(sorted(made, key=lambda each: each.members))


def _setting(study: Study) -> object:
    """What repeats of one setting share: the search space, and the names of study and database up to their numbers.

    A search space alone does not make a setting: studies of two samplers have it in common.
    """
    space = frozenset((name, frozenset(parameter.distributions)) for name, parameter in study.parameters.items())
    return space, _without_numbers(study.name), _without_numbers(study.source.name)


def _without_numbers(name: str) -> str:
    return re.sub(r"\d+", "#", _UNNAMED.sub("no-name", name))


def _strangers(studies: Sequence[Study], names: Sequence[str], family: Sequence[int]) -> list[str]:
    """Why the values of the studies outside the family are not compared; those with the same reason together."""
    preferential = [name for name, study in zip(names, studies, strict=True) if study.is_preferential]
    undirected = [
        name
        for name, study in zip(names, studies, strict=True)
        if not study.is_preferential and Direction.NOT_SET in _ways(study)
    ]
    said = []
    if preferential:
        said.append(_("Preferential studies have no values to compare: {names}.").format(names=some(preferential)))
    if undirected:
        words = _("Which values are better is not said, so they are not compared: {names}.")
        said.append(words.format(names=some(undirected)))
    others: dict[tuple[bool, str], list[str]] = {}
    for index, study in enumerate(studies):
        if index not in family and names[index] not in (*preferential, *undirected):
            opposite = _ways(study) != _ways(studies[family[0]])
            others.setdefault((opposite, objectives_text(study)), []).append(names[index])
    for (opposite, mine), strangers in others.items():
        sentence = (
            _("The values of {names} are not compared, for different directions or numbers of objectives: {mine}, where the others {others}.")
            if opposite
            else _("The values of {names} are not compared, for they are of other objectives: {mine}, where the others {others}.")
        )
        said.append(sentence.format(names=some(strangers), mine=mine, others=objectives_text(studies[family[0]])))
    return said


def _unnamed(studies: Sequence[Study], names: Sequence[str], compared: Sequence[int]) -> list[str]:
    """Studies that do not name their objectives, beside others that do, are taken for the same: that is told."""
    unnamed = [names[index] for index in compared if not studies[index].metric_names]
    if not 0 < len(unnamed) < len(compared):
        return []
    given = next(studies[index] for index in compared if studies[index].metric_names)
    words = _("{names} do not name their objectives; they are taken for the others' ({objectives}).")
    return [words.format(names=some(unnamed), objectives=objectives_text(given))]


def objectives_text(study: Study) -> str:
    """The objectives with their directions."""
    ways = {
        Direction.MINIMIZE: _("minimise {name}"),
        Direction.MAXIMIZE: _("maximise {name}"),
    }
    return enumerated(ways.get(o.direction, "{name}").format(name=named(o.name, 30)) for o in study.objectives)


def _repeats(names: Sequence[str], series: Sequence[Series]) -> list[str]:
    said = []
    for each in series:
        if len(each.members) > 1:
            words = _("{names} repeat one setting (same objectives, search space and name up to its number): they are drawn as their median, with a band from quartile to quartile.")
            said.append(words.format(names=some([names[index] for index in each.members])))
    return said


def some(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    shown = [named(name, 40) for name in names[: _NAMED if len(names) > _NAMED + 1 else None]]
    more = len(names) - len(shown)
    return listed([*shown, *([counted(more, "{count} more", "{count} more")] if more else [])])
