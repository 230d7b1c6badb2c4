"""All trials as one table, with the columns of Optuna's `trials_dataframe`."""

from __future__ import annotations

import json

import numpy as np

from analyzer import table as tab
from analyzer.scale import positions, scale
from analyzer.study import Attributes, Parameter, State, Study


def trial_table(study: Study) -> tab.Table:
    """Every trial in every state: number, values, times, parameters, user attributes, constraints, state.

    The groups come in Optuna's order, each sorted by name. Durations are in seconds.
    """
    trials = study.trials
    return tab.Table(
        (
            tab.whole("number", trials.numbers),
            *_values(study),
            tab.times("datetime_start", trials.starts),
            tab.times("datetime_complete", trials.ends),
            tab.numbers("duration_s", study.durations_s()),
            *(_parameter(study.parameters[name]) for name in sorted(study.parameters)),
            *(_attribute(study.user_attributes, name, len(study)) for name in sorted(study.user_attributes.names)),
            *(tab.numbers(str(index), column, group="constraint") for index, column in enumerate(trials.constraints.T)),
            tab.categories("state", trials.states, [state.name for state in State]),
        )
    )


def _values(study: Study) -> list[tab.Column]:
    """`value`, or `values_<name or index>` with several objectives or metric names, as Optuna spells them."""
    columns = study.trials.values.T
    if study.metric_names is None and len(study.objectives) == 1:
        return [tab.numbers("value", columns[0])]
    names = study.metric_names or tuple(str(index) for index in range(len(study.objectives)))
    group = "value" if len(study.objectives) == 1 else "values"
    return [tab.numbers(name, column, group=group) for name, column in zip(names, columns, strict=True)]


def objective_columns(study: Study) -> list[tuple[str, str]]:
    """For each objective the header of its column in the table of all trials, and its direction."""
    headers = tab.Table((tab.whole("number", study.trials.numbers), *_values(study))).headers()[1:]
    return [(header, objective.direction.value) for header, objective in zip(headers, study.objectives, strict=True)]


def _parameter(parameter: Parameter) -> tab.Column:
    axis, places = scale(parameter), positions(parameter)
    if axis.labels:
        return tab.categories(parameter.name, np.nan_to_num(places, nan=-1.0), axis.labels, group="params")
    return tab.numbers(parameter.name, places, group="params")


def _attribute(attributes: Attributes, name: str, count: int) -> tab.Column:
    """Numbers as numbers where every value is one, else text: plain strings as they are, the rest as JSON."""
    rows, values = attributes.column(name)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return tab.numbers(name, attributes.numbers(name, count), group="user_attrs")
    cells: list[str | None] = [None] * count
    for row, value in zip(rows, values, strict=True):
        cells[row] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return tab.texts(name, cells, group="user_attrs")
