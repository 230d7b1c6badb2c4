"""Figures and tables on their way to a browser: JSON with the arrays taken out, each array once.

An array stands in the JSON as {"$": index}. Equal arrays, which figures and tables share by the dozen, are stored once, in
the smallest type that holds every number exactly. `payload` makes one compressed text of it all; the page hands the arrays
over as they are.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.table import Column, Kind, Table

_SHORT = 24  # arrays up to this length stay in the JSON
_DIGITS = 12  # computed numbers in the JSON carry no more: the last bits differ between machines
_WHOLE_TYPES = (np.int8, np.int16, np.int32)
_LARGEST_EXACT = 2**53


@dataclass(slots=True)
class Packer:
    """Collects the arrays while JSON is made."""

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
        return [self._column(name, column) for name, column in zip(table.headers(), table.columns, strict=True)]

    def _column(self, name: str, column: Column) -> dict[str, Any]:
        packed: dict[str, Any] = {"name": name, "kind": column.kind.value}
        if column.kind is Kind.TEXT:
            return packed | {"cells": list(column.cells)}
        if column.kind is Kind.CATEGORY:
            packed["labels"] = list(column.labels)
        return packed | {"cells": self._reference(_as_numbers(np.asarray(column.cells)))}

    def _array(self, array: npt.NDArray[Any]) -> Any:
        if array.dtype.kind in "OUS" or array.size <= _SHORT:
            return [self.pack(value) for value in array.tolist()]
        if array.ndim == 2:
            return [self._array(row) for row in array]
        return self._reference(_as_numbers(array))

    def _reference(self, array: npt.NDArray[Any]) -> dict[str, int]:
        exact = _smallest(array)
        key = (exact.dtype.str, exact.tobytes())
        index = self._known.setdefault(key, len(self.arrays))
        if index == len(self.arrays):
            self.arrays.append(exact)
        return {"$": index}


def _as_numbers(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Times as milliseconds since 1970, NaN for none; booleans as 0 and 1."""
    if array.dtype.kind == "M":
        micros = array.astype("datetime64[us]")
        return np.where(np.isnat(micros), np.nan, micros.astype(np.int64) / 1e3)
    return array.astype(np.int8) if array.dtype.kind == "b" else array


def _smallest(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same numbers in the smallest of int8, int16, int32, float32, float64 that holds them exactly."""
    array = np.ascontiguousarray(array)
    if not array.size:
        return array.astype(np.int8)
    if array.dtype.kind == "f":
        if np.isfinite(array).all() and (np.abs(array) < 2**31).all() and (array == np.trunc(array)).all():
            if not np.signbit(array[array == 0]).any():
                array = array.astype(np.int64)
        else:
            with np.errstate(over="ignore"):
                single = array.astype(np.float32)
            return (
                single if np.array_equal(single.astype(np.float64), array, equal_nan=True) else array.astype(np.float64)
            )
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max())
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


def payload(content: Any, arrays: Sequence[npt.NDArray[Any]]) -> str:
    """One compressed, base64-encoded text: a header, the JSON, and the arrays' bytes.

    Whole numbers are stored as differences, and the bytes of every array are grouped by significance: both make columns
    of measurements far smaller under deflate. Layout before compression: uint32 length of the JSON (little endian), the
    JSON {"content", "arrays": [[type, length], …]}, then the arrays' bytes one after another.
    """
    heads, bodies = [], []
    for array in arrays:
        heads.append([array.dtype.str[1:], len(array)])
        plain = np.diff(array, prepend=array.dtype.type(0)) if array.dtype.kind == "i" else array
        little = plain.astype(plain.dtype.newbyteorder("<"))
        bodies.append(little.view(np.uint8).reshape(len(array), -1).T.tobytes())
    text = json.dumps({"content": content, "arrays": heads}, ensure_ascii=False, separators=(",", ":")).encode()
    raw = len(text).to_bytes(4, "little") + text + b"".join(bodies)
    return base64.b64encode(zlib.compress(raw, 9)).decode("ascii")


def plain(item: Any) -> Any:
    """Anything a view returns as plain JSON values: arrays as lists, non-finite numbers as "nan", "inf", "-inf"."""
    if hasattr(item, "__dataclass_fields__"):
        if isinstance(item, Table):
            return {header: plain(column) for header, column in zip(item.headers(), item.columns, strict=True)}
        if isinstance(item, Column):
            return [plain(item.cell(row)) for row in range(len(item.cells))]
        return {name: plain(getattr(item, name)) for name in item.__dataclass_fields__}
    if isinstance(item, np.ndarray):
        return [plain(value) for value in (item.astype("U") if item.dtype.kind == "M" else item).tolist()]
    if isinstance(item, Mapping):
        return {str(key): plain(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(value) for value in item]
    if isinstance(item, np.datetime64):
        return None if np.isnat(item) else str(item)
    if isinstance(item, np.generic):
        return plain(item.item())
    if hasattr(item, "name") and hasattr(item, "value"):  # an enum
        return item.value if isinstance(item.value, str) else item.name
    if isinstance(item, float) and not np.isfinite(item):
        return "nan" if np.isnan(item) else "inf" if item > 0 else "-inf"
    return item
