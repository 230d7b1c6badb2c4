"""What a view shows beside, or in place of, a figure: passages to read, files to look at. Plain values; the report sets them."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.table import Table


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a sound or a film that lies in the page itself."""

    kind: str  # "image", "audio" or "video"
    address: str  # a data: address of a type that browsers show and never run


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece under its own title. All texts may be hostile; whoever shows them escapes them."""

    title: str  # "" for none
    about: str = ""  # one quiet line: type and size, or why the content is not there
    markdown: str = ""
    text: str = ""  # shown as it is
    media: Media | None = None
    table: Table | None = None
    folded: bool = False  # the reader opens it
