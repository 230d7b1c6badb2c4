"""What can be shown of an artifact: a picture, a sound, a film, text, or a table. Types by a fixed list, never as stored.

Content goes into the page as it is in the file, so nothing is embedded that a browser would run: pictures, sounds and films as
data: addresses of their own types, everything else as text.
"""

from __future__ import annotations

import base64
import csv
import io
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from analyzer import table as tab
from analyzer.artifact_files import ArtifactFolder
from analyzer.prose import Media
from analyzer.stored.artifacts import Artifact

LARGEST_MEDIA = 5 * 2**20  # bytes of one picture, sound or film
LARGEST_TEXT = 200_000  # bytes shown of a text
LARGEST_TABLE = 2 * 2**20  # bytes read of a table
TABLE_ROWS, TABLE_COLUMNS = 1000, 50

_MEDIA = {
    "image/png": "image", "image/jpeg": "image", "image/gif": "image", "image/webp": "image", "image/avif": "image",
    "image/bmp": "image", "image/svg+xml": "image",
    "audio/mpeg": "audio", "audio/wav": "audio", "audio/ogg": "audio", "audio/flac": "audio", "audio/mp4": "audio",
    "audio/aac": "audio", "audio/webm": "audio",
    "video/mp4": "video", "video/webm": "video", "video/ogg": "video",
}  # fmt: skip
_ALIASES = {
    "image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav", "audio/x-flac": "audio/flac", "audio/m4a": "audio/mp4", "audio/x-m4a": "audio/mp4",
}  # fmt: skip
_BY_ENDING = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".avif": "image/avif", ".bmp": "image/bmp", ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".flac": "audio/flac", ".m4a": "audio/mp4", ".aac": "audio/aac",
    ".mp4": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg",
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".jsonl": "application/jsonl", ".ndjson": "application/jsonl",
}  # fmt: skip
_TABLES = {
    "text/csv": "csv", "text/tab-separated-values": "tsv", "application/jsonl": "jsonl", "application/x-jsonlines": "jsonl",
    "application/x-ndjson": "jsonl", "application/json-lines": "jsonl", "application/vnd.ms-excel": "csv",
}  # fmt: skip
_TEXT_ENDINGS = frozenset(re.findall(r"\S+", """
    .txt .log .md .json .yaml .yml .toml .ini .cfg .py .xml .html .htm .css .js .sh .rst .tex
"""))  # fmt: skip
_TEXT_TYPES = frozenset(re.findall(r"\S+", """
    application/json application/yaml application/x-yaml application/toml application/xml
"""))  # fmt: skip


def kind_of(artifact: Artifact) -> str:
    """What an artifact can be shown as: image, audio, video, csv, tsv, jsonl, text; "" for what is only listed, as compressed files are."""
    if artifact.encoding:
        return ""
    ending, stored = _ending(artifact), _stored_type(artifact)
    for known in (_BY_ENDING.get(ending, ""), stored):  # the ending says more: .csv is often stored as a spreadsheet
        if known in _TABLES and (ending in _BY_ENDING or known != "application/vnd.ms-excel"):
            return _TABLES[known]
    if stored in _MEDIA:
        return _MEDIA[stored]
    if stored in ("", "application/octet-stream") and _BY_ENDING.get(ending) in _MEDIA:
        return _MEDIA[_BY_ENDING[ending]]
    return "text" if stored.startswith("text/") or stored in _TEXT_TYPES or ending in _TEXT_ENDINGS else ""


def media(artifact: Artifact, files: ArtifactFolder) -> Media | None:
    """A picture, sound or film as a data: address; None where the file is missing or too large."""
    size = files.size(artifact.id)
    if size is None or size > LARGEST_MEDIA:
        return None
    stored = _stored_type(artifact)
    type_ = stored if stored in _MEDIA else _BY_ENDING[_ending(artifact)]
    content = files.read(artifact.id, LARGEST_MEDIA)
    return Media(_MEDIA[type_], f"data:{type_};base64,{base64.b64encode(content).decode('ascii')}")


def text(artifact: Artifact, files: ArtifactFolder) -> str:
    """The beginning of a text; bytes that are no UTF-8 are replaced."""
    return files.read(artifact.id, LARGEST_TEXT).decode("utf-8-sig", "replace").replace("\0", "�")


def table(artifact: Artifact, files: ArtifactFolder, kind: str) -> tab.Table | None:
    """The beginning of a table; None where the file is none. A last line that the limit cut in two is left out."""
    content = files.read(artifact.id, LARGEST_TABLE)
    if len(content) == LARGEST_TABLE:
        content = content[: content.rfind(b"\n") + 1]
    lines = content.decode("utf-8-sig", "replace").replace("\0", "�")
    return _json_lines(lines) if kind == "jsonl" else _separated(lines, "\t" if kind == "tsv" else ",")


def _separated(lines: str, delimiter: str) -> tab.Table | None:
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter), TABLE_ROWS + 1))
    except csv.Error:
        return None
    if len(rows) < 2 or not rows[0]:
        return None
    names = rows[0][:TABLE_COLUMNS]
    columns = [[row[at] if at < len(row) else None for row in rows[1:]] for at in range(len(names))]
    return tab.Table(tuple(_column(name, cells) for name, cells in zip(names, columns, strict=True)))


def _json_lines(lines: str) -> tab.Table | None:
    rows = []
    try:
        for line in itertools.islice(filter(str.strip, io.StringIO(lines)), TABLE_ROWS):
            rows.append(json.loads(line))
    except (ValueError, RecursionError):
        return None
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    names = list(dict.fromkeys(name for row in rows for name in row))[:TABLE_COLUMNS]
    columns = [[_cell(row.get(name)) for row in rows] for name in names]
    return tab.Table(tuple(_column(name, cells) for name, cells in zip(names, columns, strict=True))) if names else None


def _cell(value: object) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)


def _column(name: str, cells: Sequence[str | None]) -> tab.Column:
    """Numbers where all cells that are not empty are numbers, else text."""
    try:
        return tab.numbers(name, [float(cell) if cell and cell.strip() else float("nan") for cell in cells])
    except ValueError:
        return tab.texts(name, cells)


def _ending(artifact: Artifact) -> str:
    return PurePosixPath(artifact.filename.lower()).suffix


def _stored_type(artifact: Artifact) -> str:
    plain = artifact.mimetype.partition(";")[0].strip().lower()
    return _ALIASES.get(plain, plain)
