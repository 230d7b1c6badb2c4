"""What a view draws of the part of a figure that a reader looks at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.report import rendered
from analyzer.stats.thinning import ENOUGH, inside, thin_line, widened
from analyzer.views import registry
from analyzer.window import WHOLE, Window, crossing, dots, read_window
from tests.large import everyday

SHARES = st.floats(0, 1).map(lambda share: round(share, 3))
ZOOMED = [view for view in registry().values() if view.within is not None]
STUDY, SEVERAL = everyday(20_000), everyday(20_000, objectives=2)


@settings(max_examples=60, deadline=None)
@given(st.tuples(SHARES, SHARES, SHARES, SHARES), st.integers(0, 3), st.booleans())
def test_few_points_in_a_window_are_all_drawn_and_none_beyond_its_margin_but_the_extremes(
    ends: tuple[float, float, float, float], seed: int, by_priority: bool
) -> None:
    random = np.random.default_rng(seed)
    x, y = random.random(8000), np.round(random.normal(0.5, 0.2, 8000), 3)
    x[::50] = np.nan
    box = (min(ends[:2]), max(ends[:2])), (min(ends[2:]), max(ends[2:]))
    keep = np.array([1, 7001])
    drawn, sight = dots(x, y, (40, 30), box, keep, priority=x if by_priority else None)
    seen = np.flatnonzero(inside(x, y, box))
    assert sight.of == len(seen) and sight.drawn == len(np.intersect1d(seen, drawn)) and sight.zoomed
    finite = np.flatnonzero(~np.isnan(x))
    extremes = {int(finite[at]) for each in (x[finite], y[finite]) for at in (each.argmin(), each.argmax())}
    assert extremes | set(keep.tolist()) <= set(drawn.tolist())
    beyond = set(drawn[~inside(x[drawn], y[drawn], (widened(box[0]), widened(box[1])))].tolist())
    assert beyond <= extremes | set(keep.tolist())
    if len(seen) <= ENOUGH:
        assert set(seen.tolist()) <= set(drawn.tolist())
        assert not sight.is_summary
    else:
        assert sight.drawn >= 40  # every cell that holds a point


def test_a_window_along_one_axis_leaves_the_other_whole_and_outliers_in_its_edge() -> None:
    random = np.random.default_rng(0)
    x, y = random.random(50_000), random.random(50_000)
    y[5] = 1e9
    drawn, sight = dots(x, y, (40, 40), ((0.25, 0.75), (-np.inf, np.inf)), y_range=(0.0, 1.0))
    assert 1500 < sight.drawn < 1700 < sight.of
    assert 5 in drawn
    assert x[drawn].min() == x.min() and x[drawn].max() == x.max()  # an axis that fits itself to what is drawn stays as it is


def test_a_line_has_more_points_where_it_is_looked_at_and_the_same_elsewhere() -> None:
    x = np.arange(100_000.0)
    y = np.cumsum(np.random.default_rng(0).normal(size=100_000))
    whole, zoomed = thin_line(x, y, 100), thin_line(x, y, 100, within=(5000.0, 5200.0))
    assert set(whole) <= set(zoomed)
    assert set(range(5000, 5201)) <= set(zoomed.tolist())
    assert set(zoomed[(x[zoomed] < 4950) | (x[zoomed] > 5250)]) <= set(whole)


def test_windows_are_read_as_plotly_reports_them() -> None:
    window = read_window({"x": [2, -1], "y3": ["2024-03-01 12:00", "2024-03-01 12:00:00.0005"]})
    assert window.box() == ((-1.0, 2.0), (-np.inf, np.inf))
    low, high = window.along("y3")
    assert low == np.datetime64("2024-03-01T12:00").astype("datetime64[us]").astype(int) and high - low == 500
    assert window.box("x2", "y2") is None and window.span("x2") is None


def spots(figure: Any, axes: tuple[str, str]) -> list[tuple[float, float]]:
    """The marks of trials on a pair of axes: on a logarithmic axis as powers of ten; bars by their start."""
    layout = figure["layout"]
    found: list[tuple[float, float]] = []
    for trace in figure["data"]:
        if "customdata" not in trace or (trace.get("xaxis", "x"), trace.get("yaxis", "y")) != axes:
            continue
        along = [trace.get("base", trace["x"]), trace["y"]]
        for at, axis in enumerate(axes):
            if layout[f"{axis[0]}axis{axis[1:]}"].get("type") == "log":
                along[at] = np.log10(along[at])
        found += zip(*along, strict=True)
    return found


@pytest.mark.parametrize("view", ZOOMED, ids=lambda view: view.slug)
def test_every_view_that_is_zoomed_draws_more_in_a_window_and_says_so(view: Any) -> None:
    study = SEVERAL if view.slug in ("pareto-front", "hypervolume-history") else STUDY
    done = rendered(study, view)
    assert done.reason is None and done.figure is not None and view.figure is not None
    again = view.figure(view.within(done.result, WHOLE))
    assert again["layout"] == done.figure["layout"]
    if not done.figure["layout"].get("meta", {}).get("summary"):
        assert len(study) < 10_000 or view.slug in ("hypervolume-history", "pareto-front")
        return
    points = [point for point in spots(done.figure, ("x", "y")) if np.isfinite(point).all()]
    if not points:
        return  # a line: its points are not trials
    (low, *_, high), (bottom, *_, top) = (sorted(along) for along in zip(*points, strict=True))
    scale = 1000.0 if view.slug == "timeline" else 1.0  # milliseconds; windows count microseconds
    window = Window(
        {
            "x": (scale * (0.55 * low + 0.45 * high), scale * (0.45 * low + 0.55 * high)),
            "y": (0.6 * bottom + 0.4 * top, 0.4 * bottom + 0.6 * top),
        }
    )
    closer = view.figure(view.within(done.result, window))
    box = tuple(end / scale for end in window.along("x")), window.along("y")

    def seen(figure: Any) -> int:
        x, y = np.array(spots(figure, ("x", "y"))).T
        return int(inside(x, y, box).sum())

    assert seen(closer) > seen(done.figure)
    assert closer["layout"].get("meta", {}).get("note") != done.figure["layout"]["meta"]["note"]
    assert [axis for axis in closer["layout"] if "axis" in axis] == [axis for axis in done.figure["layout"] if "axis" in axis]


def test_a_window_that_holds_few_is_no_summary() -> None:
    view = registry()["history"]
    assert view.within is not None
    history = rendered(STUDY, view).result
    closer = view.within(history, Window({"x": (5000.0, 5500.0)}))
    assert not closer.sight.is_summary and closer.sight.of == int(((history.numbers >= 5000) & (history.numbers <= 5500)).sum())
    assert view.figure is not None and "drawn" not in view.figure(closer)["layout"].get("meta", {}).get("note", "")
    assert set(np.flatnonzero((history.numbers >= 5000) & (history.numbers <= 5500))) <= set(closer.drawn.tolist())
    assert set(history.steps.tolist()) <= set(closer.drawn.tolist())
    assert replace(closer, drawn=history.drawn).numbers is history.numbers  # nothing is analysed again


def test_of_several_panels_the_zoomed_one_alone_is_chosen_for_again() -> None:
    view = registry()["slice"]
    assert view.within is not None
    whole = rendered(STUDY, view).result
    closer = view.within(whole, Window({"x3": (0.1, 0.11)}))
    changed = [one is not other for one, other in zip(whole.panels, closer.panels, strict=True)]
    assert changed == [at == 2 for at in range(len(whole.panels))]
    assert closer.panels[2].sight.of < whole.panels[2].sight.of


def test_a_piece_of_a_line_crosses_a_window_that_holds_none_of_its_ends() -> None:
    box = (0.4, 0.6), (0.4, 0.6)
    starts = np.array([0.0, 0.0, 0.0, 0.5, np.nan]), np.array([0.0, 0.7, 0.9, 0.5, 0.5])
    ends = np.array([1.0, 0.7, 1.0, 0.5, 0.5]), np.array([1.0, 0.0, 0.9, 0.5, 0.5])
    assert crossing(starts, ends, box).tolist() == [True, False, False, True, False]
    assert crossing(starts, ends, ((0.4, 0.6), (-np.inf, np.inf))).tolist() == [True, True, True, True, False]
