"""What every comparison keeps to on every set of studies, and what each of them says: none is named in the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import numpy as np
import plotly.graph_objects
import pytest

from analyzer.comparisons import find, registry
from analyzer.distributions import Float
from analyzer.errors import NotApplicable, UnknownOption
from analyzer.pack import plain, plain_figure
from analyzer.report import Making, comparison_html, rendered, report_html, variants
from analyzer.study import Study
from analyzer.table import csv_text
from analyzer.together import Together, together
from analyzer.view import Section, View
from tests.command import document, run
from tests.zoo import LR, ZOO, X, built, column, study

DB = Path(__file__).parent / "data" / "optuna-5.0.0.db"
_LEFT_OVER = re.compile(r"\b(nan|inf|NaT)\b|\bNone\b(?! of)|\{[a-z_]*\}")


def search(name: str, seed: int, *, shift: float = 0.0, count: int = 40, directions: tuple[str, ...] = ("minimize",), **more: object) -> Study:
    """A random search over x and lr, one trial every ten seconds."""
    u = np.random.default_rng(seed).random((2, count))
    values = [(u[0] - 0.3) ** 2 + shift, u[1]][: len(directions)]
    parameters = {"x": column("x", u[0], X), "lr": column("lr", 10 ** (-5 + 4 * u[1]), LR)}
    return built(states=[1] * count, values=values, directions=directions, parameters=parameters, name=name,
                 starts=np.arange(count) * 10.0, ends=np.arange(count) * 10.0 + 9, **more)  # fmt: skip


def named(animal: str, name: str) -> Study:
    made = ZOO[animal]()
    object.__setattr__(made, "name", name)
    return made


def many_objectives(name: str, seed: int) -> Study:
    """A front of hundreds of trials, whose exact hypervolume would take long."""
    points = np.abs(np.random.default_rng(seed).normal(size=(300, 6)))
    points /= np.linalg.norm(points, axis=1)[:, None]
    return built(states=[1] * 300, values=list(points.T), directions=["minimize"] * 6, name=name, parameters={"x": column("x", points[:, 0], X)})


SETS: dict[str, Callable[[], list[Study]]] = {
    "two": lambda: [search("a", 1), search("b", 2, shift=0.01, count=25)],
    "repeats": lambda: [search(f"{way}-{seed}", seed, shift=shift) for seed in range(4) for way, shift in (("tpe", 0.0), ("random", 0.1))],
    "two objectives": lambda: [search(f"{name}", seed, directions=("minimize", "maximize")) for seed, name in enumerate("ab")],
    "repeats of two objectives": lambda: [search(f"n{seed}", seed, directions=("minimize", "maximize")) for seed in range(3)],
    "three objectives": lambda: [named("three objectives, constrained", "a"), named("three objectives, constrained", "b")],
    "five objectives": lambda: [named("five objectives", "a"), named("five objectives", "b")],
    "six objectives, large fronts": lambda: [many_objectives(name, seed) for seed, name in enumerate("ab")],
    "opposite": lambda: [search("low", 1), search("high", 2, directions=("maximize",))],
    "the zoo": lambda: [named(animal, animal) for animal in ZOO if "50 000" not in animal and animal not in ("long names", "hostile names", "hostile objectives")],
    "hostile": lambda: [ZOO["hostile names"](), ZOO["hostile names"](), ZOO["long names"](), ZOO["hostile objectives"](), ZOO["hostile objectives"]()],
    "empty": lambda: [named("empty", "a"), named("empty", "b")],
    "all infeasible": lambda: [named("all infeasible", "a"), named("all infeasible", "b")],
    "only infinite": lambda: [named("only +inf", "a"), named("only -inf", "b")],
    "infinite objectives": lambda: [named("infinite objectives", "a"), named("infinite objectives", "b")],
    "preferential": lambda: [named("preferential", "a"), named("preferential", "b")],
    "many": lambda: [search(f"search by {name}", at) for at, name in enumerate("abcdefghijklmnopqrst")],
    "large": lambda: [named("50 000 trials", "a"), named("50 000 trials", "b")],
}  # fmt: skip

every_set = pytest.mark.parametrize("name", SETS)
every_comparison = pytest.mark.parametrize("view", registry().values(), ids=lambda view: view.slug)


@cache
def compared(name: str) -> Together:
    return together(SETS[name]())


@every_set
@every_comparison
@pytest.mark.filterwarnings("error")
def test_every_comparison_answers_with_a_figure_and_a_table_or_says_why_not(view: View, name: str) -> None:
    for options in variants(compared(name), view):
        done = rendered(compared(name), view, options)
        said = done.reason or done.answer
        assert said.endswith(".") and "\n" not in said and len(said) < 2000
        if name not in ("hostile", "the zoo"):
            assert not _LEFT_OVER.search(said), said
        if done.reason is not None:
            continue
        assert done.table is not None and csv_text(done.table)
        assert len({len(column.cells) for column in done.table.columns}) == 1
        json.dumps(plain(done.result), allow_nan=False)
        if done.figure is None:
            assert view.figure is None
            continue
        layout = {key: value for key, value in done.figure["layout"].items() if key != "meta"}  # its note is set as text
        text = json.dumps(plain_figure({**done.figure, "layout": layout}), allow_nan=False)
        assert len(text) < 2_000_000
        assert not re.search(r"<(?!br>|/?extra>|extra></extra>)[a-z/]", text.replace("\\u003c", "<"))
        assert plotly.graph_objects.Figure(deepcopy(done.figure)).data
        assert done.answer == rendered(compared(name), view, options).answer


@every_comparison
def test_every_comparison_has_its_own_question_and_its_options_refuse_nonsense(view: View) -> None:
    assert view.section is Section.COMPARISON and view.question.endswith("?")
    assert find(view.slug) is view
    assert len({each.question for each in registry().values()}) == len(registry())
    with pytest.raises(UnknownOption):
        rendered(compared("two"), view, {"nonsense": "1"})
    with pytest.raises(UnknownOption, match="choose from"):
        find("no such comparison")


# ---- which studies are compared -------------------------------------------------------------------------------------


def test_repeats_are_one_series_when_setting_and_name_agree_up_to_numbers() -> None:
    found = compared("repeats")
    assert [series.members for series in found.series] == [(0, 2, 4, 6), (1, 3, 5, 7)]
    assert [series.name for series in found.series] == ["tpe-0 (and 3 more)", "random-0 (and 3 more)"]
    assert sum("repeat one setting" in remark for remark in found.remarks) == 2


def test_the_same_space_under_other_names_or_another_space_is_no_repeat() -> None:
    assert len(compared("many").series) == 20
    other = search("n3", 3)
    wider = {"x": column("x", np.full(40, 0.5), Float(0.0, 2.0)), "lr": other.parameters["lr"]}
    object.__setattr__(other, "parameters", wider)
    assert len(together([search("n1", 1), search("n2", 2), other]).series) == 3
    assert len(together([search("n1", 1), search("n2", 2)]).series) == 2


def test_opposite_directions_are_told_and_not_mixed() -> None:
    found = together([search("a", 1), search("b", 2), search("high", 3, directions=("maximize",)), search("c", 4)])
    assert [series.members for series in found.series] == [(0,), (1,), (3,)]
    assert "high" in found.remarks[0] and "maximise value, where the others minimise value" in found.remarks[0]
    assert not compared("opposite").series
    assert "same objectives" in str(rendered(compared("opposite"), find("history")).reason)


def test_objectives_of_other_names_are_told_and_unnamed_ones_taken_for_them() -> None:
    loss, error, plain_one = (search(name, 1, metric_names=given) for name, given in (("a", ["loss"]), ("b", ["error"]), ("c", None)))
    assert "other objectives" in together([loss, error]).remarks[0]
    both = together([plain_one, loss])
    assert both.objectives[0].name == "loss"
    assert "c do not name" in both.remarks[0]


def test_studies_of_one_name_bear_their_databases() -> None:
    assert together([search("a", 1), search("a", 2)]).names == ("a (study.db)", "a (study.db) (2)")


def test_preferential_and_untold_studies_have_no_values_to_compare() -> None:
    found = together([search("a", 1), search("b", 2), named("preferential", "p"), named("never told", "n")])
    assert [series.members for series in found.series] == [(0,), (1,)]
    assert len(found.remarks) == 2


# ---- what they say --------------------------------------------------------------------------------------------------


def test_the_best_is_ranked_by_direction() -> None:
    low = together([study("value x\n3 0.1\n2 0.2", x=X, name="a"), study("value x\n1 0.1", x=X, name="b")])
    assert rendered(low, find("best")).result.names == ("b", "a")
    high = together([study("value\n3\n2", directions=["maximize"], name=name) for name in "ab"])
    assert rendered(high, find("best")).result.values.tolist() == [3, 3]
    assert "share" in rendered(high, find("best")).answer


def test_histories_are_compared_after_as_many_trials_as_all_have() -> None:
    both = together([study("value\n3\n3\n3\n1", name="slow"), study("value\n2\n2.5", name="fast")])
    said = rendered(both, find("history")).answer
    assert said == "After 2 complete trials, as many as all have, fast is ahead with 2; in the end slow is, with 1."


def test_a_band_is_numpys_quartiles_of_the_best_so_far() -> None:
    columns = ([4.0, 1.0], [3.0, 3.0], [2.0, 5.0])
    found = together([study("value x\n" + "\n".join(f"{value} 0.5" for value in values), x=X, name=f"n{at}") for at, values in enumerate(columns)])
    (line,) = rendered(found, find("history")).result.lines
    for at, best in enumerate(([4, 3, 2], [1, 3, 2])):
        assert (line.low[at], line.values[at], line.high[at]) == tuple(np.quantile(best, (0.25, 0.5, 0.75)))


def test_time_runs_from_the_first_start_to_the_ends_in_their_order() -> None:
    one = study("value start end\n3 100 130\n1 105 110\n2 100 -", name="a")
    result = rendered(together([one, study("value start end\n5 0 60", name="b")]), find("time")).result
    assert result.lines[0].at.tolist() == [10, 30]
    assert result.lines[0].values.tolist() == [1, 1]
    assert result.common == 30
    untimed = together([study("value\n3", name="a"), study("value\n1", name="b")])
    assert "with a start and an end" in str(rendered(untimed, find("time")).reason)


def test_fronts_have_one_reference_point_and_one_common_front() -> None:
    ways = ["minimize", "minimize"]
    a = study("value0 value1\n0 2\n2 2", directions=ways, name="a")
    b = study("value0 value1\n1 0\n1 1", directions=ways, name="b")
    result = rendered(together([a, b]), find("fronts")).result
    assert result.reference.tolist() == [2.2, 2.2]
    assert [front.numbers.tolist() for front in result.fronts] == [[0], [0]]
    assert [front.common.tolist() for front in result.fronts] == [[True], [True]]
    assert [front.hypervolume for front in result.fronts] == pytest.approx([2.2 * 0.2, 1.2 * 2.2])
    volumes = rendered(together([a, b]), find("hypervolume")).result
    assert [line.values[-1] for line in volumes.lines] == pytest.approx([2.2 * 0.2, 1.2 * 2.2])


def test_volumes_that_are_estimated_are_said_to_be() -> None:
    done = rendered(compared("six objectives, large fronts"), find("fronts"))
    assert all(0 < front.error < 0.05 for front in done.result.fronts)
    assert "estimated" in done.figure["layout"]["meta"]["note"]
    assert "estimated" not in rendered(compared("two objectives"), find("fronts")).figure["layout"]["meta"]["note"]


def test_the_share_of_good_trials_is_of_each_series_own() -> None:
    both = together([study("value\n" + "\n".join(map(str, range(10))), name="a"), study("value\n" + "\n".join(map(str, range(5, 15))), name="b")])
    result = rendered(both, find("edf")).result
    assert result.bound == 1
    assert [curve.good for curve in result.curves] == [0.2, 0]


def test_spaces_are_told_apart() -> None:
    same = rendered(compared("two"), find("space")).answer
    assert same == "All search the same 2 parameters in the same ranges."
    other = built(states=[1], values=[[1.0]], name="c", parameters={"x": column("x", [0.5], Float(0.0, 2.0)), "y": column("y", [0.5], X)})
    result = rendered(together([search("a", 1), other]), find("space")).result
    assert (result.different, result.partial) == (("x",), ("lr", "y"))
    assert result.searched[0] == ("0 … 1", "0 … 2")


def test_budgets_count_every_study_whatever_its_objectives() -> None:
    result = rendered(compared("opposite"), find("budget")).result
    assert result.counts.sum() == 80
    assert result.spans_s.tolist() == [399, 399]
    assert result.work_s.tolist() == [360, 360]


# ---- the surfaces ---------------------------------------------------------------------------------------------------


def test_a_report_of_comparable_studies_compares_them_and_any_other_does_not() -> None:
    making = Making("hpo-analyze", "now", plotly_beside=True)
    assert 'value="compare"' in report_html(SETS["two"](), making)
    assert 'value="compare"' not in report_html(SETS["opposite"](), making)
    assert 'value="compare"' not in report_html(SETS["many"](), making)


def test_the_file_holds_every_comparison_and_the_remarks() -> None:
    html = comparison_html(compared("repeats"), Making("hpo-analyze compare", "now", plotly_beside=True))
    assert all(view.question in html for view in registry().values())
    assert all(remark.split(" repeat ")[0] in html for remark in compared("repeats").remarks)


def test_the_shell_says_what_the_comparisons_say() -> None:
    pair = (f"{DB}:single-main", f"{DB}:ties")
    answer = document("compare", *pair)
    assert answer["names"] == ["single-main", "ties"]
    assert [each["comparison"] for each in answer["comparisons"]] == list(registry())
    printed = run("compare", *pair).out
    for each in answer["comparisons"]:
        assert (each["answer"] or each["reason"]) in printed


def test_nothing_to_compare_is_said_for_each_question() -> None:
    with pytest.raises(NotApplicable, match="No two of these studies"):
        compared("opposite").require_values()
