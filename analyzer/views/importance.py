"""Hyperparameter importance: which parameters made the difference."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyzer import figure as fig
from analyzer import table as tab
from analyzer.errors import UnknownOption
from analyzer.forest_words import so_far, whiskers
from analyzer.importance import EVALUATORS, Importances, importance_stages, importances
from analyzer.study import Objective, Study
from analyzer.target import aimed, objective_names, other_targets
from analyzer.text import _, listed, named, paragraph, percent, shortened_apart, whole
from analyzer.view import Option, Section, View

_FEW = 20  # trials
FRONT = "Pareto front"
_NAMES = {"ped-anova": "PED-ANOVA", "fanova": "fANOVA", "mdi": "MDI"}


def targets(study: Study) -> list[str]:
    """What importance can be measured for: the one objective, or first the Pareto front and then each of several."""
    names = objective_names(study)
    return names if len(names) == 1 else [FRONT, *names]


def analyze(study: Study, evaluator: str = "ped-anova", objective: str = "", seed: str = "0") -> Importances:
    """Normalised importances; several objectives without a choice are judged by PED-ANOVA over their Pareto front."""
    return importances(*_asked(study, evaluator, objective, seed))


def stages(
    study: Study, evaluator: str = "ped-anova", objective: str = "", seed: str = "0"
) -> Iterator[tuple[Importances, bool]]:
    """The same of a few trees, of more, and of all."""
    for found in importance_stages(*_asked(study, evaluator, objective, seed)):
        yield found, found.is_whole


def _asked(study: Study, evaluator: str, objective: str, seed: str) -> tuple[Study, str, Objective | None, int]:
    """The options as `importances` takes them."""
    chosen = None
    if objective not in ("", FRONT):
        study, chosen = aimed(study, objective)
    if not (seed.isascii() and seed.isdigit()):
        raise UnknownOption(_("The seed has to be a whole number, not {seed!r}.").format(seed=seed))
    return study, evaluator, chosen, int(seed)


def answer(result: Importances) -> str:
    """The three parameters that matter most, with their shares."""
    if len(result.names) == 1:
        return _("{name} is the only parameter, so that all importance is its own.").format(name=named(result.names[0]))
    if result.values.max() == result.values.min():
        return _(
            "Nothing stands out: {evaluator} over {trials} trials finds no difference between the parameters."
        ).format(evaluator=_NAMES[result.evaluator], trials=whole(result.trials))
    top = [
        _("{name} ({share})").format(name=named(name), share=percent(float(share))) for name, share in zip(result.names[:3], result.values, strict=False)
    ]
    words = {"names": listed(top), "evaluator": _NAMES[result.evaluator], "trials": whole(result.trials)}
    if result.trials < _FEW:
        said = _("{names} mattered most, by {evaluator} over {trials} trials: too few to be sure.").format(**words)
    elif result.per_tree < result.trials:
        words |= {"trees": whole(result.trees), "drawn": whole(result.per_tree)}
        said = _("{names} mattered most, by {evaluator}: {trees} trees, each on {drawn} of {trials} trials.").format(**words)
    else:
        said = _("{names} mattered most, by {evaluator} over {trials} trials.").format(**words)
    if not result.is_whole:
        return paragraph([said, so_far(result.trees, result.all_trees)])
    if result.is_estimated:
        return paragraph([said, _("Which trials count as the best was estimated from random points: exact hypervolumes of so many objectives take hours.")])
    if result.objective is None or result.objective.has_best or result.evaluator != "ped-anova":
        return said
    low = _(
        "Asked is what sets the trials with the lowest {name} apart: it has no direction, and Optuna looks there too."
    )
    return paragraph([said, low.format(name=named(result.objective.name))])


def figure(result: Importances) -> fig.Figure:
    """One bar a parameter, the most important one on top."""
    names, values = result.names[::-1], result.values[::-1]
    bar: fig.Trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(names))),
        "marker": {"color": fig.COMPLETE},
        "text": [percent(float(share)) for share in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [
            f"{fig.escaped(named(name, 200))}<br>{percent(float(share))}"
            for name, share in zip(names, values, strict=True)
        ],
        "hoverinfo": "text",
    }
    layout = {}
    if result.errors is not None and np.isfinite(result.errors).all():
        bar["error_x"] = {"array": result.errors[::-1], "color": fig.MUTED, "thickness": 1, "width": 3}
        bar["textposition"] = "none"
        layout["note"] = whiskers(result.trees)
    labels = [fig.escaped(short) for short in shortened_apart(names, 28)]
    return fig.figure(
        [bar],
        height=90 + 26 * len(names),
        bargap=0.35,
        xaxis=fig.axis(_("importance ({evaluator})").format(evaluator=_NAMES[result.evaluator]), tickformat=".0%",
                       range=[0, _right_edge(result)]),
        yaxis=fig.axis(_("parameter"), tickmode="array", tickvals=list(range(len(names))), ticktext=labels,
                       range=[-0.6, len(names) - 0.4], showgrid=False),
        **layout,
    )  # fmt: skip


def _right_edge(result: Importances) -> float:
    """Room for the labels behind the bars, or for the whiskers."""
    ends = result.values if result.errors is None else result.values + np.nan_to_num(result.errors)
    return max(1.15 * float(result.values.max()), 1.05 * float(ends.max()))


def table(result: Importances) -> tab.Table:
    """Parameter, importance, its standard error and its spread over trees where there are trees."""
    columns = [tab.texts("parameter", result.names), tab.numbers("importance", result.values)]
    if result.errors is not None and result.spreads is not None:
        columns.append(tab.numbers("standard_error", result.errors))
        columns.append(tab.numbers("standard_deviation", result.spreads))
    return tab.Table(tuple(columns))


VIEW = View(
    slug="importance",
    title="Hyperparameter importance",
    section=Section.PARAMETERS,
    question="Which parameters mattered?",
    analyze=analyze,
    answer=answer,
    figure=figure,
    table=table,
    options=(
        Option(
            "objective",
            "the objective to look at, or reaching the front of all of them",
            targets,
            varies=True,
            more=other_targets,
            named=lambda choice: _("Pareto front") if choice == FRONT else choice,
        ),
        Option("evaluator", "how importance is measured", lambda study: EVALUATORS, default="ped-anova"),
        Option("seed", "seed of the forest (fANOVA, MDI)", default="0"),
    ),
    stages=stages,
)
