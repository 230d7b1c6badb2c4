"""What the dashboard stored, in a real Chromium: in a report opened from disk, and on the page with the folder of artifacts dropped."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import struct
import wave
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer import open_database
from analyzer.artifact_files import ArtifactFolder
from analyzer.report import Making, report_html
from tests.page.conftest import Visit
from tests.page.test_report import Opened
from tests.page.visitor import Visitor

DATA = Path(__file__).parents[1] / "data"
DASHBOARD = DATA / "optuna-5.0.0-dashboard-0.21.0.db"
ARTIFACTS = DATA / "artifacts"


def report(database: Path, path: Path, artifacts: Path | None = None, *names: str) -> Path:
    with open_database(database) as opened:
        studies = [opened.read(name) for name in names or opened.names]
    if artifacts:
        studies = [replace(study, artifact_files=ArtifactFolder(artifacts)) for study in studies]
    path.write_text(report_html(studies, Making("hpo-analyze report", "now")), encoding="utf-8")
    return path


def changed(folder: Path, key: str, value: object) -> Path:
    """A copy of the dashboard's database with another value of one attribute of its first study."""
    copy = folder / "copy.db"
    copy.write_bytes(DASHBOARD.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute(
            "delete from study_system_attributes where study_id = 1 and key like ?", (f"{key.rpartition(':')[0]}:%",)
        )
        connection.execute(
            "insert into study_system_attributes (study_id, key, value_json) values (1, ?, ?)", (key, json.dumps(value))
        )
    connection.close()
    return copy


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_the_dashboards_studies_are_shown_whole_in_a_report(
    chromium: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    opened = Opened(chromium, report(DASHBOARD, tmp_path / "r.html", ARTIFACTS), width, scheme)
    page = opened.page
    notes = page.locator('[id="1-notes"]')
    assert "line 0399 — 漢字" in (notes.locator("details .note-text").first.text_content() or "")
    assert notes.locator("article .note-text h5").count() == 4
    assert notes.locator("article math msup").count() == 4
    assert "<script>alert(1)</script>" in notes.locator("article .note-text").first.inner_text()
    artifacts = page.locator('[id="1-artifacts"]')
    assert artifacts.locator("pre").all_inner_texts() == ["hello 中文 artifact\n"] * 2
    picture = artifacts.locator("img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => [image.complete, image.naturalWidth]") == [True, 1]
    assert {"saved-figures"} <= set(opened.draw_all())
    saved = page.locator('[id="1-saved-figures"]')
    saved.locator("[data-variants]").select_option(index=1)
    saved.locator(".variant:not([hidden]) .figure[data-drawn]").wait_for()
    for study in "2345":
        page.locator("#picker").select_option(study)
        opened.draw_all()
    assert page.locator('[id="2-notes"] .note-text').inner_text().strip() == "short now"
    assert "People are asked for pick" in page.locator('[id="3-form-answers"]').inner_text()
    assert "hitl_choice and c" in page.locator('[id="4-form-answers"]').inner_text()
    assert "Trial 0 is preferred" in page.locator('[id="5-preferences"]').inner_text()
    assert page.locator('[id="5-preferences"] .figure').get_attribute("data-drawn") == ""
    assert "1 of them was undone later" in page.locator('[id="5-preference-history"]').inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.complaints == []
    assert [each for each in opened.asked if not each.startswith(("file:", "data:", "blob:"))] == []


def test_a_report_of_an_ordinary_study_says_nothing_of_what_is_not_there(chromium: Any, tmp_path: Path) -> None:
    opened = Opened(chromium, report(DATA / "optuna-5.0.0.db", tmp_path / "r.html", None, "single-main"))
    assert (
        opened.page.locator(
            "[data-view=notes], [data-view=artifacts], [data-view=preferences], [data-view=retries]"
        ).count()
        == 0
    )
    assert "Stored with the study" not in opened.page.locator(".views").inner_text()


def test_a_hostile_note_neither_runs_nor_asks_the_network(chromium: Any, tmp_path: Path) -> None:
    note = "\n\n".join([
        "<img src=x onerror=alert(1)>", "![far](https://example.org/a.png)", "[x](javascript:alert(2))", "<javascript:alert(3)>",
        '[y](https://example.org "\\"onmouseover=alert(4) x=\\"")', "$\\text{<img src=x onerror=alert(5)>}$",
        '$\\color{"><script>alert(6)</script>}{x}$', "$\\href{javascript:alert(7)}{x}$", "| <b>a</b> |\n|---|\n| <script>alert(8)</script> |",
        "![near](data:image/png;base64," + base64.b64encode(png()).decode() + ")", "![svg](data:image/svg+xml;base64,PHN2Zy8+)",
        "```html\n</code></pre><script>alert(9)</script>\n```",
    ])  # fmt: skip
    opened = Opened(
        chromium, report(changed(tmp_path, "dashboard:note_str:0", note), tmp_path / "r.html", None, "dash-notes")
    )
    said: list[str] = []
    opened.page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    text = opened.page.locator('[id="1-notes"] .note-text').first
    assert text.locator("img").count() == 1
    assert (
        text.locator("a").evaluate_all("all => all.map((each) => [each.protocol, each.rel])")
        == [["https:", "noopener noreferrer"]] * 2
    )
    assert text.locator("script, [onerror], [onmouseover]").count() == 0
    opened.page.wait_for_timeout(300)
    assert (said, opened.complaints) == ([], [])
    assert not [each for each in opened.asked if "example.org" in each]


def test_a_hostile_saved_figure_neither_links_nor_asks_the_network(chromium: Any, tmp_path: Path) -> None:
    far = "https://example.org/a.png"
    figure = {
        "data": [
            {"type": "scatter", "x": [1, 2], "y": [1, 2], "mode": "markers+text", "text": ['<a href="javascript:alert(1)">x</a>', "<b>bold</b>"],
             "name": "<img src=x onerror=alert(2)>"},
            {"type": "scattermapbox", "lat": [1], "lon": [1]}, {"type": "image", "source": far}, {"type": "choropleth", "geojson": far},
        ],
        "layout": {"images": [{"source": far}], "title": {"text": f'<a href="{far}">title</a>'},
                   "mapbox": {"style": far}, "template": {"layout": {"images": [{"source": far}]}}},
    }  # fmt: skip
    copy = changed(tmp_path, "dashboard:plot_data:opt_hist:0", json.dumps(figure))
    opened = Opened(chromium, report(copy, tmp_path / "r.html", None, "dash-notes"))
    assert "saved-figures" in opened.draw_all()
    saved = opened.page.locator('[id="1-saved-figures"]')
    names = saved.locator("[data-variants] option").all_inner_texts()
    saved.locator("[data-variants]").select_option(label="opt_hist")
    drawn = saved.locator(".variant").nth(names.index("opt_hist")).locator(".figure[data-drawn]")
    drawn.scroll_into_view_if_needed()
    assert "maps" in saved.locator(".variant:not([hidden]) .answer").inner_text()
    assert drawn.locator("a, image").count() == 0
    assert "title" in (drawn.locator(".gtitle").text_content() or "")
    assert not [each for each in opened.asked if "example.org" in each]


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0\0\0\xff"))
        + chunk(b"IEND", b"")
    )


def drop_folder(visitor: Visitor, *paths: Path) -> None:
    """Drag files and folders from the desktop onto the page."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})


def test_a_folder_of_artifacts_that_is_dropped_with_its_database_is_shown(visit: Visit) -> None:
    visitor = visit().load()
    drop_folder(visitor, DASHBOARD, ARTIFACTS)
    visitor.wait_for("document.querySelectorAll('[data-study]').length === 5").choose(0)
    artifacts = visitor.page.locator("[data-view=artifacts]")
    assert "All are shown." in artifacts.inner_text()
    assert artifacts.locator("img").evaluate("image => [image.complete, image.naturalWidth]") == [True, 1]
    assert visitor.page.locator("[data-view=notes] math msup").count() == 4
    assert visitor.page.locator("#opened").inner_text() == DASHBOARD.name
    visitor.draw_all()
    visitor.assert_clean()


def test_artifacts_can_follow_their_database_and_are_kept_out_of_the_list_of_databases(visit: Visit) -> None:
    visitor = visit().load().drop(*sorted(ARTIFACTS.iterdir()))
    assert "Drop the database that they belong to" in visitor.message()
    visitor.drop(DASHBOARD).choose(0)
    assert "The database only lists them" in visitor.sentences()["artifacts"]
    drop_folder(visitor, ARTIFACTS)
    visitor.wait_for("document.querySelector('[data-view=artifacts] img') !== null").settle()
    assert visitor.title() == "dash-notes"
    visitor.assert_clean()


def test_sound_and_tables_are_shown_and_a_folder_without_artifacts_is_refused(visit: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "artifacts"
    shutil.copytree(ARTIFACTS, folder)
    sound, lines = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    with wave.open(str(folder / sound), "wb") as file:
        file.setnchannels(1), file.setsampwidth(1), file.setframerate(8000), file.writeframes(b"\x80" * 800)
    (folder / lines).write_text('{"epoch": 1, "loss": 0.5}\n{"epoch": 2, "loss": 0.25}\n')
    copy = tmp_path / "copy.db"
    copy.write_bytes(DASHBOARD.read_bytes())
    with sqlite3.connect(copy) as connection:
        for identity, name, kind in ((sound, "a.wav", "audio/x-wav"), (lines, "log.jsonl", "application/octet-stream")):
            meta = json.dumps({"artifact_id": identity, "filename": name, "mimetype": kind, "encoding": None})
            connection.execute(
                "insert into study_system_attributes (study_id, key, value_json) values (1, ?, ?)",
                (f"artifacts:{identity}", json.dumps(meta)),
            )
    connection.close()
    visitor = visit().load()
    drop_folder(visitor, copy, folder)
    visitor.wait_for("document.querySelectorAll('[data-study]').length === 5").choose(0)
    artifacts = visitor.page.locator("[data-view=artifacts]")
    visitor.wait_for("document.querySelector('[data-view=artifacts] audio').readyState > 0")
    assert artifacts.locator("audio").evaluate("sound => sound.duration") == pytest.approx(0.1)
    assert artifacts.locator(".passage .rows td").all_inner_texts()[:2] == ["1", "0.5"]
    visitor.assert_clean()
    empty = tmp_path / "nothing"
    empty.mkdir()
    (empty / "readme.txt").write_text("x")
    drop_folder(visitor, empty)
    visitor.wait_for("!document.getElementById('message').hidden")
    assert visitor.message() == "nothing is a folder without artifacts. Drop the database files in it."
