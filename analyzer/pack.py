"""Figures and tables on their way to a browser: JSON with the arrays taken out, each array once.

An array stands in the JSON as {"$": index}, with "over" where its whole numbers are to be divided, with "at" where only
some rows of it are meant. Equal arrays, which figures and tables share by the dozen, are stored once, in
the smallest type that holds every number exactly. `payload` makes one compressed text of it all; the page hands the arrays
over as they are.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.table import Column, Kind, Table

_SHORT = 24  # arrays up to this length stay in the JSON
_DIGITS = 12  # computed numbers in the JSON carry no more: the last bits differ between machines
_WHOLE_TYPES = (np.int8, np.int16, np.int32)
_LARGEST_EXACT = 2.0**53
_DIVISORS = (1e3, 1e6)  # decimals that measurements often have: milliseconds, microseconds


@dataclass(slots=True)
class Packer:
    """Collects the arrays while JSON is made.

    `base` is the table of all trials: a column of another table that only picks some of its rows is stored as which rows.
    """

    base: Table | None = None
    arrays: list[npt.NDArray[Any]] = field(default_factory=list)
    _known: dict[tuple[str, bytes], int] = field(default_factory=dict)

    def pack(self, item: Any) -> Any:
        """Turn figures and tables into what `json.dumps` takes."""
        if isinstance(item, np.ndarray):
            return self._array(item)
        if isinstance(item, Mapping):
            return {str(key): self.pack(value) for key, value in item.items()}
        if isinstance(item, (list, tuple)):
            return [self.pack(value) for value in item]
        return _scalar(item)

    def table(self, table: Table) -> list[dict[str, Any]]:
        """A table as a list of columns."""
        rows = self._rows_of_base(table)
        headers = zip(table.headers(), table.columns, strict=True)
        return [{"name": name, **self._column(column, rows)} for name, column in headers]

    def _column(self, column: Column, rows: npt.NDArray[np.int64] | None) -> dict[str, Any]:
        packed: dict[str, Any] = {"kind": column.kind.value}
        if column.kind is Kind.TEXT:
            return packed | {"cells": list(column.cells)}
        if column.kind is Kind.CATEGORY:
            packed["labels"] = list(column.labels)
        cells = _as_numbers(np.asarray(column.cells))
        if rows is not None and self.base is not None:
            for whole in self.base.columns:
                if whole.kind is column.kind and np.array_equal(
                    _as_numbers(np.asarray(whole.cells))[rows], cells, True
                ):
                    whole_cells = self._reference(_as_numbers(np.asarray(whole.cells)))
                    return packed | {"cells": {**whole_cells, "at": self._reference(rows)}}
        return packed | {"cells": self._reference(cells)}

    def _rows_of_base(self, table: Table) -> npt.NDArray[np.int64] | None:
        """Which rows of the base a table with a column of trial numbers shows; None where that cannot be said."""
        first = table.columns[0] if table.columns else None
        if self.base is None or table is self.base or first is None or first.name != "number" or not len(table):
            return None
        numbers = np.asarray(self.base.columns[0].cells)
        if (np.diff(numbers) <= 0).any():
            return None
        return np.searchsorted(numbers, np.asarray(first.cells)).astype(np.int64)

    def _array(self, array: npt.NDArray[Any]) -> Any:
        if array.dtype.kind in "OUS" or array.size <= _SHORT:
            return [self.pack(value) for value in array.tolist()]
        if array.ndim == 2:
            return [self._array(row) for row in array]
        return self._reference(_as_numbers(array))

    def _reference(self, array: npt.NDArray[Any]) -> dict[str, Any]:
        exact, divisor = _smallest(array)
        key = (exact.dtype.str, exact.tobytes())
        index = self._known.setdefault(key, len(self.arrays))
        if index == len(self.arrays):
            self.arrays.append(exact)
        return {"$": index} if divisor == 1 else {"$": index, "over": divisor}


def _as_numbers(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Times as microseconds since 1970, 0 for none; booleans as 0 and 1."""
    if array.dtype.kind == "M":
        micros = array.astype("datetime64[us]")
        return np.where(np.isnat(micros), 0, micros.astype(np.int64))
    return array.astype(np.int8) if array.dtype.kind == "b" else array


