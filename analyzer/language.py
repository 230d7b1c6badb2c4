"""The languages that page, report and shell speak, and their sentences: catalogues of gettext's in `locale/`.

English is the language of the source and needs none. A catalogue is read when its language is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from analyzer.text import translated

ENGLISH = "en"
LANGUAGES = ("en", "zh")
_FOLDERS = {"zh": "zh_CN"}  # of the catalogues
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that says something holds


_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block every sentence is in this language; in English where it is none of ours."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        with translated(catalogue(language)):
            yield
    finally:
        _spoken.reset(token)


def current() -> str:
    """The language that is spoken here, for another process to speak it too."""
    return _spoken.get()


def flag() -> list[str]:
    """What a command line needs to say the same in this language: `--lang zh`, or nothing for English."""
    return [] if _spoken.get() == ENGLISH else ["--lang", _spoken.get()]


def tag() -> str:
    """The language that is spoken, as HTML's `lang` names it: "en", "zh-CN"."""
    return _FOLDERS.get(_spoken.get(), ENGLISH).replace("_", "-")


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of a language."""
    if language not in _FOLDERS:
        return NullTranslations()
    with (Path(__file__).parent / "locale" / _FOLDERS[language] / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)


def spoken(wanted: str) -> str | None:
    """Which of our languages a tag means, if any.

    >>> spoken("zh_CN.UTF-8"), spoken("en-GB"), spoken("C.UTF-8"), spoken("fr")
    ('zh', 'en', 'en', None)
    """
    primary = wanted.replace("_", "-").partition(".")[0].partition("-")[0].lower()
    return ENGLISH if primary in ("c", "posix") else primary if primary in LANGUAGES else None


def preferred(environment: Mapping[str, str]) -> str:
    """The language that a shell asks for; LANGUAGE may name several. English where it is none of ours.

    >>> preferred({"LANG": "zh_CN.UTF-8"}), preferred({"LANGUAGE": "fr:zh", "LANG": "en_US"}), preferred({})
    ('zh', 'zh', 'en')
    """
    for variable in _VARIABLES:
        wanted = [spoken(each) for each in environment.get(variable, "").split(":") if each]
        if wanted:
            found = [each for each in wanted if each]
            return found[0] if found else ENGLISH
    return ENGLISH
