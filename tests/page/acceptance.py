"""Run by name, pytest tests/page/acceptance.py: it takes minutes and has not yet been run whole on a quiet machine.

The page in a real Chromium, built once, served from a sub-path with every other host out of reach."""

from __future__ import annotations

import base64
import importlib
import json
import math
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
optuna = pytest.importorskip("optuna")

from analyzer import open_database  # noqa: E402
from analyzer.report import rendered  # noqa: E402
from analyzer.views import registry  # noqa: E402
from tests.command import document, run  # noqa: E402
from tests.page import browser as drive  # noqa: E402  (puts build/ on the path)
from tests.page.visitor import Plain, Visitor  # noqa: E402

make_site = importlib.import_module("make_site")

DATA = Path(__file__).parents[1] / "data"
EXAMPLES = Path(__file__).parents[2] / "web" / "examples"
DIGITS = EXAMPLES / "digits.db"
FIXTURES = sorted(path for path in DATA.iterdir() if path.suffix in (".db", ".log"))
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is published, in a sub-path of its host."""
    site = tmp_path_factory.mktemp("product") / "host" / "some" / "path"
    site.parent.mkdir(parents=True)
    make_site.write_site(site)
    return site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with drive.launched() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any, product: Path) -> Iterator[Visit]:
    """Make visitors; those who were not closed by the test are closed after it."""
    visitors: list[Visitor] = []

    def come(**settings: Any) -> Visitor:
        visitors.append(Visitor(chromium, product, **settings))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()


def small(path: Path, name: str = "small", trials: int = 12, storage: str = "sqlite:///") -> Path:
    """A study that Optuna writes here: minimise x² + y/10 over two parameters."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=f"{storage}{path}",
        study_name=name,
        sampler=optuna.samplers.RandomSampler(seed=1),
        load_if_exists=True,
    )
    study.optimize(
        lambda trial: trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_float("y", 0, 1) / 10, n_trials=trials
    )
    return path


# ---- what is shown is what the package computes ---------------------------------------------------------------------


def spoken(path: Path, name: str) -> dict[str, str]:
    """What each view says of a study, computed here."""
    with open_database(path) as database:
        study = database.read(name)
        done = [rendered(study, view) for slug, view in registry().items() if slug != "overview"]
        return {each.view.slug: each.reason or each.answer for each in done}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_every_study_of_a_fixture_is_shown_with_the_sentences_of_the_package(visit: Visit, path: Path) -> None:
    visitor = visit().load().drop(path).settle()
    with open_database(path) as database:
        names = database.names
    for index, name in enumerate(names):
        if len(names) > 1:
            visitor.choose(index)
        assert visitor.title() == name
        assert visitor.sentences() == spoken(path, name)
    visitor.draw_all()
    visitor.assert_clean()


def same(shown: Any, printed: Any) -> bool:
    """Equal numbers to nine digits, equal texts; what is not finite is null in one and a word in the other."""
    if isinstance(printed, dict):
        return isinstance(shown, dict) and all(same(shown.get(key), value) for key, value in printed.items())
    if isinstance(printed, list):
        return isinstance(shown, list) and len(shown) == len(printed) and all(map(same, shown, printed))
    if isinstance(printed, float | int) and not isinstance(printed, bool):
        return isinstance(shown, float | int) and math.isclose(shown, printed, rel_tol=1e-9, abs_tol=1e-12)
    if printed is None or printed in ("nan", "inf", "-inf"):
        return shown is None or not math.isfinite(shown)
    return bool(shown == printed)


@pytest.mark.parametrize("name", ["digits-mlp", "digits-accuracy-vs-size"])
def test_figures_equal_what_the_command_line_prints(visit: Visit, name: str) -> None:
    visitor = visit().load(f"?example=digits.db#/{name}").settle()
    figures = visitor.figures()
    assert len(figures) >= 8
    for slug, figure in figures.items():
        printed = document("show", slug, DIGITS, "-s", name)
        assert visitor.sentences()[slug] == printed["answer"]
        assert len(figure["data"]) == len(printed["figure"]["data"])
        for shown, expected in zip(figure["data"], printed["figure"]["data"], strict=True):
            for axis in ("x", "y", "z", "customdata", "dimensions", "base", "error_x"):
                assert same(shown.get(axis), expected.get(axis)), (slug, axis)


