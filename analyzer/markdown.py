"""Markdown of strangers as HTML that can do nothing: GFM's tables and struck text, mathematics as MathML, never raw HTML.

Links lead to the web or to a mailbox and nowhere else. An image is shown only where it lies within the note itself (a data:
address); any other becomes a link, so that opening a report asks nobody for anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
from typing import Any

_LONGEST = (
    60_000  # characters of one note that are set as Markdown (the parser is quadratic); more is shown as it was written
)
_LONGEST_FORMULA = 2_000
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=]+", re.IGNORECASE)
_MACRO = re.compile(
    r"\\(?:re)?newcommand|\\def\b|\\let\b|\\DeclareMathOperator"
)  # a few lines of these can stand for gigabytes
_HEADINGS_BELOW = 3  # a note's "#" is below the title of the view that shows it
_MATHML = frozenset(re.findall(r"\S+", """
    math mrow mi mn mo ms mtext mspace msub msup msubsup mover munder munderover mfrac msqrt mroot mtable mtr mtd
    mlabeledtr mstyle mpadded mphantom menclose mfenced mmultiscripts mprescripts none
"""))  # fmt: skip
_MATHML_ATTRIBUTES = frozenset(re.findall(r"\S+", """
    accent accentunder align bevelled close columnalign columnlines columnspacing depth display displaystyle fence
    form height largeop linethickness lspace mathvariant maxsize minsize movablelimits notation open rowlines
    rowspacing rspace scriptlevel separator stretchy symmetric voffset width
"""))  # fmt: skip


def html(markdown: str) -> str:
    """The HTML of a note. Safe to be put into a page as it is.

    >>> html("**bold** <b>raw</b> [x](javascript:alert(1))")
    '<p><strong>bold</strong> &lt;b&gt;raw&lt;/b&gt; [x](javascript:alert(1))</p>\\n'
    >>> html("![chart](https://example.org/a.png)")
    '<p><a href="https://example.org/a.png" rel="noopener noreferrer" target="_blank">chart</a></p>\\n'
    """
    if len(markdown) > _LONGEST:
        return f"<pre>{escape(markdown)}</pre>"
    try:
        return str(_parser().render(markdown))
    except RecursionError:
        return f"<pre>{escape(markdown)}</pre>"


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(tasklists_plugin)
    parser.validateLink = lambda url: bool(_LINK.match(url) or _IMAGE.fullmatch(url))  # type: ignore[method-assign]
    rules = {
        "link_open": _link_open, "image": _image, "heading_open": _heading, "heading_close": _heading,
        "math_inline": _inline, "math_inline_double": _display, "math_block": _display,
    }  # fmt: skip
    for name, rule in rules.items():
        parser.renderer.rules[name] = rule  # type: ignore[attr-defined]
    return parser


def _link_open(tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:
    address = str(tokens[at].attrGet("href") or "")
    return _anchor(address) if _LINK.match(address) else "<a>"


def _anchor(address: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">'


def _image(tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:
    address, words = str(tokens[at].attrGet("src") or ""), str(tokens[at].content)
    if _IMAGE.fullmatch(address):
        return f'<img src="{escape(address)}" alt="{escape(words)}">'
    return f"{_anchor(address)}{escape(words or address)}</a>"


def _heading(tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:
    level = min(6, int(tokens[at].tag[1]) + _HEADINGS_BELOW)
    return f"<h{level}>" if tokens[at].nesting == 1 else f"</h{level}>\n"


def _inline(tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:
    return formula(str(tokens[at].content), "inline")


def _display(tokens: Sequence[Any], at: int, options: Any, environment: Any) -> str:
    return formula(str(tokens[at].content), "block") + "\n"


def formula(latex: str, display: str) -> str:
    """MathML of a formula, or its source where it is none that can be set.

    The elements come from latex2mathml; they are written out here, because its own writer lets markup within \\text{} through.
    """
    if len(latex) <= _LONGEST_FORMULA and not _MACRO.search(latex):
        from latex2mathml.converter import Converter

        try:
            return _written(Converter(display=display).convert_to_element(latex))
        except Exception:  # it raises whatever a half-written formula makes it raise
            pass
    return f"<code>{escape(latex)}</code>"


def _written(element: Any) -> str:
    """An element with what it holds; of tags and attributes those that only set type."""
    inside = _text(element.text) + "".join(_written(child) + _text(child.tail) for child in element)
    if element.tag not in _MATHML:
        return inside
    kept = [(name, escape(str(value))) for name, value in element.attrib.items() if name in _MATHML_ATTRIBUTES]
    attributes = "".join(f' {name}="{value}"' for name, value in kept)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _text(text: str | None) -> str:
    """Text of an element: the library writes its own signs as character references, and everything else as it came."""
    return escape(unescape(text or ""), quote=False)
