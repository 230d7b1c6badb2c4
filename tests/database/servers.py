"""PostgreSQL and MariaDB for the tests: started on loopback in folders of their own, and stopped in the end.

Debian's packages `postgresql` and `mariadb-server` bring the programs. Where there are none, the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

USER, PASSWORD = "tester", "s3cret/p@ss:word"
QUOTED = "s3cret%2Fp%40ss%3Aword"


@contextmanager
def postgresql() -> Iterator[str]:
    """A fresh server; yields the beginning of its URLs, to which a database's name is added."""
    programs = _found("initdb", sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
    port = _free_port()
    with _folder("postgres") as folder:
        data, secret = folder / "data", folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        initdb = [programs / "initdb", "-D", data, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-N"]
        _run([*as_user, *initdb, "-E", "UTF8", "--locale=C.UTF-8"])
        options = ["-D", data, "-p", port, "-k", folder, "-h", "127.0.0.1", "-F"]
        with _serving([*as_user, programs / "postgres", *options], port, folder):
            yield f"postgresql+psycopg://{USER}:{QUOTED}@127.0.0.1:{port}/"


@contextmanager
def mariadb() -> Iterator[str]:
    """A fresh server; yields the beginning of its URLs."""
    program = _found("mariadbd", ["/usr/sbin", "/usr/libexec"]) / "mariadbd"
    install = shutil.which("mariadb-install-db")
    if install is None:
        pytest.skip("no MariaDB here: mariadb-install-db is missing")
    port = _free_port()
    with _folder("mysql") as folder:
        data, startup = folder / "data", folder / "startup.sql"
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        _run([install, "--no-defaults", f"--datadir={data}", *user, "--auth-root-authentication-method=normal"])
        account = f"'{USER}'@'127.0.0.1'"
        startup.write_text(f"create user {account} identified by '{PASSWORD}';\ngrant all on *.* to {account};\n")
        startup.chmod(0o644)
        options = ["--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", *user, "--skip-name-resolve",
                   f"--socket={folder}/socket", f"--init-file={startup}", "--innodb-flush-log-at-trx-commit=0"]  # fmt: skip
        with _serving([program, *options], port, folder):
            yield f"mysql+pymysql://{USER}:{QUOTED}@127.0.0.1:{port}/"


def _found(program: str, folders: list[str]) -> Path:
    """The folder that holds a program."""
    path = shutil.which(program, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if path is None:
        pytest.skip(f"no server here: the program {program} is missing")
    return Path(path).parent


@contextmanager
def _folder(owner: str) -> Iterator[Path]:
    """A temporary folder that the server's own user may write to."""
    with tempfile.TemporaryDirectory(prefix="hpo-analyze-server-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            shutil.chown(name, owner)
        yield Path(name)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _run(command: list[object]) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _serving(command: list[object], port: int, folder: Path) -> Iterator[None]:
    """Run a server until the block is left; enter it when the server takes connections."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, cwd=folder)
        try:
            for _ in range(600):
                assert process.poll() is None, _tail(log)
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            else:
                raise AssertionError(f"The server does not answer: {_tail(log)}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _tail(log: object) -> str:
    log.seek(0)  # type: ignore[attr-defined]
    return str(log.read().decode(errors="replace")[-2000:])  # type: ignore[attr-defined]
