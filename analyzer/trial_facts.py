"""Everything known of one or several trials in words and numbers: values, parameters, times, attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.distributions import Categorical, Distribution
from analyzer.facts import Cell, Fact, FactGroup, Facts, cut, fact, stored_cell
from analyzer.one_trial import OneTrial
from analyzer.places import outward
from analyzer.states import state_name
from analyzer.strips import Strip
from analyzer.study import Direction, Objective
from analyzer.text import _, counted, duration, enumerated, listed, moment, named, noted, number, percent, whole

_CHOICES = 6  # choices of a category that are listed


def trial_facts(trials: Sequence[OneTrial], objectives: Sequence[Objective], strips: Sequence[Strip], ranked: int) -> Facts:
    """The facts, those that no trial has left out. `objectives`: none where people compared the trials instead.

    `ranked`: how many trials the ranks are among.
    """
    by_name = {strip.scale.name: strip for strip in strips if strip.objective is None}
    groups = [
        FactGroup(_("Outcome"), (*_values(trials, objectives, ranked), *_outcome(trials))),
        FactGroup(_("Parameters"), tuple(_parameter(trials, name, by_name.get(name)) for name in _names(trials, "params"))),
        FactGroup(_("Constraints"), tuple(_constraints(trials))),
        FactGroup(_("Time"), tuple(_times(trials))),
        FactGroup(_("Attributes"), tuple(_attribute(trials, "attributes", name) for name in _names(trials, "attributes"))),
        FactGroup(_("Kept with it"), tuple(_kept(trials))),
        FactGroup(_("System attributes"), tuple(_attribute(trials, "system", name) for name in _names(trials, "system"))),
    ]
    return Facts(
        subjects=tuple(trial_name(trial.number) for trial in trials),
        beside=(_("searched"), best_name(len(objectives))),
        groups=tuple(group for group in groups if group.facts),
    )


def trial_name(number: int) -> str:
    """What one trial is called where several are."""
    return _("trial {number}").format(number=number)


def best_name(objectives: int) -> str:
    """What the best trials are called."""
    return _("Pareto front") if objectives > 1 else _("best 10 %")


def _names(trials: Sequence[OneTrial], part: str) -> list[str]:
    return list(dict.fromkeys(name for trial in trials for name in getattr(trial, part)))


def _values(trials: Sequence[OneTrial], objectives: Sequence[Objective], ranked: int) -> list[Fact]:
    ways = {Direction.MINIMIZE: _("smaller is better"), Direction.MAXIMIZE: _("larger is better"), Direction.NOT_SET: ""}
    found = []
    for objective in objectives:
        cells = [_value(trial.values[objective.index], trial.ranks[objective.index], ranked) for trial in trials]
        found.append(fact(named(objective.name), cells, (ways[objective.direction], "")))
    return found


def _value(value: float, rank: int | None, ranked: int) -> Cell:
    if value != value:
        return Cell("–")
    said = "" if rank is None else _("rank {rank} of {count}").format(rank=whole(rank), count=whole(ranked))
    return Cell(number(value), repr(value), said)


def _outcome(trials: Sequence[OneTrial]) -> list[Fact]:
    rows: list[tuple[str, Callable[[OneTrial], str]]] = [
        (_("dominated by"), lambda trial: "" if trial.dominated_by is None else _trials(trial.dominated_by)),
        (_("state"), lambda trial: state_name(trial.state)),
        (_("reports"), lambda trial: whole(trial.reports) if trial.reports else ""),
        (_("enqueued with"), lambda trial: cut(listed([named(name) for name in trial.fixed]))),
        (_("retry of"), lambda trial: cut(listed([trial_name(each) for each in trial.retry_of]))),
        (_("retried as"), lambda trial: cut(listed([trial_name(each) for each in trial.retried_as]))),
    ]
    said = [(name, [Cell(text(trial) or "–") for trial in trials]) for name, text in rows]
    return [fact(name, cells) for name, cells in said if any(cell.text != "–" for cell in cells)]


def _trials(count: int) -> str:
    return counted(count, "{count} trial", "{count} trials") if count else _("no trial: on the Pareto front")


def _parameter(trials: Sequence[OneTrial], name: str, strip: Strip | None) -> Fact:
    cells = []
    for at, trial in enumerate(trials):
        share = None if strip is None or strip.scale.labels else strip.shares[at]
        if name not in trial.params:
            cells.append(Cell("–"))
        else:
            remark = "" if share is None else _("at {share} of the range").format(share=percent(share))
            cells.append(stored_cell(trial.params[name], remark))
    used = [trial.distributions[name] for trial in trials if name in trial.distributions]
    ranges = list(dict.fromkeys(distribution_text(each) for each in used))
    return fact(named(name), cells, (noted(ranges), "" if strip is None else _best(strip)))


def _best(strip: Strip) -> str:
    """Where the best lie."""
    if strip.best_range is not None:
        if strip.best_range[0] == strip.best_range[1]:
            return number(strip.best_range[0])
        low, high = outward(*strip.best_range)
        return f"{low} – {high}"
    total = sum(count for _label, count in strip.best_counts)
    words = _("{choice} {share}")
    return enumerated(words.format(choice=named(label, 24), share=percent(count / total)) for label, count in strip.best_counts[:3])


def distribution_text(used: Distribution) -> str:
    """What was searched, in words."""
    if isinstance(used, Categorical):
        some = [named(label, 24) for label in used.labels[:_CHOICES]]
        more = len(used.labels) - len(some)
        rest = [_("{count} more").format(count=whole(more))] if more else []
        return _("one of {choices}").format(choices=enumerated([*some, *rest]))
    words = f"{number(used.low)} – {number(used.high)}"
    if used.log:
        return _("{range}, log").format(range=words)
    if used.step is not None and used.step != 1:
        return _("{range} in steps of {step}").format(range=words, step=number(used.step))
    return words


def _constraints(trials: Sequence[OneTrial]) -> list[Fact]:
    found = []
    for index in range(max(len(trial.constraints) for trial in trials)):
        cells = []
        for trial in trials:
            value = trial.constraints[index]
            remark = "" if value != value else _("violated") if value > 0 else _("satisfied")
            cells.append(Cell(number(value), "" if value != value else repr(value), remark))
        if any(cell.remark for cell in cells):
            found.append(fact(_("constraint {index}").format(index=index), cells, (_("at most 0"), "")))
    return found


def _times(trials: Sequence[OneTrial]) -> list[Fact]:
    rows: list[tuple[str, Callable[[OneTrial], Cell]]] = [
        (_("started"), lambda trial: Cell(moment(trial.start), str(trial.start).replace("T", " ").replace("NaT", ""))),
        (_("ended"), lambda trial: Cell(moment(trial.end), str(trial.end).replace("T", " ").replace("NaT", ""))),
        (_("duration"), lambda trial: _duration(trial.duration_s)),
    ]
    said = [(name, [cell(trial) for trial in trials]) for name, cell in rows]
    return [fact(name, cells, compared=False) for name, cells in said if any(cell.text != "–" for cell in cells)]


def _duration(seconds: float) -> Cell:
    return Cell(duration(seconds), "" if seconds != seconds else _("{seconds} s").format(seconds=repr(seconds)))


def _kept(trials: Sequence[OneTrial]) -> list[Fact]:
    """What people and programs left beside the trial: a note in Markdown, files."""
    rows: list[tuple[str, Callable[[OneTrial], Cell]]] = [
        (_("note"), lambda trial: stored_cell(trial.note) if trial.note else Cell("–")),
        (_("artifacts"), lambda trial: stored_cell(enumerated(map(named, trial.artifacts))) if trial.artifacts else Cell("–")),
    ]
    said = [(name, [cell(trial) for trial in trials]) for name, cell in rows]
    return [fact(name, cells) for name, cells in said if any(cell.text != "–" for cell in cells)]


def _attribute(trials: Sequence[OneTrial], part: str, name: str) -> Fact:
    return fact(named(name), [stored_cell(getattr(trial, part)[name]) if name in getattr(trial, part) else Cell("–") for trial in trials])
