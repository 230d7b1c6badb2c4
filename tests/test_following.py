"""Following a search: the page's files opened again, and the report that is kept up to date, are as if read anew."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from analyzer import browser
from tests.command import run

ROOT = Path(__file__).parents[1]
STORAGES: dict[str, Callable[[Path], Any]] = {
    "live.db": lambda path: f"sqlite:///{path}",
    "live.log": lambda path: JournalStorage(JournalFileBackend(str(path))),
}


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def searched(path: Path, trials: int, name: str = "s") -> None:
    """Some trials more."""
    study = optuna.create_study(storage=STORAGES[path.name](path), study_name=name, load_if_exists=True)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=trials)


def opened(path: Path, **further: Any) -> tuple[dict[str, Any], list[bytes]]:
    """What the page is answered; arrays as bytes."""
    files = [{"path": str(path), "name": path.name, "wal": "none"}]
    text, arrays = browser.open_files(json.dumps({"files": files, "study": "s", **further}))
    return json.loads(text), [bytes(array) for array in arrays]


@pytest.mark.parametrize("studies", [1, 2])
@pytest.mark.parametrize("file", STORAGES)
def test_files_opened_again_show_what_they_would_show_anew(file: str, studies: int, tmp_path: Path) -> None:
    path = tmp_path / file
    searched(path, 12)
    if studies == 2:
        searched(path, 3, "other")
    opened(path)
    for more in (0, 1, 30):
        if more:
            searched(path, more)
        again = opened(path, again=True)
        assert again == opened(path)
        assert "error" not in again[0]


def test_files_opened_again_are_read_where_they_are_new(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    searched(path, 40)
    before = opened(path)
    with sqlite3.connect(path) as connection:  # what Optuna cannot do, to a trial that is not read again
        connection.execute("update trial_values set value = -7 where trial_id = 3")
    assert opened(path, again=True) == before
    assert opened(path) != before


@contextmanager
def following(path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`report --follow` in a process of its own, in the folder of the database."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from analyzer.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "report", path.name, "--follow", "0.2", *words]
    process = subprocess.Popen(command, cwd=path.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(found: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("file", STORAGES)
def test_the_report_is_written_again_whenever_the_search_has_gone_on(file: str, tmp_path: Path) -> None:
    path, report = tmp_path / file, tmp_path / "report.html"
    searched(path, 5)
    with following(path) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "report.html\n"
        assert process.stderr.readline().startswith("report.html: 5 trials, ")
        first, written = report.read_text(encoding="utf-8"), report.stat().st_mtime_ns
        time.sleep(1)
        assert report.stat().st_mtime_ns == written  # nothing is new
        searched(path, 2)
        seen = process.stderr.readline()
        while not seen.startswith("report.html: 7 trials, "):
            assert seen.startswith(("report.html: 6 trials, ", "report.html: 7 trials, "))
            seen = process.stderr.readline()
        assert report.read_text(encoding="utf-8") != first
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err
    assert sorted(item.name for item in tmp_path.iterdir() if not item.name.endswith(".lock")) == sorted([file, "report.html"])


def test_what_stands_in_the_way_for_a_while_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    searched(path, 5)
    whole = path.read_bytes()
    with following(path, "-o", "r.html") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("r.html: 5 trials, ")
        (tmp_path / "half").write_bytes(whole[:5000])
        (tmp_path / "half").replace(path)
        assert "cut off" in process.stderr.readline()
        time.sleep(1)
        (tmp_path / "whole").write_bytes(whole)
        (tmp_path / "whole").replace(path)
        searched(path, 1)
        line = process.stderr.readline()
        assert line.startswith(("r.html: 6 trials, ", "r.html: 5 trials, "))


def test_following_wants_one_database_and_one_file(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    searched(path, 1)
    for words in ([tmp_path, "--follow"], [path, "--follow", "-o", f"{tmp_path}/reports/"], [path, "--follow", "0"], [path, "--follow=x"]):
        assert run("report", *words).code == 2
    assert run("report", tmp_path / "none.db", "--follow").code == 1
    assert [item.name for item in tmp_path.iterdir()] == ["live.db"]
