"""From stored spellings to our types: distributions, constraints, directions, names, timestamps.

Every release of Optuna since 0.4 spells these a little differently; each function takes all spellings.
"""

from __future__ import annotations

import json
import math
import re
import warnings
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import numpy as np

from analyzer.arrays import Floats, Ints, Times, frozen
from analyzer.distributions import Categorical, Distribution, Float, Int
from analyzer.errors import UnreadableDatabase
from analyzer.study import Attributes, Direction, Objective, decoded
from analyzer.text import _, marked

# What samplers keep for themselves (pickled optimizers, cached weights): megabytes that say nothing to a reader.
SAMPLER_STATE = ("cma:", "sepcma:", "cmawm:", "tpe:relative_params", "gp:relative_params", "motpe:")

_BLOCK_ROWS = 2**17
_ATTRIBUTES_AT_ONCE = 2**12
_INTEGER = {"IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution", "int"}
_REAL = {"FloatDistribution", "UniformDistribution", "LogUniformDistribution", "DiscreteUniformDistribution", "float"}
_LOG = {"LogUniformDistribution", "IntLogUniformDistribution"}
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?)(?:Z|([+-])(\d\d):?(\d\d))?", re.ASCII
)


def distribution(text: str) -> Distribution:
    """Read one distribution in any of Optuna's spellings, the abbreviated one without a name included.

    >>> distribution('{"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 0.55, "q": 0.1}}')
    Float(low=0.0, high=0.5, log=False, step=0.1)
    >>> distribution('{"type": "categorical", "choices": ["sgd", null]}')
    Categorical(choices=('sgd', None))
    """
    try:
        stored = json.loads(text)
        if isinstance(stored, str):  # one release wrote the JSON text as a JSON string
            stored = json.loads(stored)
        name = stored["name"] if "name" in stored else stored["type"]
        attributes = stored.get("attributes", stored)
        if name in ("CategoricalDistribution", "categorical"):
            return Categorical(tuple(attributes["choices"]))
        return _numeric(name, attributes)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise UnreadableDatabase(
            _(
                "A parameter has a distribution that no Optuna release writes: {found!r}. The database may come from a plugin, or from a newer Optuna."
            ).format(found=str(text)[:120])
        ) from error


def _numeric(name: str, attributes: Mapping[str, float]) -> Float | Int:
    low, high = attributes["low"], attributes["high"]
    log = bool(attributes.get("log", False)) or name in _LOG
    step = attributes.get("step", attributes.get("q"))
    if name in _INTEGER:
        width = int(step) if step else 1
        return Int(int(low), int(_on_grid(low, high, width)), log, width)
    if name in _REAL:
        return Float(float(low), float(high if step is None else _on_grid(low, high, step)), log, step)
    raise KeyError(name)


