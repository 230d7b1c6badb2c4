"""The sentences of the product as translators see them: `python -m tests.sentences` brings the catalogues up to date.

It merges them into every `analyzer/locale/*/LC_MESSAGES/messages.po`, where new ones come out empty, and compiles those.
What is extracted: the arguments of `_`, `marked` and `counted`, what a View and an Option say of themselves, and all that
templates pass to `_`.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "analyzer" / "locale").glob("*/LC_MESSAGES/messages.po"))
_SAID = {"View": ("title", "question"), "Option": ("name", "help")}  # arguments that a reader sees
_PLACES = {"View": (), "Option": ("name", "help")}  # where they stand without a name

Message = tuple[int, str, str | tuple[str, ...], list[str]]


def extracted(file: BinaryIO, keywords: Mapping[str, Any], tags: Any, options: Any) -> Iterator[Message]:
    """Babel's interface: (line, function, sentence or forms, comments) of each sentence in a Python file."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = [*node.args, *(word.value for word in node.keywords)]
        if node.func.id in ("_", "marked"):
            yield from ((node.lineno, "_", text(each), []) for each in node.args[:1] if text(each))
        elif node.func.id == "counted":
            one, many = (text(each) for each in given[1:3])
            if one and many:
                yield node.lineno, "ngettext", (one, many), []
        elif node.func.id in _SAID:
            yield from ((node.lineno, "_", text(each), []) for each in said(node, node.func.id) if text(each))


def said(call: ast.Call, kind: str) -> list[ast.expr]:
    """The arguments of a View or an Option that a reader sees."""
    named = [word.value for word in call.keywords if word.arg in _SAID[kind]]
    return [*(given for given, name in zip(call.args, _PLACES[kind], strict=False) if name in _SAID[kind]), *named]


def text(node: ast.expr) -> str:
    """The text of a literal, '' of anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def template() -> Catalog:
    """Every sentence of the product, without a translation."""
    found = Catalog(project="hpo-analyze", charset="utf-8")
    sources = [(path, extracted) for path in sorted((ROOT / "analyzer").rglob("*.py")) if "_web" not in path.parts]
    sources += [(path, babel_extract) for path in sorted((ROOT / "web" / "templates").glob("*.html"))]
    for path, method in sources:
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract(method, file, {"_": None, "ngettext": (1, 2)}):
                found.add(message, locations=[(path.relative_to(ROOT).as_posix(), None)]).flags.clear()
    return found


def catalogue(path: Path) -> Catalog:
    """A catalogue as it is kept."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def merged(path: Path) -> Catalog:
    """A catalogue with exactly the sentences of the sources; new ones are empty, changed ones are new."""
    kept, found = catalogue(path), template()
    found.creation_date = kept.creation_date
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    for message in kept:
        message.flags -= {"python-format", "python-brace-format"}  # str.format is checked by our own test
    return kept


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as Python's gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    """Merge and compile."""
    for path in CATALOGUES:
        made = merged(path)
        path.write_bytes(written(made))
        path.with_suffix(".mo").write_bytes(compiled(made))
        empty = sum(not message.string for message in made if message.id)
        print(f"{path.relative_to(ROOT)}: {len(made)} sentences, {empty} of them to be translated")


if __name__ == "__main__":
    main()
