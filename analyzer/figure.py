"""Figures as plain dicts in plotly's own words: colours by meaning, axes with titles, nothing decorative.

Colours are the light ones; whoever draws on dark paper swaps them by `DARK`. Arrays stay numpy arrays until they are
packed for their destination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.text import _, shortened, whole
from analyzer.window import Sight

Figure = dict[str, Any]
Trace = dict[str, Any]

COMPLETE, PRUNED, FAILED = "#2f6fde", "#b7791f", "#c53030"
RUNNING, WAITING = "#2b8a7e", "#7b8794"
BEST, TEXT, MUTED, GRID, PAPER = "#111827", "#1f2937", "#5b6675", "#e3e7ec", "#ffffff"
DOMINATED = "#a9b4c2"

DARK = {
    COMPLETE: "#7aa7ff",
    PRUNED: "#e0b35a",
    FAILED: "#ff8a80",
    RUNNING: "#6fd3c5",
    WAITING: "#9aa5b1",
    BEST: "#f3f4f6",
    TEXT: "#d8dee6",
    MUTED: "#94a0ae",
    GRID: "#2a313a",
    PAPER: "#0f1216",
    DOMINATED: "#56616e",
    "#8a4fbf": "#c3a1ea",  # the fourth of several studies
    # cividis the other way round: what stands out on light paper (the dark end) has to stand out on dark paper too
    "#00224e": "#fee838",
    "#414d6b": "#bcae6c",
    "#bcae6c": "#5a6a92",
    "#fee838": "#3d5a94",
}

ColourScale = list[tuple[float, str]]

AGE: ColourScale = [
    (0.0, "#00224e"),
    (0.25, "#414d6b"),
    (0.5, "#7c7b78"),
    (0.75, "#bcae6c"),
    (1.0, "#fee838"),
]  # cividis
FONT = 'system-ui, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'


_LONGEST_HEADER = 500
_LEGENDLESS = ("parcoords", "heatmap", "contour")


def figure(data: Sequence[Trace], *, height: int = 360, note: str = "", **layout: Any) -> Figure:
    """A figure in the house style, with a remark for the reader; further layout entries are taken as they are."""
    traces = [
        trace if "showlegend" in trace or trace["type"] in _LEGENDLESS else {**trace, "showlegend": False}
        for trace in data
    ]
    base: dict[str, Any] = {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": TEXT},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 64, "r": 20, "t": 34, "b": 52},
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "align": "left"},
        "legend": {"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "font": {"size": 13}},
        "dragmode": "zoom",
    }
    meta = {**layout.pop("meta", {}), **({"note": note} if note else {})}
    return {"data": traces, "layout": {**base, **layout, **({"meta": meta} if meta else {})}}


def selectable(figure: Figure, columns: Mapping[str, Any]) -> Figure:
    """The figure with a word on which columns of the table of all trials stand along its axes.

    A box drawn over it then selects trials by what they are: {"x": "number", "y2": 0}, headers or positions of objectives;
    None for an axis that is no column. A header that no address could hold is left out.
    """
    layout = figure["layout"]
    known = {axis: column for axis, column in columns.items() if column is not None and len(str(column)) <= _LONGEST_HEADER}
    return {**figure, "layout": {**layout, "meta": {**layout.get("meta", {}), "columns": known}}}


def clipped(figure: Figure, axes: Sequence[str]) -> Figure:
    """The figure with a word on which of its axes ("yaxis", "yaxis2" …) leave outliers out, so that a switch can show them."""
    layout = figure["layout"]
    return {**figure, "layout": {**layout, "meta": {**layout.get("meta", {}), "clipped": list(axes)}}} if axes else figure


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with its title, a light grid and no frame."""
    return {
        "title": {"text": escaped(title), "font": {"size": 13, "color": MUTED}, "standoff": 8},
        "gridcolor": GRID,
        "zeroline": False,
        "showline": False,
        "automargin": True,
        "tickfont": {"size": 12},
        "exponentformat": "power",
        "minexponent": 5,
        "separatethousands": True,
        "tickangle": 0,
        **more,
    }


def whole_axis(title: str, first: float, last: float) -> dict[str, Any]:
    """An axis of whole numbers from first to last: every one gets its tick where they are few."""
    return axis(title, tickformat="d", **({"dtick": 1} if last - first <= 20 else {}))


def points(x: Any, y: Any, hover: str, *, numbers: Any = None, name: str = "", **marker: Any) -> Trace:
    """Dots. `numbers` are the trial numbers behind them, for the hover text ("%{customdata}") and for selection."""
    trace: Trace = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {"color": COMPLETE, "size": 6, "opacity": 0.85, **marker},
        "hovertemplate": hover + "<extra></extra>",
    }
    return named(trace, name) if numbers is None else named({**trace, "customdata": numbers}, name)


