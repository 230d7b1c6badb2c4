"""Parameters spelled for pasting: command-line flags, Python, YAML, JSON."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Mapping

FORMS = ("flags", "python", "yaml", "json")

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def spelled(params: Mapping[str, object], form: str) -> str:
    """Spell parameters in one of FORMS, one parameter a line but for flags.

    >>> spelled({"lr": 0.001, "opt": "adam w", "amsgrad": True}, "flags")
    "--lr=0.001 '--opt=adam w' --amsgrad=True"
    """
    return {"flags": _flags, "python": _python, "yaml": _yaml, "json": _json}[form](params)


def _flags(params: Mapping[str, object]) -> str:
    return " ".join(
        shlex.quote(f"--{name}={value if isinstance(value, str) else _text(value)}") for name, value in params.items()
    )


def _text(value: object) -> str:
    return (
        repr(value) if isinstance(value, (bool, int, float)) or value is None else json.dumps(value, ensure_ascii=False)
    )


def _python(params: Mapping[str, object]) -> str:
    lines = "".join(f"    {name!r}: {_literal(value)},\n" for name, value in params.items())
    return f"params = {{\n{lines}}}" if params else "params = {}"


def _literal(value: object) -> str:
    """Python source of a JSON value; infinities and NaN have no literal of their own."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _yaml(params: Mapping[str, object]) -> str:
    """YAML 1.2 with JSON scalars, which every YAML reader takes; text is quoted so that "no" and "1e3" stay text."""
    lines = [f"{_yaml_key(name)}: {_yaml_value(value)}" for name, value in params.items()]
    return "\n".join(lines) if lines else "{}"


def _yaml_key(name: str) -> str:
    plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in (
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
    )
    return name if plain else json.dumps(name, ensure_ascii=False)


def _yaml_value(value: object) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        text = repr(value)
        # YAML 1.1 readers take "1e-05" for text: the mantissa needs its point.
        return re.sub(r"^(-?\d+)e", r"\1.0e", text)
    return json.dumps(value, ensure_ascii=False)


def _json(params: Mapping[str, object]) -> str:
    return json.dumps(dict(params), ensure_ascii=False, indent=2)
