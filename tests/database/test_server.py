"""PostgreSQL and MariaDB, real servers that a real Optuna fills: read like the same studies in SQLite."""

from __future__ import annotations

import math
import re
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
import sqlalchemy
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from analyzer.database import open_database, schema, tables
from analyzer.errors import AnalyzerError
from analyzer.study import State, Study
from tests.database import servers

SERVERS = {"PostgreSQL": servers.postgresql, "MariaDB": servers.mariadb}
NAMES = ["everything", "研究 🚀 100% :study", "Case", "pareto", "empty"]
MOMENT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    """The servers that were asked for, by kind; each is started once."""
    with ExitStack() as stack:
        yield _Started(stack)


class _Started(dict[str, str]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self.stack = stack

    def __missing__(self, kind: str) -> str:
        self[kind] = self.stack.enter_context(SERVERS[kind]())
        return self[kind]


@pytest.fixture(params=list(SERVERS))
def server(request: pytest.FixtureRequest, running: dict[str, str]) -> str:
    return running[request.param]


@pytest.fixture(scope="module")
def filled(running: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Databases that hold the same studies, made once for each kind."""
    made: dict[str, str] = {}

    def url(kind: str) -> str:
        if kind not in made:
            folder = tmp_path_factory.mktemp("sqlite")
            made[kind] = f"sqlite:///{folder}/study.db" if kind == "SQLite" else new_database(running[kind], "filled")
            fill(made[kind])
        return made[kind]

    return url


def administrator(server: str) -> str:
    return server + ("postgres" if "postgresql" in server else "mysql")


def new_database(server: str, name: str) -> str:
    engine = sqlalchemy.create_engine(administrator(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        unicode = "" if "postgresql" in server else " character set utf8mb4"
        connection.exec_driver_sql(f"create database {name}{unicode}")
    engine.dispose()
    return server + name


def fill(url: str) -> None:
    """Every state, value and spelling that this Optuna writes."""
    storage = optuna.storages.RDBStorage(url)
    main = optuna.create_study(storage=storage, study_name=NAMES[0], direction="maximize")
    for number in range(120):
        main.add_trial(added(number))
    main.set_user_attr("author", {"名": [1, None, "🚀"]})
    main.set_metric_names(["accuracy"])
    main.enqueue_trial({"x": 0.5})
    running = main.ask()
    running.suggest_float("x", 0, 1)
    running.report(math.nan, 0)
    running.report(math.inf, 7)
    running.report(-math.inf, 8)
    main.enqueue_trial({"x": 0.25})
    other = optuna.create_study(storage=storage, study_name=NAMES[1])
    for index, choice in enumerate(["a", "A", "ä", "a ", None, True, "x'y\"z\\", ":text0 %s"]):
        awkward: Any = CategoricalDistribution(["a", "A", "ä", "a ", None, True, "x'y\"z\\", ":text0 %s"])
        params = {"pP"[index % 2]: choice, "p:x%": choice, "ö": choice}
        other.add_trial(optuna.create_trial(value=index, params=params, distributions=dict.fromkeys(params, awkward)))
    optuna.create_study(storage=storage, study_name=NAMES[2])
    pareto = optuna.create_study(storage=storage, study_name=NAMES[3], directions=["minimize", "maximize"])
    for number in range(6):
        trial = pareto.ask()
        trial.set_constraint("limit", number - 3.5)
        pareto.tell(trial, [number / 7, math.inf if number == 5 else number**2])
    deleted = optuna.create_study(storage=storage, study_name="deleted")
    deleted.add_trial(added(0))
    optuna.delete_study(storage=storage, study_name="deleted")
    optuna.create_study(storage=storage, study_name=NAMES[4])
    storage.remove_session()
    storage.engine.dispose()


def added(number: int) -> Any:
    state = [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL][number % 4]
    params: dict[str, Any] = {"x": number / 128, "n": number % 9, "rate": 10.0 ** -(number % 5)}
    distributions: dict[str, Any] = {
        "x": FloatDistribution(0, 1 if number % 3 else 2),
        "n": IntDistribution(0, 8),
        "rate": FloatDistribution(1e-5, 1, log=True),
    }
    if number % 50 == 7:
        params["rare"], distributions["rare"] = number, IntDistribution(0, 1000, step=1)
    return optuna.create_trial(
        state=state, value=None if state == TrialState.FAIL else math.inf if number == 48 else number / 3, params=params,
        distributions=distributions, user_attrs={"host": f"node{number % 3}", "long": "x" * 3000},
        system_attrs={"constraints": [number - 60.0, -1.0]},
        intermediate_values={step: number + 1 / (step + 1) for step in range(number % 6)},
    )  # fmt: skip


def read_all(url: str) -> dict[str, Study]:
    with open_database(url) as database:
        return {name: database.read(name) for name in database.names}


def assert_same(ours: Study, other: Study) -> None:
    """All but the ids and times, which differ from database to database."""
    assert ours.objectives == other.objectives
    assert ours.metric_names == other.metric_names
    for column in ("numbers", "states", "values", "constraints"):
        np.testing.assert_array_equal(getattr(ours.trials, column), getattr(other.trials, column))
    assert list(ours.parameters) == list(other.parameters)
    for name, parameter in ours.parameters.items():
        assert parameter.distributions == other.parameters[name].distributions
        np.testing.assert_array_equal(parameter.which, other.parameters[name].which)
        np.testing.assert_array_equal(parameter.values, other.parameters[name].values)
    for column in ("rows", "steps", "values"):
        np.testing.assert_array_equal(getattr(ours.intermediate, column), getattr(other.intermediate, column))
    for row in range(len(ours)):
        assert ours.user_attributes.of(row) == other.user_attributes.of(row)
        assert ours.system_attributes.of(row) == other.system_attributes.of(row)
    assert ours.attributes == other.attributes
    assert ours.stored == other.stored


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_reads_like_sqlite(kind: str, filled: Any) -> None:
    ours, same = read_all(filled(kind)), read_all(filled("SQLite"))
    assert list(ours) == list(same) == NAMES
    for name in NAMES:
        assert_same(ours[name], same[name])
    source = ours[NAMES[0]].source
    assert (source.name, source.kind, source.layout) == ("filled", kind, "Optuna 3.0 or later")
    assert source.clock.startswith("UTC")


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_reads_as_optuna_reads_it(kind: str, filled: Any) -> None:
    url = filled(kind)
    storage = optuna.storages.RDBStorage(url)
    for name, ours in read_all(url).items():
        trials = optuna.load_study(study_name=name, storage=storage).trials
        assert ours.trials.ids.tolist() == [trial._trial_id for trial in trials]
        for row, trial in enumerate(trials):
            assert State(ours.trials.states[row]).name == trial.state.name
            assert repr(sorted(ours.params(row).items())) == repr(sorted(trial.params.items()))
            assert [v for v in ours.trials.values[row].tolist() if not math.isnan(v)] == (trial.values or [])
            assert same_moment(ours.trials.starts[row], trial.datetime_start)
            assert same_moment(ours.trials.ends[row], trial.datetime_complete)
            mine = ours.intermediate.rows == row
            assert len(trial.intermediate_values) == mine.sum()
    storage.remove_session()
    storage.engine.dispose()


def same_moment(ours: Any, theirs: datetime | None) -> bool:
    """Optuna moves the stored UTC into local time; ours is as stored."""
    if theirs is None:
        return bool(np.isnat(ours))
    offset = theirs.astimezone().utcoffset() or timedelta()
    return bool(ours == np.datetime64(theirs - offset, "us"))


@pytest.mark.parametrize("kind", SERVERS)
def test_the_study_list_of_a_server_is_that_of_sqlite(kind: str, filled: Any) -> None:
    with open_database(filled(kind)) as ours, open_database(filled("SQLite")) as same:
        for line, other in zip(ours.summaries(), same.summaries(), strict=True):
            assert (line.name, line.directions, line.states, line.best_value, line.metric_names) == (
                other.name, other.directions, other.states, other.best_value, other.metric_names)  # fmt: skip


def test_reading_sees_one_moment_and_writes_nothing(server: str) -> None:
    url = new_database(server, "moment")
    fill(url)
    with open_database(url) as database:
        connection = database.close.__self__  # type: ignore[attr-defined]

        def work() -> tuple[int, int]:
            count = "select count(*) from studies"
            before = next(connection.rows(count))[0]
            optuna.create_study(storage=url, study_name="meanwhile")
            with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"(?i)read.only"):
                connection._connection.exec_driver_sql("delete from version_info")
            connection._connection.rollback()
            connection._connection.exec_driver_sql(connection._begin)
            return before, next(connection.rows(count))[0]

        assert connection.consistently(work) == (5, 6)  # the second transaction sees what came meanwhile
        assert connection.consistently(lambda: [next(connection.rows("select 1"))[0] for _ in range(2)]) == [1, 1]


def test_a_snapshot_does_not_change_while_others_write(server: str) -> None:
    url = new_database(server, "snapshot")
    fill(url)
    with open_database(url) as database:
        connection = database.close.__self__  # type: ignore[attr-defined]

        def work() -> tuple[int, int]:
            count = "select count(*) from studies"
            before = next(connection.rows(count))[0]
            optuna.create_study(storage=url, study_name="meanwhile")
            return before, next(connection.rows(count))[0]

        assert connection.consistently(work) == (5, 5)


def test_a_server_is_read_while_workers_write_to_it(server: str) -> None:
    url = new_database(server, "live")
    storage = optuna.storages.RDBStorage(url)
    study = optuna.create_study(storage=storage, study_name="s")
    search = threading.Thread(target=lambda: study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=40))
    search.start()
    sizes = []
    while search.is_alive():
        ours = read_all(url)["s"]
        if len(ours.complete):
            suggested = ours.parameters["x"].values[ours.complete]
            assert ours.trials.values[ours.complete, 0].tolist() == suggested.tolist()
        sizes.append(len(ours))
    search.join()
    assert sizes == sorted(sizes)
    assert len(read_all(url)["s"]) == 40
    storage.remove_session()
    storage.engine.dispose()


def shown(url: str) -> str:
    """The message of a refusal; the password is neither in it nor in anything that would be printed with it."""
    with pytest.raises(AnalyzerError) as caught:
        open_database(url)
    message = str(caught.value)
    printed = "".join(traceback.format_exception(caught.value))
    for secret in (servers.PASSWORD, servers.QUOTED, "wr0ng"):
        assert secret not in message
        assert secret not in printed
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_refusals_say_why_and_never_the_password(server: str, running: dict[str, str]) -> None:
    kind = "PostgreSQL" if "postgresql" in server else "MySQL"
    empty = new_database(server, "nothing")
    assert "not one of Optuna's: it holds no tables" in shown(empty)
    assert shown(server.replace(servers.QUOTED, "wr0ng") + "nothing").startswith(f"Cannot open the {kind} database")
    assert "refused the user name or password" in shown(server.replace(servers.QUOTED, "wr0ng") + "nothing")
    assert "has no such database" in shown(server + "missing")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert "nothing answers there" in shown(re.sub(r":\d+/", f":{nobody.getsockname()[1]}/", server) + "nothing")
    assert "host name is unknown" in shown(re.sub(r"@[\d.]+:", "@no-such-host.invalid:", server) + "nothing")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+nodriver://u:wr0ng@h/d", 'pip install "hpo-analyze\\[postgresql\\]"|This is no URL'),
        ("postgresql+asyncpg://u:wr0ng@h/d", 'pip install "hpo-analyze\\[postgresql\\]"'),
        ("mysql://u:wr0ng@h:port/d", "no URL of a MySQL database. It goes like mysql://user:password@host/database"),
        ("redis://:wr0ng@localhost/0", "Databases at redis:// are not read"),
        ("oracle+cx_oracle://u:wr0ng@h/d", "Databases at oracle"),
        ("https://example.org/study.db?key=wr0ng", "Databases at https:// are not read"),
    ],
)
def test_other_urls_are_refused_in_a_sentence(url: str, said: str) -> None:
    assert re.search(said, shown(url))


@pytest.mark.parametrize(
    ("hidden", "url", "said"),
    [
        ("sqlalchemy", "postgresql://u:p@h/d", 'needs SQLAlchemy: pip install "hpo-analyze[postgresql]".'),
        ("psycopg", "postgresql://u:p@h/d", "needs the driver 'psycopg': pip install \"hpo-analyze[postgresql]\"."),
        ("pymysql", "mariadb://u:p@h/d", "needs the driver 'pymysql': pip install \"hpo-analyze[mysql]\"."),
    ],
)
def test_what_is_missing_is_named_with_its_extra(hidden: str, url: str, said: str) -> None:
    code = (
        "import sys, importlib.abc\n"
        "class Hide(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] == {hidden!r}: raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
        "from analyzer import open_database, AnalyzerError\n"
        "try: open_database(sys.argv[1])\n"
        "except AnalyzerError as error: print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, cwd=root, check=False)
    assert done.stdout.strip().endswith(said), done.stdout + done.stderr


def test_reading_from_postgresql_takes_the_weakest_lock_and_keeps_none(running: dict[str, str]) -> None:
    url = new_database(running["PostgreSQL"], "locks")
    fill(url)
    others = sqlalchemy.create_engine(url)
    statement = (
        "select l.mode, l.locktype from pg_locks l join pg_stat_activity a on a.pid = l.pid "
        "where a.datname = 'locks' and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()"
    )

    def held() -> set[tuple[str, str]]:
        with others.connect() as other:
            return {(str(mode), str(kind)) for mode, kind in other.exec_driver_sql(statement)}

    with open_database(url) as database:
        connection = database.close.__self__  # type: ignore[attr-defined]

        def work() -> set[tuple[str, str]]:
            layout = schema.layout(connection.columns(), connection.exact)
            assert len(tables.read_study(connection, layout, NAMES[0], database.source)) > 100
            return held()

        assert connection.consistently(work) == {("AccessShareLock", "relation"), ("ExclusiveLock", "virtualxid")}  # its own number
        assert held() == set()
        database.refresh(database.read(NAMES[0]))
        assert held() == set()
    others.dispose()