def _on_grid(low: float, high: float, step: float) -> float:
    """The largest point of the grid from low that is not above high, in decimal arithmetic as Optuna does it."""
    low_, high_, step_ = (Decimal(str(number)) for number in (low, high, step))
    span = high_ - low_
    return float(low_ + span // step_ * step_) if span % step_ != 0 else high


def directions(names: Sequence[str]) -> tuple[Direction, ...]:
    """Read stored directions, whatever their case."""
    known = {direction.value: direction for direction in Direction}
    return tuple(known.get(str(name).lower(), Direction.NOT_SET) for name in names)


def metric_names(stored: Mapping[str, object], count: int) -> tuple[str, ...] | None:
    """The names a user gave to the objectives (Optuna's own key, or the dashboard's old one); None where none fit."""
    for key in ("study:metric_names", "dashboard:objective_names"):
        names = stored.get(key)
        if isinstance(names, list) and len(names) == count:
            return tuple(str(name) for name in names)
    return None


def objectives(ways: Sequence[Direction], names: Sequence[str] | None) -> tuple[Objective, ...]:
    """Name the objectives: the user's names, else "value", or "value 0", "value 1" … where there are several."""
    plain = ["value"] if len(ways) == 1 else [f"value {index}" for index in range(len(ways))]
    named = zip(names or plain, ways, strict=True)
    return tuple(Objective(index, name, way) for index, (name, way) in enumerate(named))


def times(stored: Iterable[object]) -> Times:
    """Read timestamps (text, datetime or None) as they are written; only a time with an offset is moved, to UTC.

    >>> times(["2026-01-02 03:04:05.5", None, "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05-01:00"])
    array(['2026-01-02T03:04:05.500000', 'NaT', '2026-01-02T03:04:05.000000', '2026-01-02T04:04:05.000000'],
          dtype='datetime64[us]')
    """
    texts = ["NaT" if item is None else item for item in stored]
    try:
        marks = "".join(texts)  # type: ignore[arg-type]
        if "+" in marks and all(text.endswith("+00:00") for text in texts):  # type: ignore[attr-defined]
            texts = [text[:-6] for text in texts]  # type: ignore[index]
        elif "+" in marks or "Z" in marks:
            raise ValueError("offsets of several kinds")
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # numpy's way to say that it has seen another offset
            return np.array(texts, dtype="datetime64[us]")
    except (ValueError, TypeError, UserWarning):
        return np.array([_time(str(text)) for text in texts], dtype="datetime64[us]")


def _time(text: str) -> np.datetime64:
    """One timestamp, moved to UTC where it has an offset; text that is no time is NaT."""
    found = _TIMESTAMP.fullmatch(text.strip())
    if not found:
        return np.datetime64("NaT", "us")
    plain, sign, hours, minutes = found.groups()
    try:
        moment = np.datetime64(plain, "us")
    except ValueError:
        return np.datetime64("NaT", "us")
    offset = np.timedelta64(int(hours or 0) * 60 + int(minutes or 0), "m")
    return moment + offset if sign == "-" else moment - offset


def constraints(system: Attributes, count: int) -> Floats:
    """Collect the constraint values of all trials: (count, c), NaN where a trial has none.

    Three spellings: `constraints` (a list, 3.0 and later), `constraints:<key>` (one each, 5.0's `set_constraint`) and
    `nsga2:constraints` (2.5 to 2.10). Optuna 5.0 does not read the last one and takes such studies for unconstrained;
    here they are honoured, where the trial has no `constraints` of its own.
    """
    cells: dict[tuple[int, str], float] = {}
    for name in ("nsga2:constraints", "constraints"):
        for row, value in zip(*system.column(name), strict=True):
            numbers = value if isinstance(value, list) else []
            cells.update({(int(row), str(i)): float(x) for i, x in enumerate(numbers) if isinstance(x, (int, float))})
    for name in (name for name in system.names if name.startswith("constraints:")):
        for row, value in zip(*system.column(name), strict=True):
            if isinstance(value, (int, float)):
                cells[int(row), name.removeprefix("constraints:")] = float(value)
    columns = {key: column for column, key in enumerate(dict.fromkeys(key for _, key in cells))}
    table = np.full((count, len(columns)), np.nan)
    for (row, key), value in cells.items():
        table[row, columns[key]] = value
    return table


def attribute_blocks(triples: Iterable[Sequence[Any]]) -> Iterator[tuple[Sequence[int], Sequence[str], Sequence[str]]]:
    """(trial id, key, JSON text) triples as columns of a few thousand at a time."""
    triples = iter(triples)
    while block := list(islice(triples, _ATTRIBUTES_AT_ONCE)):
        trials, keys, texts = zip(*block, strict=True)
        yield trials, keys, texts if set(map(type, texts)) == {str} else list(map(str, texts))


def attributes(blocks: Iterable[tuple[Sequence[int] | Ints, Sequence[str], Sequence[str]]], ids: Ints) -> Attributes:
    """Pack columns (trial ids, keys, JSON texts); those of trials that are not among the ascending ids are left out."""
    trials, which = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    texts: list[str] = []
    names: dict[str, int] = {}
    for some_trials, keys, some_texts in blocks:
        for key in dict.fromkeys(keys):
            names.setdefault(key, len(names))
        trials.append(_whole(some_trials))
        which.append(np.fromiter(map(names.__getitem__, keys), np.int64, len(keys)))
        texts.extend(some_texts)
    return packed(np.concatenate(trials), np.concatenate(which), list(map(str, names)), texts, ids)


def packed(trials: Ints, which: Ints, names: Sequence[str], texts: list[str], ids: Ints) -> Attributes:
    """Pack columns of cells; those of trials that are not among the ascending ids are left out, and names without any."""
    rows, keys_ = rows_of(ids, trials), which
    if len(rows) and (rows[0] < 0 or (np.diff(rows) < 0).any()):
        order = np.argsort(rows, kind="stable")  # keys keep their order within a trial
        order = order[np.searchsorted(rows[order], 0) :]
        rows, keys_, texts = rows[order], keys_[order], [texts[i] for i in order]
    used, keys_ = in_order_of_use(keys_, len(names))
    return Attributes(
        names=tuple(names[name] for name in used.tolist()),
        rows=frozen(rows),
        which=frozen(keys_),
        texts=texts,
    )


def in_order_of_use(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """The codes (below `count`) that occur, in the order of their first cell; and the cells by their places in that order.

    >>> in_order_of_use(np.array([2, 0, 2]), 4)
    (array([2, 0]), array([0, 1, 0]))
    """
    first = np.full(count, len(codes), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last assignment stands
    used = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
    new = np.zeros(count, np.int64)
    new[used] = np.arange(len(used))
    return used, new[codes]


def _whole(trials: Sequence[int] | Ints) -> Ints:
    try:
        return trials if isinstance(trials, np.ndarray) else np.frombuffer(array("q", trials), np.int64)
    except (TypeError, OverflowError) as error:
        raise not_a_number(marked("attributes' trial ids")) from error


def legacy_objectives(stored: Mapping[str, object]) -> tuple[Direction, ...] | None:
    """The directions of a study of the old module optuna.multi_objective (1.4 to 3.6); None for any other study."""
    names = stored.get("multi_objective:study:directions")
    return directions([str(name) for name in names]) if isinstance(names, list) and names else None


def study_attributes(pairs: Iterable[Sequence[str]]) -> dict[str, object]:
    """Decode a study's own attributes, samplers' internal state left out."""
    return {str(key): decoded(str(text)) for key, text in pairs if not str(key).startswith(SAMPLER_STATE)}


def number_blocks(rows: Iterable[Sequence[float]], width: int, meaning: str) -> Iterator[Floats]:
    """Gather rows of `width` numbers into arrays (k, width), without keeping a Python object per row.

    Raises UnreadableDatabase where the database holds something else in their place.
    """
    numbers = chain.from_iterable(rows)
    while True:
        try:
            block = np.fromiter(islice(numbers, width * _BLOCK_ROWS), np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise not_a_number(meaning) from error
        if not len(block):
            return
        yield block.reshape(-1, width)


def number(stored: object, meaning: str) -> float:
    """One stored number. Raises UnreadableDatabase where it is none."""
    if isinstance(stored, (int, float)) and not math.isnan(stored):
        return float(stored)
    raise not_a_number(meaning)


def identity(stored: object) -> int:
    """A stored id; -1, which nothing has, where it is none."""
    return stored if isinstance(stored, int) else -1


def not_a_number(meaning: str) -> UnreadableDatabase:
    """What to say where something else stands in a number's place."""
    return UnreadableDatabase(
        _(
            "The {meaning} of this database hold something that is not a number; the file may be damaged. Try the SQLite command `.recover`, or a backup."
        ).format(meaning=_(meaning))
    )


def infinite_where_float32_ends(values: Floats) -> Floats:
    """Before Optuna 3.0 MySQL stored an infinite value as the largest float32: read it back as infinite."""
    largest = float(np.finfo(np.float32).max)
    return np.where(np.isclose(np.abs(values), largest), np.copysign(math.inf, values), values)


def rows_of(ids: Ints, wanted: Ints) -> Ints:
    """The position of each wanted id in the ascending `ids`; -1 where it is not there."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1).astype(np.int64)
