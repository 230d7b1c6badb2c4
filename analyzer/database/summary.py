"""The study list: one line for each study, from a handful of aggregates over the whole database."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analyzer.arrays import Times
from analyzer.best import best_row
from analyzer.database import decode, schema
from analyzer.database.base import Summary
from analyzer.database.schema import Columns, Layout
from analyzer.database.tables import Connection, directions_by_study, study_ids
from analyzer.errors import NotApplicable
from analyzer.study import Direction, Study, decoded

_EVERY_STUDY = -1
_NEVER = np.full(3, np.datetime64("NaT", "us"))


def summaries(
    connection: Connection, columns: Columns, layout: Layout, read: Callable[[str], Study]
) -> list[Summary]:
    """Summarise every study. A study is only read whole where its best value depends on constraints or infinities."""
    ways = directions_by_study(connection, layout, _EVERY_STUDY)
    states, times = _states_and_times(connection)
    extremes = {decode.identity(row[0]): (row[1], row[2], bool(row[3])) for row in connection.rows(layout.best)}
    special = _constrained(connection, columns)
    stored = _stored(connection, columns)
    listed = []
    for name, study in study_ids(connection).items():
        mine = stored.get(study, {})
        directions = decode.legacy_objectives(mine) or ways.get(study, (Direction.NOT_SET,))
        low, high, infinite = extremes.get(study, (None, None, False))
        best = None
        if len(directions) == 1 and "preference:is_preferential" not in mine:
            if study in special or infinite:
                best = best_value(read(name))
            elif low is not None:
                best = float(high if directions[0] is Direction.MAXIMIZE else low)
        span = times.get(study, _NEVER)
        listed.append(
            Summary(
                name=name,
                directions=directions,
                metric_names=decode.metric_names(mine, len(directions)),
                states=states.get(study, {}),
                best_value=best,
                first_start=np.fmin.reduce(span[0::3]),
                last_activity=np.fmax.reduce(span),
            )
        )
    return listed


def best_value(study: Study) -> float | None:
    """The best value of a single-objective study, None where there is none."""
    try:
        return float(study.trials.values[best_row(study, 0), 0]) if len(study.objectives) == 1 else None
    except NotApplicable:
        return None


def of_study(study: Study) -> Summary:
    """Summarise a study that is at hand."""
    moments = np.concatenate([study.trials.starts, study.trials.ends])
    known = moments[~np.isnat(moments)]
    starts = study.trials.starts[~np.isnat(study.trials.starts)]
    return Summary(
        name=study.name,
        directions=tuple(objective.direction for objective in study.objectives),
        metric_names=study.metric_names,
        states=study.state_counts(),
        best_value=None if study.is_preferential else best_value(study),
        first_start=starts.min() if len(starts) else np.datetime64("NaT", "us"),
        last_activity=known.max() if len(known) else np.datetime64("NaT", "us"),
    )


def _states_and_times(connection: Connection) -> tuple[dict[int, dict[str, int]], dict[int, Times]]:
    """By study: how many trials stand how, and their first start, last start and last end, state after state."""
    counts: dict[int, dict[str, int]] = {}
    times: dict[int, list[object]] = {}
    for study, state, count, *moments in connection.rows(schema.STATES_AND_TIMES):
        counts.setdefault(decode.identity(study), {})[str(state)] = int(count)
        times.setdefault(decode.identity(study), []).extend(moments)
    order = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
    states = {study: {name: mine[name] for name in order if name in mine} for study, mine in counts.items()}
    return states, {study: decode.times(moments) for study, moments in times.items()}


def _constrained(connection: Connection, columns: Columns) -> set[int]:
    if "trial_system_attributes" not in columns:
        return set()
    return {decode.identity(row[0]) for row in connection.rows(schema.CONSTRAINED_STUDIES)}


def _stored(connection: Connection, columns: Columns) -> dict[int, dict[str, object]]:
    if "study_system_attributes" not in columns:
        return {}
    stored: dict[int, dict[str, object]] = {}
    for study, key, text in connection.rows(schema.ALL_METRIC_NAMES):
        stored.setdefault(decode.identity(study), {})[str(key)] = decoded(str(text))
    return stored
