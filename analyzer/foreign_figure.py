"""Somebody else's plotly figure, made fit to be drawn here: nothing in it asks the network or becomes markup.

What is drawn is what was saved, but for what would reach out of the page (maps, pictures from elsewhere, links) and for what
belongs to the surroundings: background, fonts and size are the report's own, so that it can be read on dark paper too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analyzer import figure as fig
from analyzer.errors import NotApplicable
from analyzer.text import _

#: plotly's traces that draw what is in them. Maps are not among them: they fetch tiles and outlines.
TRACES = frozenset(re.findall(r"\S+", """
    scatter scattergl bar box violin histogram histogram2d histogram2dcontour heatmap contour pie sunburst treemap
    icicle funnel funnelarea waterfall candlestick ohlc indicator table image scatter3d surface mesh3d cone
    streamtube isosurface volume parcoords parcats sankey splom scatterpolar scatterpolargl barpolar scatterternary
    scattersmith carpet scattercarpet contourcarpet
"""))  # fmt: skip
_LAYOUT_ENTRIES = re.compile(
    r"(?:[xy]axis|scene|polar|ternary|smith)\d*|title|annotations|shapes|showlegend|legend|barmode|bargap|bargroupgap|barnorm|"
    r"boxmode|boxgap|violinmode|violingap|funnelmode|waterfallmode|hovermode|coloraxis\d*|colorway|grid|margin|dragmode|"
    r"height|images|piecolorway|sunburstcolorway|treemapcolorway|iciclecolorway|extendpiecolors|separators|scattermode"
)
_AXIS = re.compile(r"[xy]axis\d*")
_MARK = re.compile(r"</?(?:b|i|em|strong|sub|sup|s|u|br|span)\b[^<>]*>|</?extra>", re.IGNORECASE)
_PLAIN_MARK = re.compile(r"</?(\w+)")
_ANCHOR = re.compile(r"</?a\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
_COLOURS = ("paper_bgcolor", "plot_bgcolor", "bgcolor", "backgroundcolor")
_DEEPEST = 40
_LARGEST_HEIGHT = 1600


def drawable(content: Mapping[str, Any]) -> tuple[fig.Figure, str]:
    """A figure of the house, and one sentence about what was left out ("" where nothing was).

    Raises NotApplicable where no trace is left, or where the figure is nested deeper than any that plotly knows.
    """
    try:
        traces = [_clean(trace) for trace in content["data"] if _is_known(trace)]
        layout = _layout(content.get("layout"))
    except RecursionError as error:
        raise NotApplicable(_("This saved figure is not shown: it is nested too deeply.")) from error
    if not traces:
        raise NotApplicable(_("This saved figure is not shown: it holds no trace of a kind that can be drawn offline."))
    shown = [{"type": "scatter", "showlegend": False, **trace} for trace in _with_legends(traces, layout)]
    return fig.figure(shown, **layout), _remark(content, len(traces))


def _is_known(trace: Any) -> bool:
    return isinstance(trace, Mapping) and trace.get("type", "scatter") in TRACES


def _with_legends(traces: list[dict[str, Any]], layout: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say of each trace whether it has a legend entry, as plotly would decide it: several traces have, one has not."""
    shown = layout.get("showlegend", len(traces) > 1)
    return [{"showlegend": bool(shown), **trace} for trace in traces]


def _remark(content: Mapping[str, Any], kept: int) -> str:
    if kept < len(content["data"]):
        return _("Left out of this saved figure: traces of a kind that cannot be drawn offline, such as maps.")
    if content.get("frames"):
        return _("This saved figure is an animation; its first picture is shown.")
    return ""


def _layout(stored: Any) -> dict[str, Any]:
    if not isinstance(stored, Mapping):
        return {}
    kept = {key: _clean(value) for key, value in stored.items() if _LAYOUT_ENTRIES.fullmatch(str(key))}
    kept = {key: value for key, value in kept.items() if value is not None}
    for name in [name for name, value in kept.items() if _AXIS.fullmatch(name) and isinstance(value, dict)]:
        kept[name] = {"gridcolor": fig.GRID, "zeroline": False, "automargin": True, **kept[name]}
    height = kept.pop("height", None)
    if isinstance(height, (int, float)) and 100 <= height <= _LARGEST_HEIGHT:
        kept["height"] = int(height)
    if kept.get("title"):
        kept.setdefault("margin", {"l": 64, "r": 20, "t": 64, "b": 52})
    pictures = kept.pop("images", None)
    if isinstance(pictures, list) and pictures:
        kept["images"] = [each for each in pictures if isinstance(each, dict) and each.get("source")]
    return kept


def _clean(item: Any, key: str = "", depth: int = 0) -> Any:
    """The same without links, foreign pictures, background colours and markup, whatever the depth."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(item, Mapping):
        return {
            str(name): _clean(value, str(name), depth + 1)
            for name, value in item.items()
            if name not in _COLOURS and name not in ("template", "href", "url", "meta", "uirevision")
        }
    if isinstance(item, list):
        return [_clean(value, key, depth + 1) for value in item]
    if not isinstance(item, str):
        return item
    if key == "source":
        return item if _PICTURE.fullmatch(item) else ""
    return item if key == "bdata" else inert_text(item)


def inert_text(text: str) -> str:
    """Text with plotly's own marks for bold, small and broken lines, but no link, and no other markup.

    >>> inert_text('<b style="x">bold</b> <a href="javascript:x">link</a> <img src=x> 1 < 2')
    '<b>bold</b> link &lt;img src=x> 1 &lt; 2'
    """
    text = _ANCHOR.sub("", text)
    pieces, end = [], 0
    for mark in _MARK.finditer(text):
        pieces.append(text[end : mark.start()].replace("<", "&lt;"))
        pieces.append(_PLAIN_MARK.match(mark[0])[0] + ">")  # type: ignore[index]
        end = mark.end()
    return "".join([*pieces, text[end:].replace("<", "&lt;")])
