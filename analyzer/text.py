"""How numbers, durations and counts are put into words, and where sentences are translated.

Every sentence a reader sees passes through `_`, and every number through one of the functions here, so that page, report
and shell show the same digits. Shown numbers are never rounded into another claim: 0.004 with two digits is "< 0.01".
Which language it is, and where its sentences come from, is `language.py`'s part.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from gettext import NullTranslations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_catalogue: ContextVar[NullTranslations] = ContextVar("catalogue", default=NullTranslations())  # noqa: B039 (it holds nothing)
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _(sentence: str) -> str:
    """The sentence in the reader's language; English where there is no translation."""
    return _catalogue.get().gettext(sentence)


@contextmanager
def translated(catalogue: NullTranslations) -> Iterator[None]:
    """Within this block `_` and `counted` speak the language of this catalogue."""
    token = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(token)


def marked(sentence: str) -> str:
    """The same sentence: a mark for the catalogue, where it is only kept now and translated when it is shown."""
    return sentence


def counted(count: int, one: str, many: str, **words: object) -> str:
    """A count with its noun, in the form that the reader's language has for it; `one` and `many` hold "{count}".

    >>> counted(1, "{count} trial", "{count} trials"), counted(1200, "{count} trial", "{count} trials")
    ('1 trial', '1,200 trials')
    """
    return _catalogue.get().ngettext(one, many, count).format(count=whole(count), **words)


def ago(count: int) -> str:
    """How long ago something happened, in complete trials.

    >>> ago(0), ago(1), ago(2000)
    ('with the last complete trial', '1 complete trial ago', '2,000 complete trials ago')
    """
    if count == 0:
        return _("with the last complete trial")
    return counted(count, "{count} complete trial ago", "{count} complete trials ago")


def whole(count: int) -> str:
    """A whole number with its thousands marked.

    >>> whole(1234567)
    '1,234,567'
    """
    return f"{count:,}"


def number(value: float, digits: int = 4) -> str:
    """A number with the digits it deserves; powers of ten outside 10⁻⁴ … 10⁵.

    >>> [number(x) for x in (0.0122487, 231.0, 1234567.0, 4.2e-7, float("inf"), 0.0)]
    ['0.01225', '231', '1.235×10⁶', '4.2×10⁻⁷', '∞', '0']
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0 or 1e-4 <= abs(value) < 1e5:
        if value == int(value):
            return str(int(value))
        return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def percent(share: float) -> str:
    """A share as a percentage that never claims 0 or 100 where there is more or less.

    >>> [percent(x) for x in (0.0004, 0.314, 0.9997, 0.0, 1.0)]
    ['< 0.1 %', '31.4 %', '> 99.9 %', '0 %', '100 %']
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.3g} %"


def duration(seconds: float) -> str:
    """A span of time in its two largest units.

    >>> [duration(s) for s in (0.0831, 45.23, 785.0, 7980.0, 200000.0)]
    ['83 ms', '45.2 s', '13 min 5 s', '2 h 13 min', '2 d 8 h']
    """
    if math.isnan(seconds):
        return "–"
    if seconds < 0:
        return "-" + duration(-seconds)
    if seconds < 1:
        return "0 s" if seconds == 0 else "< 1 ms" if seconds < 0.0005 else f"{1000 * seconds:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.3g} s"
    for large, small, span, part in (("d", "h", 86400, 3600), ("h", "min", 3600, 60), ("min", "s", 60, 1)):
        if seconds >= span - part / 2:
            parts = round(seconds / part)
            first, second = divmod(parts, span // part)
            return f"{first} {large} {second} {small}" if second else f"{first} {large}"
    return f"{seconds:.3g} s"


def file_size(count: int) -> str:
    """The size of a file, in the unit that fits.

    >>> [file_size(n) for n in (67, 22_000, 5 * 2**20)]
    ['67 B', '21.5 KiB', '5 MiB']
    """
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if size < 1000:
            break
        size, unit = size / 1024, larger
    return f"{size:.3g} {unit}"


def moment(time: np.datetime64) -> str:
    """A timestamp to the second, in the writer's own clock.

    >>> import numpy as np
    >>> moment(np.datetime64("2026-01-02T03:04:05.678901"))
    '2026-01-02 03:04:05'
    """
    text = str(time.astype("datetime64[s]"))
    return "–" if text == "NaT" else text.replace("T", " ")


def shortened(name: str, length: int = 24) -> str:
    """A long name, shortened in the middle where names differ least.

    >>> shortened("optimizer__learning_rate_schedule__warmup", 20)
    'optimizer__…__warmup'
    """
    if len(name) <= length:
        return name
    head = (length - 1) - (length - 1) // 2
    tail = (length - 1) // 2
    return f"{name[: head + 1]}…{name[len(name) - tail + 1 :]}"


def shortened_apart(names: Sequence[str], length: int = 24) -> list[str]:
    """Long names shortened so that they stay apart: where the middle is what differs, it is what is kept.

    >>> shortened_apart(["encoder.layer_00.dropout_rate", "encoder.layer_01.dropout_rate", "lr"], 20)
    ['encod…r_00.drop…ate', 'encod…r_01.drop…ate', 'lr']
    """
    plain = [shortened(name, length) for name in names]
    taken = Counter(plain)
    alike = [name for name, short in zip(names, plain, strict=True) if taken[short] > 1]
    head = _common(alike)
    tail = _common([name[head:][::-1] for name in alike])
    return [short if taken[short] == 1 else _around(name, head, tail, length) for name, short in zip(names, plain, strict=True)]


def _common(names: Sequence[str]) -> int:
    """How many letters the names begin with alike."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return sum(1 for _letters in alike)


def _around(name: str, head: int, tail: int, length: int) -> str:
    """The name with what stands before and behind its own part shortened."""
    end = len(name) - tail
    room = max(6, (length - (end - head)) // 2)
    return shortened(name[:head], room) + name[head:end] + shortened(name[end:], room)


def named(name: str, length: int = 60) -> str:
    """A name from the database within a sentence: on one line, shortened in the middle, an empty one in quotes.

    Control characters and marks that turn the direction of writing are left out.

    >>> [named(name, 9) for name in ("loss", "a\\nb", "", "abcdefghijklm")]
    ['loss', 'a b', '""', 'abcde…klm']
    """
    line = "".join(letter if letter.isprintable() else " " for letter in shortened(name, length))
    return line if line.strip() else f'"{line}"'


def enumerated(items: Iterable[str]) -> str:
    """Things one after another: "a, b, c"."""
    return _(", ").join(items)


def listed(names: Sequence[str]) -> str:
    """Names in a row: "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=enumerated(names[:-1]), last=names[-1])


def noted(remarks: Iterable[str]) -> str:
    """Remarks on one line: "a; b"."""
    return _("; ").join(remarks)


def paragraph(sentences: Iterable[str]) -> str:
    """Sentences one after another, with the space between them that the language has; empty ones are left out."""
    said = [sentence for sentence in sentences if sentence]
    return reduce(lambda one, other: _("{sentence} {next}").format(sentence=one, next=other), said) if said else ""
