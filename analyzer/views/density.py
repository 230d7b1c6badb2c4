"""Densities: where the best trials lie in each range, beside all trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Bools, Floats, Ints
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.places import at_shares, has_stops, nearest_stops, outward, shares, stops
from analyzer.scale import Scale, drawn_axis, hover_value, positions, scale
from analyzer.stats.contrast import Contrast, contrast, narrowest_range, telling
from analyzer.stats.density import kernel_density, silverman_bandwidth, weighted_shares
from analyzer.stats.ped_anova import top_by_loss
from analyzer.study import Objective, Parameter, Study
from analyzer.target import aimed
from analyzer.text import _, counted, listed, named, noted, number, percent, whole
from analyzer.view import OBJECTIVE, Option, Section, View

TOPS = ("5 %", "10 %", "20 %", "50 %")
_FEWEST = 3  # best trials that have a parameter, below which there is no density to speak of
_PARTS = 10  # cells in which the difference along a continuous range is measured
_POINTS = 129  # of a density line
_BROADEST = 0.25  # of a range: a kernel wider than that shows nothing
_WRONG = 0.1  # share of the parameters called different that chance may have made so
_HELD = 0.8  # share of the best trials within the range that the answer names
_PANELS, _NAMED, _RUG = 30, 3, 100  # panels shown; parameters in the answer; best trials marked one by one
_COLUMNS, _ROW_HEIGHT = 3, 210


@dataclass(frozen=True, slots=True)
class Panel:
    """One parameter."""

    scale: Scale
    contrast: Contrast
    trials: tuple[int, int]  # how many of the best and of all have the parameter
    places: Floats  # (g,), points of the lines; positions of the bars
    best: Floats  # (g,), density of the best, 1 where trials were spread evenly over the range; of bars, their share
    every: Floats  # (g,), the same of all trials
    held: tuple[float, float]  # the narrowest range with four in five of the best; of bars, the most telling one
    marked: Ints  # (r,), which trials of the best are marked one by one; none where there are many, or bars
    stands: Floats  # (r,), where they stand


@dataclass(frozen=True, slots=True)
class Density:
    """The best trials beside all, parameter by parameter, the largest difference first."""

    objective: Objective
    top: str  # the share that counts as best, as it was chosen
    count: int  # how many trials that is, with those that tie with the last of them
    trials: int  # complete trials with a finite value
    panels: tuple[Panel, ...]
    telling: tuple[int, ...]  # which panels differ by more than chance makes
    left_out: tuple[str, ...]  # parameters that fewer than three of the best trials have


def analyze(study: Study, objective: str = "", top: str = "10 %") -> Density:
    """Compare the best share of the feasible complete trials with all complete ones, both with finite values.

    Lines are Gaussian kernel densities on the scale that was searched, reflected at the ends of the range; categories
    and short stepped ranges are shares. Parameters are sorted by the total variation distance of the best trials from
    all, less what as many random trials make (`stats.contrast`). Trials that tie with the last of the best are best
    too. O(n p).
    """
    study, which = aimed(study, objective)
    require_values(study)
    rows = study.complete[np.isfinite(study.trials.values[study.complete, which.index])]
    best = _best(study, which, rows, float(top.removesuffix("%")) / 100)
    varying = [p for p in study.parameters.values() if _varies(positions(p)[rows])]
    if not varying:
        raise NotApplicable(_("No parameter varies among the complete trials with a finite value."))
    held = [p for p in varying if np.isfinite(positions(p)[rows[best]]).sum() >= _FEWEST]
    if not held:
        raise NotApplicable(
            _("No parameter that varies is in {count} of the best {top} of the trials.").format(count=_FEWEST, top=top)
        )
    panels = [_panel(study, parameter, rows, best) for parameter in held]
    panels.sort(key=lambda panel: panel.contrast.by_chance - panel.contrast.distance)
    return Density(
        objective=which,
        top=top,
        count=int(best.sum()),
        trials=len(rows),
        panels=tuple(panels),
        telling=tuple(np.flatnonzero(telling(np.array([p.contrast.p_value for p in panels]), _WRONG)).tolist()),
        left_out=tuple(p.name for p in varying if p not in held),
    )


def _best(study: Study, objective: Objective, rows: Ints, share: float) -> Bools:
    """Which of the rows are among the best; infeasible trials never are."""
    feasible = study.feasible[rows]
    if not len(rows):
        raise NotApplicable(
            _("None of the {count} complete trials has a finite value.").format(count=len(study.complete))
        )
    if not feasible.any():
        raise NotApplicable(_("None of the {count} complete trials satisfies its constraints.").format(count=len(rows)))
    best = np.zeros(len(rows), dtype=bool)
    losses = study.losses[rows, objective.index]
    best[feasible] = top_by_loss(losses[feasible], share)
    if best.sum() < _FEWEST:
        raise NotApplicable(
            counted(
                len(rows),
                "The study's {count} complete trial has too few in the best {share:.0f} %: at least {least} are needed to say where they lie.",
                "The study's {count} complete trials have too few in the best {share:.0f} %: at least {least} are needed to say where they lie.",
                share=100 * share,
                least=_FEWEST,
            )
        )
    if best.all():
        raise NotApplicable(_("All complete trials count as the best, for their values are equal."))
    return best


def _varies(places: Floats) -> bool:
    known = places[np.isfinite(places)]
    return len(known) > 1 and bool((known != known[0]).any())


def _panel(study: Study, parameter: Parameter, rows: Ints, best: Bools) -> Panel:
    axis, places = scale(parameter), positions(parameter)[rows]
    known = np.isfinite(places)
    places, mine, numbers = places[known], best[known], study.trials.numbers[rows[known]]
    if has_stops(axis):
        found, best_line, every_line, compared = _bars(axis, places, mine)
        most = float(found[np.argmax(best_line - every_line)])
        held = most, most
    else:
        found, best_line, every_line, compared = _lines(axis, places, mine)
        held = _held(axis, places[mine])
    marked = np.flatnonzero(mine) if mine.sum() <= _RUG and not has_stops(axis) else np.empty(0, np.int64)
    return Panel(
        scale=axis,
        contrast=compared,
        trials=(int(mine.sum()), len(mine)),
        places=found,
        best=best_line,
        every=every_line,
        held=held,
        marked=numbers[marked],
        stands=places[marked],
    )


def _bars(axis: Scale, places: Floats, best: Bools) -> tuple[Floats, Floats, Floats, Contrast]:
    """The share of each category, or of each value of a short stepped range."""
    found, size = nearest_stops(axis, places), len(stops(axis))
    counts = [np.bincount(codes.astype(np.intp), minlength=size).astype(np.int64) for codes in (found[best], found)]
    mine, every = (weighted_shares(codes, size) for codes in (found[best], found))
    return stops(axis), mine, every, contrast(*counts)


def _lines(axis: Scale, places: Floats, best: Bools) -> tuple[Floats, Floats, Floats, Contrast]:
    """The density along a continuous range, in units of an even spread."""
    share = shares(axis, places)
    grid = np.linspace(0.0, 1.0, _POINTS)
    mine, every = (_smooth(values, grid) for values in (share[best], share))
    cells = np.minimum((share * _PARTS).astype(np.intp), _PARTS - 1)
    counts = [np.bincount(codes, minlength=_PARTS).astype(np.int64) for codes in (cells[best], cells)]
    return at_shares(axis, grid), mine, every, contrast(*counts)


def _smooth(values: Floats, grid: Floats) -> Floats:
    """A density over [0, 1]; few values get a kernel of some width even where they are equal."""
    width = min(max(silverman_bandwidth(values), 0.01), _BROADEST)
    return np.round(kernel_density(values, grid, bandwidth=width, bounds=(0.0, 1.0)), 6)


def _held(axis: Scale, best: Floats) -> tuple[float, float]:
    """The narrowest range, on the scale that was searched, that holds four in five of the best."""
    low, high = narrowest_range(np.log(best) if axis.log else best, _HELD)
    if not axis.log:
        return low, high
    return float(best[np.argmin(np.abs(np.log(best) - low))]), float(best[np.argmin(np.abs(np.log(best) - high))])


def answer(result: Density) -> str:
    """Which parameters the best trials differ in most, and the ranges that hold four in five of them."""
    words = {"top": result.top, "count": whole(result.count), "all": whole(result.trials)}
    if not result.objective.has_best:
        return _lowest(result, words | {"target": named(result.objective.name)})
    named_ones = [result.panels[at] for at in result.telling[:_NAMED]]
    phrases = listed([_phrase(panel) for panel in named_ones or result.panels[:_NAMED]])
    if not named_ones:
        words |= {"names": phrases}
        return _(
            "The best {top} ({count} of {all} trials) use {names}; as many random trials could look so too."
        ).format(**words)
    if all(has_stops(panel.scale) for panel in named_ones):
        return _("The best {top} ({count} of {all} trials) stand out by {names}.").format(**words, names=phrases)
    return _(
        "The best {top} ({count} of {all} trials) stand out by {names}; a range holds four in five of them."
    ).format(**words, names=phrases)


def _lowest(result: Density, words: dict[str, str]) -> str:
    """The same of the trials with the lowest values, where no value is better than another."""
    clear = [result.panels[at] for at in result.telling[:_NAMED]]
    words["names"] = listed([_phrase(panel) for panel in clear or result.panels[:_NAMED]])
    if not clear:
        return _(
            "The {top} with the lowest {target} ({count} of {all} trials) use {names}; as many random trials could look so too."
        ).format(**words)
    return _(
        "The {top} with the lowest {target} ({count} of {all} trials) stand out by {names}; it has no better or worse."
    ).format(**words)


def _phrase(panel: Panel) -> str:
    """The parameter with the range, or with the most overrepresented value and its shares."""
    name, (low, high) = named(panel.scale.name), panel.held
    if not has_stops(panel.scale):
        bottom, top = (number(low), number(high)) if low == high else outward(low, high)
        return _("{name} {low} … {high}").format(name=name, low=bottom, high=top)
    at = int(np.argmin(np.abs(panel.places - low)))
    return _("{name} = {value} ({best} of them, {every} of all)").format(
        name=name, value=named(panel.scale.labels[at], 30) if panel.scale.labels else number(low),
        best=percent(float(panel.best[at])), every=percent(float(panel.every[at])),
    )  # fmt: skip


def figure(result: Density) -> fig.Figure:
    """One panel a parameter: the best filled, all trials grey."""
    shown = result.panels[:_PANELS]
    names = (
        _("all {count} trials").format(count=whole(result.trials)),
        (_("best {top}") if result.objective.has_best else _("lowest {top}")).format(top=result.top),
    )
    traces: list[fig.Trace] = []
    axes: list[fig.Axes] = []
    for index, panel in enumerate(shown):
        on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
        drawn = _shares_drawn(panel, names) if has_stops(panel.scale) else _lines_drawn(panel, names)
        traces += [{**_in_legend(trace, names, index == 0), **on} for trace in drawn]
        traces += [{**_rug(panel), **on}] if len(panel.marked) else []
        height: dict[str, Any] = {"rangemode": "tozero", "nticks": 5}
        unit = {"title": _("share"), "tickformat": ".0%"} if has_stops(panel.scale) else {"title": _("density")}
        axes.append((drawn_axis(panel.scale, showgrid=False), fig.axis(**unit, **height)))
    layout = fig.panels(axes, _COLUMNS, _ROW_HEIGHT)
    return fig.figure(traces, note=noted(_notes(result)), bargap=0.25, bargroupgap=0.0, **layout)


def _in_legend(trace: fig.Trace, names: tuple[str, str], first: bool) -> fig.Trace:
    """One entry for all panels: those of the first one speak for the others."""
    every = trace["legendgroup"] == "all"
    named_trace = fig.named(trace, names[0] if every else names[1])
    return {**named_trace, "showlegend": first}


def _lines_drawn(panel: Panel, names: tuple[str, str]) -> list[fig.Trace]:
    times = _("{share}× an even spread").format(share="%{y:.2f}")
    hover = f"{fig.escaped(named(panel.scale.name, 32))} %{{x:.4~g}}<br>{times}"
    every = fig.line(panel.places, panel.every, hover=hover + "<br>" + names[0], color=fig.DOMINATED)
    best = fig.line(panel.places, panel.best, hover=hover + "<br>" + names[1], color=fig.COMPLETE)
    return [
        {**every, "legendgroup": "all"},
        {**best, "legendgroup": "best", "fill": "tozeroy", "fillcolor": "rgba(47,111,222,0.2)"},
    ]


def _shares_drawn(panel: Panel, names: tuple[str, str]) -> list[fig.Trace]:
    labels = panel.scale.labels or [number(place) for place in panel.scale.grid]
    at = [fig.escaped(named(label, 40)) for label in labels]
    bars = []
    for group, heights, colour, name in (
        ("all", panel.every, fig.DOMINATED, names[0]), ("best", panel.best, fig.COMPLETE, names[1]),
    ):  # fmt: skip
        said = [f"{label}<br>{percent(float(height))}<br>{name}" for label, height in zip(at, heights, strict=True)]
        bars.append({
            "type": "bar", "x": panel.places, "y": heights, "marker": {"color": colour}, "legendgroup": group,
            "offsetgroup": group, "hovertext": said, "hoverinfo": "text",
        })  # fmt: skip
    return bars


def _rug(panel: Panel) -> fig.Trace:
    """The best trials one by one, where they are few: a density of five trials is no more than these five."""
    name = fig.escaped(named(panel.scale.name, 32))
    hover = f"{_('trial')} %{{customdata}}<br>{name} {hover_value(panel.scale, 'x')}"
    ticks = fig.points(panel.stands, np.zeros(len(panel.stands)), hover, numbers=panel.marked, symbol="line-ns-open",
                       size=18, opacity=0.8, line={"width": 1.5, "color": fig.COMPLETE})  # fmt: skip
    return {**ticks, "legendgroup": "best"}  # the axis cuts off their lower halves


def _notes(result: Density) -> list[str]:
    notes = []
    if not all(has_stops(panel.scale) for panel in result.panels[:_PANELS]):
        notes.append(_("density 1: as many as if spread evenly over the range"))
    if len(result.panels) > _PANELS:
        words = _("the {shown} of {all} parameters that differ most")
        notes.append(words.format(shown=_PANELS, all=whole(len(result.panels))))
    if result.left_out:
        words = _("fewer than three of them have {names}")
        some = [named(name, 24) for name in result.left_out[:_NAMED]]
        more = len(result.left_out) - len(some)
        notes.append(
            words.format(names=listed([*some, *([_("{count} more").format(count=whole(more))] if more else [])]))
        )
    return notes


def table(result: Density) -> tab.Table:
    """The lines and bars: parameter, place or category, density or share of the best and of all, the distance."""
    panels, names = result.panels, [panel.scale.name for panel in result.panels]
    sizes = [len(panel.places) for panel in panels]
    texts = [label for panel in panels for label in (panel.scale.labels or [None] * len(panel.places))]
    places = [np.full(len(p.places), np.nan) if p.scale.labels else p.places for p in panels]
    return tab.Table(
        (
            tab.categories("parameter", np.repeat(np.arange(len(panels)), sizes), names),
            tab.numbers("at", np.concatenate(places)),
            tab.texts("category", texts),
            tab.numbers(
                "best" if result.objective.has_best else "lowest", np.concatenate([panel.best for panel in panels])
            ),
            tab.numbers("all", np.concatenate([panel.every for panel in panels])),
            tab.numbers("distance", np.repeat([panel.contrast.distance for panel in panels], sizes)),
        )
    )


VIEW = View(
    slug="density",
    title="Parameter densities",
    section=Section.PARAMETERS,
    question="Which part of each range do the best trials use?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE, Option("top", "how many of the trials count as the best", lambda study: TOPS, default="10 %")),
    order=5,
)
