"""Repack wheels and the analyzer package into few blobs; leaves compiling and the snapshot to snapshot.py.

A blob is: length of its list (uint32, little endian), the list as JSON [[path, length], ...], the bytes one after
another. web/js/boot.js reads the same format.
"""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

#: What the snapshot has imported when the page starts. `analyzer.browser` brings the rest of the package.
IMPORTS = (
    "base64 bisect collections csv dataclasses datetime decimal enum functools gc gzip html heapq io itertools json",
    "logging math operator pathlib random re shutil statistics struct tempfile textwrap traceback typing unicodedata",
    "urllib.parse zlib",
    "numpy numpy.linalg numpy.random sqlite3 jinja2 jinja2.ext markupsafe analyzer analyzer.browser",
)

_UNUSED_SUFFIXES = {".pyi", ".pxd", ".pyx", ".h", ".c", ".cpp", ".a", ".tp", ".src", ".pyc", ".typed", ".toml", ".txt"}
_UNUSED_FOLDERS = {"tests", "__pycache__", "f2py", "distutils", "_pyinstaller", "_examples", "include"}
_USED_TEXTS = {"latex2mathml/unimathsymbols.txt"}  # read when the first formula is set
_ASKS_FOR_ITS_VERSION = ("latex2mathml-",)  # when it is imported, of its own metadata
#: Of a package of many plugins only these, and what they share.
_USED_PLUGINS = {"mdit_py_plugins": {"__init__.py", "utils.py", "dollarmath", "tasklists"}}
#: web/ lies in the page as in the installed package, so that Python finds its templates; but for the example databases.
_UNUSED_WEB = {"examples"}
_SOURCES = {".po", ".pot"}  # of catalogues: Python reads them compiled


def imports() -> list[str]:
    """The modules that the snapshot imports, in this order."""
    return " ".join(IMPORTS).split()


def packed(files: Mapping[str, bytes]) -> bytes:
    """One blob of many files, in the order of the mapping."""
    header = json.dumps([[name, len(data)] for name, data in files.items()]).encode()
    return struct.pack("<I", len(header)) + header + b"".join(files.values())


def unpacked(blob: bytes) -> dict[str, bytes]:
    """The inverse of packed.

    >>> unpacked(packed({"a.py": b"1", "b.py": b""}))
    {'a.py': b'1', 'b.py': b''}
    """
    (length,) = struct.unpack_from("<I", blob)
    files, offset = {}, 4 + length
    for name, size in json.loads(blob[4:offset]):
        files[name] = blob[offset : offset + size]
        offset += size
    return files


def site_packages(runtime: Mapping[str, Path], analyzer: Path, web: Path) -> dict[str, bytes]:
    """What lies in the page's site-packages, before compiling: third-party packages, analyzer, its templates."""
    files: dict[str, bytes] = {}
    for name, path in runtime.items():
        if name.endswith(".whl"):
            files.update(_wheel_members(path))
        elif name.startswith("markupsafe/"):
            files[name] = path.read_bytes()
    files["plotly/__init__.py"] = (
        b""  # the place where analyzer looks for plotly.js, which the page adds when it is needed
    )
    files.update(_folder(analyzer, "analyzer", {"_build", "_web"}))
    files.update(_folder(web, "analyzer/_web", _UNUSED_WEB))
    return dict(sorted(files.items()))


def extensions(files: Mapping[str, bytes]) -> list[str]:
    """The names of the C extensions among the files."""
    return [name for name in files if name.endswith(".so")]


def _wheel_members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as wheel:
        members = [member for member in wheel.infolist() if not member.is_dir()]
        return {each.filename: wheel.read(each) for each in members if _is_used(PurePosixPath(each.filename))}


def _is_used(name: PurePosixPath) -> bool:
    if name.parts[0].endswith((".dist-info", ".libs")):
        return name.name == "METADATA" and name.parts[0].startswith(_ASKS_FOR_ITS_VERSION)
    if name.parts[0] in _USED_PLUGINS and name.parts[1] not in _USED_PLUGINS[name.parts[0]]:
        return False
    if str(name) in _USED_TEXTS:
        return True
    return name.suffix not in _UNUSED_SUFFIXES and not _UNUSED_FOLDERS.intersection(name.parts[:-1])


def _folder(folder: Path, prefix: str, without: Iterable[str]) -> dict[str, bytes]:
    left_out = {*without, "__pycache__"}
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        name = path.relative_to(folder)
        if path.is_file() and path.suffix not in _SOURCES and not left_out.intersection(name.parts):
            found[f"{prefix}/{name.as_posix()}"] = path.read_bytes()
    return found
