"""PostgreSQL, MySQL and MariaDB by URL, through SQLAlchemy Core.

Each list of studies and each study is read in one read-only transaction that sees one moment of the database; rows come
through a cursor on the server, and nothing is ever locked. No message shows the password of the URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from analyzer.database.base import Database
from analyzer.database.relational import open_tables
from analyzer.database.schema import Columns
from analyzer.database.tables import Answer
from analyzer.errors import UnreadableDatabase
from analyzer.text import _, marked

_ENGINES = {"postgresql": "PostgreSQL", "postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
_EXTRAS = {"PostgreSQL": "postgresql", "MySQL": "mysql", "MariaDB": "mysql"}
_DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}  # where the URL names none
_ROWS_AT_ONCE = 20_000
_CONNECT_S = 10
_COLUMNS = "select table_name, column_name from information_schema.columns where table_schema = {schema}"
_REASONS = (  # what drivers say, and what it means
    (("password authentication failed", "access denied", "no password supplied"), marked("it refused the user name or password")),
    (("does not exist", "unknown database"), marked("it has no such database or user")),
    (("translate host name", "name or service not known", "getaddrinfo", "resolve host"), marked("its host name is unknown")),
    (("refused", "can't connect", "timeout", "timed out", "no route", "unreachable"), marked("nothing answers there")),
)


def open_server(url: str) -> Database:
    """Open a database on a server.

    Raises UnreadableDatabase where the URL, its driver or the server stand in the way, or the tables are not Optuna's.
    """
    connection = _connect(url)
    try:
        return open_tables(connection, connection.columns, connection.name, connection.kind)
    except BaseException:
        connection.close()
        raise


class ServerConnection:
    """One connection to a database on a server."""

    def __init__(self, engine: Any, kind: str) -> None:
        self._engine = engine
        self._connection = engine.connect()
        self.name = str(engine.url.database)
        self.kind = "MariaDB" if getattr(engine.dialect, "is_mariadb", False) else kind
        postgresql = kind == "PostgreSQL"
        self._begin = (
            "start transaction isolation level repeatable read, read only"
            if postgresql
            else "start transaction with consistent snapshot, read only"
        )
        self._schema = "current_schema()" if postgresql else "database()"
        self.exact = "cast({} as text)" if postgresql else "cast({} as binary)"
        self.wide = "cast({} as bigint)" if postgresql else "cast({} as signed)"
        self.microseconds = (
            "cast(extract(epoch from {}) * 1000000 as bigint)"
            if postgresql
            else "timestampdiff(microsecond, '1970-01-01', {})"
        )

    def rows(self, statement: str, /, **parameters: object) -> Iterator[Sequence[Any]]:
        """Run a statement with named parameters and yield its rows, a block of them in memory at a time."""
        from sqlalchemy import text

        options = {"yield_per": _ROWS_AT_ONCE}
        with self._connection.execute(text(statement), parameters, execution_options=options) as result:
            for block in result.partitions(_ROWS_AT_ONCE):  # a call for thousands of rows instead of one for each
                yield from block

    def columns(self) -> Columns:
        """The tables of the database and the names of their columns."""
        found: dict[str, set[str]] = {}
        for table, column in self.rows(_COLUMNS.format(schema=self._schema)):
            found.setdefault(str(table), set()).add(str(column))
        return {table: frozenset(names) for table, names in found.items()}

    def consistently(self, work: Callable[[], Answer]) -> Answer:
        """Do some reading in one read-only transaction that sees one moment."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._connection.exec_driver_sql(self._begin)
            try:
                return work()
            finally:
                self._connection.rollback()
        except SQLAlchemyError as error:
            said = _said(error, self._engine.url)
        raise UnreadableDatabase(_("{kind} could not read the database {name!r}: {said}.").format(kind=self.kind, name=self.name, said=said))

    def pages(self) -> None:
        """A server's files are its own."""

    def check(self) -> None:
        """Servers look after their tables themselves."""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._engine.dispose()


def _connect(url: str) -> ServerConnection:
    engine = _engine(url)
    kind = _ENGINES[engine.url.get_backend_name()]
    try:
        return ServerConnection(engine, kind)
    except Exception as error:
        reason = _reason(error, engine.url)
    engine.dispose()
    where = f"{engine.url.host or _('this machine')}{f':{engine.url.port}' if engine.url.port else ''}"
    raise UnreadableDatabase(
        _("Cannot open the {kind} database {name!r} as {user!r} at {where}: {reason}.").format(
            kind=kind, name=engine.url.database, user=engine.url.username, where=where, reason=reason
        )
    )


def _engine(url: str) -> Any:
    """An SQLAlchemy engine that has not connected yet."""
    scheme = url.partition("://")[0].lower()
    kind = _ENGINES.get(scheme.partition("+")[0])
    if kind is None:
        raise UnreadableDatabase(
            _("Databases at {scheme}:// are not read. hpo-analyze reads files, and the servers PostgreSQL, MySQL and MariaDB.").format(scheme=scheme)
        )
    install = f'pip install "hpo-analyze[{_EXTRAS[kind]}]"'
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool
    except ImportError as error:
        raise UnreadableDatabase(_("Reading from {kind} needs SQLAlchemy: {install}.").format(kind=kind, install=install)) from error

    try:
        target = _target(url)
        return create_engine(target, poolclass=NullPool, hide_parameters=True, connect_args=_waiting(target))
    except ImportError as error:
        message = _("Reading from {kind} needs the driver {driver!r}: {install}.").format(
            kind=kind, driver=error.name or scheme, install=install
        )
    except Exception:  # whatever it says may quote the URL
        message = _("This is no URL of a {kind} database. It goes like {scheme}://user:password@host/database.").format(
            kind=kind, scheme=scheme
        )
    raise UnreadableDatabase(message)


def _target(url: str) -> Any:
    """The URL with a driver; the one of our extras where the URL names none and it is there."""
    from sqlalchemy import make_url

    target = make_url(url)
    backend = "postgresql" if target.get_backend_name() == "postgres" else target.get_backend_name()
    driver = target.drivername.partition("+")[2] or _DRIVERS[backend]
    return target.set(drivername=f"{backend}+{driver}")


def _waiting(target: Any) -> dict[str, int]:
    """How to tell a driver not to wait for ever."""
    known = target.drivername.endswith(("psycopg", "psycopg2", "pymysql", "mysqldb"))
    return {"connect_timeout": _CONNECT_S} if known and "connect_timeout" not in target.query else {}


def _reason(error: Exception, url: Any) -> str:
    """Why there is no connection, in words; the driver's own where they are unknown."""
    said = _said(error, url)
    for marks, meaning in _REASONS:
        if any(mark in said.lower() for mark in marks):
            return _(meaning)
    return said


def _said(error: Exception, url: Any) -> str:
    """The first line of what a driver said, without the password."""
    original = getattr(error, "orig", None) or error
    text = str(original.args[-1] if original.args else original).strip() or type(original).__name__
    line = text.splitlines()[0].rstrip(".")[:160]
    return line.replace(url.password, "***") if url.password else line
