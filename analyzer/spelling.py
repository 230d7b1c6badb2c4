"""Parameters spelled for pasting: command-line flags, Python, YAML, JSON, a call that enqueues them as a trial."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Mapping

FORMS = ("flags", "python", "yaml", "json", "enqueue")

_YAML_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def spelled(params: Mapping[str, object], form: str) -> str:
    """Spell parameters in one of FORMS, one parameter a line but for flags.

    >>> spelled({"lr": 0.001, "opt": "adam w", "amsgrad": True}, "flags")
    "--lr=0.001 '--opt=adam w' --amsgrad=True"
    """
    forms = {"flags": _flags, "python": _python, "yaml": _yaml, "json": _json, "enqueue": _enqueue}
    return forms[form](params)


def _flags(params: Mapping[str, object]) -> str:
    return " ".join(
        shlex.quote(f"--{name}={value if isinstance(value, str) else _text(value)}") for name, value in params.items()
    )


def _text(value: object) -> str:
    return (
        repr(value) if isinstance(value, (bool, int, float)) or value is None else json.dumps(value, ensure_ascii=False)
    )


def _python(params: Mapping[str, object]) -> str:
    return f"params = {_dict(params)}"


def _enqueue(params: Mapping[str, object]) -> str:
    """The call that has Optuna try these parameters next, in this study or another one."""
    return f"study.enqueue_trial({_dict(params)})"


def _dict(params: Mapping[str, object]) -> str:
    lines = "".join(f"    {name!r}: {_literal(value)},\n" for name, value in params.items())
    return f"{{\n{lines}}}" if params else "{}"


def _literal(value: object) -> str:
    """Python source of a JSON value; infinities and NaN have no literal of their own."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _yaml(params: Mapping[str, object]) -> str:
    """YAML that readers of 1.1 and 1.2 take alike; text is quoted so that "no" and "1e3" stay text."""
    lines = [f"{_yaml_key(name)}: {_yaml_value(value)}" for name, value in params.items()]
    return "\n".join(lines) if lines else "{}"


def _yaml_key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) and name.lower() not in _YAML_WORDS else _yaml_text(name)


def _yaml_value(value: object) -> str:
    if isinstance(value, str):
        return _yaml_text(value)
    if isinstance(value, float):
        return _yaml_float(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_yaml_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_yaml_text(str(key))}: {_yaml_value(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def _yaml_float(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))  # readers of YAML 1.1 take "1e-05" for text, "1.0e-05" not


def _yaml_text(text: str) -> str:
    """In double quotes; characters that YAML does not allow, or that nobody sees, as escapes."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def _json(params: Mapping[str, object]) -> str:
    return json.dumps(dict(params), ensure_ascii=False, indent=2)
