"""Text for a terminal: tables whose columns line up, in any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_WIDEST = 48  # columns of one cell


def aligned(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool] = ()) -> str:
    """Rows under their headers; columns marked `right` are set flush right.

    >>> print(aligned(["name", "n"], [["研究", "12"], ["b", "3"]], [False, True]))
    name   n
    研究  12
    b      3
    """
    cells = [[printable(cell) for cell in row] for row in [list(headers), *rows]]
    widths = [max(width(row[column]) for row in cells) for column in range(len(headers))]
    flush = list(right) or [False] * len(headers)
    return "\n".join(
        "  ".join(padded(cell, widths[i], flush[i]) for i, cell in enumerate(row)).rstrip() for row in cells
    )


def printable(text: str) -> str:
    """One line that a terminal shows as it is, of limited width."""
    return cut(one_line(text))


def one_line(text: str) -> str:
    """Text without control characters, which a hostile name could steer a terminal with."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "�" for letter in text.replace("\n", " "))


def cut(line: str) -> str:
    """A line of limited width; what is cut off is told by an ellipsis.

    >>> width(cut("x" * 60)), width(cut("宽" * 60)) <= 48
    (48, True)
    """
    if width(line) <= _WIDEST:
        return line
    kept, room = [], _WIDEST - 1
    for letter in line:
        room -= width(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def width(text: str) -> int:
    """Columns that a text takes: wide letters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, size: int, right: bool = False) -> str:
    """Text filled up to a width with spaces."""
    space = " " * (size - width(text))
    return space + text if right else text + space


def bar(share: float, size: int = 24) -> str:
    """A horizontal bar for a share of 0 to 1, in eighths of a column.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(max(0.0, min(1.0, share)) * size * 8)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
