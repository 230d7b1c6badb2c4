"""Optuna JournalStorage files: one JSON record per line, replayed into columns when the file is opened.

A last line that is still being written is left out. A line that is broken earlier in the file is an error, as it is for
Optuna. The lines that come by the million (parameters, intermediate values, attributes) are taken apart by one regular
expression for a whole block of the file; every other line, and every line that looks unusual, is decoded as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from analyzer.database import replayed, summary
from analyzer.database.base import Database
from analyzer.database.replay import Replay
from analyzer.errors import UnreadableDatabase
from analyzer.study import Source
from analyzer.text import _, marked

_BLOCK_BYTES = 2**20
_MARK_BYTES = 2**12
_FIRST = re.compile(rb'\s*\{[^\n]*"op_code"\s*:')
_BY = rb'"worker_id":"[^"\\]*","trial_id":(\d+),'
_LINE = re.compile(
    rb'^(?:\{"op_code":5,' + _BY + rb'"param_name":(".*?),"param_value_internal":([^,"]+),"distribution":(".*")\}\r?'
    rb'|\{"op_code":7,' + _BY + rb'"step":(-?\d+),"intermediate_value":([^,"]+)\}\r?'
    rb'|\{"op_code":8,' + _BY + rb'"user_attr":\{"([^"\\]*)":("[^"\\]*"|-?[\d.]+(?:e[+-]?\d+)?|true|false|null)\}\}\r?'
    rb"|(.*))$",
    re.MULTILINE,
)  # fmt: skip
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, UnreadableDatabase)


def is_journal(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a journal; the first line may be longer than they are."""
    return _FIRST.match(head) is not None


def open_journal(path: Path, before: Database | None = None) -> Database:
    """Replay a journal file. Time is linear in its lines, memory in its cells (about 30 bytes each).

    Where the file has only grown since it was opened `before`, only the lines that came since are read; the other Database
    then knows of them, too. Raises UnreadableDatabase with the number of the line where a line that is not the last one
    is broken.
    """
    reader = before.kept if before is not None and isinstance(before.kept, _Reader) else _Reader()
    try:
        with path.open("rb") as file:
            if not reader.goes_on_in(file):
                reader = _Reader()
            reader.read_on(file, path.name)
    except OSError as error:
        raise UnreadableDatabase(
            _("{name} cannot be read to its end: {reason}.").format(name=path.name, reason=error.strerror)
        ) from error
    replay = reader.replay
    source = Source(path.name, marked("journal file"), None, marked("Optuna's journal"), replay.clock)
    read = partial(replayed.study, replay, source=source)
    is_known = before is not None and before.kept is reader
    return Database(
        source=source,
        names=replay.names,
        _summaries=lambda: [summary.of_study(read(name)) for name in replay.names],
        _read=lambda name, _parts: read(name),  # it is all there
        _refresh=partial(replayed.refreshed, replay, source=source) if is_known else lambda study: read(study.name),
        close=lambda: None,
        kept=reader,
    )


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut pieces of a file into blocks of whole lines, without the last line end; an unfinished line is dropped."""
    rest: list[bytes] = []
    for piece in pieces:
        lines, end, after = piece.rpartition(b"\n")
        if end:
            yield b"".join([*rest, lines])
            rest = [after]
        else:
            rest.append(after)


class _Reader:
    """Where in the file the replay stands."""

    def __init__(self) -> None:
        self.replay = Replay()
        self.offset = 0  # bytes of the lines that were replayed
        self.marks: list[tuple[int, bytes]] = []  # what stands at some places before: the beginning and the end
        self.line = 0
        self.broken = 0  # the number of a line that is broken; no error as long as it is the last
        self.codes: dict[tuple[int, bytes, bytes], int] = {}  # of (study, name, distribution) as written; -1: refused

    def goes_on_in(self, file: BinaryIO) -> bool:
        """Whether a file begins with all that was replayed, as its length, its beginning and the end of that part tell."""
        return file.seek(0, 2) >= self.offset and all(_at(file, place, len(mark)) == mark for place, mark in self.marks)

    def read_on(self, file: BinaryIO, name: str) -> None:
        """Replay the lines that the file has beyond those that were replayed."""
        file.seek(self.offset)
        try:
            for block in _blocks(iter(partial(file.read, _BLOCK_BYTES), b"")):
                self.read(block, name)
                self.offset += len(block) + 1
        except BaseException:
            self.marks = [(0, b"")]  # no file goes on from a line that is half replayed
            self.offset = sys.maxsize
            raise
        first, last = min(_MARK_BYTES, self.offset), max(0, self.offset - _MARK_BYTES)
        self.marks = [(0, _at(file, 0, first)), (last, _at(file, last, self.offset - last))]

    def read(self, block: bytes, name: str) -> None:
        """Apply the lines of a block. Parameters, the most frequent lines by far, go straight into their column."""
        replay, codes = self.replay, self.codes
        study_of, changeable, params = replay.study_of, replay.changeable, replay.params
        lines = enumerate(_LINE.findall(block), self.line + 1)
        broken = self.broken
        for line, (owner, param, value, text, trial, step, reported, holder, key, attribute, other) in lines:
            if broken:
                raise _error(broken, name)
            try:
                if owner:
                    number, index = float(value), int(owner)
                    if index < len(changeable) and changeable[index]:
                        code = codes.get((study_of[index], param, text))
                        if code is None:
                            code = self.code(study_of[index], param, text)
                        if code >= 0:
                            params.trials.append(index)
                            params.positions.append(code)
                            params.values.append(number)
                elif trial:
                    replay.set_step({"trial_id": int(trial), "step": step, "intermediate_value": float(reported)})
                elif holder:
                    if replay.may_change(int(holder)):
                        replay.user.put(int(holder), key.decode(), attribute.decode())
                else:
                    replay.apply(_decoded(other))
            except _MALFORMED:
                broken = line
        self.line, self.broken = line, broken
        replay.pack()

    def code(self, study: int, name: bytes, text: bytes) -> int:
        """The code of a parameter whose name and distribution are still JSON strings; -1 where it is refused."""
        code = self.replay.code(study, _text(name), _text(text))
        self.codes[study, name, text] = code if self.replay.accepts(code) else -1
        return self.codes[study, name, text]


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)


def _error(line: int, name: str) -> UnreadableDatabase:
    """What to say of a broken line that another one follows."""
    return UnreadableDatabase(
        _(
            "Line {line} of the journal {name} is broken: it is not a record of Optuna's. Two writers may "
            "have mixed their lines; remove that line from a copy and analyse the copy."
        ).format(line=line, name=name)
    )


def _decoded(line: bytes) -> dict[str, Any]:
    """A record of any kind."""
    record = json.loads(line.decode())
    if not isinstance(record, dict):
        raise ValueError("not a record")
    return record


def _text(token: bytes) -> str:
    """Decode a JSON string."""
    text = json.loads(token.decode())
    if not isinstance(text, str):
        raise TypeError("not a string")
    return text
