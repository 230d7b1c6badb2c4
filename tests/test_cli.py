"""The commands as a user types them: what they print and where, exit codes, files, and what they must never do."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analyzer.views import registry
from tests.command import Ran, document, run

DATA = Path(__file__).parent / "data"
DB = DATA / "optuna-5.0.0.db"
JOURNAL = DATA / "optuna-5.0.0-journal.log"
ONE = Path(__file__).parents[1] / "web" / "examples" / "digits.db"

READING = ["summary", "best", "importance", "history", "trials"]
STUDY = ("-s", "single-main")
TWO = ("-s", "mo2")


def refused(ran: Ran, code: int) -> str:
    """A command that ends with this code, one clear sentence on stderr and nothing else."""
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.startswith("hpo-analyze: ")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.rstrip().endswith(".")
    assert "Traceback" not in ran.err
    return ran.err


@pytest.fixture
def single(tmp_path: Path) -> Path:
    """A database of one study, written by Optuna."""
    import optuna

    path = tmp_path / "one.db"
    study = optuna.create_study(study_name="only", storage=f"sqlite:///{path}", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) ** 2 + trial.suggest_int("k", 1, 3), n_trials=25)
    return path


@pytest.mark.parametrize("verb", READING)
def test_every_reading_verb_prints_text_or_one_json_document(verb: str) -> None:
    for database in (DB, JOURNAL):
        printed = run(verb, database, *STUDY)
        assert (printed.code, printed.err) == (0, "")
        assert printed.out.strip()
        assert "nan" not in printed.out.lower().split()
        assert document(verb, database, *STUDY)


@pytest.mark.parametrize("verb", READING)
def test_the_only_study_needs_no_name(single: Path, verb: str) -> None:
    assert run(verb, single) == run(verb, single, "-s", "only")


@pytest.mark.parametrize("verb", [*READING, "pareto"])
def test_without_a_name_several_studies_are_listed_and_the_exit_code_is_2(verb: str) -> None:
    said = refused(run(verb, DB), 2)
    assert "-s" in said
    assert "'single-main'" in said


def test_studies_lists_all() -> None:
    printed = run("studies", DB).out.splitlines()
    assert printed[0].split()[:3] == ["study", "directions", "trials"]
    assert len(printed) == 1 + len(document("studies", DB))
    for line in document("studies", DB):
        assert list(line) == ["name", "directions", "metric_names", "n_trials", "states", "best_value"]
        assert sum(line["states"].values()) == line["n_trials"]


def test_an_infinite_best_value_is_text_in_the_list_of_studies(single: Path) -> None:
    with sqlite3.connect(single) as connection:
        connection.execute("UPDATE trial_values SET value = NULL, value_type = 'INF_NEG' WHERE trial_id = 3")
    assert document("studies", single)[0]["best_value"] == "-inf"
    assert document("best", single)["trials"][0]["values"] == ["-inf"]


def test_best_has_the_documented_shape() -> None:
    one = document("best", DB, *STUDY)
    assert list(one) == ["study", "trials"]
    assert [list(trial) for trial in one["trials"]] == [["number", "values", "params"]]
    several = document("best", DB, *TWO)["trials"]
    assert len(several) > 1
    assert [trial["number"] for trial in several] == sorted(trial["number"] for trial in several)
    assert all(len(trial["values"]) == 2 for trial in several)


@pytest.mark.parametrize("form", ["flags", "python", "yaml", "json"])
def test_best_is_spelled_for_pasting(form: str) -> None:
    params = document("best", DB, *STUDY)["trials"][0]["params"]
    printed = run("best", DB, *STUDY, "--as", form).out
    if form == "json":
        assert json.loads(printed) == params
    if form == "python":
        assert ast.literal_eval(printed.partition("=")[2].strip()) == params
    if form == "flags":
        assert len(printed.splitlines()) == 1
    front = run("best", DB, *TWO, "--as", form).out
    if form == "json":
        assert len(json.loads(front)) == len(document("best", DB, *TWO)["trials"])
    else:
        assert front.count("# trial ") == len(document("best", DB, *TWO)["trials"])


def test_importance_has_the_documented_shape() -> None:
    for evaluator in ("ped-anova", "fanova", "mdi"):
        found = document("importance", DB, *STUDY, "--evaluator", evaluator)
        assert list(found) == ["study", "evaluator", "objective", "importances", "standard_errors"]
        assert (found["study"], found["evaluator"], found["objective"]) == ("single-main", evaluator, None)
        shares = list(found["importances"].values())
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)
        errors = found["standard_errors"]
        assert errors is None if evaluator == "ped-anova" else list(errors) == list(found["importances"])
    assert document("importance", DB, *TWO)["objective"] is None
    assert document("importance", DB, *TWO, "--objective", "f1")["objective"] == "f1"
    assert document("importance", DB, *TWO, "--objective", "0")["objective"] == "f1"


def test_a_forest_needs_one_of_several_objectives() -> None:
    assert "'f1'" in refused(run("importance", DB, *TWO, "--evaluator", "fanova"), 2)


def test_the_seed_decides_the_forest() -> None:
    by_seed = [document("importance", DB, *STUDY, "--evaluator", "mdi", "--seed", seed) for seed in ("1", "1", "2")]
    assert by_seed[0] == by_seed[1] != by_seed[2]
    for seed in ("-1", "²"):
        assert run("importance", DB, *STUDY, "--seed", seed).code == 2


def test_pareto_has_the_documented_shape() -> None:
    found = document("pareto", DB, *TWO, "--reference-point", "2,3")
    assert list(found) == ["study", "numbers", "values", "hypervolume", "reference_point"]
    assert found["reference_point"] == [2, 3]
    assert found["hypervolume"] > 0
    assert document("pareto", DB, *TWO, "--reference-point", "-1,-2")["hypervolume"] == 0
    assert document("pareto", DB, *TWO, "--reference-point=-1,-2")["reference_point"] == [-1, -2]
    for wrong in ("1", "1,2,3", "1,x", "nan,1"):
        assert "one number for each objective" in refused(run("pareto", DB, *TWO, "--reference-point", wrong), 2)
    assert "two or more objectives" in refused(run("pareto", DB, *STUDY), 1)


def test_history_has_the_documented_shape() -> None:
    found = document("history", DB, *TWO, "--objective", "f2-中文")
    assert list(found) == ["study", "objective", "numbers", "values", "best"]
    assert found["objective"] == "f2-中文"
    assert len(found["numbers"]) == len(found["values"]) == len(found["best"])
    assert found["numbers"] == sorted(found["numbers"])
    assert "f1, f2-中文" in refused(run("history", DB, *TWO, "--objective", "f3"), 2)


@pytest.mark.parametrize("slug", registry())
def test_show_prints_every_view_in_the_documented_shape(slug: str) -> None:
    for study in (STUDY, TWO):
        ran = run("show", slug, DB, *study)
        if ran.code == 1:
            refused(ran, 1)
            continue
        assert (ran.code, ran.err) == (0, "")
        shown = document("show", slug, DB, *study)
        assert list(shown) == ["view", "study", "question", "answer", "result", "figure"]
        assert (shown["view"], shown["study"]) == (slug, study[1])
        assert ran.out.splitlines()[:2] == [shown["question"], shown["answer"]]
        if registry()[slug].figure is not None:
            assert set(shown["figure"]) == {"data", "layout"}


def test_show_takes_its_options_anywhere() -> None:
    wanted = document("show", "rank", DB, *STUDY, "--x", "lr", "--y", "x")
    assert document("show", "--x", "lr", "rank", "--y=x", DB, *STUDY) == wanted
    assert "--x needs a value" in refused(run("show", "rank", DB, *STUDY, "--x"), 2)
    assert "no option 'z'" in refused(run("show", "rank", DB, *STUDY, "--z", "1"), 2)
    assert "choose from" in refused(run("show", "rank", DB, *STUDY, "--x", "nothing"), 2)
    assert "There is no view 'nothing'" in refused(run("show", "nothing", DB, *STUDY), 2)
    assert run("show", "hypervolume_history", DB, *TWO).code == 0


def test_views_lists_the_registry() -> None:
    listed = document("views")
    assert [view["view"] for view in listed] == list(registry())
    printed = run("views").out
    for view in listed:
        assert view["question"] in printed
        assert all(f"--{option['name']}" in printed for option in view["options"])


def test_wrong_usage_is_2_and_help_is_0() -> None:
    for words in ([], ["nonsense"], ["best"], ["best", str(DB), "--nonsense"], ["best", str(DB), "--as", "xml"], ["show", "rank"]):
        assert run(*words).code == 2
    assert run("best", DB, "-s", "nobody").code == 2
    for words in (["--help"], ["best", "--help"], ["show", "--help"], ["--version"]):
        assert run(*words).code == 0


@pytest.mark.parametrize("verb", ["studies", "report", "summary", "trials"])
def test_what_cannot_be_read_is_1_and_nothing_is_created(tmp_path: Path, verb: str) -> None:
    (tmp_path / "text.db").write_text("no database")
    (tmp_path / "empty.db").touch()
    before = sorted(tmp_path.iterdir())
    folders = [] if verb in ("studies", "report") else ["."]  # which these two read: see test_batch.py
    for name in ("text.db", "empty.db", "missing.db", *folders):
        output = ("-o", tmp_path / "out.html") if verb == "report" else ()
        refused(run(verb, tmp_path / name, *output), 1)
    assert sorted(tmp_path.iterdir()) == before


def test_the_password_of_a_url_is_never_printed(tmp_path: Path) -> None:
    for url in ("postgresql+psycopg://me:s3cret@127.0.0.1:1/db", "mysql+pymysql://me:s3cret@127.0.0.1:1/db?password=s3cret",
                "nosuch+driver://me:s3cret@host/db"):  # fmt: skip
        for words in (["studies", url], ["compare", f"{url}:a", f"{url}:b"], ["report", url, "-o", str(tmp_path / "r.html")]):
            ran = run(*words)
            assert ran.code == 1
            assert "s3cret" not in ran.out + ran.err
            assert "Traceback" not in ran.err


def test_trials_go_into_csv_json_parquet_and_excel(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    expected = document("trials", DB, *STUDY)
    for ending in (".csv", ".json", ".parquet", ".xlsx"):
        path = tmp_path / f"trials{ending}"
        ran = run("trials", DB, *STUDY, "-o", path)
        assert (ran.code, ran.out) == (0, "")
        assert "125 trials written" in ran.err
    assert json.loads((tmp_path / "trials.json").read_text()) == expected
    rows = list(csv.DictReader(io.StringIO((tmp_path / "trials.csv").read_text("utf-8-sig"))))
    assert [int(row["number"]) for row in rows] == [row["number"] for row in expected]
    for frame in (pandas.read_parquet(tmp_path / "trials.parquet"), pandas.read_excel(tmp_path / "trials.xlsx")):
        assert list(frame.columns) == list(expected[0])
        assert frame["number"].tolist() == [row["number"] for row in expected]
        assert frame["state"].tolist() == [row["state"] for row in expected]
        lr = [float("nan") if row["params_lr"] is None else row["params_lr"] for row in expected]
        assert frame["params_lr"].tolist() == pytest.approx(lr, rel=1e-14, nan_ok=True)  # Excel keeps 15 digits


def test_hostile_names_go_into_every_format(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    from analyzer.export import write_table
    from analyzer.trial_table import trial_table
    from tests.zoo import ZOO

    for animal in ("hostile names", "same names", "long names", "odd parameters", "changing ranges"):
        table = trial_table(ZOO[animal]())
        for ending in (".csv", ".json", ".parquet", ".xlsx"):
            write_table(table, tmp_path / f"trials{ending}")
        frame = pandas.read_parquet(tmp_path / "trials.parquet")
        assert len(frame) == len(table)
        assert len(frame.columns) == len(table.columns)
        cells = pandas.read_excel(tmp_path / "trials.xlsx", header=None).to_numpy().ravel()
        assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith("=")]


def test_a_view_goes_into_files(tmp_path: Path) -> None:
    for name in ("rank.html", "rank.json", "rank.csv"):
        assert run("show", "rank", DB, *STUDY, "--x", "lr", "--y", "x", "-o", tmp_path / name).code == 0
    page = (tmp_path / "rank.html").read_text(encoding="utf-8")
    assert "show rank optuna-5.0.0.db -s single-main --x=lr --y=x" in page
    assert str(DATA) not in page
    assert json.loads((tmp_path / "rank.json").read_text())["view"] == "rank"
    assert "is written as" in refused(run("show", "rank", DB, *STUDY, "-o", tmp_path / "rank.doc"), 2)
    assert "is a table" in refused(run("show", "best", DB, *STUDY, "-o", tmp_path / "best.png"), 2)
    assert "is written as" in refused(run("trials", DB, *STUDY, "-o", tmp_path / "trials.doc"), 2)


@pytest.mark.parametrize("words", [["report"], ["trials", "-s", "only"], ["show", "history"]])
def test_a_database_is_never_written_over(single: Path, words: list[str]) -> None:
    before = single.read_bytes()
    log = single.parent / "copy.log"
    shutil.copy(JOURNAL, log)
    for target in (single, log):
        assert "not written over" in refused(run(*words, single, "-o", target), 2)
    assert single.read_bytes() == before
    assert log.read_bytes() == JOURNAL.read_bytes()


def test_only_earlier_reports_are_written_over(single: Path) -> None:
    page = single.parent / "page.html"
    page.write_text("<p>the thesis</p>")
    assert "not written over" in refused(run("report", single, "-o", page), 2)
    assert page.read_text() == "<p>the thesis</p>"
    page.unlink()
    assert run("report", single, "-o", page).code == 0
    assert run("report", single, "-o", page).code == 0


def test_an_output_that_cannot_be_written_is_named(single: Path) -> None:
    assert "does not exist" in refused(run("report", single, "-o", single.parent / "no" / "r.html"), 2)
    assert "is a folder" in refused(run("report", single, "-o", single.parent), 2)
    if os.geteuid() != 0:
        (single.parent / "locked").mkdir(mode=0o500)
        assert "cannot be written" in refused(run("report", single, "-o", single.parent / "locked" / "r.html"), 1)


def test_a_report_is_one_file_without_paths_and_the_same_twice(single: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    pages = []
    for name in ("a.html", "b.html"):
        ran = run("report", single, "-o", single.parent / name)
        assert (ran.code, ran.out.strip()) == (0, str(single.parent / name))
        pages.append((single.parent / name).read_bytes())
    assert pages[0] == pages[1]
    assert str(single.parent).encode() not in pages[0]
    assert b"hpo-analyze report one.db" in pages[0]
    assert sorted(path.name for path in single.parent.iterdir()) == ["a.html", "b.html", "one.db"]


def test_a_report_may_load_plotly_from_beside_itself(single: Path) -> None:
    assert run("report", single, "-o", single.parent / "r.html", "--no-plotlyjs").code == 0
    beside = list(single.parent.glob("plotly-*.min.js"))
    assert len(beside) == 1
    page = (single.parent / "r.html").read_text(encoding="utf-8")
    assert beside[0].name in page
    assert len(page) < 500_000


def test_compare_lays_studies_side_by_side(single: Path) -> None:
    ran = run("compare", f"{DB}:single-main", f"{DB}:maximize")
    assert ran.code == 0
    assert "different directions" in ran.out
    both = document("compare", f"{DB}:ties", f"{JOURNAL}:ties")
    assert both["names"] == ["ties (optuna-5.0.0.db)", "ties (optuna-5.0.0-journal.log)"]
    histories = next(each for each in both["comparisons"] if each["comparison"] == "history")
    assert len(histories["result"]["lines"]) == 2
    assert "at least two" in refused(run("compare", single), 2)
    odd = next(line["name"] for line in document("studies", DB) if "研究" in line["name"])
    assert run("compare", f"{DB}:{odd}", f"{single}:only").code == 0
    page = single.parent / "c.html"
    assert run("compare", f"{DB}:ties", f"{single}:only", "-o", page).code == 0
    assert str(single.parent) not in page.read_text(encoding="utf-8")
    assert "optuna-5.0.0.db:ties one.db:only" in page.read_text(encoding="utf-8")


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    import optuna

    path = tmp_path / "evil.db"
    study = optuna.create_study(study_name="evil\x1b[2J\nname", storage=f"sqlite:///{path}")
    study.set_metric_names(["\x1b]0;title\x07loss"])
    study.optimize(lambda trial: trial.suggest_float("\x1b[31mx", 0, 1), n_trials=12)
    for words in (["studies"], ["summary"], ["best"], ["importance"], ["history"], ["trials"], ["show", "overview"], ["show", "slice"]):
        ran = run(*words, path)
        assert ran.code == 0
        assert "\x1b" not in ran.out + ran.err
        assert "\x07" not in ran.out


def command(*words: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root), **settings.pop("env", {})}
    return subprocess.run([sys.executable, "-m", "analyzer", *map(str, words)], capture_output=True, text=True, env=environment, check=False, **settings)


def test_a_reader_that_has_seen_enough_breaks_nothing() -> None:
    line = f"'{sys.executable}' -m analyzer trials '{DB}' -s single-main --json | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, '[{"number"', "")


def test_json_stays_json_on_a_terminal_without_unicode() -> None:
    done = command("studies", DB, "--json", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert [line["name"] for line in json.loads(done.stdout)] == [line["name"] for line in document("studies", DB)]
    assert command("studies", DB, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}).returncode == 0


def test_no_progress_and_no_warning_off_a_terminal() -> None:
    done = command("summary", ONE, "-s", document("studies", ONE)[0]["name"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
