"""Optuna JournalStorage files."""

from __future__ import annotations

from pathlib import Path

from analyzer.database.base import Database
from analyzer.errors import UnreadableDatabase


def is_journal(head: bytes) -> bool:
    """Whether a file begins as a journal does."""
    return b'"op_code"' in head[:4096]


def open_journal(path: Path) -> Database:
    """Open a journal file."""
    raise UnreadableDatabase("not yet")
