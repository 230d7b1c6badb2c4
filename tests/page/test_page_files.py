"""Files that are dropped on the page: with their log, broken, several at once, hostile."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

import optuna

from tests.page.conftest import Visit
from tests.page.studies import DIGITS, EXAMPLES, small


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
