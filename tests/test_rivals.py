"""What other viewers of Optuna studies are known to get wrong, one test each, named as the fact that holds here.

What needs a browser to be seen is in `tests/page/test_rivals.py`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from analyzer import open_database, read_study
from analyzer.best import best_rows
from analyzer.distributions import Categorical, Float
from analyzer.errors import NotApplicable
from analyzer.figure import COMPLETE, PRUNED, Figure
from analyzer.pack import plain_figure
from analyzer.report import Making, Rendered, rendered, report_html, variants
from analyzer.study import Direction, Study
from analyzer.views import registry
from tests.command import document, run
from tests.zoo import OPT, ZOO, X, built, column, study

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[1] / "web" / "examples"
MARKED = ("scatter", "scattergl", "bar", "scatter3d", "splom", "heatmap", "contour")
FULL = re.compile(r"\d\.\d{7,}")  # a number with more digits than anybody reads

optuna.logging.set_verbosity(optuna.logging.ERROR)


def shown(found: Study, slug: str, **options: str) -> Rendered:
    done = rendered(found, registry()[slug], options)
    assert done.reason is None, done.reason
    return done


def drawn(found: Study, slug: str, **options: str) -> Figure:
    figure = shown(found, slug, **options).figure
    assert figure is not None
    return figure


def everything(found: Study) -> Iterator[Rendered]:
    """Every view of a study that has something to show, as a report holds it."""
    for view in registry().values():
        for options in variants(found, view):
            done = rendered(found, view, options)
            if done.reason is None:
                yield done


def dots(figure: Figure) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if "markers" in trace.get("mode", "")]


def optuna_study(path: Path, journal: bool = False, **settings: Any) -> optuna.Study:
    storage: Any = f"sqlite:///{path}"
    if journal:
        storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    return optuna.create_study(storage=storage, study_name="s", **settings)


# What is drawn


def with_holes() -> Study:
    """Sixty trials of which every third did not complete: an index over all trials is none over the complete ones."""
    u = np.random.default_rng(2).random((2, 60))
    states = np.resize([1, 2, 1, 3, 1, 1], 60)
    value = np.where(states == 3, np.nan, u[0] + u[1])
    return built(states=states, values=[value], parameters={"x": column("x", u[0], X), "y": column("y", u[1], X)})


def test_contour_draws_complete_trials_only() -> None:
    found = with_holes()
    (points,) = dots(drawn(found, "contour"))
    complete = found.complete
    assert sorted(points["customdata"].tolist()) == found.trials.numbers[complete].tolist()
    for number, x, y in zip(points["customdata"], points["x"], points["y"], strict=True):
        params = found.params(int(number))
        assert {x, y} == {params["x"], params["y"]}


def test_a_value_of_0_is_drawn() -> None:
    found = study("value x y\n0 0.1 0.1\n0 0.9 0.1\n0 0.1 0.9\n1 0.9 0.9\n2 0.5 0.5", x=X, y=X)
    (points,) = dots(drawn(found, "contour"))
    assert sorted(points["customdata"].tolist()) == [0, 1, 2, 3, 4]
    history = [trace for trace in dots(drawn(found, "history")) if trace["marker"]["color"] == COMPLETE]
    assert history[0]["y"].tolist() == [0, 0, 0, 1, 2]
    assert shown(found, "best").result.values.tolist() == [[0.0]]


def test_contour_is_drawn_above_100_trials_without_being_asked() -> None:
    figure = drawn(ZOO["50 000 trials"](), "contour")
    assert {trace["type"] for trace in figure["data"]} >= {"contour", "scatter"}


@pytest.mark.parametrize("slug", ["rank", "contour", "slice", "parallel-coordinate", "density", "trial"])
def test_batch_sizes_sort_as_numbers(slug: str) -> None:
    sizes = Categorical((128, 256, 32, 64))
    u = np.random.default_rng(3).random((2, 80))
    found = built(states=[1] * 80, values=[u[0] + u[1]],
                  parameters={"batch_size": column("batch_size", np.arange(80) % 4, sizes), "x": column("x", u[0], X)})  # fmt: skip
    text = json.dumps(plain_figure(drawn(found, slug)))
    assert '["32", "64", "128", "256"]' in text
    assert '["128", "256", "32", "64"]' not in text


def test_pruned_and_complete_trials_differ_in_colour_and_in_size() -> None:
    figure = drawn(ZOO["everyday"](), "history")
    marks = {trace["name"]: trace["marker"] for trace in dots(figure) if trace.get("name") in ("complete", "pruned")}
    assert (marks["complete"]["color"], marks["pruned"]["color"]) == (COMPLETE, PRUNED)
    assert marks["complete"]["size"] > marks["pruned"]["size"]


@pytest.mark.parametrize("animal", ["everyday", "40 parameters", "two objectives", "three objectives, constrained", "curves", "50 000 trials"])
def test_hover_text_is_on_every_point_in_at_most_six_short_lines(animal: str) -> None:
    for done in everything(ZOO[animal]()):
        for trace in (done.figure or {"data": []})["data"]:
            if trace["type"] not in MARKED or trace.get("mode") == "lines" or trace.get("hoverinfo") == "skip":
                continue
            template = trace.get("hovertemplate")
            if template is None:
                assert len(trace["hovertext"]) == len(trace["x"]), done.view.slug
                continue
            assert 1 <= len(template.removesuffix("<extra></extra>").split("<br>")) <= 6, (done.view.slug, template)
            if "%{customdata}" in template:
                assert len(trace["customdata"]) == len(trace["x"]), done.view.slug


def test_every_dot_of_a_trial_names_its_trial() -> None:
    found = ZOO["everyday"]()
    for slug in ("history", "slice", "rank", "contour"):
        for trace in dots(drawn(found, slug)):
            assert set(np.asarray(trace["customdata"]).tolist()) <= set(found.trials.numbers.tolist())


def test_pareto_has_axis_titles_a_front_line_and_a_hypervolume() -> None:
    found = built(states=[1] * 30, values=list(np.random.default_rng(1).random((2, 30))), directions=["minimize", "maximize"], metric_names=["loss", "accuracy"])
    done = shown(found, "pareto-front")
    assert done.figure is not None
    titles = [done.figure["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")]
    assert titles[0].startswith("loss") and titles[1].startswith("accuracy")
    assert any("lines" in trace.get("mode", "") for trace in done.figure["data"])
    assert done.result.hypervolume > 0


def test_three_objectives_are_drawn_in_space() -> None:
    kinds = {t["type"] for done in everything(ZOO["three objectives, constrained"]()) if done.figure for t in done.figure["data"]}
    assert "scatter3d" in kinds


def test_every_axis_has_a_title() -> None:
    for done in everything(ZOO["everyday"]()):
        for name, axis in (done.figure or {"layout": {}})["layout"].items():
            if re.fullmatch(r"[xy]axis\d*", name) and axis.get("visible", True) and axis.get("showticklabels", True):
                assert "text" in axis["title"], (done.view.slug, name)


def test_slice_shows_all_parameters_at_once() -> None:
    figure = drawn(ZOO["40 parameters"](), "slice")
    assert len({trace["xaxis"] for trace in figure["data"]}) == 40


def test_the_legend_never_lists_trials_one_by_one() -> None:
    for animal in ("everyday", "curves", "many curves"):
        for done in everything(ZOO[animal]()):
            entries = [trace for trace in (done.figure or {"data": []})["data"] if trace.get("showlegend")]
            assert len(entries) <= 8, (animal, done.view.slug)


def test_the_timeline_holds_all_trials_not_the_last_hundred() -> None:
    found = built(states=[1] * 400, values=[np.arange(400.0)], starts=np.arange(400.0), ends=np.arange(400.0) + 0.9)
    bars = drawn(found, "timeline")["data"]
    assert sum(len(trace["x"]) for trace in bars) == 400


def test_an_outlier_does_not_squash_the_axis_and_is_told() -> None:
    figure = drawn(ZOO["one outlier"](), "history")
    low, high = figure["layout"]["yaxis"]["range"]
    assert high - low < 2
    assert figure["layout"]["meta"]["note"] == "1 of 50 values lie outside the figure; double-click shows all"


def test_intermediate_values_are_curves_and_not_text() -> None:
    found = ZOO["curves"]()
    done = shown(found, "trial", numbers="4")
    assert done.figure is not None
    (curve,) = [t for t in done.figure["data"] if t.get("legendgroup") == "trial 4" and len(t["x"]) > 1]
    assert curve["y"].tolist() == found.intermediate.values[found.intermediate.rows == 4].tolist()


def test_where_there_are_no_curves_a_sentence_says_so_in_place_of_an_empty_figure() -> None:
    done = rendered(ZOO["two objectives"](), registry()["intermediate-values"])
    assert done.figure is None
    assert done.reason == "No trial reported intermediate values (trial.report), so there are no curves."


def test_a_running_trial_s_curve_is_drawn() -> None:
    found = study("state value reports\nC 1 0:3,1:1\nR - 0:2,1:2")
    names = [trace.get("name") for trace in drawn(found, "intermediate-values")["data"]]
    assert "running" in names


def test_numbers_have_the_digits_they_deserve_and_the_rest_on_demand() -> None:
    found = study("value x\n0.123456789012345 0.987654321098765\n3 0.5", x=X)
    html = report_html([found], Making("hpo-analyze report study.db", "now"))
    visible = re.sub(r'<(script|style).*?</\1>|<option value="[^"]*"|\b(title|value)="[^"]*"', "", html, flags=re.S)
    assert not FULL.findall(visible)
    assert 'title="0.123456789012345"' in html
    for done in everything(found):
        assert not FULL.search(done.answer), done.view.slug


# What is read


def test_metric_names_are_those_of_study_metric_names(tmp_path: Path) -> None:
    for journal in (False, True):
        path = tmp_path / f"m{journal}"
        written = optuna_study(path, journal, directions=["minimize", "maximize"])
        written.set_metric_names(["loss", "accuracy"])
        written.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=3)
        found = read_study(str(path))
        assert [objective.name for objective in found.objectives] == ["loss", "accuracy"]
        assert document("studies", path)[0]["metric_names"] == ["loss", "accuracy"]
        for slug in ("pareto-front", "edf", "slice", "history"):
            assert "loss" in json.dumps(plain_figure(drawn(found, slug)))


def test_booleans_stay_booleans_and_none_stays_none(tmp_path: Path) -> None:
    written = optuna_study(tmp_path / "b.db")
    choices = [True, False, None, 7, "true", "None"]
    for value in choices:
        written.enqueue_trial({"c": value})
    written.optimize(lambda trial: float(choices.index(trial.suggest_categorical("c", choices)) + 1), n_trials=6)
    found = read_study(str(tmp_path / "b.db"))
    assert [repr(found.params(row)["c"]) for row in range(6)] == ["True", "False", "None", "7", "'true'", "'None'"]
    assert document("best", tmp_path / "b.db")["trials"][0]["params"] == {"c": True}
    assert run("best", tmp_path / "b.db", "--as", "enqueue").out == "study.enqueue_trial({\n    'c': True,\n})\n"
    assert run("show", "trial", tmp_path / "b.db", "--numbers", "2", "-o", tmp_path / "t.csv").code == 0
    assert "c,None,," in (tmp_path / "t.csv").read_text(encoding="utf-8")


def test_choices_that_are_lists_or_objects_are_spelled_out() -> None:
    choices = Categorical(([64, 64], {"depth": 3}, "plain"))
    u = np.random.default_rng(4).random(30)
    found = built(states=[1] * 30, values=[u], parameters={"layers": column("layers", np.arange(30) % 3, choices), "x": column("x", u, X)})
    for slug in ("slice", "rank", "contour", "parallel-coordinate", "trial"):
        text = json.dumps(plain_figure(drawn(found, slug)))
        assert "[64, 64]" in text and "'depth': 3" in text
        assert "[object" not in text


def test_a_running_trial_has_no_1970_date(tmp_path: Path) -> None:
    written = optuna_study(tmp_path / "r.db")
    written.ask()
    written.enqueue_trial({"x": 0.5})
    written.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    written.enqueue_trial({"x": 0.25})
    found = read_study(str(tmp_path / "r.db"))
    for done in everything(found):
        assert done.table is not None
        said = json.dumps([list(done.table.rows()), done.answer, plain_figure(done.figure or {})])
        assert "1970" not in said, done.view.slug
    states = [row["state"] for row in document("trials", tmp_path / "r.db")]
    assert states == ["RUNNING", "COMPLETE", "WAITING"]
    running = document("trials", tmp_path / "r.db")[0]
    assert running["datetime_complete"] is None and running["duration_s"] is None


def test_not_set_is_not_maximise(tmp_path: Path) -> None:
    optuna_study(tmp_path / "n.db")
    with sqlite3.connect(tmp_path / "n.db") as connection:
        connection.execute("update study_directions set direction = 'NOT_SET'")
    assert document("studies", tmp_path / "n.db")[0]["directions"] == ["not_set"]
    found = ZOO["never told"]()
    assert found.objectives[0].direction is Direction.NOT_SET
    (objective,) = re.findall('class="objective">(.*?)<', report_html([found], Making("", "")))
    assert objective == "· value"


def test_a_study_is_read_in_as_many_statements_however_many_trials_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    connect = sqlite3.connect
    said: list[str] = []

    def traced(*given: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*given, **more)
        connection.set_trace_callback(said.append)
        return connection

    for trials in (5, 60):
        path = tmp_path / f"{trials}.db"
        written = optuna_study(path)

        def objective(trial: optuna.Trial) -> float:
            trial.set_user_attr("a", 1)
            trial.report(1.0, 0)
            return trial.suggest_float("x", 0, 1)

        written.optimize(objective, n_trials=trials)
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced)
            said.clear()
            assert len(read_study(str(path))) == trials
        counts.append(len(said))
    few, many = counts
    assert 0 < few <= many < few + 5 < 100  # twelve times the trials: a handful of statements more at most, not one for each


@pytest.mark.parametrize("name", ["optuna-0.4.0.db", "optuna-0.19.0.db", "optuna-1.0.0.db", "optuna-1.5.0.db", "optuna-2.10.1.db"])
def test_a_database_of_an_older_release_is_read_without_migrating_it(name: str, tmp_path: Path) -> None:
    before = (DATA / name).read_bytes()
    assert document("studies", DATA / name)
    with open_database(str(DATA / name)) as database:
        assert all(database.read(each) is not None for each in database.names)
    assert (DATA / name).read_bytes() == before


def test_a_database_in_wal_mode_is_read_with_what_is_only_in_its_log(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")
    written = optuna_study(path)
    written.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=4)
    assert (tmp_path / "w.db-wal").stat().st_size > 0
    assert len(read_study(str(path))) == 4


def test_a_database_is_read_while_a_worker_writes() -> None:
    """Held by tests/database/test_robustness.py with a second process; here: reading takes no lock of its own."""
    source = EXAMPLES / "digits.db"
    with open_database(str(source)) as first, open_database(str(source)) as second:
        assert len(first.read("digits-mlp")) == len(second.read("digits-mlp")) == 300


def test_a_wrong_path_makes_no_file_and_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.db"
    ran = run("report", missing, "-o", tmp_path / "r.html")
    assert (ran.code, ran.out) == (1, "")
    assert "nowhere.db" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_several_journal_and_sqlite_files_are_compared_in_one_call(tmp_path: Path) -> None:
    for name, journal in (("a.db", False), ("b.log", True)):
        optuna_study(tmp_path / name, journal).optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    ran = run("compare", tmp_path / "a.db", tmp_path / "b.log")
    assert ran.code == 0, ran.err


def test_the_study_s_own_attributes_are_shown_in_shell_and_report(tmp_path: Path) -> None:
    written = optuna_study(tmp_path / "a.db")
    written.set_user_attr("dataset", "<b>digits</b>")
    written.set_user_attr("seeds", [1, 2])
    written.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    said = run("summary", tmp_path / "a.db").out
    assert re.search(r"attribute dataset +<b>digits</b>", said) and re.search(r"attribute seeds +\[1, 2\]", said)
    html = report_html([read_study(str(tmp_path / "a.db"))], Making("", ""))
    assert '<th scope="row">dataset</th><td>&lt;b&gt;digits&lt;/b&gt;</td>' in html


# Importance, best, exports


def test_importance_is_the_same_in_python_shell_and_report_and_never_nan(tmp_path: Path) -> None:
    found = read_study(str(EXAMPLES / "digits.db"), "digits-mlp")
    printed = document("importance", EXAMPLES / "digits.db", "-s", "digits-mlp")["importances"]
    done = shown(found, "importance")
    assert dict(zip(done.result.names, done.result.values.tolist(), strict=True)) == printed
    assert all(np.isfinite(list(printed.values())))
    (bars,) = drawn(found, "importance")["data"]
    assert bars["x"][::-1].tolist() == list(printed.values())
    constant = built(states=[1] * 30, values=[np.full(30, 0.25)], parameters={"x": column("x", np.arange(30) / 30, X), "o": column("o", np.arange(30) % 3, OPT)})
    assert "NaN" not in json.dumps(plain_figure(drawn(constant, "importance")))


def test_importances_are_a_csv_file_too(tmp_path: Path) -> None:
    assert run("show", "importance", EXAMPLES / "digits.db", "-s", "digits-mlp", "-o", tmp_path / "i.csv").code == 0
    lines = (tmp_path / "i.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "parameter,importance"
    assert len(lines) == 8


def test_conditional_parameters_are_not_left_out_of_the_importances() -> None:
    assert set(shown(ZOO["conditional"](), "importance").result.names) == {"kind", "a", "b"}


def test_a_csv_of_every_trial_has_no_limit(tmp_path: Path) -> None:
    written = run("show", "trials", EXAMPLES / "digits.db", "-s", "digits-mlp", "-o", tmp_path / "t.csv")
    assert written.code == 0
    assert len((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()) == 301


def test_the_list_of_studies_has_best_values_counts_and_dates() -> None:
    printed = run("studies", EXAMPLES / "digits.db").out.splitlines()
    assert printed[0].split() == ["study", "directions", "trials", "states", "best", "value", "last", "activity"]
    assert re.search(r"digits-mlp +maximize +300 +running 2, complete 175, pruned 116, failed 7 +0\.98243 +20\d\d-", "\n".join(printed))


def test_a_trial_s_duration_dates_and_attributes_are_columns() -> None:
    row = document("trials", EXAMPLES / "digits.db", "-s", "digits-mlp")[0]
    assert {"datetime_start", "datetime_complete", "duration_s", "user_attrs_worker"} <= set(row)
    start, end = (datetime.fromisoformat(row[name]) for name in ("datetime_start", "datetime_complete"))
    assert timedelta(seconds=row["duration_s"]) == end - start


def test_an_infeasible_trial_is_never_the_best_and_is_drawn_open() -> None:
    found = study("value x c0\n0 0.1 1\n2 0.2 0\n3 0.3 -1\n4 0.4 -1", x=Float(0, 1))
    assert found.trials.numbers[best_rows(found)].tolist() == [1]
    (mark,) = [trace for trace in dots(drawn(found, "history")) if trace.get("name") == "infeasible"]
    assert mark["marker"]["symbol"] == "circle-open"


def test_a_preferential_study_shows_no_invented_value() -> None:
    with pytest.raises(NotApplicable, match="preferential"):
        best_rows(ZOO["preferential"]())


# Scale


def test_fifty_thousand_trials_make_figures_of_bounded_size() -> None:
    sizes = {done.view.slug: len(json.dumps(plain_figure(done.figure))) for done in everything(ZOO["50 000 trials"]()) if done.figure}
    assert max(sizes.values()) < 2_000_000, sizes
    assert sum(sizes.values()) < 12_000_000, sizes