def line(x: Any, y: Any, *, name: str = "", hover: str = "", color: str = BEST, **style: Any) -> Trace:
    """A line; where there is no hover text the pointer passes through."""
    trace: Trace = {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": color, "width": 2, **style}}
    trace |= {"hovertemplate": hover + "<extra></extra>"} if hover else {"hoverinfo": "skip"}
    return named(trace, name)


def named(trace: Trace, name: str) -> Trace:
    """Give a trace a legend entry."""
    return {**trace, "name": escaped(name), "showlegend": True} if name else trace


def with_note(figure: Figure) -> Figure:
    """The figure with its remark drawn into it, for destinations that show nothing beside it: pictures, notebooks."""
    remark = figure["layout"].get("meta", {}).get("note")
    if not remark:
        return figure
    drawn = {
        "text": escaped(remark), "showarrow": False, "xref": "paper", "yref": "paper", "x": 1, "y": 1,
        "xanchor": "right", "yanchor": "bottom", "font": {"size": 12, "color": MUTED},
    }  # fmt: skip
    return {**figure, "layout": {**figure["layout"], "annotations": [drawn]}}


def summary(figure: Figure, leaves_out: bool) -> Figure:
    """The figure with a word on whether it leaves points out: zooming in asks for them, where there is someone to ask."""
    layout = figure["layout"]
    return {**figure, "layout": {**layout, "meta": {**layout.get("meta", {}), "summary": True}}} if leaves_out else figure


def drawn_notes(sights: Sequence[Sight]) -> list[str]:
    """The remark of a figure that leaves dots out because others hide them, one sight a panel; none where all are drawn.

    It tells of the panel that draws most; where the reader has zoomed into a panel, of that and of the others.
    """
    zoomed = _fullest([each for each in sights if each.zoomed])
    others = _fullest([each for each in sights if not each.zoomed])
    notes = []
    if zoomed:
        notes.append(_drawn(_("{drawn} of {all} trials in sight drawn, one for each spot"), zoomed))
    if others and any(each.zoomed for each in sights):
        notes.append(_drawn(_("in the other panels {drawn} of {all} trials drawn, one for each spot"), others))
    elif others:
        notes.append(_drawn(_("{drawn} of {all} trials drawn, one for each spot"), others))
    return notes


def _fullest(sights: Sequence[Sight]) -> Sight | None:
    """Of the sights that leave points out the one that draws most, None where none leaves any out."""
    return max((each for each in sights if each.is_summary), key=lambda each: each.drawn, default=None)


def _drawn(words: str, sight: Sight) -> str:
    return words.format(drawn=whole(sight.drawn), all=whole(sight.of))


def escaped(text: str) -> str:
    """Text that plotly shows as it is: its pseudo-HTML, MathJax and templates all have to be kept from a user's names."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("$", "&#36;")
        .replace("%{", "%&#123;")
    )


def ticks(labels: Sequence[str], length: int = 18) -> dict[str, Any]:
    """Label the positions 0, 1, 2 … of a categorical axis; long labels are shortened in the middle."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [escaped(shortened(label, length)) for label in labels],
        "range": [-0.5, len(labels) - 0.5],
    }


Axes = tuple[dict[str, Any], dict[str, Any]]


def panels(axes: Sequence[Axes], columns: int, row_height: int, *, shared_y: str = "") -> dict[str, Any]:
    """The layout of small multiples: the (x, y) axes of each panel placed row by row, and the same in one column.

    The narrow arrangement stands in `meta.narrow`, for paper that has no room for columns. `shared_y`: the title of a
    value axis that all panels share; it is shown at the left edge only.
    """
    wide = _placed(axes, min(columns, len(axes)), row_height, shared_y)
    return {**wide, "meta": {"narrow": _placed(axes, 1, row_height, shared_y)}}


def _placed(axes: Sequence[Axes], columns: int, row_height: int, shared_y: str) -> dict[str, Any]:
    rows = -(-len(axes) // columns)
    height = 90 + row_height * rows
    across, down = (0.035 if shared_y else 0.09), 62 / (height - 90)
    width = (1 - across * (columns - 1)) / columns
    tall = (1 - down * (rows - 1)) / rows
    layout: dict[str, Any] = {"height": height}
    for index, (x, y) in enumerate(axes):
        row, column = divmod(index, columns)
        left, top = column * (width + across), 1 - row * (tall + down)
        x_axis = {**x, "domain": [left, min(1.0, left + width)], "anchor": axis_name("y", index)}
        y_axis = {**y, "domain": [max(0.0, top - tall), min(1.0, top)], "anchor": axis_name("x", index)}
        if shared_y:
            y_axis |= {"showticklabels": column == 0, **({"matches": "y"} if index else {})}
            y_axis["title"] = {**y["title"], "text": escaped(shared_y) if column == 0 else ""}
        layout |= {layout_name("x", index): x_axis, layout_name("y", index): y_axis}
    return layout


def axis_name(letter: str, index: int) -> str:
    """plotly's name for the index-th axis in a trace: "x", "x2", "x3" …"""
    return letter if index == 0 else f"{letter}{index + 1}"


def layout_name(letter: str, index: int) -> str:
    """plotly's name for the index-th axis in the layout: "xaxis", "xaxis2" …"""
    return f"{letter}axis" if index == 0 else f"{letter}axis{index + 1}"


def colour_bar(title: str, **more: Any) -> dict[str, Any]:
    """A thin colour bar at the upper right, as long on a phone as on a screen."""
    return {
        "title": {"text": escaped(title), "side": "right"}, "thickness": 10, "outlinewidth": 0,
        "lenmode": "pixels", "len": 190, "y": 1, "yanchor": "top", **more,
    }  # fmt: skip


def reversed_scale(scale: ColourScale) -> ColourScale:
    """The same colours the other way round."""
    return [(1 - at, colour) for at, colour in reversed(scale)]


def swapped(item: Any, colours: Mapping[str, str]) -> Any:
    """A figure with other colours, for a destination that cannot swap them itself."""
    if isinstance(item, dict):
        return {key: swapped(value, colours) for key, value in item.items()}
    if isinstance(item, list):
        return [swapped(value, colours) for value in item]
    return colours.get(item, item) if isinstance(item, str) else item