def test_the_list_says_what_the_command_line_lists(visit: Visit) -> None:
    visitor = visit().load().drop(DIGITS)
    shown = visitor.run("[...document.querySelectorAll('#studies li')].map((item) => item.innerText)")
    for item, study in zip(shown, document("studies", DIGITS), strict=True):
        assert item.startswith(study["name"])
        assert all(direction in item for direction in study["directions"])
        assert str(study["states"]["COMPLETE"]) in item
        assert study["best_value"] is None or f"{study['best_value']:.4g}" in item


def test_the_saved_report_is_the_one_that_the_command_line_writes(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().load("?example=digits.db").settle()
    with visitor.page.expect_download() as download:
        visitor.page.click("[data-save-all]")
    download.value.save_as(tmp_path / "page.html")
    shutil.copy(DIGITS, tmp_path / "digits.db")
    assert run("report", tmp_path / "digits.db", "-o", tmp_path / "shell.html").code == 0
    page, shell = ((tmp_path / name).read_text("utf-8") for name in ("page.html", "shell.html"))
    made = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
    assert made.sub("", page) == made.sub("", shell)


def test_the_report_of_one_study_names_it_in_its_command(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp").settle()
    with visitor.page.expect_download() as download:
        visitor.page.click("#save")
    download.value.save_as(tmp_path / "page.html")
    assert "hpo-analyze report digits.db -s digits-mlp" in (tmp_path / "page.html").read_text("utf-8")


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_log_is_read_with_its_database_and_missed_without_it(visit: Visit, tmp_path: Path) -> None:
    live = small(tmp_path / "live.db", trials=3)
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma wal_autocheckpoint = 0")
        small(live, trials=4)
        for ending in ("", "-wal"):
            shutil.copy(f"{live}{ending}", tmp_path / f"copy.db{ending}")
    visitor = visit().load().drop(tmp_path / "copy.db", tmp_path / "copy.db-wal").settle()
    assert visitor.sentences()["trials"].startswith("7 trials")
    visitor.drop(tmp_path / "copy.db").settle()
    assert visitor.sentences()["trials"].startswith("3 trials")
    assert "copy.db-wal" in visitor.run("document.getElementById('remarks').textContent")
    visitor.assert_clean()


def test_a_broken_file_is_refused_in_words_and_the_study_stays(visit: Visit, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(DIGITS.read_bytes()[:200_000])
    (tmp_path / "empty.db").write_bytes(b"")
    visitor = visit().load().drop(EXAMPLES / "tiny-journal.log").settle()
    for refused, said in (
        (broken, "broken.db"),
        (tmp_path / "empty.db", "empty"),
        (EXAMPLES / "README.md", "text file"),
    ):
        visitor.drop(refused)
        assert said in visitor.message() and visitor.title() == "digits-momentum"
    assert "MDI" in visitor.set("importance", "evaluator", "mdi").sentences()["importance"]
    visitor.drop(DIGITS)
    assert visitor.message() == "" and visitor.title() == "digits-accuracy-vs-size"
    visitor.assert_clean()


def test_a_database_without_a_study_is_told_so(visit: Visit, tmp_path: Path) -> None:
    optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'none.db'}")
    visitor = visit().load().drop(tmp_path / "none.db")
    assert "without any study" in visitor.message() and visitor.run("!document.getElementById('welcome').hidden")


def test_several_files_are_listed_together_and_a_broken_one_among_them_is_named(visit: Visit, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        small(tmp_path / folder / "same.db", trials=2 if folder == "a" else 3)
    visitor = visit().load()
    visitor.drop(tmp_path / "a" / "same.db", tmp_path / "b" / "same.db", EXAMPLES / "README.md").settle()
    assert visitor.place() == "#/small@same.db%20(2)"
    assert "README.md" in visitor.run("document.getElementById('remarks').textContent")
    visitor.page.click('[data-study="0"]')
    visitor.wait_for("document.querySelector('[data-view=trials] .answer')?.textContent.startsWith('2 trials')")
    assert visitor.place() == "#/small@same.db"
    visitor.page.go_back()
    visitor.wait_for("document.querySelector('[data-view=trials] .answer')?.textContent.startsWith('3 trials')")
    visitor.assert_clean()


HOSTILE = {
    "image": "<img src=x onerror=\"document.title='owned'\">",
    "script": "</script><script>document.title='owned'</script>",
    "template": "{{7*7}} {% for x in y %} ${7*7} %{x} $x^2$",
    "marks": "‮abc‬ ‏\x01 & &amp; \"quoted\" 'single' #/a?b=c",
    "long": "long" * 250_000,
}


def test_hostile_texts_stay_texts(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=alert(1)>.db"
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for key, name in HOSTILE.items():
        study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'hostile.db'}", study_name=name[:480])
        study.set_metric_names([name[:2000]])
        study.set_user_attr(name[:400], name)
        for number in range(12):
            trial = study.ask()
            trial.suggest_categorical(name[:480], [name[:480], f"{key}-other", "third"])
            trial.suggest_float(f"x {name[:400]}", 0, 1)
            trial.set_user_attr(f"note {name[:400]}", name)
            study.tell(trial, float(number % 5))
    shutil.copy(tmp_path / "hostile.db", path)
    visitor = visit().load().drop(path).settle()
    for index, name in enumerate(HOSTILE.values()):
        visitor.choose(index)
        assert visitor.title() == " ".join(name[:480].split()) or visitor.title() == name[:480]
        visitor.draw_all()
        assert visitor.run("document.querySelectorAll('img, #study script, iframe').length") == 0
        assert visitor.run("document.title") != "owned"
        assert visitor.run("document.documentElement.scrollWidth <= innerWidth")
    visitor.page.reload()
    assert visitor.run("document.title") == "hpo-analyze"
    visitor.assert_clean()


# ---- addresses ------------------------------------------------------------------------------------------------------


def test_every_state_is_in_the_address_and_back_and_forward_follow_it(visit: Visit) -> None:
    visitor = visit().load()
    visitor.page.click("text=digits.db")
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert visitor.place() == "?example=digits.db#/digits-accuracy-vs-size"
    visitor.set("history", "objective", "n_parameters").set("importance", "objective", "accuracy")
    assert "460" in visitor.sentences()["history"]
    state = "?example=digits.db#/digits-accuracy-vs-size/importance?history.objective=n_parameters&objective=accuracy"
    assert visitor.place() == state
    said = visitor.sentences()
    visitor.choose(0)
    assert visitor.place() == "?example=digits.db#/digits-mlp"
    visitor.page.go_back()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert (visitor.place(), visitor.sentences()) == (state, said)
    visitor.page.reload()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert (visitor.place(), visitor.sentences()) == (state, said)
    controls = (
        "['history', 'importance'].map((view) => document.querySelector(`[data-view=${view}] [name=objective]`).value)"
    )
    assert visitor.run(controls) == ["n_parameters", "accuracy"]
    visitor.page.go_back()
    visitor.wait_for("document.querySelector('[data-view=importance] [name=objective]').value === ''")
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.wait_for("!document.getElementById('welcome').hidden")
    assert (visitor.place(), visitor.title(), visitor.run("document.title")) == ("", "", "hpo-analyze")
    visitor.page.go_forward()
    visitor.wait_for_title("digits-accuracy-vs-size")
    visitor.assert_clean()


def test_a_second_file_replaces_the_first_and_back_brings_it_again(visit: Visit) -> None:
    visitor = visit().load().drop(EXAMPLES / "tiny-journal.log").settle()
    visitor.drop(DIGITS).settle()
    assert (visitor.title(), visitor.place()) == ("digits-accuracy-vs-size", "#/digits-accuracy-vs-size")
    visitor.page.go_back()
    visitor.wait_for_title("digits-momentum").settle()
    assert visitor.run("document.getElementById('opened').textContent") == "tiny-journal.log"
    visitor.page.go_forward()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    visitor.assert_clean()


def test_after_a_reload_the_file_is_asked_for_and_its_address_kept(visit: Visit) -> None:
    visitor = visit().load().drop(DIGITS)
    visitor.choose(0)
    visitor.page.reload()
    visitor.wait_for("document.getElementById('status').textContent !== ''")
    assert (visitor.title(), visitor.place()) == ("", "#/digits-mlp")
    visitor.drop(DIGITS)
    assert visitor.title() == "digits-mlp"


def test_a_named_view_is_in_sight_once_all_are_filled(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp/rank").settle()
    visitor.wait_for("Math.abs(document.querySelector('[data-view=rank]').getBoundingClientRect().top - 52) < 30", 10)


def test_a_wrong_option_in_the_address_is_refused_in_its_place(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp/history?objective=loss&rank.z=1")
    visitor.wait_for_title("digits-mlp").settle()
    refusals = (
        "[...document.querySelectorAll('.refusal')].map((each) => [each.closest('.view').dataset.view, each.innerText])"
    )
    said = dict(visitor.run(refusals))
    assert "choose from: accuracy" in said["history"] and "no option 'z'" in said["rank"]


def test_a_database_comes_from_another_host_that_allows_it(visit: Visit, tmp_path: Path) -> None:
    shutil.copy(DIGITS, tmp_path / "a b.db")
    open_host = Plain(tmp_path, {"access-control-allow-origin": "*"})
    closed = Plain(tmp_path)
    visitor = visit(hosts=(open_host, closed)).load(f"?url={open_host.origin}/a%2520b.db#/digits-mlp").settle()
    assert (visitor.title(), visitor.run("document.getElementById('opened').textContent")) == ("digits-mlp", "a b.db")
    blocked = visitor.run("address => fetch(address).then(() => 'reached', () => 'refused')", closed.origin)
    assert blocked == "refused" and closed.asked == []  # the page may connect to the host that its address names alone
    other = visit(hosts=(open_host, closed))
    other.page.goto(f"{other.address}?url={closed.origin}/a%2520b.db")
    other.wait_for("!document.getElementById('message').hidden")
    assert "does not let other pages read its files" in other.message() and closed.origin[7:] in other.message()
    for each in (open_host, closed):
        each.stop()


def test_without_a_url_in_its_address_the_page_can_reach_nobody(visit: Visit, tmp_path: Path) -> None:
    host = Plain(tmp_path, {"access-control-allow-origin": "*"})
    visitor = visit(hosts=(host,)).load()
    assert visitor.run("address => fetch(address).then(() => 'reached', () => 'refused')", host.origin) == "refused"
    assert host.asked == []
    host.stop()


@pytest.mark.parametrize(
    ("address", "said"),
    [("?example=none.db", "no example"), ("?url=none.db", "404"), ("?url=ftp://a/b.db", "not an address")],
)
def test_an_address_that_leads_nowhere_is_told(visit: Visit, address: str, said: str) -> None:
    visitor = visit()
    visitor.page.goto(visitor.address + address)
    visitor.wait_for("!document.getElementById('message').hidden")
    assert said in visitor.message() and visitor.run("!document.getElementById('welcome').hidden")


def test_the_study_asked_for_last_is_the_one_shown(visit: Visit) -> None:
    visitor = visit().load().drop(DATA / "optuna-5.0.0.db")
    names = [study["name"] for study in document("studies", DATA / "optuna-5.0.0.db")]
    visitor.run("for (const link of document.querySelectorAll('[data-study]')) link.click()")
    visitor.wait_for_title(names[-1]).settle()
    assert visitor.sentences() == spoken(DATA / "optuna-5.0.0.db", names[-1])
    assert visitor.run("document.title").startswith(names[-1])


# ---- following and reopening: real handles, of files in the browser's own file system ----------------------------------

PICKER = """
window.showOpenFilePicker = async () => [await (await navigator.storage.getDirectory()).getFileHandle('live.db', { create: true })];
window.fill = async (text) => {
  const [handle] = await showOpenFilePicker();
  const stream = await handle.createWritable();
  await stream.write(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  await stream.close();
};
"""


def filled(visitor: Visitor, path: Path) -> None:
    visitor.run("text => fill(text)", base64.b64encode(path.read_bytes()).decode())


def test_a_file_that_grows_is_followed_in_its_place(visit: Visit, tmp_path: Path) -> None:
    path = small(tmp_path / "live.db", trials=30)
    visitor = visit(script=PICKER).load()
    filled(visitor, path)
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    assert visitor.run("document.getElementById('follow').textContent") == "Following"
    visitor.set("importance", "evaluator", "mdi")
    visitor.page.fill("[data-view=trials] input[type=search]", "COMPLETE")
    visitor.draw_all()
    tops = "[...document.querySelectorAll('.view')].map((view) => [view.dataset.view, view.getBoundingClientRect()])"
    seen = f"{tops}.filter(([, box]) => box.bottom > 0).map(([view, box]) => [view, Math.round(box.top)])[0]"
    place = visitor.run(seen)
    filled(visitor, small(path, trials=5))
    visitor.wait_for(
        "document.querySelector('[data-view=trials] .answer').textContent.startsWith('35 trials')"
    ).settle()
    assert visitor.run("document.querySelector('.legend').textContent").strip().endswith("35")
    assert visitor.run("document.querySelector('[data-view=importance] [name=evaluator]').value") == "mdi"
    assert visitor.run("document.querySelector('[data-view=trials] input[type=search]').value") == "COMPLETE"
    assert visitor.run(seen) == place
    visitor.page.click("#follow")
    filled(visitor, small(path, trials=5))
    visitor.page.wait_for_timeout(4_000)
    assert visitor.sentences()["trials"].startswith("35 trials")
    visitor.page.click("#follow")
    visitor.wait_for("document.querySelector('[data-view=trials] .answer').textContent.startsWith('40 trials')")
    visitor.assert_clean()


def test_a_file_in_the_midst_of_being_written_is_passed_over(visit: Visit, tmp_path: Path) -> None:
    path = small(tmp_path / "live.db", trials=10)
    visitor = visit(script=PICKER).load()
    filled(visitor, path)
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    half = tmp_path / "half.db"
    half.write_bytes(path.read_bytes()[:50_000])
    filled(visitor, half)
    visitor.page.wait_for_timeout(4_500)
    assert (visitor.title(), visitor.message()) == ("small", "")
    filled(visitor, small(path, trials=3))
    visitor.wait_for("document.querySelector('[data-view=trials] .answer').textContent.startsWith('13 trials')")


def test_what_was_opened_is_there_after_a_reload_and_offered_later(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(script=PICKER).load()
    filled(visitor, small(tmp_path / "live.db"))
    visitor.page.click("#zone")
    visitor.wait_for_title("small").settle()
    visitor.page.reload()
    visitor.wait_for_title("small").settle()
    visitor.load()
    visitor.page.click("#recent button:has-text('live.db')")
    visitor.wait_for_title("small").settle()
    visitor.assert_clean()


def test_long_work_can_be_cancelled_and_taken_up_again(visit: Visit) -> None:
    generate = importlib.import_module("tests.benchmarks.generate")
    path = generate.sqlite(10_000)
    visitor = visit().load().drop(path).settle()
    visitor.page.select_option("[data-view=importance] [name=evaluator]", "fanova")
    visitor.wait_for("!document.getElementById('cancel').hidden && !document.getElementById('activity').hidden")
    visitor.page.click("#cancel")
    visitor.wait_for("document.querySelector('[data-view=importance] .refusal')?.innerText.includes('Cancelled')")
    visitor.page.select_option("[data-view=importance] [name=evaluator]", "ped-anova")
    visitor.wait_for("document.querySelector('[data-view=importance] .answer')?.textContent.includes('PED-ANOVA')")
    visitor.assert_clean()


# ---- for everyone ---------------------------------------------------------------------------------------------------


def test_it_is_usable_with_the_keyboard_alone(visit: Visit) -> None:
    visitor = visit(script="delete window.showOpenFilePicker;").load()
    press = visitor.page.keyboard.press
    for _ in range(20):
        press("Tab")
        if visitor.run("document.activeElement.id") == "file":
            break
    with visitor.page.expect_file_chooser() as chooser:
        press("Space")
    chooser.value.set_files(str(DIGITS))
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    reached = {"file"}
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 120:
        press(key)
        reached.add(
            visitor.run(
                "document.activeElement.id || document.activeElement.dataset.study || document.activeElement.name"
            )
        )
        if visitor.run("document.activeElement.dataset.study") == "0":
            press("Enter")
            visitor.wait_for_title("digits-mlp").settle()
        if visitor.run("document.activeElement.name") == "evaluator":
            press("m")  # MDI
            visitor.wait_for("document.querySelector('[data-view=importance] .answer').textContent.includes('MDI')")
            assert visitor.run("document.activeElement.name") == "evaluator"  # the focus stays where the reader is
            break
    assert {"home", "save", "file", "theme", "0", "evaluator"} <= set(reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(visit: Visit, scheme: str) -> None:
    visitor = visit(width=400, scheme=scheme).load()
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert visitor.run(fits)
    visitor.drop(DIGITS, EXAMPLES / "tiny-journal.log").settle().draw_all()
    assert visitor.run(fits)
    visitor.choose(0).drop(EXAMPLES / "README.md")
    assert visitor.run(fits) and visitor.run("document.documentElement.dataset.theme") == scheme


def test_the_layout_does_not_jump(visit: Visit) -> None:
    visitor = visit().load()
    assert visitor.run("shift") < 0.02
    visitor.run("shift = 0")
    visitor.drop(DIGITS)
    visitor.wait_for("document.querySelector('.figure[data-drawn]')").settle()
    assert visitor.run("shift") < 0.1


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from npm, kept between runs."""
    folder = Path(tempfile.gettempdir()) / "hpo-analyze-axe"
    folder.mkdir(exist_ok=True)
    if not any(folder.glob("*.tgz")):
        command = ["npm", "pack", "--silent", "axe-core@4.10.2"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"axe-core cannot be had here: {error}")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        stream = package.extractfile("package/axe.min.js")
        assert stream is not None
        return stream.read().decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, axe: str, scheme: str) -> None:
    visitor = visit(scheme=scheme).load()

    def serious() -> list[str]:
        visitor.run(f"() => {{ {axe} }}")
        found = visitor.run("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        bad = [each for each in found if each["impact"] in ("serious", "critical")]
        return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in bad]

    assert serious() == []
    visitor.drop(DIGITS, EXAMPLES / "tiny-journal.log").settle().draw_all()
    visitor.drop(EXAMPLES / "README.md")
    assert serious() == []
    visitor.choose(0).draw_all()
    visitor.page.click("[data-view=history] [data-show-rows]")
    assert serious() == []


def test_a_browser_that_is_too_old_is_told_which_is_needed(visit: Visit) -> None:
    visitor = visit(script="delete window.DecompressionStream;")
    visitor.page.goto(visitor.address)
    visitor.wait_for("!document.getElementById('too-old').hidden")
    said = visitor.run("document.getElementById('too-old').innerText")
    assert "Firefox 115" in said and "DecompressionStream" in said


def test_full_memory_is_told_in_words(visit: Visit) -> None:
    failing = """
    const Real = window.Worker;
    window.Worker = class extends Real {
      postMessage(message, ...more) {
        if (message.payload?.slug !== 'importance') return super.postMessage(message, ...more);
        const error = { kind: 'memory', message: 'MemoryError' };
        this.dispatchEvent(new MessageEvent('message', { data: { id: message.id, error } }));
      }
    };
    """
    visitor = visit(script=failing).load().drop(DIGITS)
    visitor.wait_for("document.querySelector('[data-view=importance] .refusal')?.innerText.includes('out of memory')")


def test_every_example_that_is_offered_is_on_the_site(visit: Visit, product: Path) -> None:
    visitor = visit().load()
    offered = visitor.run("[...document.querySelectorAll('a[href^=\"?example=\"]')].map((link) => link.textContent)")
    shipped = [path.name for path in product.glob("examples-*/*") if path.suffix in (".db", ".log")]
    assert sorted(offered) == sorted(shipped)


def test_words_of_the_page_are_json(visit: Visit) -> None:
    visitor = visit().load()
    assert "nothing" in json.loads(visitor.run("document.getElementById('words').textContent"))
