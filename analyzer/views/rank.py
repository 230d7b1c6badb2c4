"""Rank: trials over two parameters, coloured by the rank of their objective value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints
from analyzer.best import require_values
from analyzer.pairs import Place, X, Y, places, spots
from analyzer.panels import each_within
from analyzer.scale import drawn_axis, hover_value
from analyzer.stats.ranks import scaled_ranks
from analyzer.stats.thinning import Box
from analyzer.study import Objective, Study
from analyzer.target import aimed
from analyzer.text import _, named, noted, percent, shortened
from analyzer.view import OBJECTIVE, Section, View
from analyzer.window import NOTHING, WHOLE, Sight, Window, dots, no_rows

_DOTS = 6000  # in all panels together, about
_COLUMNS, _ROW_HEIGHT, _SINGLE_HEIGHT = 3, 260, 430
_TOP = 0.1
_SPREAD = 0.65  # share of a range that the middle 80 % of evenly spread trials hardly fall short of


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of parameters."""

    place: Place
    drawn: Ints = field(default_factory=no_rows)  # which of the pair's trials are drawn, the best ones first choice
    sight: Sight = NOTHING  # how many of the pair's trials that is


@dataclass(frozen=True, slots=True)
class Rank:
    """The complete trials and their ranks."""

    objective: Objective
    numbers: Ints  # (k,)
    values: Floats  # (k,), may be infinite
    ranks: Floats  # (k,), 0 for the lowest value, 1 for the highest, ties averaged
    panels: tuple[Panel, ...]
    narrowest: tuple[str, float] | None  # the numeric parameter in whose range the best tenth is closest together, and the
    # share of it that the middle 80 % of them take; None where they are too few


def analyze(study: Study, objective: str = "", x: str = "", y: str = "") -> Rank:
    """As optuna.visualization.plot_rank: ranks of the values scaled to [0, 1]. O(n log n), figures of bounded size."""
    study, which = aimed(study, objective)
    require_values(study)
    rows = study.complete
    values = study.trials.values[rows, which.index]
    ranks = scaled_ranks(values)
    goodness = ranks if which.sign > 0 else 1 - ranks
    pairs = places(study, rows, which, x, y)
    made = Rank(
        objective=which,
        numbers=study.trials.numbers[rows],
        values=values,
        ranks=ranks,
        panels=tuple(Panel(place) for place in pairs),
        narrowest=_narrowest(pairs, goodness),
    )
    return within(made, WHOLE)


def within(result: Rank, window: Window) -> Rank:
    """What is drawn in each panel: the best trial for each spot of its part of the window. O(n log n)."""
    side = max(8, round(np.sqrt(_DOTS / len(result.panels) * 1.3)))
    goodness = result.ranks if result.objective.sign > 0 else 1 - result.ranks

    def chosen(panel: Panel, box: Box | None) -> Panel:
        good = goodness[panel.place.rows]
        drawn, sight = dots(*spots(panel.place), (side, side), box, priority=good)
        return replace(panel, drawn=drawn[np.argsort(-good[drawn], kind="stable")], sight=sight)

    return replace(result, panels=each_within(result.panels, window, chosen))


def _narrowest(pairs: list[Place], goodness: Floats) -> tuple[str, float] | None:
    """Where the good trials are closest together: the middle 80 % of the top tenth, as a share of the range."""
    found = None
    for place in pairs:
        for axis, positions in ((place.x, place.x_positions), (place.y, place.y_positions)):
            top = positions[goodness[place.rows] <= _TOP]
            if axis.labels or axis.grid or len(top) < 5 or not axis.high > axis.low:
                continue
            low, high = np.percentile(top, (10, 90))
            ends = (low, high, axis.low, axis.high)
            low, high, start, end = (float(np.log(e)) if axis.log else float(e) for e in ends)
            share = (high - low) / (end - start)
            if found is None or share < found[1]:
                found = (axis.name, share)
    return found


