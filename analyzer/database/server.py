"""PostgreSQL, MySQL and MariaDB by URL, through SQLAlchemy Core."""

from __future__ import annotations

from analyzer.database.base import Database
from analyzer.errors import UnreadableDatabase


def open_server(url: str) -> Database:
    """Open a database on a server, in one read-only transaction."""
    raise UnreadableDatabase("not yet")
