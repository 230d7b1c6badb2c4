"""Many studies at once: folders and databases of many, one report for each study, and what happens to the broken ones."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from analyzer import folders
from analyzer.database import open_database
from tests.command import document, run

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[1] / "web" / "examples"
DASHBOARD = DATA / "optuna-5.0.0-dashboard-0.21.0.db"
HOSTILE = ["../../etc/passwd", "<script>alert(1)</script>", "CON", "a/b\\c:d*?", "研究 🚀", "a" * 400, " ", "Same", "same", "index"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two databases, one of them deeper, a journal, and what is none of them."""
    inside = tmp_path / "studies"
    (inside / "deep").mkdir(parents=True)
    (inside / ".hidden").mkdir()
    shutil.copy(EXAMPLES / "digits.db", inside / "digits.db")
    shutil.copy(EXAMPLES / "digits.db", inside / "deep" / "again.db")
    shutil.copy(EXAMPLES / "digits.db", inside / ".hidden" / "hidden.db")
    shutil.copy(EXAMPLES / "tiny-journal.log", inside / "tiny.log")
    (inside / "notes.txt").write_text("no database")
    (inside / "link.db").symlink_to(inside / "digits.db")
    return inside


def break_one(folder: Path) -> None:
    (folder / "broken.db").write_bytes((folder / "digits.db").read_bytes()[:5000])


class Links(HTMLParser):
    """The links of a page, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.text = ""
        self.scripts = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag == "a" and not (dict(attrs)["href"] or "").startswith("#"):
            self.links.append(unquote(dict(attrs)["href"] or ""))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_studies_of_a_folder_are_listed_with_their_database(folder: Path) -> None:
    listed = document("studies", folder)
    names = [name for file in ("digits.db", "tiny.log", "deep/again.db") for name in names_in(folder / file)]
    assert [line["name"] for line in listed] == names
    assert {line["database"] for line in listed} == {"digits.db", "tiny.log", "deep/again.db"}
    alone = document("studies", folder / "digits.db")
    assert [line for line in listed if line["database"] == "digits.db"] == [{"database": "digits.db", **each} for each in alone]
    printed = run("studies", folder)
    assert printed.out.splitlines()[0].split()[0] == "database"
    assert len(printed.out.splitlines()) == 1 + len(names)


def names_in(path: Path) -> list[str]:
    with open_database(path) as database:
        return list(database.names)


def test_every_study_of_a_folder_gets_its_report_and_an_index_links_them(folder: Path, tmp_path: Path) -> None:
    ran = run("report", folder, "-o", tmp_path / "out")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip() == str(tmp_path / "out" / "index.html")
    index = Links(tmp_path / "out" / "index.html")
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert sorted([*index.links, "index.html"]) == made
    assert len(index.links) == len(document("studies", folder)) == len(set(index.links))
    for name in index.links:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "hpo-analyze report " in text
        assert str(folder) not in text
    assert str(folder) not in index.text


def test_a_broken_database_is_named_in_the_end_and_the_others_are_reported(folder: Path, tmp_path: Path) -> None:
    break_one(folder)
    ran = run("report", folder, "-o", tmp_path / "out")
    assert ran.code == 1
    assert "broken.db: " in ran.err.splitlines()[0]
    assert ran.err.splitlines()[-1].startswith("hpo-analyze: ")
    assert "Traceback" not in ran.err
    index = Links(tmp_path / "out" / "index.html")
    assert "broken.db" in index.text
    assert len(index.links) == len(document_of_good(folder))
    assert all((tmp_path / "out" / name).exists() for name in index.links)


def document_of_good(folder: Path) -> list[dict[str, object]]:
    ran = run("studies", folder, "--json")
    assert ran.code == 1
    assert "broken.db" in ran.err
    found: list[dict[str, object]] = json.loads(ran.out)
    return found


def test_a_study_that_cannot_be_read_has_a_line_without_a_link(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    shutil.copy(EXAMPLES / "digits.db", path)
    with sqlite3.connect(path) as connection:
        connection.execute("update trials set state = 'ODD' where trial_id = (select min(trial_id) from trials where study_id = 1)")
    ran = run("report", path, "-o", f"{tmp_path / 'out'}/")
    assert ran.code == 1
    broken, *others = names_in(path)
    assert broken in ran.err
    index = Links(tmp_path / "out" / "index.html")
    assert len(index.links) == len(others) > 0
    assert "ODD" in index.text


def test_a_database_of_many_studies_is_reported_into_a_folder_where_the_output_ends_in_a_slash(tmp_path: Path) -> None:
    names = names_in(DASHBOARD)
    assert run("report", DASHBOARD, "-o", f"{tmp_path / 'out'}/").code == 0
    assert len(Links(tmp_path / "out" / "index.html").links) == len(names)
    assert run("report", DASHBOARD, "-o", f"{tmp_path / 'one'}/", "-s", names[0]).code == 0
    assert Links(tmp_path / "one" / "index.html").links == [folders.file_name(DASHBOARD.name, names[0])]
    missing = run("report", DASHBOARD, "-o", f"{tmp_path / 'none'}/", "-s", "no such study")
    assert missing.code == 2
    assert not (tmp_path / "none").exists()


def test_any_name_of_a_study_makes_a_safe_file_name_and_harmless_markup(tmp_path: Path) -> None:
    import optuna

    path = tmp_path / "hostile.db"
    for name in HOSTILE:
        study = optuna.create_study(study_name=name, storage=f"sqlite:///{path}")
        study.add_trial(optuna.create_trial(value=1.0))
    assert run("report", path, "-o", f"{tmp_path / 'out'}/").code == 0
    index = Links(tmp_path / "out" / "index.html")
    assert len({name.lower() for name in index.links}) == len(HOSTILE)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,70}\.html", name) for name in index.links)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([*index.links, "index.html"])
    assert index.scripts == 1
    for name in HOSTILE:
        assert name.strip() in index.text


def test_reports_may_share_plotly(folder: Path, tmp_path: Path) -> None:
    assert run("report", folder, "-o", tmp_path / "out", "--no-plotlyjs").code == 0
    scripts = list((tmp_path / "out").glob("*.js"))
    assert len(scripts) == 1
    for name in Links(tmp_path / "out" / "index.html").links:
        assert scripts[0].name in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_only_earlier_reports_are_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("somebody's page")
    assert run("report", folder, "-o", tmp_path / "out").code == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["index.html"]
    assert run("report", folder, "-o", tmp_path / "new").code == 0
    assert run("report", folder, "-o", tmp_path / "new").code == 0
    (tmp_path / "file").write_text("x")
    assert run("report", folder, "-o", tmp_path / "file").code == 2


def test_a_folder_without_databases_is_said_to_have_none(tmp_path: Path) -> None:
    for words in (["studies", tmp_path], ["report", tmp_path, "-o", tmp_path / "out"]):
        ran = run(*words)
        assert ran.code == 1
        assert "no Optuna database" in ran.err
    assert not (tmp_path / "out").exists()
