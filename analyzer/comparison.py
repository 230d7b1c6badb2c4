"""Several studies side by side: budgets, best values, histories and search spaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats
from analyzer.best import best_rows
from analyzer.distributions import Categorical
from analyzer.errors import NotApplicable
from analyzer.progress import progress
from analyzer.states import directed, state_name
from analyzer.stats.thinning import thin_line
from analyzer.study import State, Study
from analyzer.text import _, duration, enumerated, named, number, whole
from analyzer.timing import timing

_COLOURS = ("#2f6fde", "#b7791f", "#2b8a7e", "#8a4fbf", "#c53030", "#7b8794")
_WIDTH = 800


@dataclass(frozen=True, slots=True)
class Line:
    """The best so far of one study."""

    name: str
    trials: Floats  # (k,), complete trials so far
    best: Floats  # (k,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the studies."""

    names: tuple[str, ...]
    table: tab.Table  # one row a fact, one column a study
    lines: tuple[Line, ...]  # of the studies that share one objective and its direction
    objective: str
    remarks: tuple[str, ...]  # what cannot be compared, one sentence each


def compare(studies: Sequence[Study]) -> Comparison:
    """Lay the studies side by side. Histories are drawn together only where objective count and direction agree."""
    names = _distinct([study.name for study in studies])
    remarks = []
    comparable = len({tuple(o.direction for o in study.objectives) for study in studies}) == 1
    if not comparable:
        remarks.append(
            _("The studies have different directions or numbers of objectives: their values are not compared.")
        )
    single = comparable and len(studies[0].objectives) == 1
    lines = []
    for name, study in zip(names, studies, strict=True):
        if single and len(study.complete) and not study.is_preferential:
            best = progress(study, study.objectives[0]).best
            at = thin_line(np.arange(1.0, len(best) + 1), best, _WIDTH)
            lines.append(Line(name, (at + 1).astype(np.float64), best[at]))
    return Comparison(names, _facts(studies, names), tuple(lines), studies[0].objectives[0].name, tuple(remarks))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Studies of the same name from several databases get a number."""
    return tuple(
        f"{name} ({names[: index + 1].count(name)})" if names.count(name) > 1 else name
        for index, name in enumerate(names)
    )


def _facts(studies: Sequence[Study], names: Sequence[str]) -> tab.Table:
    facts: dict[str, list[str]] = {_("database"): [study.source.name for study in studies]}
    facts[_("objectives")] = [enumerated([directed(o) for o in study.objectives]) for study in studies]
    facts[_("trials")] = [whole(len(study)) for study in studies]
    for state in ("COMPLETE", "PRUNED", "FAIL", "RUNNING", "WAITING"):
        counts = [study.state_counts().get(state, 0) for study in studies]
        if any(counts):
            facts[state_name(State[state])] = [whole(count) for count in counts]
    facts[_("best")] = [_best(study) for study in studies]
    facts[_("time")] = [duration(timing(study).span_s) for study in studies]
    for parameter in dict.fromkeys(name for study in studies for name in study.parameters):
        facts[_("{name}: searched").format(name=parameter)] = [_searched(study, parameter) for study in studies]
        facts[_("{name}: best").format(name=parameter)] = [_best_parameter(study, parameter) for study in studies]
    columns = [tab.texts("", list(facts))]
    columns += [tab.texts(name, [facts[fact][index] for fact in facts]) for index, name in enumerate(names)]
    return tab.Table(tuple(columns))


def _best(study: Study) -> str:
    try:
        rows = best_rows(study)
    except NotApplicable:
        return "–"
    if len(study.objectives) > 1:
        return _("{count} on the front").format(count=whole(len(rows)))
    return _("{value} (trial {trial})").format(
        value=number(float(study.trials.values[rows[0], 0]), 6), trial=int(study.trials.numbers[rows[0]])
    )


def _searched(study: Study, parameter: str) -> str:
    if parameter not in study.parameters:
        return "–"
    used = study.parameters[parameter].distribution
    if isinstance(used, Categorical):
        return ", ".join(used.labels)
    searched = f"{number(used.low)} … {number(used.high)}"
    return _("{name} (log)").format(name=searched) if used.log else searched


def _best_parameter(study: Study, parameter: str) -> str:
    try:
        row = int(best_rows(study)[0])
    except NotApplicable:
        return "–"
    if len(study.objectives) > 1 or parameter not in study.parameters:
        return "–"
    value = study.parameters[parameter].value(row)
    return "–" if value is None else number(value) if isinstance(value, float) else str(value)


def figure(result: Comparison) -> fig.Figure:
    """The best so far of every study, over complete trials."""
    traces = [
        fig.line(
            line.trials, line.best, name=named(line.name), color=_COLOURS[index % len(_COLOURS)], shape="hv",
            hover=fig.escaped(named(line.name)) + "<br>" + _("complete trials") + " %{x}<br>" + _("best so far") + " %{y:.5~g}",
        )
        for index, line in enumerate(result.lines)
    ]  # fmt: skip
    return fig.figure(traces, height=400, xaxis=fig.axis(_("complete trials")), yaxis=fig.axis(named(result.objective)))
