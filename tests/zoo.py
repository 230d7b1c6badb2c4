"""Studies for tests: written down as a small text table, or built from columns; and a zoo of awkward ones.

    study('''
        number state value lr    opt  start end
        0      C     0.5   0.1   adam 0     10
        1      P     -     0.01  sgd  5     6
    ''', lr=Float(1e-3, 1.0, log=True), opt=Categorical(("adam", "sgd")))

States by their first letters (Complete, Pruned, Failed, Running, Waiting); "-" is nothing. Columns: number, state, value (or
value0, value1 …), start and end (seconds), c0, c1 … (constraints), reports (step:value,step:value), user:name and system:name
(JSON), and the parameters, which the keywords give their distributions. A cell "0.5@1" uses the parameter's second distribution.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.distributions import Categorical, Distribution, Float, Int
from analyzer.study import (
    Attributes,
    Direction,
    IntermediateValues,
    Objective,
    Parameter,
    Source,
    State,
    Study,
    Trials,
)

_STATES = {"C": State.COMPLETE, "P": State.PRUNED, "F": State.FAIL, "R": State.RUNNING, "W": State.WAITING}
_NAN = float("nan")
_SOURCE = Source("study.db", "SQLite", "5.0.0", "Optuna 3.2 or later", "UTC")

Space = Distribution | Sequence[Distribution]


def study(
    table: str,
    directions: Sequence[str] = ("minimize",),
    metric_names: Sequence[str] | None = None,
    stored: Mapping[str, object] | None = None,
    name: str = "study",
    **space: Space,
) -> Study:
    """A study from a text table."""
    header, *rows = [line.split() for line in table.strip().splitlines()]
    cells: dict[str, list[str]] = {column: [row[at] for row in rows] for at, column in enumerate(header)}
    objectives = ["value"] if len(directions) == 1 else [f"value{index}" for index in range(len(directions))]
    count = len(rows)
    return built(
        numbers=[int(cell) for cell in cells.get("number", map(str, range(count)))],
        states=[_STATES[cell] for cell in cells.get("state", ["C"] * count)],
        values=[_numbers(cells.get(objective, ["-"] * count)) for objective in objectives],
        directions=directions,
        starts=_numbers(cells.get("start", ["-"] * count)),
        ends=_numbers(cells.get("end", ["-"] * count)),
        constraints=[_numbers(cells[column]) for column in header if column[0] == "c" and column[1:].isdigit()],
        parameters={key: _parameter(key, cells[key], used) for key, used in space.items()},
        reports=[_reports(cell) for cell in cells.get("reports", ["-"] * count)],
        user={column[5:]: cells[column] for column in header if column.startswith("user:")},
        system={column[7:]: cells[column] for column in header if column.startswith("system:")},
        metric_names=metric_names,
        stored=stored,
        name=name,
    )


def _numbers(cells: Sequence[str]) -> list[float]:
    return [_NAN if cell == "-" else float(cell) for cell in cells]


def _reports(cell: str) -> list[tuple[int, float]]:
    pairs = [] if cell == "-" else [pair.split(":") for pair in cell.split(",")]
    return [(int(step), float(value)) for step, value in pairs]


def _parameter(name: str, cells: Sequence[str], space: Space) -> Parameter:
    used = tuple(space) if isinstance(space, Sequence) else (space,)
    which, values = [], []
    for cell in cells:
        text, _at, index = cell.partition("@")
        code = int(index or 0)
        which.append(-1 if text == "-" else code)
        values.append(_NAN if text == "-" else _internal(used[code], text))
    return column(name, values, *used, which=which)


def _internal(distribution: Distribution, text: str) -> float:
    return float(distribution.labels.index(text)) if isinstance(distribution, Categorical) else float(text)


def column(name: str, values: Any, *distributions: Distribution, which: Any = None) -> Parameter:
    """A parameter from its internal values, NaN where absent."""
    found = np.asarray(values, dtype=np.float64)
    used = np.where(np.isnan(found), -1, 0) if which is None else np.asarray(which)
    return Parameter(name, distributions, used.astype(np.int32), found)


def built(
    *,
    states: Any,
    values: Sequence[Any],
    numbers: Any = None,
    directions: Sequence[str] = ("minimize",),
    parameters: Mapping[str, Parameter] | None = None,
    starts: Any = None,
    ends: Any = None,
    constraints: Sequence[Any] = (),
    reports: Sequence[Sequence[tuple[int, float]]] = (),
    user: Mapping[str, Sequence[str]] | None = None,
    system: Mapping[str, Sequence[str]] | None = None,
    metric_names: Sequence[str] | None = None,
    stored: Mapping[str, object] | None = None,
    name: str = "study",
) -> Study:
    """A study from columns; times in seconds since 2026, NaN for none."""
    count = len(states)
    shown = metric_names or (["value"] if len(directions) == 1 else [f"value {i}" for i in range(len(directions))])
    steps = [(row, step, value) for row, pairs in enumerate(reports) for step, value in sorted(pairs)]
    return Study(
        name=name,
        objectives=tuple(Objective(i, shown[i], Direction(way)) for i, way in enumerate(directions)),
        trials=Trials(
            numbers=np.arange(count) if numbers is None else np.asarray(numbers, dtype=np.int64),
            ids=np.arange(1, count + 1),
            states=np.asarray(states, dtype=np.int8),
            values=np.column_stack([np.asarray(each, dtype=np.float64) for each in values]).reshape(count, len(values)),
            starts=_moments(starts, count),
            ends=_moments(ends, count),
            constraints=np.column_stack(constraints).astype(float) if constraints else np.empty((count, 0)),
        ),
        parameters=dict(parameters or {}),
        intermediate=IntermediateValues(
            np.array([row for row, _step, _value in steps], dtype=np.int64),
            np.array([step for _row, step, _value in steps], dtype=np.int64),
            np.array([value for _row, _step, value in steps], dtype=np.float64),
        ),
        user_attributes=_attributes(user or {}),
        system_attributes=_attributes(system or {}),
        attributes={},
        stored=dict(stored or {}),
        source=_SOURCE,
        metric_names=None if metric_names is None else tuple(metric_names),
    )


def _moments(seconds: Any, count: int) -> Any:
    given = np.full(count, np.nan) if seconds is None else np.asarray(seconds, dtype=np.float64)
    known = np.datetime64("2026-01-01", "us") + (np.nan_to_num(given) * 1e6).astype("timedelta64[us]")
    return np.where(np.isnan(given), np.datetime64("NaT", "us"), known)


def _attributes(user: Mapping[str, Sequence[str]]) -> Attributes:
    found = [
        (row, code, cell) for code, cells in enumerate(user.values()) for row, cell in enumerate(cells) if cell != "-"
    ]
    return Attributes(
        tuple(user),
        np.array([row for row, _code, _cell in found], dtype=np.int64),
        np.array([code for _row, code, _cell in found], dtype=np.int64),
        [cell for _row, _code, cell in found],
    )


# The zoo

HOSTILE = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{7*7}}", "{% raw %}", "$x^2$", "%{x}", "%{customdata[0]}",
    "\u202eabc\u202c", "a\nb\tc\r", "", " ", "\x1b[31mred\x1b[0m", "=1+1", "'\"`\\", "研究 🚀", "{", "\ud800", "a, b and c", "-1", "--x",
    "None", "nan", "0", "1", "number", "value", "x" * 300,
)  # fmt: skip

X = Float(0.0, 1.0)
LR = Float(1e-5, 1e-1, log=True)
OPT = Categorical(("sgd", "adam", "rmsprop"))


def numbered(count: int) -> Any:
    """Reproducible numbers in [0, 1), alike on every machine."""
    return np.random.default_rng(7).random(count)


def _everyday() -> Study:
    """Sixty trials with all states, a log parameter, a category, times and learning curves."""
    count = 60
    u = np.random.default_rng(3).random((4, count))
    states = np.resize([1, 1, 1, 2, 1, 3, 1, 1, 2, 1], count)
    states[-2:] = 0, 4
    value = np.where(np.isin(states, [1, 2]), (u[0] - 0.3) ** 2 + u[1] / 10, np.nan)
    curves = [[(step, 1 / (step + 1) + value[row]) for step in range(6 if states[row] == 1 else 2)] for row in range(count)]
    parameters = {
        "x": column("x", u[0], X),
        "lr": column("lr", 10 ** (-5 + 4 * u[1]), LR),
        "opt": column("opt", (u[2] * 3).astype(int), OPT),
        "layers": column("layers", 1 + (u[3] * 8).astype(int), Int(1, 8)),
    }
    starts = np.arange(count) * 10.0
    return built(states=states, values=[value], parameters=parameters, starts=np.where(states == 4, np.nan, starts),
                 ends=np.where(np.isin(states, [0, 4]), np.nan, starts + 25), reports=[c if s in (1, 2, 3) else [] for c, s in zip(curves, states, strict=True)],
                 user={"accuracy": [json.dumps(float(v)) for v in u[0]], "note": ['"<b>"'] * count})  # fmt: skip


def _constant_values() -> Study:
    u = numbered(30)
    return built(states=[1] * 30, values=[np.full(30, 0.25)], parameters={"x": column("x", u, X), "lr": column("lr", 10 ** (-5 + 4 * u), LR)})


def _extreme_values() -> Study:
    u = numbered(40)
    values = np.resize([1e300, -1e300, np.inf, -np.inf, 1e-300, 0.0, 1.0, -1.0, 1.7e308, -1.7e308], 40)
    return built(states=[1] * 40, values=[values], parameters={"x": column("x", u, X), "y": column("y", u[::-1], X)})


def _one_outlier() -> Study:
    u = numbered(50)
    return built(states=[1] * 50, values=[np.where(np.arange(50) == 20, 1e300, u)], parameters={"x": column("x", u, X), "y": column("y", u[::-1], X)})


def _only_infinite(sign: float) -> Callable[[], Study]:
    return lambda: built(states=[1] * 5, values=[np.full(5, sign * np.inf)], parameters={"x": column("x", numbered(5), X)})


def _many_categories() -> Study:
    codes = np.arange(600) % 200
    choices = Categorical(tuple(f"category {index}" for index in range(200)))
    u = numbered(600)
    return built(states=[1] * 600, values=[u], parameters={"c": column("c", codes, choices), "x": column("x", u, X)})


def _many_parameters() -> Study:
    u = np.random.default_rng(5).random((40, 100))
    names = [f"a_rather_long_name_of_parameter__{index:02d}" for index in range(40)]
    return built(states=[1] * 100, values=[u[0] + u[7] / 5], parameters={n: column(n, c, X) for n, c in zip(names, u, strict=True)})


def _never_complete() -> Study:
    """A conditional parameter that no complete trial has."""
    u = numbered(20)
    states = np.resize([1, 3], 20)
    return built(states=states, values=[np.where(states == 1, u, np.nan)], parameters={
        "x": column("x", u, X), "rare": column("rare", np.where(states == 3, u, np.nan), X),
        "kind": column("kind", np.where(states == 3, 1.0, np.nan), OPT)})  # fmt: skip


def _conditional() -> Study:
    u = numbered(60)
    left = np.arange(60) % 2 == 0
    return built(states=[1] * 60, values=[u], parameters={
        "kind": column("kind", (~left).astype(int), Categorical(("left", "right"))),
        "a": column("a", np.where(left, u, np.nan), X), "b": column("b", np.where(left, np.nan, 1e-4 + u / 100), LR)})  # fmt: skip


def _changing_ranges() -> Study:
    """Ranges that grow, a scale that changes from linear to log, choices that differ, a number that becomes a category."""
    u = numbered(40)
    which = np.arange(40) % 2
    return built(states=[1] * 40, values=[u], parameters={
        "x": column("x", np.where(which, 3 * u, u), X, Float(0.0, 3.0), which=which),
        "lr": column("lr", np.where(which, u - 0.5, 0.001 + u / 20), LR, Float(-0.5, 0.5), which=which),
        "kind": column("kind", which, Categorical(("a", "b")), Categorical(("c", "b")), which=which),
        "mixed": column("mixed", np.where(which, 1.0, u), X, OPT, which=which)})  # fmt: skip


def _out_of_range() -> Study:
    """Enqueued values outside the range, zero and below on a log scale, an index that is no choice."""
    x = [*numbered(8), 5.0, -5.0]
    lr = [1e-3] * 7 + [0.0, -1.0, 10.0]
    return built(states=[1] * 10, values=[numbered(10)], parameters={
        "x": column("x", x, X), "lr": column("lr", lr, LR), "opt": column("opt", [0, 1, 2, 0, 1, 2, 0, 1, 7, -1], OPT)})  # fmt: skip


def _odd_parameters() -> Study:
    """Ranges of one value, infinite ones, steps larger than the range, choices of every kind."""
    u = numbered(30)
    odd = Categorical((None, True, 1, 1.0, "1", float("nan"), float("inf"), (1, [2]), {"a": None}, ""))
    return built(states=[1] * 30, values=[u], parameters={
        "constant": column("constant", np.full(30, 2.0), Float(2.0, 2.0)),
        "log constant": column("log constant", np.full(30, 2.0), Float(2.0, 2.0, log=True)),
        "infinite": column("infinite", u, Float(-np.inf, np.inf)),
        "huge": column("huge", (u - 0.5) * 3e308, Float(-1.7e308, 1.7e308)),
        "stepped": column("stepped", np.full(30, 1.0), Int(1, 4, step=5)),
        "odd": column("odd", np.arange(30) % 10, odd),
        "numbers": column("numbers", np.arange(30) % 4, Categorical((16, 128, 32, 64))),
        "large": column("large", np.floor(u * 2**53), Int(0, 2**60))})  # fmt: skip


def _hostile() -> Study:
    u = numbered(40)
    choices = Categorical(HOSTILE)
    parameters = {name: column(name, np.random.default_rng(at).random(40), X) for at, name in enumerate(HOSTILE[:12])}
    parameters["choices"] = column("choices", np.arange(40) % len(HOSTILE), choices)
    return built(states=np.resize([1, 1, 2, 3], 40), values=[u], parameters=parameters, name=HOSTILE[0] + HOSTILE[8],
                 metric_names=["</script><img onerror=x> $y$ %{y} {{1}} {count}"],
                 user={name: [json.dumps(name)] * 40 for name in HOSTILE})  # fmt: skip


def _hostile_objectives() -> Study:
    u = np.random.default_rng(1).random((2, 30))
    return built(states=[1] * 30, values=list(u), directions=["minimize", "maximize"], metric_names=["{{7*7}}", "%{x} × </script>"],
                 parameters={"{0}": column("{0}", u[0], X)})  # fmt: skip


def _long_names() -> Study:
    """Names and texts of a hundred thousand characters."""
    u = numbered(20)
    long, n = "long " * 20_000, 100_000
    return built(states=[1] * 20, values=[u], metric_names=["m" * n], name="n" * n, parameters={
        "p" * n: column("p" * n, u, X), "q": column("q", u[::-1], X),
        "c": column("c", np.arange(20) % 2, Categorical((long, "short")))})  # fmt: skip


def _same_names() -> Study:
    """Two objectives of one name, which a parameter and an attribute bear too."""
    u = np.random.default_rng(2).random((2, 20))
    return built(states=[1] * 20, values=list(u), directions=["minimize", "minimize"], metric_names=["loss", "loss"],
                 parameters={"loss": column("loss", u[0], X), "number": column("number", u[1], X)},
                 user={"loss": ["1"] * 20, "number": ["2"] * 20})  # fmt: skip


def _preferential() -> Study:
    return built(states=[1] * 6, values=[np.zeros(6)], parameters={"x": column("x", numbered(6), X)}, starts=np.arange(6), ends=np.arange(6) + 1.0,
                 stored={"preference:is_preferential": True})  # fmt: skip


ARTIFACT = "0eb39c8b-507e-4570-85f1-0f46eb5901b6"


def _stored(name: str = "", **more: object) -> Study:
    """All that the dashboard stores, with `name` in every text of it; further entries replace these."""
    meta = json.dumps({"artifact_id": ARTIFACT, "filename": f"{name}.csv", "mimetype": f"text/csv{name}", "encoding": None})
    titles = {f"{letter}axis": {"title": {"text": f"{name} {letter}"}} for letter in "xy"}
    drawn = {"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4], "name": name}], "layout": titles}
    history = {"mode": name or "ChooseWorst", "timestamp": "2026-01-02T03:04:05.5", "candidates": [0, 1, 2, 3], "clicked": 2,
               "preferences": [[0, 2], [1, 2]]}  # fmt: skip
    widgets = [{"type": "choice", "description": name, "choices": [name or "good", "bad"], "values": [1, 0], "user_attr_key": "mark"},
               {"type": "text", "description": None, "user_attr_key": name or "comment"}]  # fmt: skip
    stored = {
        "dashboard:note_ver": 1, "dashboard:note_str:0": f"# Study {name}\n| a | b |\n|---|---|\n| $x^2$ | ~~b~~ |",
        "dashboard:2:note_ver": 1, "dashboard:2:note_str:0": f"A note {name}",
        f"artifacts:{ARTIFACT}": meta, f"artifacts:{ARTIFACT[::-1]}": "null",
        f"dashboard:plot_data:{name}:0": json.dumps(drawn), "dashboard:plot_data:second:0": "{",
        "preference:valuesA": [[0, 2], [1, 2]], "preference:historyA": json.dumps(history),
        "preference:valuesB": [], "preference:historyB": json.dumps(history), "preference:valuesC": [[2, 3], [7, 7]],
        "preference:skip_trial:5": True,
        "dashboard:form_widgets:v2": {"output_type": "user_attr", "widgets": widgets},
    }  # fmt: skip
    return built(
        states=[1, 1, 3, 1, 0], values=[np.array([0.1, 0.2, _NAN, 0.4, _NAN])], parameters={"x": column("x", numbered(5), X)},
        user={"mark": ["1", "0", "-", json.dumps(name), "-"], name or "comment": [json.dumps(name)] * 5},
        system={f"artifacts:{ARTIFACT}": [json.dumps(meta), "-", "-", "-", "-"], "failed_trial": ["-", "-", "-", "2", "-"],
                "retry_history": ["-", "-", "-", "[2]", "-"]},
        stored=stored | more)  # fmt: skip


def _stored_wrongly() -> Study:
    """The same keys with values of every wrong kind."""
    wrong: list[object] = [None, 7, "{", [[]], {"a": [1]}, "null", float("nan"), True]
    keys = list(_stored().stored)
    return _stored("odd", **{key: wrong[at % len(wrong)] for at, key in enumerate(keys)})


def _objectives(count: int, trials: int, constrained: bool = False) -> Callable[[], Study]:
    def make() -> Study:
        u = np.random.default_rng(count).random((count + 1, trials))
        ways = ["maximize" if index % 2 else "minimize" for index in range(count)]
        constraints = [np.where(u[-1] < 0.5, u[0] - 0.5, np.nan)] if constrained else []
        return built(states=[1] * trials, values=list(u[:count]), directions=ways, constraints=constraints,
                     parameters={"x": column("x", u[0], X), "y": column("y", u[-1], X)})  # fmt: skip

    return make


def _infinite_objectives() -> Study:
    u = np.random.default_rng(4).random((2, 20))
    u[0, :3], u[1, 5] = np.inf, -np.inf
    return built(states=[1] * 20, values=list(u), directions=["minimize", "maximize"], parameters={"x": column("x", numbered(20), X)})


def _partly_valued() -> Study:
    """Complete trials without one of their values, as a damaged database has them."""
    u = np.random.default_rng(6).random((2, 12))
    u[1, ::3] = np.nan
    return built(states=[1] * 12, values=list(u), directions=["minimize", "minimize"], parameters={"x": column("x", numbered(12), X)})


def _curves(trials: int, steps: int) -> Callable[[], Study]:
    def make() -> Study:
        u = np.random.default_rng(8).random((trials, steps))
        reports = [[(step, float(u[row, step])) for step in range(steps)] for row in range(trials)]
        return built(states=np.resize([1, 2], trials), values=[u[:, -1]], parameters={"x": column("x", u[:, 0], X)}, reports=reports)

    return make


def _odd_curves() -> Study:
    reports = [
        [(0, _NAN), (1, _NAN)], [(0, np.inf), (5, -np.inf)], [(0, 1e300), (2, 1.0)], [(-3, 1.0), (2**40, 2.0)], [(7, 1.0)], [],
    ]  # fmt: skip
    return built(states=[1, 1, 1, 2, 0, 1], values=[np.array([1.0, 2, 3, np.nan, np.nan, 4])], reports=reports)


def _only_nan_curves() -> Study:
    return built(states=[1, 1], values=[np.array([1.0, 2])], reports=[[(0, _NAN)], [(0, np.inf)]])


def _many_trials() -> Study:
    """Fifty thousand trials on eight workers, with learning curves, attributes and pruning."""
    count = 50_000
    u = np.random.default_rng(9).random((9, count))
    states = np.where(u[8] < 0.15, 2, np.where(u[8] < 0.2, 3, 1))
    value = np.where(states == 3, np.nan, (u[0] - 0.4) ** 2 + u[1] / 10 + u[2] / 100)
    parameters = {f"x{index}": column(f"x{index}", u[index], X) for index in range(6)}
    parameters |= {"lr": column("lr", 10 ** (-5 + 4 * u[6]), LR), "opt": column("opt", (u[7] * 3).astype(int), OPT)}
    starts = np.arange(count) // 8 * 30 + u[3]
    return built(states=states, values=[value], parameters=parameters, starts=starts, ends=starts + 20 + 8 * u[4],
                 reports=[[(step, float(u[step % 8, row])) for step in range(3)] for row in range(count)],
                 user={"note": [json.dumps("abc")] * count})  # fmt: skip


def _many_in_front() -> Study:
    """Fifty thousand trials of two objectives, a tenth of them on the front."""
    u = np.random.default_rng(10).random(50_000)
    layer = 1 + np.where(np.arange(50_000) % 10 == 0, 0.0, u)
    return built(states=[1] * 50_000, values=[u * layer, (1 - u) * layer], directions=["minimize", "minimize"], parameters={"x": column("x", u, X)})


def _times(starts: Sequence[float], ends: Sequence[float], states: Sequence[int]) -> Callable[[], Study]:
    return lambda: built(states=states, values=[np.where(np.array(states) == 1, 0.5, np.nan)], starts=starts, ends=ends)


def _all(state: State, count: int = 6) -> Callable[[], Study]:
    u = numbered(count)
    return lambda: built(states=[state] * count, values=[np.full(count, np.nan)], parameters={"x": column("x", u, X)}, starts=np.arange(count))


ZOO: dict[str, Callable[[], Study]] = {
    "everyday": _everyday,
    "empty": lambda: built(states=[], values=[[]]),
    "empty, two objectives": lambda: built(states=[], values=[[], []], directions=["minimize", "maximize"]),
    "one trial": lambda: study("value x\n0.5 0.25", x=X),
    "two trials": lambda: study("value x y\n0.5 0.25 0.5\n0.25 0.75 0.1", x=X, y=X),
    "one trial, no parameter, no times": lambda: study("value\n0.5"),
    "all failed": _all(State.FAIL),
    "all pruned": _all(State.PRUNED),
    "only running": _all(State.RUNNING),
    "only waiting": _all(State.WAITING),
    "all infeasible": lambda: study("value x c0\n1 0.1 1\n2 0.2 2\n3 0.3 0.5", x=X),
    "first infeasible": lambda: study("value x c0\n1 0.1 1\n2 0.2 2\n3 0.3 -1\n4 0.4 -", x=X),
    "never told": lambda: study("value x\n1 0.1\n2 0.2", directions=["not_set"], x=X),
    "one parameter": lambda: built(states=[1] * 30, values=[numbered(30)], parameters={"x": column("x", numbered(30)[::-1], X)}),
    "no parameters": lambda: built(states=[1] * 30, values=[numbered(30)]),
    "constant values": _constant_values,
    "extreme values": _extreme_values,
    "one outlier": _one_outlier,
    "only +inf": _only_infinite(1.0),
    "only -inf": _only_infinite(-1.0),
    "one category": lambda: built(states=[1] * 9, values=[numbered(9)], parameters={"c": column("c", [0] * 9, Categorical(("a",))), "x": column("x", numbered(9), X)}),
    "200 categories": _many_categories,
    "40 parameters": _many_parameters,
    "conditional, never complete": _never_complete,
    "conditional": _conditional,
    "changing ranges": _changing_ranges,
    "out of range": _out_of_range,
    "odd parameters": _odd_parameters,
    "hostile names": _hostile,
    "hostile objectives": _hostile_objectives,
    "long names": _long_names,
    "same names": _same_names,
    "preferential": _preferential,
    "stored": _stored,
    "stored, hostile": lambda: _stored("<img src=x onerror=alert(1)>{x}</script>" + HOSTILE[8]),
    "stored, wrongly": _stored_wrongly,
    "two objectives": _objectives(2, 50),
    "three objectives, constrained": _objectives(3, 50, constrained=True),
    "five objectives": _objectives(5, 60),
    "infinite objectives": _infinite_objectives,
    "partly valued": _partly_valued,
    "duplicate numbers": lambda: study("number value x\n0 3 0.1\n0 2 0.2\n1 1 0.3\n1 5 0.4", x=X),
    "missing times": _times([_NAN, 1, _NAN, 5], [3, _NAN, _NAN, 6], [1, 1, 3, 0]),
    "end before start": _times([10, 20, 30], [5, 25, 30], [1, 1, 3]),
    "one moment": _times([10, 10, 10], [10, 10, 10], [1, 2, 3]),
    "centuries": _times([0, -6e10, 1e10], [1e11, 1, 1e10], [1, 1, 1]),
    "curves": _curves(9, 12),
    "many curves": _curves(400, 60),
    "odd curves": _odd_curves,
    "only NaN in the curves": _only_nan_curves,
    "50 000 trials": _many_trials,
    "50 000 trials, large front": _many_in_front,
}  # fmt: skip
