"""Long texts that were cut into numbered attributes: the dashboard's way around short columns of some databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from analyzer.study import Attributes

Parts = dict[int, object]


def parts_by_name(stored: Mapping[str, object], prefix: str) -> dict[str, Parts]:
    """The attributes `prefix name : index`, grouped by name in the order of first use. A name may hold colons."""
    found: dict[str, Parts] = {}
    for key, value in stored.items():
        if key.startswith(prefix):
            name, _colon, index = key.removeprefix(prefix).rpartition(":")
            if is_number(index):
                found.setdefault(name, {})[int(index)] = value
    return found


def joined(parts: Mapping[int, object]) -> tuple[str, bool]:
    """The text of all parts in order, and whether it is whole: no part between the first and the last is missing or no text.

    >>> joined({0: "ab", 1: "c", 2: ""}), joined({0: "a", 2: "c"})
    (('abc', True), ('ac', False))
    """
    texts = [parts[index] for index in sorted(parts) if isinstance(parts[index], str)]
    return "".join(map(str, texts)), len(texts) == len(parts) == max(parts, default=-1) + 1


def from_json(value: object) -> object:
    """What a JSON text within an attribute says; None where it is no JSON. Anything but text is taken as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def is_number(text: str) -> bool:
    """Whether a piece of a key is a plain number of at most nine digits."""
    return text.isascii() and text.isdigit() and len(text) < 10


def entries(attributes: Attributes, prefix: str) -> Iterator[tuple[int, str, str]]:
    """(row, key, JSON text) of the trials' attributes with this prefix, in the order of the trials. One pass over all."""
    wanted = {index for index, name in enumerate(attributes.names) if name.startswith(prefix)}
    if not wanted:
        return
    for at, which in enumerate(attributes.which.tolist()):
        if which in wanted:
            yield int(attributes.rows[at]), attributes.names[which], attributes.texts[at]