def _smallest(array: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], float]:
    """The same numbers in the smallest type that holds them exactly, and what they have to be divided by.

    int8, int16 or int32 where all are whole; float64 for larger whole ones; whole numbers over 1000 or a million where
    that gives back every number to the last bit; float32 where that loses nothing; else float64.
    """
    array = np.ascontiguousarray(array)
    if array.dtype.kind in "iu":
        return _smallest_whole(array), 1
    array = array.astype(np.float64)
    if np.isfinite(array).all() and not np.signbit(array[array == 0]).any():
        if (np.abs(array) < _LARGEST_EXACT).all() and (array == np.trunc(array)).all():
            return _smallest_whole(array), 1
        for divisor in _DIVISORS:
            with np.errstate(over="ignore"):
                scaled = np.rint(array * divisor)
            if (np.abs(scaled) < _LARGEST_EXACT).all() and (scaled / divisor == array).all():
                return _smallest_whole(scaled), divisor
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    return (single if np.array_equal(single.astype(np.float64), array, equal_nan=True) else array), 1


def _smallest_whole(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    low, high = (array.min(), array.max()) if array.size else (0, 0)
    for kind in _WHOLE_TYPES:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return array.astype(kind)
    return array.astype(np.float64)


def _scalar(value: Any) -> Any:
    """One number, text, boolean or None; what JSON cannot hold is null."""
    if isinstance(value, (np.generic,)):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
    return value


def _has_exact_differences(array: npt.NDArray[Any]) -> bool:
    """Whether neighbours' differences, added up again, give back every number to the last bit."""
    return bool((np.abs(array) < _LARGEST_EXACT / 2).all() and (array == np.trunc(array)).all())


def payload(content: Any, arrays: Sequence[npt.NDArray[Any]]) -> str:
    """One compressed, base64-encoded text: a header, the JSON, and the arrays' bytes.

    Whole numbers are stored as differences, and the bytes of every array are grouped by significance: both make columns
    of measurements far smaller under deflate. Layout before compression: uint32 length of the JSON (little endian), the
    JSON {"content", "arrays": [[type, length, "differences" or ""], …]}, then the arrays' bytes one after another.
    """
    heads, bodies = [], []
    for array in arrays:
        whole = array.dtype.kind == "i" or bool(array.size and _has_exact_differences(array))
        heads.append([array.dtype.str[1:], len(array), "differences" if whole else ""])
        stored = np.diff(array, prepend=array.dtype.type(0)) if whole else array
        little = stored.astype(stored.dtype.newbyteorder("<"))
        bodies.append(little.view(np.uint8).reshape(len(array), -1).T.tobytes())
    text = json.dumps({"content": content, "arrays": heads}, ensure_ascii=False, separators=(",", ":"))
    encoded = text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape
    raw = len(encoded).to_bytes(4, "little") + encoded + b"".join(bodies)
    return base64.b64encode(zlib.compress(raw, 9)).decode("ascii")


def spelled_out(value: float) -> str:
    """A number that JSON has no number for."""
    return "nan" if np.isnan(value) else "inf" if value > 0 else "-inf"


def plain(item: Any, non_finite: Callable[[float], str | None] = spelled_out) -> Any:
    """Anything a view returns as plain JSON values: arrays as lists, times as text, no time as null.

    Non-finite numbers are the text "nan", "inf", "-inf", or what `non_finite` makes of them.
    """
    if hasattr(item, "__dataclass_fields__"):
        return _plain_fields(item, non_finite)
    if isinstance(item, np.ndarray):
        return [plain(value, non_finite) for value in (item if item.dtype.kind == "M" else item.tolist())]
    if isinstance(item, Mapping):
        return {str(key): plain(value, non_finite) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(value, non_finite) for value in item]
    if isinstance(item, np.datetime64):
        return None if np.isnat(item) else str(item)
    if isinstance(item, np.generic):
        return plain(item.item(), non_finite)
    if isinstance(item, Enum):
        return item.value if isinstance(item.value, str) else item.name
    return non_finite(item) if isinstance(item, float) and not np.isfinite(item) else item


def _plain_fields(item: Any, non_finite: Callable[[float], str | None]) -> Any:
    if isinstance(item, Table):
        return {header: plain(column, non_finite) for header, column in zip(item.headers(), item.columns, strict=True)}
    if isinstance(item, Column):
        return [plain(item.cell(row), non_finite) for row in range(len(item.cells))]
    return {name: plain(getattr(item, name), non_finite) for name in item.__dataclass_fields__}


def plain_figure(figure: Mapping[str, Any]) -> Any:
    """A figure as plotly.js reads it: null where there is no finite number, for text would turn an axis into categories."""
    return plain(figure, lambda value: None)
