"""Tables and figures as files: CSV and JSON on our own, Parquet and Excel through pandas, pictures through kaleido."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.errors import AnalyzerError, UnknownOption
from analyzer.figure import Figure, with_note
from analyzer.pack import plain, plain_figure
from analyzer.table import Kind, Table, csv_text, distinct, inert
from analyzer.text import _

if TYPE_CHECKING:
    import pandas

TABLE_ENDINGS = (".csv", ".json", ".parquet", ".xlsx")
_LONGEST_CELL = 32767  # of an Excel sheet
IMAGE_ENDINGS = (".png", ".svg", ".pdf", ".jpeg", ".webp")


def records(table: Table) -> list[dict[str, Any]]:
    """The rows as JSON objects; an empty cell is null."""
    headers = table.headers()
    return [dict(zip(headers, (plain(cell) for cell in row), strict=True)) for row in table.rows()]


def write_table(table: Table, path: Path) -> None:
    """Write a table in the format that the ending names. Raises UnknownOption for an ending that is not known."""
    ending = path.suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise UnknownOption(
            _("A table is written as {endings}, not as {given!r}.").format(endings=", ".join(TABLE_ENDINGS), given=ending or _("a file without ending"))
        )
    try:
        if ending == ".csv":
            path.write_bytes(b"\xef\xbb\xbf" + csv_text(table).encode("utf-8", "backslashreplace"))
        elif ending == ".json":
            text = json.dumps(records(table), ensure_ascii=False, allow_nan=False)
            path.write_bytes(text.encode("utf-8", "backslashreplace"))
        elif ending == ".parquet":
            frame(table, _encodable).to_parquet(path, index=False)
        else:
            frame(table, _cell).to_excel(path, index=False)
    except ImportError as error:
        raise AnalyzerError(_('Writing {ending} needs one more package: pip install "hpo-analyze[tables]".').format(ending=ending)) from error
    except OSError as error:
        raise AnalyzerError(_("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror or error)) from error
    except ValueError as error:  # more rows or columns than the format takes
        raise AnalyzerError(_("{path} cannot be written: {reason}.").format(path=path, reason=str(error).splitlines()[0])) from error


def _encodable(text: str) -> str:
    """Text without lone surrogates, which no encoding has a place for."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _cell(text: str) -> str:
    """Text as a spreadsheet takes it: no formula, no control characters but tab and line break."""
    shown = inert("".join(letter if letter >= " " or letter in "\t\n" else " " for letter in _encodable(text)))
    return shown if len(shown) <= _LONGEST_CELL else shown[: _LONGEST_CELL - 1] + "…"


def frame(table: Table, spell: Callable[[str], str] = str) -> pandas.DataFrame:
    """The table as a data frame, categories as categoricals, times as datetimes; `spell` is applied to every text."""
    import pandas

    columns: dict[str, Any] = {}
    headers = distinct([spell(header) for header in table.headers()])
    for header, column in zip(headers, table.columns, strict=True):
        if column.kind is Kind.CATEGORY:
            codes = np.asarray(column.cells, dtype=np.int64)
            columns[header] = pandas.Categorical.from_codes(codes, distinct([spell(label) for label in column.labels]))
        elif column.kind is Kind.TEXT:
            columns[header] = pandas.Series([None if cell is None else spell(cell) for cell in column.cells], dtype=object)
        else:
            columns[header] = column.cells
    return pandas.DataFrame(columns)


def write_image(figure: Figure, path: Path) -> None:
    """Write a picture through plotly and kaleido, which needs a Chrome or Chromium on this machine."""
    if path.suffix.lower() not in IMAGE_ENDINGS:
        known = ", ".join((*TABLE_ENDINGS, ".html", *IMAGE_ENDINGS))
        raise UnknownOption(_("A view is written as {endings}, not as {given!r}.").format(endings=known, given=path.suffix or _("a file without ending")))
    import plotly.graph_objects

    drawn = plotly.graph_objects.Figure(with_note(plain_figure(figure)))
    try:
        drawn.write_image(path, width=1000)
    except (ImportError, ValueError, RuntimeError, OSError) as error:  # no kaleido, no browser, or one that will not start
        raise AnalyzerError(
            _('A picture needs one more package and a Chrome or Chromium: pip install "hpo-analyze[images]".')
        ) from error
