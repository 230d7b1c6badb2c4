"""The page's runtime in a real Chromium: boot, fallback, files, cancelling, offline use. The analysis is a stand-in."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from tests.page import browser as drive  # noqa: E402  (puts build/ on the path)

make_site = importlib.import_module("make_site")

WEB = Path(__file__).resolve().parents[2] / "web"
STAND_IN = Path(__file__).with_name("stand_in.py")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>first</title><link rel="icon" href="data:,">
<script type="module" src="{{ folders.app }}/js/probe.js"></script></head><body><input type="file" multiple></body></html>"""
PROBE = """
import { Analyzer } from './client.js';
import { keepOffline } from './offline.js';
const analyzer = new Analyzer();
const events = [];
for (const type of ['progress', 'ready', 'failed'])
  analyzer.addEventListener(type, ({ detail }) => events.push({ type, ...detail }));
const ready = new Promise((done) => ['ready', 'failed'].forEach((type) =>
  analyzer.addEventListener(type, ({ detail }) => done(detail), { once: true })));
const open = () => analyzer.open(document.querySelector('input').files);
const failure = (promise) => promise.then(() => 'answered', ({ kind, message }) => ({ kind, message }));
const kept = keepOffline.bind(null, () => (window.updated = true));
const violations = [];
addEventListener('securitypolicyviolation', (event) => violations.push(event.blockedURI));
Object.assign(window, { analyzer, events, ready, open, failure, kept, violations });
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site around the stand-in, in a sub-path of its host."""
    folder = tmp_path_factory.mktemp("site")
    package, web = folder / "analyzer", folder / "web"
    package.mkdir()
    (package / "__init__.py").write_text("")
    shutil.copy(STAND_IN, package / "browser.py")
    shutil.copytree(WEB / "js", web / "js")
    (web / "js" / "probe.js").write_text(PROBE)
    (web / "templates").mkdir()
    (web / "templates" / "page.html").write_text(PAGE)
    make_site.write_site(folder / "host" / "some" / "path", analyzer=package, web=web)
    return folder / "host" / "some" / "path"


class Visit:
    """One visitor with a fresh profile, who can reach the site's host only. Collects everything that went wrong."""

    def __init__(self, chromium: Any, site: Path) -> None:
        self.host = drive.Host(site.parents[1])
        self.address = f"{self.host.origin}/{site.parent.name}/{site.name}/"
        self.context = chromium.new_context()
        self.elsewhere = drive.only_from(self.context, self.host.origin)
        self.complaints: list[str] = []
        self.context.on("console", lambda message: self.complaints.append(message.text))
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = self.context.new_page()

    def load(self) -> dict[str, Any]:
        """Load the page and wait until Python can be called, or has failed."""
        self.page.goto(self.address)
        return dict(self.run("ready"))

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def wait_for(self, condition: str) -> None:
        """Ask until it holds; playwright's own way would need eval in the page, which the policy forbids."""
        for _ in range(300):
            if self.run(condition):
                return
            time.sleep(0.1)
        pytest.fail(f"not within 30 s: {condition}")

    def open(self, *paths: Path) -> Any:
        self.page.set_input_files("input", [str(path) for path in paths])
        return self.run("open()")


@pytest.fixture
def visit(chromium: Any, site: Path) -> Iterator[Visit]:
    visit = Visit(chromium, site)
    yield visit
    visit.context.close()
    visit.host.stop()


def database(path: Path, rows: int = 100, payload: int = 0) -> float:
    """A table of numbers, each row with a blob of this many bytes; returns the sum of the numbers."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table numbers (value real, payload blob)")
        connection.executemany("insert into numbers values (?, zeroblob(?))", ((k, payload) for k in range(rows)))
        connection.commit()
    return float(sum(range(rows)))


def altered(site: Path, folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the site with one text replaced in one file."""
    copy = folder / "host" / "some" / "path"
    shutil.copytree(site, copy)
    (path,) = copy.glob(file)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return copy


def test_python_starts_from_the_snapshot_and_nothing_else_is_asked_for(visit: Visit) -> None:
    assert visit.load() == {"how": "snapshot", "why": ""}
    assert visit.run("analyzer.call('late_import')") == ["1/3", "colorsys", "1.0"]
    assert visit.run("violations") == [] and visit.complaints == [] and visit.elsewhere == []


