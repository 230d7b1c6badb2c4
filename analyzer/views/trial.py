"""Trial: one trial with all that is known of it, among all the others; or several side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import best_rows
from analyzer.curves import CURVE_STATES, band_traces, binned
from analyzer.errors import NotApplicable
from analyzer.facts import Facts, fact_table
from analyzer.one_trial import OneTrial, chosen_rows, held_numbers, one_trial
from analyzer.spelling import FORMS, spelled
from analyzer.standing import best_few, ranked
from analyzer.stats.outliers import drawable, plain_range
from analyzer.stats.quantiles import Bands, quantile_bands
from analyzer.strips import Mark, Strip, objective_strip, parameter_strip, placed, strip_axes, strip_traces, with_legend
from analyzer.study import EVERYTHING, Objective, State, Study
from analyzer.text import _, counted, duration, listed, moment, named, noted, number, paragraph, whole
from analyzer.trial_facts import best_name, trial_facts, trial_name
from analyzer.view import Copy, Move, Option, Section, View

_STRIPS = 30  # parameters drawn
_SYMBOLS = ("diamond", "square", "triangle-up", "star", "pentagon", "cross")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_CURVES_HEIGHT = 260
_SYSTEM = ("no", "yes")
_NAMED = 4  # parameters in the answer


@dataclass(frozen=True, slots=True)
class Curve:
    """What one trial reported."""

    steps: Ints  # (k,)
    values: Floats  # (k,), may be NaN or infinite


@dataclass(frozen=True, slots=True)
class Chosen:
    """The trials that were asked for, and what they are to be compared with."""

    objectives: tuple[Objective, ...]
    trials: tuple[OneTrial, ...]
    ranked: int  # feasible complete trials: ranks are among them
    is_preferential: bool
    strips: tuple[Strip, ...]  # one each objective, then one each parameter that a chosen trial has
    curves: tuple[Curve, ...]  # one each trial
    bands: Bands | None  # over the curves of all trials; None where nobody reported
    curve_range: tuple[float, float] | None
    before: int | None  # the neighbours of the only one, in trial order
    after: int | None
    best: int | None  # the best trial, or the first of the Pareto set


def analyze(study: Study, numbers: str = "", system: str = "no") -> Chosen:
    """Collect the trials, their ranks and the ranges. O(n p).

    Ranks are among the complete trials that satisfy their constraints; an infeasible trial has none.
    """
    rows = chosen_rows(study, numbers)
    trials = tuple(one_trial(study, row, system == "yes") for row in rows)
    best = best_few(study)
    valued = [] if study.is_preferential else [objective_strip(study, each, best, rows) for each in study.objectives]
    used = [p for p in study.parameters.values() if any(p.which[row] >= 0 for row in rows)]
    curves = tuple(_curve(study, row) for row in rows)
    bands, curve_range = _bands(study, curves)
    only = rows[0] if len(rows) == 1 else None
    return Chosen(
        objectives=study.objectives,
        trials=trials,
        ranked=len(ranked(study)),
        is_preferential=study.is_preferential,
        strips=(*valued, *(parameter_strip(study, each, best, rows) for each in used)),
        curves=curves,
        bands=bands,
        curve_range=curve_range,
        before=None if only is None or only == 0 else int(study.trials.numbers[only - 1]),
        after=None if only is None or only + 1 == len(study) else int(study.trials.numbers[only + 1]),
        best=_best(study),
    )


def _best(study: Study) -> int | None:
    try:
        return int(study.trials.numbers[best_rows(study)[0]])
    except NotApplicable:
        return None


def _curve(study: Study, row: int) -> Curve:
    mine = study.intermediate.rows == row
    return Curve(study.intermediate.steps[mine], study.intermediate.values[mine])


def _bands(study: Study, curves: tuple[Curve, ...]) -> tuple[Bands | None, tuple[float, float] | None]:
    """Quantiles over all curves, and the range that shows them and the chosen ones."""
    held = study.intermediate
    shown = np.isin(study.trials.states[held.rows], CURVE_STATES)
    steps, values = held.steps[shown], held.values[shown]
    if not any(np.isfinite(curve.values).any() for curve in curves):
        return None, None
    fits = plain_range(np.concatenate([values, *(curve.values for curve in curves)]))
    return (quantile_bands(binned(steps), values) if np.isfinite(values).any() else None), fits


def answer(result: Chosen) -> str:
    """How the trial did among the others; or in what several differ."""
    if len(result.trials) > 1:
        return paragraph([_differences(result), _winner(result)])
    trial = result.trials[0]
    return paragraph([_standing(result, trial), _violations(trial), _apart(result)])


def _standing(result: Chosen, trial: OneTrial) -> str:
    words = {"number": trial.number, "took": duration(trial.duration_s), "count": _complete(result.ranked)}
    if trial.state is State.COMPLETE:
        return _completed(result, trial, words)
    if trial.state is State.PRUNED:
        if not trial.reports:
            return _("Trial {number} was pruned.").format(**words)
        words["reports"] = counted(trial.reports, "{count} report", "{count} reports")
        return _("Trial {number} was pruned after {reports}.").format(**words)
    if trial.state is State.FAIL:
        after = trial.duration_s == trial.duration_s
        return (_("Trial {number} failed after {took}.") if after else _("Trial {number} failed.")).format(**words)
    if trial.state is State.RUNNING:
        return _("Trial {number} has been running since {start}.").format(number=trial.number, start=moment(trial.start))
    return _("Trial {number} is waiting to be run.").format(**words)


def _complete(count: int) -> str:
    return counted(count, "{count} complete trial", "{count} complete trials")


def _completed(result: Chosen, trial: OneTrial, words: dict[str, Any]) -> str:
    if result.is_preferential:
        return _("Trial {number} is complete; people compared the trials of this study, so it has no value.").format(**words)
    shown = zip(result.objectives, trial.values, strict=True)
    words["values"] = listed([f"{named(o.name)} {number(value)}" for o, value in shown])
    if trial.ranks[0] is None:
        return _("Trial {number}: {values}.").format(**words)
    if trial.dominated_by is None:
        words["rank"] = whole(trial.ranks[0])
        return _("Trial {number}: {values}, rank {rank} of {count}.").format(**words)
    if trial.dominated_by == 0:
        return _("Trial {number}: {values}; on the Pareto front of {count}.").format(**words)
    words["others"] = counted(trial.dominated_by, "{count} trial", "{count} trials")
    return _("Trial {number}: {values}; dominated by {others} of {count}.").format(**words)


def _violations(trial: OneTrial) -> str:
    if not trial.violated:
        return ""
    total = sum(value == value for value in trial.constraints)
    return _("It violates {count} of {all} constraints.").format(count=len(trial.violated), all=total)


def _apart(result: Chosen) -> str:
    """The numeric parameters that lie outside of where all of the best lie."""
    apart = [
        strip.scale.name
        for strip in result.strips
        if strip.objective is None and strip.best_range is not None and strip.stands[0] is not None
        and not strip.best_range[0] <= strip.stands[0] <= strip.best_range[1]
    ]  # fmt: skip
    if not apart:
        return ""
    if len(result.objectives) > 1:
        return _("The Pareto front does not reach as far in {names}.").format(names=_some(apart))
    return _("The best 10 % do not reach as far in {names}.").format(names=_some(apart))


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    rest = [_("{count} more").format(count=whole(more))] if more > 0 else []
    return listed([*map(named, names[:_NAMED]), *rest])


def _differences(result: Chosen) -> str:
    names = dict.fromkeys(name for trial in result.trials for name in trial.params)
    differing = [name for name in names if len({repr(trial.params.get(name)) for trial in result.trials}) > 1]
    words = {"trials": counted(len(result.trials), "{count} trial", "{count} trials"), "all": whole(len(names))}
    if not differing:
        return _("{trials} side by side: their parameters are the same.").format(**words)
    return _("{trials} side by side: {count} of {all} parameters differ ({names}).").format(
        **words, count=whole(len(differing)), names=_some(differing)
    )


def _winner(result: Chosen) -> str:
    placed_ones = [(trial.ranks[0], trial) for trial in result.trials if trial.ranks[0] is not None]
    if len(result.objectives) > 1 or not placed_ones:
        return ""
    rank, trial = min(placed_ones, key=lambda each: each[0])
    words = {"number": trial.number, "name": named(result.objectives[0].name), "value": number(trial.values[0])}
    return _("The best of them is trial {number}: {name} {value}, rank {rank} of {count}.").format(
        **words, rank=whole(rank), count=_complete(result.ranked)
    )


def figure(result: Chosen) -> fig.Figure | None:
    """A strip for each objective and parameter, and the learning curve; None where there is neither."""
    strips = [strip for strip in result.strips if len(strip.places)]
    strips = [s for s in strips if s.objective] + [s for s in strips if s.objective is None][:_STRIPS]
    marks = _marks(result)
    traces: list[fig.Trace] = []
    for index, strip in enumerate(strips):
        on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
        traces += [{**trace, **on} for trace in strip_traces(strip, marks, best_name(len(result.objectives)))]
    curves = _curves(result, len(strips))
    if not traces and not curves:
        return None
    below = (fig.axis(_("step")), _curve_axis(result)) if curves else None
    layout = placed([strip_axes(strip) for strip in strips], below, _CURVES_HEIGHT)
    return fig.figure(with_legend([*traces, *curves]), note=noted(_notes(result, strips)), **layout)


def _marks(result: Chosen) -> list[Mark]:
    outline = {"color": fig.BEST, "size": 12, "opacity": 1, "line": {"color": fig.PAPER, "width": 1}}
    return [
        Mark(trial.number, trial_name(trial.number), {**outline, "symbol": symbol})
        for trial, symbol in zip(result.trials, _SYMBOLS, strict=False)
    ]


def _curve_axis(result: Chosen) -> dict[str, Any]:
    shown = {"range": list(result.curve_range)} if result.curve_range else {}
    return fig.axis(_("intermediate value"), **shown)


def _curves(result: Chosen, index: int) -> list[fig.Trace]:
    """The bands of all curves, and those of the chosen trials."""
    on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
    traces = band_traces(result.bands) if result.bands else []
    for mark, dash, curve in zip(_marks(result), _DASHES, result.curves, strict=False):
        if not np.isfinite(curve.values).any():
            continue
        hover = fig.escaped(mark.name) + "<br>" + _("step") + " %{x}<br>" + _("value") + " %{y:.5~g}"
        values = np.where(drawable(curve.values, result.curve_range), curve.values, np.nan)
        line = fig.line(curve.steps, values, hover=hover, dash=dash)
        few = len(curve.steps) < 40
        line |= {"mode": "lines+markers", "marker": {**mark.marker, "size": 7}} if few else {}
        traces.append({**line, "legendgroup": mark.name})
    return [{**trace, **on} for trace in traces]


def _notes(result: Chosen, strips: list[Strip]) -> list[str]:
    notes = []
    parameters = sum(strip.objective is None for strip in result.strips)
    drawn = sum(strip.objective is None for strip in strips)
    if drawn < parameters:
        words = _("the first {drawn} of {all} parameters are drawn; the table has all")
        notes.append(words.format(drawn=whole(drawn), all=whole(parameters)))
    if any(strip.shown_range for strip in strips) or result.curve_range:
        notes.append(_("outliers lie outside the figure; double-click shows all"))
    return notes


def facts(result: Chosen) -> Facts:
    """Everything known of the trials."""
    objectives = () if result.is_preferential else result.objectives
    return trial_facts(result.trials, objectives, result.strips, result.ranked)


def table(result: Chosen) -> tab.Table:
    """The facts with every digit."""
    return fact_table(facts(result))


def copies(result: Chosen) -> tuple[Copy, ...]:
    """The parameters of each trial in every form."""
    several = len(result.trials) > 1
    return tuple(
        Copy(form, spelled(trial.params, form), trial_name(trial.number) if several else "")
        for trial in result.trials
        for form in FORMS
    )


def moves(result: Chosen) -> tuple[Move, ...]:
    """To the neighbours of the only trial, and the best one beside it."""
    if len(result.trials) > 1:
        return ()
    number = result.trials[0].number
    found = []
    if result.before is not None:
        words = _("‹ Trial {number}").format(number=result.before)
        found.append(Move("previous", words, {"numbers": str(result.before)}))
    if result.after is not None:
        words = _("Trial {number} ›").format(number=result.after)
        found.append(Move("next", words, {"numbers": str(result.after)}))
    if result.best is not None and result.best != number:
        words = _("Beside the best ({number})").format(number=result.best)
        found.append(Move("best", words, {"numbers": f"{number},{result.best}"}))
    return tuple(found)


VIEW = View(
    slug="trial",
    title="One trial",
    section=Section.TRIALS,
    question="How does one trial compare with the others?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    facts=facts,
    copies=copies,
    moves=moves,
    reads=EVERYTHING,
    options=(
        Option("numbers", "one trial, or several side by side: 12 or 12,40,7", held=held_numbers),
        Option("system", "show the system attributes too", lambda study: _SYSTEM, default="no"),
    ),
    order=8,
)
