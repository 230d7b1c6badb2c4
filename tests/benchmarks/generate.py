"""Studies of any size for measuring: Optuna makes the empty storage, rows are inserted in bulk as its own records look.

Eight parameters (four floats, two of them log, two integers, two categoricals), 94 % complete, 5 % pruned, 1 % failed.
Rows are written in blocks of 50 trials, so that the tables' pages interleave as in a study that grew.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)

CACHE = Path(tempfile.gettempdir()) / "hpo-analyze-benchmarks"
DISTRIBUTIONS: dict[str, BaseDistribution] = {
    "lr": FloatDistribution(1e-6, 1e-1, log=True),
    "weight_decay": FloatDistribution(1e-8, 1e-2, log=True),
    "dropout": FloatDistribution(0.0, 0.6),
    "momentum": FloatDistribution(0.5, 0.999),
    "n_layers": IntDistribution(1, 12),
    "hidden": IntDistribution(16, 2048, log=True),
    "batch_size": CategoricalDistribution([16, 32, 64, 128, 256]),
    "optimizer": CategoricalDistribution(["sgd", "adam", "adamw", "rmsprop"]),
}
_BLOCK = 50
_STATES = {"COMPLETE": 1, "PRUNED": 2, "FAIL": 3}


def sqlite(count: int, objectives: int = 1, steps: int = 0, attributes: int = 0) -> Path:
    """A database in the layout of the installed Optuna; made once, then taken from the cache."""
    path = CACHE / f"n{count}-m{objectives}-s{steps}-a{attributes}.db"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        _fill(unfinished, _Sampled(count, objectives, steps, attributes))
        unfinished.rename(path)
    return path


def postgresql(url: str, count: int) -> None:
    """The study of eight parameters in an empty database on a PostgreSQL server, by COPY."""
    import psycopg

    _made(url, 1)
    study = _Sampled(count, 1, 0, 0)
    texts = {name: distribution_to_json(distribution) for name, distribution in DISTRIBUTIONS.items()}
    tables: dict[str, Iterator[tuple[Any, ...]]] = {
        "trials": ((r + 1, r, 1, study.states[r], study.starts[r], study.ends[r]) for r in range(count)),
        "trial_params (trial_id, param_name, param_value, distribution_json)": (
            (r + 1, name, value, texts[name]) for r in range(count) for name, value in zip(texts, study.rows[r], strict=True)
        ),
        "trial_values (trial_id, objective, value, value_type)": (
            (r + 1, 0, study.values[r][0], "FINITE") for r in range(count) if study.states[r] == "COMPLETE"
        ),
    }
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for table, rows in tables.items():
            with connection.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute("vacuum analyze")


def journal(count: int, objectives: int = 1, steps: int = 0, attributes: int = 0) -> Path:
    """The same study as a journal file."""
    path = CACHE / f"n{count}-m{objectives}-s{steps}-a{attributes}.log"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("w") as file:
            file.writelines(_lines(_Sampled(count, objectives, steps, attributes)))
        unfinished.rename(path)
    return path


class _Sampled:
    """Everything about the trials, drawn at once: parameters drift to good learning rates in the later half."""

    def __init__(self, count: int, objectives: int, steps: int, attributes: int) -> None:
        random = np.random.default_rng(0)
        self.count, self.objectives, self.steps, self.attributes = count, objectives, steps, attributes
        self.params = {name: _draw(d, count, random) for name, d in DISTRIBUTIONS.items()}
        later = slice(count // 2, None)
        drawn = random.normal(np.log(1e-3), 1.0, len(self.params["lr"][later]))
        self.params["lr"][later] = np.clip(np.exp(drawn), 1e-6, 1e-1)
        self.rows = np.stack(list(self.params.values()), axis=1).tolist()
        self.values = np.stack([_value(self.params, i, random) for i in range(objectives)], axis=1).tolist()
        drawn = random.random(count)
        self.states = np.where(drawn < 0.94, "COMPLETE", np.where(drawn < 0.99, "PRUNED", "FAIL")).tolist()
        seconds = np.arange(count) * 1_000_000
        origin = np.datetime64("2026-01-01", "us")
        self.starts = _texts(origin + seconds + np.arange(count) * 7919 % 1_000_000)
        self.ends = _texts(origin + seconds + (1 + np.arange(count) % 13) * 1_000_000)

    def reported(self, row: int) -> list[tuple[int, float]]:
        """The intermediate values of one trial: all steps of a complete one, the first few of a pruned one."""
        if self.states[row] == "FAIL":
            return []
        steps = self.steps if self.states[row] == "COMPLETE" else min(self.steps, 1 + row % max(self.steps, 1))
        return [(step, self.values[row][0] * (1 + 1 / (step + 1))) for step in range(steps)]

    def user_attributes(self, row: int) -> list[tuple[str, Any]]:
        """What people store: a number, a text, a small list."""
        choices: list[tuple[str, Any]] = [("accuracy", row / 7), ("host", f"node{row % 8}"), ("shape", [row, 3])]
        return [(f"{choices[i % 3][0]}{i // 3 or ''}", choices[i % 3][1]) for i in range(self.attributes)]


def _draw(distribution: BaseDistribution, count: int, random: np.random.Generator) -> np.ndarray[Any, Any]:
    if isinstance(distribution, CategoricalDistribution):
        return random.integers(0, len(distribution.choices), count).astype(float)
    assert isinstance(distribution, (FloatDistribution, IntDistribution))
    if distribution.log:
        drawn = np.exp(random.uniform(np.log(distribution.low), np.log(distribution.high), count))
        return np.floor(drawn) if isinstance(distribution, IntDistribution) else drawn
    if isinstance(distribution, IntDistribution):
        return random.integers(distribution.low, distribution.high + 1, count).astype(float)
    return random.uniform(distribution.low, distribution.high, count)


def _value(params: dict[str, np.ndarray[Any, Any]], index: int, random: np.random.Generator) -> np.ndarray[Any, Any]:
    noise = random.normal(0, 0.05, len(params["lr"]))
    if index == 1:
        return np.log10(params["hidden"]) * params["n_layers"] / 10 + params["dropout"] + noise
    if index > 1:
        return params["batch_size"] * 0.2 - 0.1 * np.log10(params["weight_decay"]) - params["momentum"] ** index + noise
    choice = np.array([0.3, 0.0, 0.05, 0.15])[params["optimizer"].astype(int)]
    rate, decay = np.log10(params["lr"]) + 3, np.log10(params["weight_decay"]) + 5
    return 0.15 * rate**2 + 0.02 * decay**2 + 0.5 * (params["dropout"] - 0.2) ** 2 + choice * (1 + 0.1 * rate) + noise


def _texts(moments: np.ndarray[Any, Any]) -> list[str]:
    return [text.replace("T", " ") for text in np.datetime_as_string(moments, unit="us").tolist()]


def _made(url: str, objectives: int) -> None:
    """An empty study, of Optuna's own making."""
    storage = optuna.storages.RDBStorage(url)
    optuna.create_study(storage=storage, study_name="s", directions=["minimize"] * objectives)
    storage.remove_session()
    storage.engine.dispose()


