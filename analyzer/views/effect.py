"""Effects: which way each parameter pushes the objective, every trial a dot.

The effect of a trial's value is the mean objective of the trials near that value less the mean of all trials that have
the parameter: a marginal average, not a cause. Parameters that a sampler moved together share their effects, and what two
do only together is not seen at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.arrays import Floats, Ints, settled
from analyzer.best import require_values
from analyzer.errors import NotApplicable
from analyzer.places import has_stops, nearest_stops, outward, shares, stops
from analyzer.scale import Scale, positions, scale
from analyzer.stats.local_effect import CELLS, local_effect, rank_correlation
from analyzer.stats.outliers import plain_range
from analyzer.stats.swarm import swarm
from analyzer.study import Objective, Parameter, Study
from analyzer.target import aimed
from analyzer.text import _, counted, listed, named, noted, number, shortened, whole
from analyzer.view import OBJECTIVE, Section, View

_FEWEST = 10  # trials
_ROWS, _NAMED = 15, 4  # parameters in the figure; in the answer
_DOTS, _BINS = 9000, 72  # dots in all rows together, about; columns in which dots are stacked
_SWARM = 20_000  # trials among which the dots are chosen
_ONE_WAY = 0.9  # rank correlation of value and effect from which a parameter pushes one way
_ABOUT = 0.1  # of the range of a parameter's effects: values this close to the best are about best
_BACKED = 3.0  # trials near a value that may be called the best
_ROW_HEIGHT = 46
_LARGEST = 1e150  # of a value, so that squares are finite


class Push(Enum):
    """Where the mean of the objective is best."""

    HIGHER = "higher"
    LOWER = "lower"
    AROUND = "around"
    CATEGORY = "category"
    NONE = "none"  # nowhere that can be told from chance


@dataclass(frozen=True, slots=True)
class Effect:
    """One parameter."""

    scale: Scale
    push: Push
    best: tuple[float, float]  # where on the axis the mean is about best; NaN for Push.NONE
    ends: tuple[float, float]  # the lowest and the highest effect of any trial, in the objective's unit
    spread: float  # standard deviation of the trials' effects
    explained: float  # share of the variance that the parameter alone predicts of trials left out
    trials: int  # that have the parameter
    numbers: Ints  # (d,), the trials that are drawn
    places: Floats  # (d,), where they stand on the parameter's axis
    shares: Floats  # (d,), the same as shares of the axis
    effects: Floats  # (d,)
    offsets: Floats  # (d,), across the row, -0.5 … 0.5


@dataclass(frozen=True, slots=True)
class Effects:
    """The parameters that vary, those with the widest effects first."""

    objective: Objective
    trials: int  # complete trials with a finite value
    clipped: int  # of them outliers, which count as the nearer end of the others' range
    effects: tuple[Effect, ...]  # those without an effect last


def analyze(study: Study, objective: str = "") -> Effects:
    """The conditional mean of the objective along each parameter, on the scale that was searched.

    Numbers by kernel regression (`stats.local_effect`), categories and short stepped ranges by the mean of each; a
    parameter whose effect cannot be told from chance has none. Values far outside (Tukey's far fences) count as the
    range's end, so that one failed trial does not make every effect. O(n p).
    """
    study, which = aimed(study, objective)
    require_values(study)
    rows = study.complete[np.isfinite(study.trials.values[study.complete, which.index])]
    if len(rows) < _FEWEST:
        raise NotApplicable(
            _("Effects need at least {least} complete trials with a finite value; this study has {count}.").format(
                least=_FEWEST, count=len(rows)
            )
        )
    values = study.trials.values[rows, which.index]
    low, high = plain_range(values) or (-np.inf, np.inf)
    kept = np.clip(values, max(low, -_LARGEST), min(high, _LARGEST))
    used = [p for p in study.parameters.values() if _varies(positions(p)[rows])]
    if not used:
        raise NotApplicable(_("No parameter varies among the complete trials with a finite value."))
    curves = [_curve(parameter, rows, kept, len(used)) for parameter in used]
    curves.sort(key=lambda curve: -float(curve.effects.std()))
    if curves[0].explained == 0:
        raise NotApplicable(
            _(
                "No parameter alone moves the mean of the objective by more than chance makes, over {count} trials."
            ).format(count=len(rows))
        )
    shown = [curve for curve in curves if curve.explained > 0][:_ROWS]
    ends = min(float(c.effects.min()) for c in shown), max(float(c.effects.max()) for c in shown)
    layers = max(4, _DOTS // (_BINS * len(shown)))
    return Effects(
        objective=which,
        trials=len(rows),
        clipped=int((kept != values).sum()),
        effects=tuple(_effect(curve, study, which, ends, layers) for curve in curves),
    )


def _varies(places: Floats) -> bool:
    known = places[np.isfinite(places)]
    return len(known) > 1 and bool((known != known[0]).any())


@dataclass(frozen=True, slots=True)
class _Curve:
    """What the trials say about one parameter."""

    scale: Scale
    rows: Ints  # (k,), the trials that have the parameter
    places: Floats  # (k,)
    shares: Floats  # (k,)
    effects: Floats  # (k,)
    explained: float
    cells: Ints  # (k,), in which of c cells of the axis each stands
    means: Floats  # (c,), the effect in each cell
    support: Floats  # (c,), how many trials are near


def _curve(parameter: Parameter, rows: Ints, values: Floats, tried: int) -> _Curve:
    axis, places = scale(parameter), positions(parameter)[rows]
    known = np.isfinite(places)
    rows, places, values = rows[known], places[known], values[known]
    along = shares(axis, places)
    if has_stops(axis):
        cells, size = nearest_stops(axis, places), len(stops(axis))
    else:
        cells, size = np.minimum(along * CELLS, CELLS - 1).astype(np.int64), CELLS
    found = local_effect(cells, values, size, smooth=not has_stops(axis), tried=tried)
    if has_stops(axis):
        effects = settled(found.effect)[cells]
    else:
        effects = np.interp(along, (np.arange(CELLS) + 0.5) / CELLS, settled(found.effect))
    return _Curve(axis, rows, places, along, effects, found.explained, cells, found.effect, found.support)


def _effect(curve: _Curve, study: Study, objective: Objective, ends: tuple[float, float], layers: int) -> Effect:
    push, best = _push(curve, objective.sign)
    among = np.arange(0, len(curve.rows), -(-len(curve.rows) // _SWARM))
    drawn, aside = swarm(curve.effects[among], among.astype(np.float64), ends, _BINS, layers)
    at = among[drawn]
    return Effect(
        scale=curve.scale,
        push=push,
        best=best,
        ends=(float(curve.effects.min()), float(curve.effects.max())),
        spread=float(curve.effects.std()),
        explained=curve.explained,
        trials=len(curve.rows),
        numbers=study.trials.numbers[curve.rows[at]],
        places=curve.places[at],
        shares=settled(curve.shares[at], digits=6),
        effects=settled(curve.effects[at], digits=6),
        offsets=aside,
    )


def _push(curve: _Curve, sign: float) -> tuple[Push, tuple[float, float]]:
    """Which way is better, and between which places the mean is about best."""
    if curve.explained == 0:
        return Push.NONE, (float("nan"), float("nan"))
    if curve.scale.labels:
        best = float(_best_cells(curve, sign, 0.0)[0])
        return Push.CATEGORY, (best, best)
    within = curve.places[np.isin(curve.cells, _best_cells(curve, sign, _ABOUT))]
    slope = sign * rank_correlation(curve.places, curve.effects)
    push = Push.AROUND if abs(slope) < _ONE_WAY else Push.LOWER if slope > 0 else Push.HIGHER
    return push, (float(within.min()), float(within.max()))


def _best_cells(curve: _Curve, sign: float, about: float) -> Ints:
    """The cell with the best mean, and those beside it that are as good but for this share of all means' range.

    Cells without trials, or with hardly any near, are passed over.
    """
    occupied = np.unique(curve.cells)
    support = curve.support[occupied]
    backed = occupied[support >= min(_BACKED, float(support.max()))]
    losses = sign * curve.means[backed]
    best = int(np.argmin(losses))
    worse = np.flatnonzero(losses > losses[best] + about * (losses.max() - losses[best]))
    after = int(np.searchsorted(worse, best))
    first = int(worse[after - 1]) + 1 if after else 0
    last = int(worse[after]) if after < len(worse) else len(backed)
    return backed[first:last] if about else backed[[best]]


def answer(result: Effects) -> str:
    """In words: with which values the mean of the objective is better."""
    clear = [effect for effect in result.effects if effect.push is not Push.NONE]
    words = {
        "objective": named(result.objective.name),
        "names": listed([_phrase(effect) for effect in clear[:_NAMED]]),
        "trials": whole(result.trials),
    }
    if not result.objective.has_best:
        return _("On average over {trials} trials, {objective} is lower with {names}.").format(**words)
    return _("On average over {trials} trials, {objective} is better with {names}.").format(**words)


def _phrase(effect: Effect) -> str:
    name = named(effect.scale.name)
    if effect.push is Push.HIGHER:
        return _("higher {name}").format(name=name)
    if effect.push is Push.LOWER:
        return _("lower {name}").format(name=name)
    if effect.push is Push.CATEGORY or effect.best[0] == effect.best[1]:
        return _("{name} = {value}").format(name=name, value=named(_best_at(effect), 30))
    return _("{name} in {range}").format(name=name, range=_best_at(effect))


def _best_at(effect: Effect) -> str:
    low, high = effect.best
    if effect.scale.labels:
        return effect.scale.labels[int(low)]
    return number(low) if low == high else " … ".join(outward(low, high))


def figure(result: Effects) -> fig.Figure:
    """One row a parameter, the widest on top; the colour of a dot is the parameter's value."""
    shown = [effect for effect in result.effects if effect.push is not Push.NONE][:_ROWS]
    better = _("left is better") if result.objective.sign > 0 else _("right is better")
    title = _("effect on {objective} ({better})").format(objective=named(result.objective.name, 32), better=better)
    if not result.objective.has_best:
        title = _("effect on {objective}").format(objective=named(result.objective.name, 32))
    bar = fig.colour_bar(
        "", orientation="h", x=0, xanchor="left", yanchor="bottom", tickvals=[0, 1], len=130,
        ticktext=[_("low value"), _("high value")], ticklabelposition="outside bottom", tickfont={"size": 12},
    )  # fmt: skip
    return fig.figure(
        [_dots(result, effect, row) for row, effect in enumerate(shown)],
        height=120 + _ROW_HEIGHT * len(shown),
        note=noted(_notes(result, len(shown))),
        coloraxis={"colorscale": fig.AGE, "cmin": 0, "cmax": 1, "colorbar": bar},
        xaxis=fig.axis(title, zeroline=True, zerolinecolor=fig.MUTED, zerolinewidth=1),
        yaxis=fig.axis(_("parameter"), tickmode="array", tickvals=list(range(len(shown))), showgrid=False,
                       ticktext=[fig.escaped(shortened(effect.scale.name, 24)) for effect in shown],
                       range=[len(shown) - 0.4, -0.6]),
    )  # fmt: skip


def _dots(result: Effects, effect: Effect, row: int) -> fig.Trace:
    hover = "<br>".join((
        _("trial") + " %{customdata}",
        fig.escaped(named(effect.scale.name, 32)) + " %{text}",
        _("effect") + " %{x:+.3~g}",
    ))  # fmt: skip
    dots = fig.points(effect.effects, row - effect.offsets, hover, numbers=effect.numbers)
    marker = {"color": effect.shares, "coloraxis": "coloraxis", "size": 5, "opacity": 0.9}
    return {**dots, "marker": marker, "text": _values(effect)}


def _values(effect: Effect) -> list[str]:
    """The parameter's value of each dot, for the hover text."""
    if effect.scale.labels:
        labels = [fig.escaped(named(label, 40)) for label in effect.scale.labels]
        return [labels[int(place)] for place in effect.places]
    return [number(float(place)) for place in effect.places]


def _notes(result: Effects, shown: int) -> list[str]:
    notes = [_("averages, each parameter alone: those that were moved together share their effects")]
    clear = sum(effect.push is not Push.NONE for effect in result.effects)
    if clear > shown:
        notes.append(_("the {shown} widest of {all} effects").format(shown=shown, all=whole(clear)))
    if result.clipped:
        notes.append(
            counted(
                result.clipped,
                "{count} outlying value counts as the end of the others' range",
                "{count} outlying values count as the end of the others' range",
            )
        )
    if len(result.effects) > clear:
        none = [named(effect.scale.name, 24) for effect in result.effects[clear:]]
        some = none if len(none) <= 4 else [*none[:3], _("{count} more").format(count=whole(len(none) - 3))]
        notes.append(_("no effect that can be told from chance: {names}").format(names=listed(some)))
    return notes


def table(result: Effects) -> tab.Table:
    """One row a parameter: where the mean is best, the lowest and highest effect, their spread, the explained share."""
    effects = result.effects
    pushes = list(Push)
    return tab.Table(
        (
            tab.texts("parameter", [effect.scale.name for effect in effects]),
            tab.categories(
                "better" if result.objective.has_best else "lower",
                [pushes.index(effect.push) for effect in effects],
                [p.value for p in pushes],
            ),
            tab.texts("best_at", [None if effect.push is Push.NONE else _best_at(effect) for effect in effects]),
            tab.numbers("lowest_effect", settled(np.array([effect.ends[0] for effect in effects]))),
            tab.numbers("highest_effect", settled(np.array([effect.ends[1] for effect in effects]))),
            tab.numbers("spread", settled(np.array([effect.spread for effect in effects]))),
            tab.numbers("explained", settled(np.array([effect.explained for effect in effects]))),
            tab.whole("trials", [effect.trials for effect in effects]),
        )
    )


VIEW = View(
    slug="effect",
    title="Effects",
    section=Section.PARAMETERS,
    question="Which way does each parameter push the objective?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(OBJECTIVE,),
    order=6,
)
