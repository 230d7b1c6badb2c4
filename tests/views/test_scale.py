"""What every view draws of a large study is bounded by the pixels, and a report's tables by the room in one file."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from analyzer.best import best_rows
from analyzer.excerpt import CELLS, excerpt
from analyzer.figure import Figure
from analyzer.pack import Packer, payload, plain_figure
from analyzer.report import Making, rendered, report_html, variants
from analyzer.study import State, Study
from analyzer.table import Table
from analyzer.trial_table import trial_table
from analyzer.view import View
from analyzer.views import find, registry
from tests.large import LARGE, all_in_front, everyday

_TRIALS = 100_000
_LARGEST = 2_000_000  # characters of a figure as JSON; packed it is smaller still


@cache
def large(name: str) -> Study:
    return LARGE[name](_TRIALS)


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("view", [view for view in registry().values() if view.figure], ids=lambda view: view.slug)
def test_a_figure_of_a_large_study_is_small(view: View, name: str) -> None:
    done = rendered(large(name), view, variants(large(name), view)[-1])
    if done.figure is None:
        assert done.reason
        return
    assert len(json.dumps(plain_figure(done.figure))) < _LARGEST
    packer = Packer()
    assert len(payload(packer.pack(done.figure), packer.arrays)) < _LARGEST / 2


@pytest.mark.parametrize("name", ["everyday", "half pruned", "always better"])
def test_the_history_draws_the_best_trial_and_says_that_it_draws_some(name: str) -> None:
    done = rendered(large(name), find("history"))
    assert done.result.steps[-1] in done.result.drawn
    assert note(done.figure).startswith(f"{len(done.result.drawn):,} of ")


def test_a_large_front_is_drawn_in_part_with_the_best_of_each_objective() -> None:
    study = large("all in front, three objectives")
    found = rendered(study, find("pareto-front")).result
    assert found.front.all()
    assert len(found.drawn) < len(study)
    assert set(found.values.argmin(axis=0)) <= set(found.drawn.tolist())


def note(figure: Figure | None) -> str:
    return "" if figure is None else str(figure["layout"]["meta"]["note"])


def test_a_report_of_many_trials_is_small_and_says_what_it_leaves_out() -> None:
    study = everyday(100_000)
    html = report_html([study], Making("hpo-analyze report", "now"))
    assert len(html) < 6_000_000
    kept = CELLS // len(trial_table(study).columns)
    said = f"Table and CSV hold {kept:,} of 100,000 rows: the best, failed trials and an even sample of the others."
    assert said in html
    assert "hpo-analyze show trials study.db -s study -o trials.csv" in html


def excerpts(study: Study, slug: str) -> tuple[Table, Table]:
    whole = trial_table(study)
    made = excerpt(study, whole)
    table = rendered(study, find(slug)).table
    assert table is not None
    return made.of(whole), made.of(table)


def numbers(table: Table) -> list[int]:
    return [int(cell) for cell in table.columns[0].cells]


def test_an_excerpt_holds_the_best_trials_failed_ones_and_an_even_sample() -> None:
    study = everyday(60_000)
    trials, history = excerpts(study, "history")
    kept = numbers(trials)
    assert len(kept) == CELLS // len(trials.columns)
    assert kept == sorted(set(kept))
    complete = study.complete
    best = complete[np.argsort(study.losses[complete, 0], kind="stable")]
    assert set(best[: len(kept) // 2].tolist()) <= set(kept)
    failed = np.flatnonzero(study.trials.states == State.FAIL)
    assert set(failed.tolist()) <= set(kept)  # there are few of them
    others = np.bincount(np.setdiff1d(kept, np.union1d(best[: len(kept) // 2], failed)) // 6000, minlength=10)
    assert others.min() > 0.8 * others.max()
    assert set(numbers(history)) <= set(kept)
    assert trials.columns[1].cells[3] == study.trials.values[kept[3], 0]


def test_an_excerpt_of_learning_curves_holds_whole_curves() -> None:
    study = everyday(60_000)
    trials, curves = excerpts(study, "intermediate-values")
    assert len(curves) <= CELLS // len(trials.columns)
    found, counts = np.unique(numbers(curves), return_counts=True)
    assert (counts == np.bincount(study.intermediate.rows)[found]).all()
    assert int(best_rows(study)[0]) in found
    assert set(found.tolist()) <= set(numbers(trials))


def test_an_excerpt_of_several_objectives_holds_the_whole_front() -> None:
    study = everyday(60_000, 3)
    trials, _history = excerpts(study, "history")
    assert set(study.trials.numbers[best_rows(study)].tolist()) <= set(numbers(trials))


def test_short_tables_and_tables_without_trials_stay_whole() -> None:
    study = everyday(60_000)
    made = excerpt(study, trial_table(study))
    importance = rendered(study, find("importance")).table
    assert importance is not None
    assert made.of(importance) is importance
    small = trial_table(all_in_front(300, 2))
    assert excerpt(all_in_front(300, 2), small).of(small) is small