def _fill(path: Path, study: _Sampled) -> None:
    _made(f"sqlite:///{path}", study.objectives)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma journal_mode = memory")
    connection.execute("begin")
    texts = {name: distribution_to_json(distribution) for name, distribution in DISTRIBUTIONS.items()}
    for first in range(0, study.count, _BLOCK):
        _insert(connection, study, range(first, min(study.count, first + _BLOCK)), texts)
    connection.execute("commit")
    connection.close()


def _insert(connection: sqlite3.Connection, study: _Sampled, rows: range, texts: dict[str, str]) -> None:
    connection.executemany(
        "insert into trials values (?, ?, 1, ?, ?, ?)",
        [(row + 1, row, study.states[row], study.starts[row], study.ends[row]) for row in rows],
    )
    connection.executemany(
        "insert into trial_params (trial_id, param_name, param_value, distribution_json) values (?, ?, ?, ?)",
        [(r + 1, name, value, texts[name]) for r in rows for name, value in zip(texts, study.rows[r], strict=True)],
    )
    connection.executemany(
        "insert into trial_values (trial_id, objective, value, value_type) values (?, ?, ?, 'FINITE')",
        [(r + 1, i, v) for r in rows if study.states[r] == "COMPLETE" for i, v in enumerate(study.values[r])],
    )
    connection.executemany(
        "insert into trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) "
        "values (?, ?, ?, 'FINITE')",
        [(row + 1, step, value) for row in rows for step, value in study.reported(row)],
    )
    connection.executemany(
        "insert into trial_user_attributes (trial_id, key, value_json) values (?, ?, ?)",
        [(row + 1, key, json.dumps(value)) for row in rows for key, value in study.user_attributes(row)],
    )


def _lines(study: _Sampled) -> Iterator[str]:
    """The study as the lines of a journal, in the order in which eight workers in turn would write them."""
    texts = {name: json.dumps(distribution_to_json(distribution)) for name, distribution in DISTRIBUTIONS.items()}
    workers = [f'"worker_id":"5d7ac7b5-2b08-476a-aee9-26e6f5970c1{i}-140319436077952"' for i in range(8)]
    directions = json.dumps([1] * study.objectives, separators=(",", ":"))
    yield f'{{"op_code":0,{workers[0]},"study_name":"s","directions":{directions}}}\n'
    for row in range(study.count):
        by = workers[row % 8]
        yield f'{{"op_code":4,{by},"study_id":0,"datetime_start":"{_iso(study.starts[row])}"}}\n'
        by += f',"trial_id":{row}'
        for (name, text), value in zip(texts.items(), study.rows[row], strict=True):
            yield f'{{"op_code":5,{by},"param_name":"{name}","param_value_internal":{value!r},"distribution":{text}}}\n'
        for step, value in study.reported(row):
            yield f'{{"op_code":7,{by},"step":{step},"intermediate_value":{value!r}}}\n'
        for key, attribute in study.user_attributes(row):
            stored = json.dumps({key: attribute}, separators=(",", ":"))
            yield f'{{"op_code":8,{by},"user_attr":{stored}}}\n'
        values = json.dumps(study.values[row] if study.states[row] == "COMPLETE" else None, separators=(",", ":"))
        state, end = _STATES[study.states[row]], _iso(study.ends[row])
        yield f'{{"op_code":6,{by},"state":{state},"values":{values},"datetime_complete":"{end}"}}\n'


def _iso(text: str) -> str:
    return text.replace(" ", "T") + "+00:00"
