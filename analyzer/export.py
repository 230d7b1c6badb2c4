"""Tables and figures as files: CSV and JSON on our own, Parquet and Excel through pandas, pictures through kaleido."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.errors import AnalyzerError, UnknownOption
from analyzer.figure import Figure, with_note
from analyzer.pack import plain
from analyzer.table import Kind, Table, csv_text

if TYPE_CHECKING:
    import pandas

TABLE_ENDINGS = (".csv", ".json", ".parquet", ".xlsx")
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
            f"A table is written as {', '.join(TABLE_ENDINGS)}, not as {ending or 'a file without ending'!r}."
        )
    try:
        if ending == ".csv":
            path.write_text(csv_text(table), encoding="utf-8-sig", newline="")
        elif ending == ".json":
            path.write_text(json.dumps(records(table), ensure_ascii=False, allow_nan=False), encoding="utf-8")
        elif ending == ".parquet":
            frame(table).to_parquet(path, index=False)
        else:
            frame(table).to_excel(path, index=False)
    except ImportError as error:
        raise AnalyzerError(f'Writing {ending} needs one more package: pip install "hpo-analyze[tables]".') from error
    except OSError as error:
        raise AnalyzerError(f"{path} cannot be written: {error.strerror}.") from error


def frame(table: Table) -> pandas.DataFrame:
    """The table as a data frame, categories as categoricals, times as datetimes."""
    import pandas

    columns: dict[str, Any] = {}
    for header, column in zip(table.headers(), table.columns, strict=True):
        if column.kind is Kind.CATEGORY:
            codes = np.asarray(column.cells, dtype=np.int64)
            columns[header] = pandas.Categorical.from_codes(codes, list(column.labels))
        else:
            columns[header] = column.cells
    return pandas.DataFrame(columns)


def write_image(figure: Figure, path: Path) -> None:
    """Write a picture through plotly and kaleido, which needs a Chrome or Chromium on this machine."""
    if path.suffix.lower() not in IMAGE_ENDINGS:
        known = ", ".join((*TABLE_ENDINGS, ".html", *IMAGE_ENDINGS))
        raise UnknownOption(f"A view is written as {known}, not as {path.suffix or 'a file without ending'!r}.")
    import plotly.graph_objects

    try:
        plotly.graph_objects.Figure(with_note(figure)).write_image(path, width=1000)
    except (ImportError, ValueError) as error:
        if "kaleido" in str(error).lower() or isinstance(error, ImportError):
            raise AnalyzerError(
                'A picture needs one more package and a Chrome or Chromium: pip install "hpo-analyze[images]".'
            ) from error
        raise
