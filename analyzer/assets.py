"""Where templates, styles and scripts lie: inside an installed package, or in the `web` folder of a checkout."""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r"^import (?:\{[^}]*\} from )?'\./([\w.-]+)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async|function|const|let|class)", re.MULTILINE)


def folder() -> Path:
    """The folder with templates/, css/, js/ and examples/."""
    installed = Path(__file__).parent / "_web"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "web"


def build_folder() -> Path:
    """The folder with the scripts that assemble the static page: beside an installed package, or in a checkout."""
    if (Path(__file__).parent / "_web").is_dir():
        return Path(__file__).parent.parent / "hpo_analyze_build"
    return Path(__file__).parent.parent / "build"


@cache
def text(name: str) -> str:
    """One file as text, by its path within the folder."""
    return (folder() / name).read_text(encoding="utf-8")


@cache
def script(entry: str) -> str:
    """An ES module and all that it imports as one script, for a file that has to stand alone.

    The modules import by name and from their own folder only, and share one scope here: their top-level names differ.
    """
    modules: dict[str, str] = {}

    def add(name: str) -> None:
        source = text(f"js/{name}")
        for needed in _IMPORT.findall(source):
            if needed not in modules:
                add(needed)
        modules[name] = _EXPORT.sub("", _IMPORT.sub("", source))

    add(entry)
    return "\n".join(modules.values()).replace("</script", "<\\/script")


@cache
def plotly_source() -> bytes:
    """plotly.js, minified, as the Python package plotly ships it."""
    from importlib.util import find_spec

    found = find_spec("plotly")
    assert found is not None and found.submodule_search_locations, "plotly is a dependency of this package"
    return (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_bytes()


@cache
def plotly_packed() -> str:
    """plotly.js, deflated and in base64: about two megabytes of text."""
    return b64encode(zlib.compress(plotly_source(), 9)).decode("ascii")


def plotly_file() -> str:
    """A file name for plotly.js that changes with its contents."""
    return f"plotly-{zlib.crc32(plotly_source()):08x}.min.js"
