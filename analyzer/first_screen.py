"""The head of a study as the templates take it: its name and states, the four answers, the advice."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.facts import stored_cell
from analyzer.spelling import FORMS, spelled
from analyzer.states import state_name
from analyzer.study import Direction, State, Study
from analyzer.text import _, counted, duration, moment, named, noted, number, percent, shortened, whole
from analyzer.thumbnail import spark_points
from analyzer.trial_table import objective_columns
from analyzer.views.overview import Overview, advice_text, cost_detail, mattered_text, progress_text, since


def first_screen(study: Study, overview: Overview, prefix: str) -> dict[str, Any]:
    """The first screen: name, states, four answers, advice."""
    source = study.source
    facts = [source.name, _(source.kind)]
    facts.append(f"Optuna {source.optuna_version}" if source.optuna_version else _(source.layout))
    known = not np.isnat(overview.first)
    return {
        "prefix": prefix,
        "name": study.name,
        "objective_columns": objective_columns(study),
        "trials": len(study),
        "only": computed_for(study),
        "objectives": [f"{_DIRECTIONS[o.direction]} {o.name}" for o in study.objectives],
        "source": " · ".join(facts),
        "span": f"{moment(overview.first)} – {moment(overview.last)}" if known else "",
        "clock": _(overview.source.clock),
        "states": _states(study),
        "attributes": [(named(name), stored_cell(value)) for name, value in overview.attributes.items()],
        "warnings": overview.warnings,
        "best": _best(overview),
        "no_best": overview.unfeasible_reason,
        "spellings": _spellings(study, overview),
        "progress": _progress(overview),
        "mattered": _mattered(overview),
        "mattered_note": _mattered_note(overview),
        "cost": _cost(overview),
        "advice": [advice_text(kind, about) for kind, about in overview.advice],
    }


_DIRECTIONS = {Direction.MINIMIZE: "↓", Direction.MAXIMIZE: "↑", Direction.NOT_SET: "·"}


def _states(study: Study) -> list[dict[str, Any]]:
    order = (State.COMPLETE, State.PRUNED, State.FAIL, State.RUNNING, State.WAITING)
    counts = study.state_counts()
    return [
        {"name": s.name, "label": state_name(s), "count": whole(counts[s.name]), "weight": counts[s.name]}
        for s in order
        if s.name in counts
    ]


def computed_for(study: Study) -> str:
    """That everything was computed for some of the trials, where it was."""
    if study.of is None:
        return ""
    return _("Computed for {count} of {all} trials.").format(count=whole(len(study)), all=whole(study.of))


def _best(overview: Overview) -> dict[str, str] | None:
    if overview.unfeasible_reason:
        return None
    if len(overview.objectives) > 1:
        ranges = []
        for objective in overview.objectives:
            column = [values[objective.index] for _trial, values in overview.best]
            ranges.append(f"{objective.name} {number(min(column), 3)} – {number(max(column), 3)}")
        value = counted(len(overview.best), "{count} trial", "{count} trials")
        return {"value": value, "exact": value, "text": _("on the Pareto front: {ranges}").format(ranges=noted(ranges))}
    trial, values = overview.best[0]
    text = _("{name} at trial {trial}").format(name=overview.objectives[0].name, trial=trial)
    return {"value": number(values[0]), "exact": repr(values[0]), "text": text}


def _spellings(study: Study, overview: Overview) -> dict[str, str]:
    if len(overview.objectives) > 1 or not overview.best:
        return {}
    row = next(study.rows_of([overview.best[0][0]]))
    return {form: spelled(study.params(row), form) for form in FORMS}


def _progress(overview: Overview) -> dict[str, str] | None:
    if overview.progress is None and overview.front is None:
        return None
    ago = since(overview)
    value = _("now") if ago == 0 else counted(ago, "{count} trial ago", "{count} trials ago")
    followed = (
        overview.front.volumes if overview.front else overview.progress.best if overview.progress else np.empty(0)
    )
    return {"value": value, "text": progress_text(overview), "spark": spark_points(followed)}


def _mattered(overview: Overview) -> list[dict[str, Any]]:
    found = overview.importances
    if found is None:
        return []
    top = float(found.values[0]) or 1.0
    return [
        {
            "name": name,
            "short": shortened(name, 26),
            "share": percent(float(share)),
            "width": round(100 * float(share) / top, 1),
        }
        for name, share in zip(found.names[:3], found.values, strict=False)
    ]


def _mattered_note(overview: Overview) -> str:
    """How importance was measured."""
    found = overview.importances
    if found is None:
        return ""
    if len(found.names) > 1 and found.values.max() == found.values.min():
        return mattered_text(overview)
    target = _("for the Pareto front") if found.objective is None else _("for {name}").format(name=found.objective.name)
    return _("PED-ANOVA over {trials} trials, {target}").format(trials=whole(found.trials), target=target)


def _cost(overview: Overview) -> dict[str, str] | None:
    if overview.cost is None:
        return None
    return {"value": duration(overview.cost.span_s), "text": cost_detail(overview.cost)}