def test_bytes_before_ready_stay_below_twelve_megabytes(visit: Visit) -> None:
    visit.load()
    at = visit.run("performance.timeOrigin + performance.getEntriesByName('python-ready')[0].startTime")
    assert 8_000_000 < visit.host.asked_before(at / 1e3) < 12_000_000


def test_progress_of_the_boot_only_grows_and_ends_whole(visit: Visit) -> None:
    visit.load()
    shares = visit.run("events.filter((event) => event.type === 'progress').map((event) => event.fraction)")
    assert len(shares) > 3 and shares == sorted(shares) and shares[-1] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("recorded", "said"), [('tableStart\\":1', "function table"), ('sum\\":', "constants in memory")]
)
def test_a_snapshot_that_does_not_fit_falls_back_to_a_stock_boot(
    chromium: Any, site: Path, tmp_path: Path, recorded: str, said: str
) -> None:
    other = altered(site, tmp_path, "app-*/js/release.js", recorded, recorded + "1")
    visit = Visit(chromium, other)
    ready = visit.load()
    assert ready["how"] == "stock" and said in ready["why"]
    assert visit.run("analyzer.call('late_import')") == ["1/3", "colorsys", "1.0"]
    visit.context.close()
    visit.host.stop()


def test_a_missing_file_of_the_site_is_told_and_no_call_hangs(chromium: Any, site: Path, tmp_path: Path) -> None:
    other = altered(site, tmp_path, "app-*/js/release.js", "memory.packed", "lost.packed")
    visit = Visit(chromium, other)
    failed = visit.load()
    assert failed["kind"] == "boot" and "lost.packed is missing" in failed["message"]
    assert visit.run("failure(analyzer.call('draw'))")["kind"] == "boot"
    visit.context.close()
    visit.host.stop()


def test_two_visits_draw_different_random_numbers(visit: Visit) -> None:
    visit.load()
    first = visit.run("analyzer.call('draw')")
    visit.load()
    second = visit.run("analyzer.call('draw')")
    assert first[0] != second[0] and first[1] != second[1]


def test_arrays_arrive_as_typed_arrays_where_the_answer_refers_to_them(visit: Visit) -> None:
    visit.load()
    visit.run("analyzer.call('view', { n: 5 }).then((answer) => Object.assign(window, { answer }))")
    trace = "answer.figures.history.data[0]"
    assert visit.run(f"[{trace}.x.constructor.name, {trace}.y.constructor.name]") == ["Int32Array", "Float64Array"]
    assert visit.run(f"[...{trace}.y]") == [0, 0.25, 0.5, 0.75, 1]
    assert visit.run("new TextDecoder().decode(answer.report)") == "bytes"


def test_a_bug_in_python_is_told_and_the_next_call_is_answered(visit: Visit) -> None:
    visit.load()
    told = visit.run("failure(analyzer.call('crash', { why: 'this' }))")
    assert told["kind"] == "bug" and "ZeroDivisionError: this" in told["message"]
    assert len(visit.run("analyzer.call('draw')")) == 2


def test_a_large_database_is_read_in_blocks_and_more_than_once(visit: Visit, tmp_path: Path) -> None:
    total = database(tmp_path / "large.db", rows=3_000, payload=60_000)
    size = (tmp_path / "large.db").stat().st_size
    visit.load()
    answer = visit.open(tmp_path / "large.db")
    assert answer["files"][0]["sum"] == total
    assert visit.run("analyzer.call('page', { name: '<b>' })")["html"] == f"<p>&lt;b&gt;: {total}</p>"
    reads = visit.run("events.filter((event) => event.stage === 'read').length")
    assert 0 < reads <= size / 4_194_304 + 2


def test_a_file_that_changes_under_the_reader_is_told_as_such(visit: Visit, tmp_path: Path) -> None:
    database(tmp_path / "study.db", rows=3_000, payload=60_000)
    visit.load()
    visit.open(tmp_path / "study.db")
    with (tmp_path / "study.db").open("ab") as file:
        file.write(b"more")
    assert visit.run("failure(analyzer.call('page', { name: 'again' }))")["kind"] == "file-changed"
    database(tmp_path / "other.db")
    assert visit.open(tmp_path / "other.db")["files"][0]["sum"] == 4950.0


