"""What a user writes for a database and a file: a database with a study behind a colon, a target fit to be shown, an output.

Nothing is written over but earlier results.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

from analyzer.errors import AnalyzerError, UnknownOption
from analyzer.text import _

_URL = re.compile(r"(?P<database>[a-z][a-z0-9+]*://(?:[^/]*/|/)[^:]*)(?::(?P<study>.*))?", re.IGNORECASE | re.DOTALL)


def split_target(target: str) -> tuple[str, str | None]:
    """A database and the study in it, if one is named: names may hold colons too, and so may paths and URLs.

    >>> split_target("postgresql://user:word@host:5432/db:a/b"), split_target("no such.db:lr:2")
    (('postgresql://user:word@host:5432/db', 'a/b'), ('no such.db', 'lr:2'))
    """
    url = _URL.fullmatch(target)
    if url:
        return url["database"], url["study"]
    ends = [at for at, letter in enumerate(target) if letter == ":"]
    if Path(target).exists() or not ends:
        return target, None
    end = next(
        (at for at in ends if Path(target[:at]).exists()), ends[1] if ends[0] == 1 and len(ends) > 1 else ends[0]
    )
    return target[:end], target[end + 1 :]


def shown_target(target: str) -> str:
    """A database without the folders of this machine, and a URL without user, password and settings.

    >>> shown_target("mysql://user:word@host/db?password=x"), shown_target("sqlite:////home/me/x.db")
    ('mysql://host/db', 'x.db')
    """
    if "://" not in target:
        return Path(target).name
    scheme, _colon, rest = target.partition("://")
    rest = rest.partition("?")[0]
    return Path(rest).name if scheme.startswith("sqlite") else f"{scheme}://{rest.rpartition('@')[2]}"


def shown_folder(folder: str | None) -> str:
    """A folder without those above it; "" for none.

    >>> shown_folder("/home/me/artifacts/"), shown_folder("."), shown_folder(None)
    ('artifacts', 'artifacts', '')
    """
    return "" if folder is None else Path(folder).name or "artifacts"


def shown_comparand(target: str) -> str:
    """A target of `compare` for a command line."""
    path, name = split_target(target)
    return shlex.quote(shown_target(path) + ("" if name is None else f":{name}"))


def output_path(given: str, *inputs: str) -> Path:
    """Where to write. Raises UnknownOption rather than write over a database or anything but an earlier result."""
    path = Path(given)
    if path.is_dir():
        raise UnknownOption(_("{given} is a folder; give the name of a file in it with -o, or end it with / for one report per study.").format(given=given))
    if not path.absolute().parent.is_dir():
        raise UnknownOption(
            _("The folder {folder!r} does not exist; create it, or choose another with -o.").format(
                folder=str(path.parent)
            )
        )
    if path.exists():
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(b"SQLite format 3") or b'"op_code"' in head or _is_one_of(path, inputs):
            raise UnknownOption(
                _("{given} is a database and is not written over; choose another file with -o.").format(given=given)
            )
        if path.suffix.lower() in (".html", ".htm") and head and b"hpo-analyze" not in head:
            raise UnknownOption(
                _("{given} was not made by hpo-analyze and is not written over; choose another with -o.").format(
                    given=given
                )
            )
    return path


def output_folder(given: str) -> Path:
    """A folder to write into, which need not be there yet; its own folder must be. Raises UnknownOption otherwise."""
    path = Path(given)
    if path.exists() and not path.is_dir():
        raise UnknownOption(_("{given} is no folder; choose another with -o.").format(given=given))
    if not path.absolute().parent.is_dir():
        raise UnknownOption(
            _("The folder {folder!r} does not exist; create it, or choose another with -o.").format(
                folder=str(path.parent)
            )
        )
    return path


def _is_one_of(path: Path, targets: Sequence[str]) -> bool:
    return any(Path(target).exists() and path.samefile(target) for target in targets)


def write_text(path: Path, text: str) -> None:
    """Write whole or not at all: a file cut short never takes the place of an earlier one."""
    made = ""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.absolute().parent, delete=False) as file:
            made = file.name
            file.write(text.encode("utf-8", "backslashreplace"))
        os.chmod(made, 0o644)
        os.replace(made, path)
    except OSError as error:
        if made:
            Path(made).unlink(missing_ok=True)
        raise AnalyzerError(
            _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror)
        ) from error