def answer(result: Rank) -> str:
    """Which parameter the best tenth agrees on most."""
    if result.narrowest is None:
        return _("Too few trials, or no numeric parameter, to say where the best ones lie.")
    name, share = result.narrowest
    if not result.objective.has_best:
        return _lowest(result.objective, name, share)
    if share > _SPREAD:
        return _("The best tenth of the trials is spread over the range of every numeric parameter.")
    return _("Most of the best tenth of the trials lies within {share} of the range of {name}.").format(
        share=percent(share), name=named(name)
    )


def _lowest(target: Objective, name: str, share: float) -> str:
    """The same of the lowest tenth, where no value is better than another."""
    words = {"target": named(target.name), "share": percent(share), "name": named(name)}
    if share > _SPREAD:
        return _(
            "The tenth of the trials with the lowest {target} is spread over the range of every numeric parameter."
        ).format(**words)
    return _(
        "Most of the tenth of the trials with the lowest {target} lies within {share} of the range of {name}."
    ).format(**words)


def figure(result: Rank) -> fig.Figure:
    """One panel a pair; dark is better, the best on top."""
    traces: list[fig.Trace] = []
    axes: list[fig.Axes] = []
    columns: dict[str, str] = {}
    for index, panel in enumerate(result.panels):
        on = {"xaxis": fig.axis_name("x", index), "yaxis": fig.axis_name("y", index)}
        traces.append({**_dots(result, panel), **on})
        columns |= {on["xaxis"]: f"params_{panel.place.x.name}", on["yaxis"]: f"params_{panel.place.y.name}"}
        axes.append((drawn_axis(panel.place.x), drawn_axis(panel.place.y)))
    row_height = _ROW_HEIGHT if len(result.panels) > 1 else _SINGLE_HEIGHT
    sights = [panel.sight for panel in result.panels]
    note = noted(fig.drawn_notes(sights))
    made = fig.figure(traces, note=note, coloraxis=_colours(result), **fig.panels(axes, _COLUMNS, row_height))
    return fig.selectable(fig.summary(made, any(each.is_summary for each in sights)), columns)


def _colours(result: Rank) -> dict[str, object]:
    better_low = result.objective.sign > 0
    scale = fig.AGE if better_low else fig.reversed_scale(fig.AGE)
    ends = [_("best"), _("median"), _("worst")]
    if not result.objective.has_best:
        ends = [_("lowest"), _("median"), _("highest")]
    bar = fig.colour_bar(_("rank"), tickvals=[0, 0.5, 1], ticktext=ends if better_low else ends[::-1])
    return {"colorscale": scale, "cmin": 0, "cmax": 1, "colorbar": bar}


def _dots(result: Rank, panel: Panel) -> fig.Trace:
    place, rows = panel.place, panel.place.rows[panel.drawn]
    hover = "<br>".join((
        _("trial") + " %{customdata}",
        f"{fig.escaped(shortened(place.x.name, 32))} {hover_value(place.x, 'x')}",
        f"{fig.escaped(shortened(place.y.name, 32))} {hover_value(place.y, 'y')}",
        _("rank") + " %{marker.color:.1%}",
    ))  # fmt: skip
    dots = fig.points(
        place.x_positions[panel.drawn], place.y_positions[panel.drawn], hover, numbers=result.numbers[rows]
    )
    return {**dots, "marker": {"color": result.ranks[rows], "coloraxis": "coloraxis", "size": 6, "opacity": 0.9}}


def table(result: Rank) -> tab.Table:
    """Number, value, and rank: 1 for the lowest value, ties averaged."""
    return tab.Table(
        (
            tab.whole("number", result.numbers),
            tab.numbers(result.objective.name, result.values),
            tab.numbers("rank", 1 + np.round(result.ranks * (len(result.ranks) - 1), 1)),
        )
    )


VIEW = View(
    slug="rank",
    title="Rank",
    section=Section.PARAMETERS,
    question="Where do the best trials lie?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE, X, Y),
    order=4,
    within=within,
)
