"""The search spaces of several studies, and where the best trial of each stands in its own."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer import table as tab
from analyzer.best import best_rows
from analyzer.distributions import Categorical, Distribution
from analyzer.errors import NotApplicable
from analyzer.study import Study
from analyzer.text import _, enumerated, listed, named, noted, number, whole
from analyzer.together import Together, some
from analyzer.view import Section, View

_SHOWN = 12  # choices of a category that are written out


@dataclass(frozen=True, slots=True)
class Spaces:
    """What each study searched, parameter by parameter."""

    studies: tuple[str, ...]  # (s,)
    names: tuple[str, ...]  # (p,), parameters in the order of first use
    searched: tuple[tuple[str | None, ...], ...]  # p × s, None where a study has no such parameter
    best: tuple[tuple[str | None, ...], ...]  # p × s, the value of the best trial; None where there is none, or a front
    different: tuple[str, ...]  # parameters that all have, with other ranges
    partial: tuple[str, ...]  # parameters that some do not have


def analyze(compared: Together) -> Spaces:
    """Ranges and choices side by side. A range that changed from trial to trial is shown with all its forms."""
    studies = compared.studies
    names = tuple(dict.fromkeys(name for study in studies for name in study.parameters))
    if not names:
        raise NotApplicable(_("None of these studies has a parameter."))
    used = [[frozenset(study.parameters[name].distributions) if name in study.parameters else None for study in studies] for name in names]
    rows = [_best_row(study) for study in studies]
    return Spaces(
        studies=compared.names,
        names=names,
        searched=tuple(tuple(_searched(study, name) for study in studies) for name in names),
        best=tuple(tuple(_value(study, name, row) for study, row in zip(studies, rows, strict=True)) for name in names),
        different=tuple(name for name, each in zip(names, used, strict=True) if None not in each and len(set(each)) > 1),
        partial=tuple(name for name, each in zip(names, used, strict=True) if None in each),
    )


def _best_row(study: Study) -> int | None:
    try:
        return int(best_rows(study)[0]) if len(study.objectives) == 1 else None
    except NotApplicable:
        return None


def _searched(study: Study, name: str) -> str | None:
    if name not in study.parameters:
        return None
    return noted(_range(used) for used in study.parameters[name].distributions)


def _range(used: Distribution) -> str:
    if isinstance(used, Categorical):
        shown = enumerated(named(text, 40) for text in used.labels[:_SHOWN])
        return shown if len(used.labels) <= _SHOWN else _("{names} and {count} more").format(names=shown, count=whole(len(used.labels) - _SHOWN))
    words = {"low": number(float(used.low)), "high": number(float(used.high))}
    return _("{low} … {high} (log)").format(**words) if used.log else _("{low} … {high}").format(**words)


def _value(study: Study, name: str, row: int | None) -> str | None:
    value = study.parameters[name].value(row) if row is not None and name in study.parameters else None
    return None if value is None else number(value) if isinstance(value, float) else named(str(value), 40)


def answer(result: Spaces) -> str:
    """Whether all searched the same."""
    count = whole(len(result.names))
    if not result.different and not result.partial:
        if len(result.names) == 1:
            return _("All search the same range of {name}, their only parameter.").format(name=named(result.names[0]))
        return _("All search the same {count} parameters in the same ranges.").format(count=count)
    parts = []
    if result.different:
        parts.append(_("the range of {names}").format(names=some(result.different)))
    if result.partial:
        parts.append(_("{names}, which not all of them have").format(names=some(result.partial)))
    alike = whole(len(result.names) - len(result.different) - len(result.partial))
    return _("The spaces differ in {parts}; {alike} of {count} parameters are searched alike.").format(parts=listed(parts), alike=alike, count=count)


def table(result: Spaces) -> tab.Table:
    """One row a parameter: what each study searched, and the value of its best trial."""
    columns = [tab.texts("parameter", result.names)]
    for column, study in enumerate(result.studies):
        columns.append(tab.texts(study, [row[column] for row in result.searched]))
        if any(row[column] is not None for row in result.best):
            columns.append(tab.texts(_("best in {name}").format(name=study), [row[column] for row in result.best]))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="space",
    title="Search spaces",
    section=Section.COMPARISON,
    question="Did they search the same space?",
    analyze=analyze,
    answer=answer,
    table=table,
    order=7,
)
