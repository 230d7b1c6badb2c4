"""The folder in which artifacts lie: one file each, its name the artifact's id and nothing that the database says."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import UnreadableDatabase
from analyzer.text import _

_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", re.ASCII)


def is_artifact_id(text: str) -> bool:
    """Whether this is a UUID and nothing else, so that it is safe as the name of a file."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ArtifactFolder:
    """A folder as optuna's FileSystemArtifactStore keeps it. Only regular files in it are looked at; links are not followed."""

    path: Path

    def size(self, identity: str) -> int | None:
        """The bytes of an artifact; None where the folder does not have it."""
        if not is_artifact_id(identity):
            return None
        try:
            found = (self.path / identity).lstat()
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, identity: str, limit: int) -> bytes:
        """The first bytes of an artifact, at most `limit`; none where the folder does not have it."""
        if self.size(identity) is None:
            return b""
        try:
            with (self.path / identity).open("rb") as file:
                return file.read(limit)
        except OSError:
            return b""


def artifact_folder(path: str | Path) -> ArtifactFolder:
    """The folder of this path. Raises UnreadableDatabase where there is none."""
    folder = Path(path)
    if not folder.is_dir():
        words = _("{name} is not a folder. --artifacts takes the folder in which the artifacts lie.")
        raise UnreadableDatabase(words.format(name=folder.name or path))
    return ArtifactFolder(folder)
