"""Optuna JournalStorage files: one JSON record per line, replayed into columns when the file is opened.

A last line that is still being written is left out. A line that is broken earlier in the file is an error, as it is for
Optuna. The lines that come by the million (parameters, intermediate values, attributes) are taken apart by one regular
expression for a whole block of the file; every other line, and every line that looks unusual, is decoded as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from analyzer.database import summary
from analyzer.database.base import Database
from analyzer.database.replay import Replay
from analyzer.errors import UnreadableDatabase
from analyzer.study import Source
from analyzer.text import _, marked

_BLOCK_BYTES = 2**20
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


def open_journal(path: Path) -> Database:
    """Replay a journal file. Time is linear in its lines, memory in its cells (about 30 bytes each).

    Raises UnreadableDatabase with the number of the line where a line that is not the last one is broken.
    """
    reader = _Reader(path.name)
    try:
        with path.open("rb") as file:
            for block in _blocks(iter(partial(file.read, _BLOCK_BYTES), b"")):
                reader.read(block)
    except OSError as error:
        raise UnreadableDatabase(
            _("{name} cannot be read to its end: {reason}.").format(name=path.name, reason=error.strerror)
        ) from error
    replay = reader.replay
    replay.pack()
    source = Source(path.name, marked("journal file"), None, marked("Optuna's journal"), replay.clock)
    read = partial(replay.study, source=source)
    return Database(
        source=source,
        names=replay.names,
        _summaries=lambda: [summary.of_study(read(name)) for name in replay.names],
        _read=read,
        close=lambda: None,
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

    def __init__(self, name: str) -> None:
        self.name = name
        self.replay = Replay()
        self.line = 0
        self.broken = 0  # the number of a line that is broken; no error as long as it is the last
        self.codes: dict[tuple[int, bytes, bytes], int] = {}  # of (study, name, distribution) as written; -1: refused

    def read(self, block: bytes) -> None:
        """Apply the lines of a block. Parameters, the most frequent lines by far, go straight into their column."""
        replay, codes = self.replay, self.codes
        study_of, changeable, params = replay.study_of, replay.changeable, replay.params
        lines = enumerate(_LINE.findall(block), self.line + 1)
        broken = self.broken
        for line, (owner, name, value, text, trial, step, reported, holder, key, attribute, other) in lines:
            if broken:
                raise self.error(broken)
            try:
                if owner:
                    number, index = float(value), int(owner)
                    if index < len(changeable) and changeable[index]:
                        code = codes.get((study_of[index], name, text))
                        if code is None:
                            code = self.code(study_of[index], name, text)
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

    def error(self, line: int) -> UnreadableDatabase:
        """What to say of a broken line that another one follows."""
        return UnreadableDatabase(
            _(
                "Line {line} of the journal {name} is broken: it is not a record of Optuna's. Two writers may "
                "have mixed their lines; remove that line from a copy and analyse the copy."
            ).format(line=line, name=self.name)
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