def test_two_databases_of_one_name_are_told_apart(visit: Visit, tmp_path: Path) -> None:
    for k, rows in enumerate((3, 5)):
        (tmp_path / str(k)).mkdir()
        database(tmp_path / str(k) / "same.db", rows)
    visit.load()
    answer = visit.open(tmp_path / "0" / "same.db", tmp_path / "1" / "same.db")
    assert [file["sum"] for file in answer["files"]] == [3.0, 10.0]


def write_ahead(folder: Path) -> Path:
    """A database of a running writer: rows 0..9 in the file, 10..19 in its log only. Returns the database's path."""
    live, path = folder / "live.db", folder / "copy.db"
    database(live, 10)
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma wal_autocheckpoint = 0")
        connection.executemany("insert into numbers values (?, null)", ((k,) for k in range(10, 20)))
        connection.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{live}{ending}", f"{path}{ending}")
    return path


def test_a_log_that_is_dropped_with_its_database_is_applied(visit: Visit, tmp_path: Path) -> None:
    path = write_ahead(tmp_path)
    visit.load()
    (file,) = visit.open(path, Path(f"{path}-wal"))["files"]
    assert (file["wal"], file["sum"]) == ("applied", float(sum(range(20))))


def test_without_its_log_a_database_is_read_as_it_is_and_that_is_said(visit: Visit, tmp_path: Path) -> None:
    path = write_ahead(tmp_path)
    visit.load()
    (file,) = visit.open(path)["files"]
    assert (file["wal"], file["sum"]) == ("missing", float(sum(range(10))))


def test_cancelled_work_stops_and_the_open_files_stay_open(visit: Visit, tmp_path: Path) -> None:
    total = database(tmp_path / "study.db")
    visit.load()
    visit.open(tmp_path / "study.db")
    visit.run("void (window.endless = failure(analyzer.call('never')))")
    visit.wait_for("events.some((event) => event.stage === 'forest' && event.fraction > 0.5)")
    visit.run("analyzer.cancel()")
    assert visit.run("endless") == {"kind": "cancelled", "message": "Cancelled."}
    assert visit.run("analyzer.call('page', { name: 'again' })")["html"] == f"<p>again: {total}</p>"


def test_full_memory_is_told_as_such_and_python_comes_back(visit: Visit) -> None:
    visit.load()
    assert visit.run("failure(analyzer.call('fill_memory'))")["kind"] == "memory"
    assert len(visit.run("analyzer.call('draw')")) == 2


def test_a_file_of_the_site_is_there_for_the_call_that_names_it(visit: Visit) -> None:
    visit.load()
    assert visit.run("analyzer.call('asset', {}, { assets: ['plotly.js'] })") > 4_000_000


def test_the_second_visit_needs_no_network(visit: Visit) -> None:
    visit.load()
    visit.run("kept()")
    visit.host.stop()
    assert visit.load() == {"how": "snapshot", "why": ""}
    assert len(visit.run("analyzer.call('draw')")) == 2
    assert visit.run("analyzer.call('asset', {}, { assets: ['plotly.js'] })") > 4_000_000


def test_a_new_release_replaces_the_old_one_at_the_next_load(chromium: Any, site: Path, tmp_path: Path) -> None:
    served = tmp_path / "host" / "some" / "path"
    shutil.copytree(site, served)
    visit = Visit(chromium, served)
    visit.load()
    visit.run("kept()")
    publish_again(served)
    visit.load()
    assert visit.page.title() == "first"  # what is kept is shown at once; the new release is fetched meanwhile
    visit.run("kept()")
    visit.wait_for("window.updated")
    visit.load()
    assert visit.page.title() == "second"
    visit.host.stop()
    visit.load()
    assert visit.page.title() == "second"
    visit.context.close()


def publish_again(served: Path) -> None:
    """Another release in the same place: another title."""
    page = served / "index.html"
    page.write_text(page.read_text().replace("first", "second"))
    listed = json.loads((served / "release.json").read_text())["files"]
    release = make_site._release({name: (served / name).read_bytes() for name in listed})
    (served / "service-worker.js").write_bytes(make_site._service_worker(WEB, release))


def test_every_address_in_the_site_is_relative(site: Path) -> None:
    ours = [*site.glob("index.html"), *site.glob("service-worker.js"), *site.glob("app-*/**/*.js")]
    absolute = re.compile(r"""(?:from|import|fetch|Worker|URL|src|href)\W{1,3}['"`](?:https?:|/)""")
    assert absolute.search('import x from "/x.js"') and ours
    assert {path.name: found for path in ours if (found := absolute.findall(path.read_text()))} == {}
