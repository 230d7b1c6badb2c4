"""Parameters spelled for pasting come back as they were, whatever their names and values."""

from __future__ import annotations

import json
import math
import shlex
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analyzer import cli
from analyzer.spelling import FORMS, spelled
from tests.zoo import HOSTILE

TRICKY = {
    "lr": 1e-05, "large": 1e300, "whole": 3.0, "k": 7, "flag": True, "none": None, "no": "no", "on": "1e3", "y": "~", "empty": "", "": "x",
    "date": "2026-01-01", "sixty": "1:30", "hex": "0x10", "list": [1, [2.5, "a"], None], "map": {"a": 1e-9, "b": False}, "nine": 2**70,
    "tiny": 5e-324, "négatif": -0.0, "1": "one", "null": "null", "=": "= 1", "a: b": "# c", "1e3": 1, "1_0": "1_0", ".5": ".5",
}  # fmt: skip
NAMES = [name for name in HOSTILE if name.isprintable() or name in ("a\nb\tc\r", "\x1b[31mred\x1b[0m")]
SCALARS = some.one_of(some.none(), some.booleans(), some.integers(), some.floats(allow_nan=False, allow_infinity=False), some.text(max_size=8))
PARAMS = some.dictionaries(some.text(max_size=6), SCALARS, max_size=5)


def same(one: Any, other: Any) -> bool:
    """Equal in type and value; NaN equals NaN, and -0.0 is not 0.0."""
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(map(same, one.values(), other.values()))
    return type(one) is type(other) and one == other


def from_python(text: str) -> Any:
    scope: dict[str, Any] = {}
    exec(text, scope)
    return scope["params"]


def from_enqueue(text: str) -> Any:
    """What a study would be told to try next."""
    told: list[Any] = []
    exec(text, {"study": SimpleNamespace(enqueue_trial=told.append)})
    return told[0]


def from_flags(text: str) -> dict[str, str]:
    words = shlex.split(text)
    assert all(word.startswith("--") for word in words)
    return {word[2:].partition("=")[0]: word.partition("=")[2] for word in words}


def as_flag(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else repr(value)


@pytest.mark.parametrize("params", [TRICKY, {name: name for name in NAMES}, {}], ids=["tricky", "hostile", "empty"])
def test_every_form_gives_the_parameters_back(params: dict[str, Any]) -> None:
    assert same(from_python(spelled(params, "python")), params)
    assert same(from_enqueue(spelled(params, "enqueue")), params)
    assert same(json.loads(spelled(params, "json")), params)
    if "=" not in "".join(params):
        assert from_flags(spelled(params, "flags")) == {name: as_flag(value) for name, value in params.items()}


def test_flags_are_single_words_for_a_shell() -> None:
    words = shlex.split(spelled(TRICKY, "flags"))
    assert words == [f"--{name}={as_flag(value)}" for name, value in TRICKY.items()]


@pytest.mark.parametrize("params", [TRICKY, {name: name for name in HOSTILE if "\ud800" not in name}, {}])
def test_yaml_gives_the_parameters_back(params: dict[str, Any]) -> None:
    yaml = pytest.importorskip("yaml")
    assert same(yaml.safe_load(spelled(params, "yaml")), params)


@given(PARAMS)
def test_any_parameters_come_back(params: dict[str, Any]) -> None:
    yaml = pytest.importorskip("yaml")
    assert same(from_python(spelled(params, "python")), params)
    assert same(from_enqueue(spelled(params, "enqueue")), params)
    assert same(json.loads(spelled(params, "json")), params)
    assert same(yaml.safe_load(spelled(params, "yaml")), params)
    assert shlex.split(spelled(params, "flags")) == [f"--{name}={as_flag(value)}" for name, value in params.items()]


def test_numbers_that_are_none_have_each_forms_own_spelling() -> None:
    params = {"a": math.inf, "b": -math.inf, "c": math.nan, "d": [math.inf]}
    assert same(from_python(spelled(params, "python")), params)
    yaml = pytest.importorskip("yaml")
    assert same(yaml.safe_load(spelled(params, "yaml")), params)
    assert same(json.loads(spelled(params, "json")), params)


def test_the_shell_offers_every_form() -> None:
    assert cli.FORMS == FORMS


def test_every_form_has_a_spelling() -> None:
    assert all(spelled({"a": 1}, form) for form in FORMS)
