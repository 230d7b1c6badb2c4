"""Optuna's own reading of the databases in tests/data (tests/data/reference), and how it is compared with ours.

Optuna 5.0.0 read them in Tokyo's time zone, and takes every stored time for UTC: what it shows is nine hours later than
what is stored. We show times as they are stored.
"""

from __future__ import annotations

import json
import math
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.distributions import Categorical, Distribution, Float
from analyzer.study import State, Study

DATA = Path(__file__).parents[1] / "data"
TOKYO = timedelta(hours=9)
REFERENCES = {
    "optuna-5.0.0.db": "optuna-5.0.0.by-5.0.0.json",
    "optuna-4.9.0.db": "optuna-4.9.0.by-5.0.0.json",
    "optuna-2.10.1.db": "optuna-2.10.1.upgraded.by-5.0.0.json",
    "optuna-5.0.0-dashboard-0.21.0.db": "optuna-5.0.0-dashboard-0.21.0.by-5.0.0.json",
    "optuna-5.0.0-journal.log": "optuna-5.0.0-journal.log.by-5.0.0.json",
}


@cache
def reference(database: str) -> dict[str, dict[str, Any]]:
    """What Optuna computed, by study name."""
    text = (DATA / "reference" / REFERENCES[database]).read_text(encoding="utf-8")
    return {study["study_name"]: study for study in json.loads(text)["studies"]}


def cases() -> list[tuple[str, str]]:
    """Every (database, study) that has a reference."""
    return [(database, name) for database in REFERENCES for name in reference(database)]


def plain(value: object) -> object:
    """As the reference spells values: non-finite numbers are text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {str(k): plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def trial(study: Study, row: int) -> dict[str, object]:
    """One trial of ours, spelled as the reference spells it."""
    mine = study.intermediate.rows == row
    reported = zip(study.intermediate.steps[mine].tolist(), study.intermediate.values[mine].tolist(), strict=True)
    steps = {str(step): value for step, value in reported}
    values = study.trials.values[row]
    start, end = study.trials.starts[row], study.trials.ends[row]
    used = {name: column for name, column in study.parameters.items() if column.present[row]}
    distributions = {name: spelled(column.distributions[column.which[row]]) for name, column in used.items()}
    return {
        "number": int(study.trials.numbers[row]),
        "trial_id": int(study.trials.ids[row]),
        "state": State(study.trials.states[row]).name,
        "values": None if np.isnan(values).all() else plain(values.tolist()),
        "params": plain(study.params(row)),
        "last_step": max(map(int, steps)) if steps else None,
        "intermediate": plain(steps),
        "duration": None if np.isnat(end) or np.isnat(start) else round(float((end - start).astype(int)) / 1e6, 6),
        "datetime_start": None if np.isnat(start) else (start.item() + TOKYO).isoformat(),
        "datetime_complete": None if np.isnat(end) else (end.item() + TOKYO).isoformat(),
        "constraints": sorted(x for x in study.trials.constraints[row].tolist() if not math.isnan(x)),
        "distributions": distributions,
        "user_attr_keys": sorted(study.user_attributes.of(row)),
    }


def spelled(distribution: Distribution) -> str:
    """As Optuna prints it."""
    if isinstance(distribution, Categorical):
        return f"CategoricalDistribution(choices={distribution.choices!r})"
    kind = "Float" if isinstance(distribution, Float) else "Int"
    return (
        f"{kind}Distribution(high={distribution.high}, log={distribution.log}, low={distribution.low}, "
        f"step={distribution.step})"
    )
