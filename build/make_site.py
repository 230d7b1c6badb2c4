"""Write the static page: `python build/make_site.py --out dist/site`; also behind `hpo-analyze site -o DIR`.

Everything but index.html and service-worker.js lies in folders named by the sha256 of their content, so a release never
mixes with another, and every host may cache forever. All links are relative. Compiling and the snapshot are the part
of snapshot.py.
"""

from __future__ import annotations

import argparse
import base64
import gettext
import gzip
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fetch_runtime
import jinja2
import pack
import snapshot
from chromium import NoChromium
from places import ANALYZER, HERE, WEB, runtime_folder

_PLOTLY = "plotly/package_data/plotly.min.js"  # what a report carries
_PLOTLY_STRICT = "plotly-strict.min.js"  # what the page draws with: the same release, but it makes no code at run time
_PLOTLY_FILES = {"plotly.min.js": _PLOTLY, _PLOTLY_STRICT: _PLOTLY_STRICT}
_SITE_PACKAGES = "/lib/python3.12/site-packages/"
_MARK = "release.json"  # a folder that has it was written by us and may be replaced
_NOT_SERVED = {"templates", "examples", "pictures"}  # of web/: templates are rendered, examples get a folder of their own

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Folder:
    """Files that change together: one folder of the site, its name made from its content."""

    name: str
    files: Files

    def entry(self, file: str) -> dict[str, object]:
        """How release.js names a file; `url` is relative to app-*/js/."""
        is_packed = file.endswith(".packed")  # not .gz: some hosts would declare an encoding and unpack it on the way
        return {"url": f"../../{self.name}/{file}", "bytes": len(self.files[file]), "gzip": is_packed}


def hashed(name: str, files: Files) -> Folder:
    """Name a folder by its content."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return Folder(f"{name}-{digest.hexdigest()[:12]}", files)


def squeezed(data: bytes) -> bytes:
    """gzip, the same bytes every time. The page unpacks it itself, so that hosts need not compress."""
    return gzip.compress(data, 9, mtime=0)


def write_site(out: Path, *, analyzer: Path = ANALYZER, web: Path = WEB, runtime: Path | None = None) -> dict[str, Any]:
    """Write the site into out and return its release: id, and the sha256 of every file.

    out is replaced when it holds an older site, refused when it holds anything else. Raises RuntimeFilesMissing,
    NoChromium, SnapshotFailed, FileExistsError.
    """
    _refuse_foreign(out)
    cache = runtime or runtime_folder()
    paths = fetch_runtime.fetch(cache)
    made = snapshot.make(paths, pack.site_packages(paths, analyzer, web), cache, web)
    files = _site_files(paths, made, web, analyzer)
    release = _release(files)
    files["service-worker.js"] = _service_worker(web, release)
    files[_MARK] = json.dumps(release, indent=1).encode()
    _replace(out, files)
    return release


def _site_files(paths: Mapping[str, Path], made: snapshot.Snapshot, web: Path, analyzer: Path) -> dict[str, bytes]:
    core = {name: paths[name].read_bytes() for name in ("pyodide.mjs", "pyodide.asm.js")}
    squeezable = {name: squeezed(paths[name].read_bytes()) for name in ("pyodide.asm.wasm", "python_stdlib.zip")}
    folders = {
        "pyodide": hashed("pyodide", core | {f"{name}.packed": data for name, data in squeezable.items()}),
        "python": hashed(
            "python",
            {f"{name}.packed": squeezed(getattr(made, name)) for name in ("memory", "extensions", "code")},
        ),
        "plotly": hashed("plotly", {name: paths[path].read_bytes() for name, path in _PLOTLY_FILES.items()}),
        "examples": hashed("examples", dict(_files(web / "examples"))),
    }
    app = {name: data for name, data in _files(web) if name.split("/")[0] not in _NOT_SERVED}
    del app["js/service-worker.js"]
    app["js/release.js"] = _release_module(folders, made).encode()
    folders["app"] = hashed("app", app)
    files = {f"{folder.name}/{name}": data for folder in folders.values() for name, data in folder.files.items()}
    names = {name: folder.name for name, folder in folders.items()}
    return files | {"index.html": _page(web, names, analyzer), "third-party.txt": _third_party().encode()}


def _release_module(folders: Mapping[str, Folder], made: snapshot.Snapshot) -> str:
    """The module that tells the page's scripts where everything lies (its addresses are made absolute there)."""
    pyodide, python = folders["pyodide"], folders["python"]
    release = {
        "runtime": {
            "folder": f"../../{pyodide.name}/",
            "wasm": pyodide.entry("pyodide.asm.wasm.packed"),
            "stdlib": pyodide.entry("python_stdlib.zip.packed"),
            "lock": snapshot.lock(),
        },
        "snapshot": {"memory": python.entry("memory.packed"), "record": json.loads(made.record)},
        "packages": {
            "code": python.entry("code.packed"),
            "extensions": python.entry("extensions.packed"),
            "names": ["numpy", "sqlite3", "jinja2", "markupsafe"],
        },
        "imports": pack.imports(),
        "assets": {"plotly.js": {**folders["plotly"].entry("plotly.min.js"), "path": _SITE_PACKAGES + _PLOTLY}},
        "drawing": folders["plotly"].entry(_PLOTLY_STRICT),
        "examples": [{"name": name, **folders["examples"].entry(name)} for name in folders["examples"].files],
    }
    text = json.dumps(release, separators=(",", ":"))
    return (
        "// Written by build/make_site.py: where the parts of this release lie.\n"
        "const absolute = (key, value) =>\n"
        "  key === 'url' || key === 'folder' ? new URL(value, import.meta.url).href : value;\n"
        f"export const RELEASE = JSON.parse({json.dumps(text)}, absolute);\n"
    )


def _page(web: Path, folders: Mapping[str, str], analyzer: Path) -> bytes:
    """index.html from web/templates/page.html, with the folders: {{ folders.app }}/css/…, {{ folders.plotly }}/….

    It is in English; `dictionaries` holds every sentence in it in every other language.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(web / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    sentences: dict[str, None] = {}

    def noted(sentence: str) -> str:
        sentences[sentence] = None
        return sentence

    environment.install_gettext_callables(noted, lambda one, many, count: noted(one if count == 1 else many))  # type: ignore[attr-defined]
    template = environment.get_template("page.html")
    template.render(folders=folders, dictionaries={})  # to hear them all
    return template.render(folders=folders, dictionaries=_dictionaries(list(sentences), analyzer)).encode()


def _dictionaries(sentences: Sequence[str], analyzer: Path) -> dict[str, object]:
    """{"zh": {"tag": "zh-CN", "sentences": {English: translation}}}, of every catalogue of the package."""
    found: dict[str, object] = {}
    for path in sorted(analyzer.glob("locale/*/LC_MESSAGES/messages.mo")):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
        folder = path.parent.parent.name
        said = {sentence: catalogue.gettext(sentence) for sentence in sentences}
        found[folder.partition("_")[0]] = {"tag": folder.replace("_", "-"), "sentences": said}
    return found


def _third_party() -> str:
    lines = (
        f"{entry.file}\n    {entry.name} {entry.version}, licence {entry.licence}\n    sha256 {entry.sha256}\n"
        for entry in fetch_runtime.locked_files()
    )
    return "Third-party files that this site serves, some of them repacked:\n\n" + "\n".join(lines)


def _release(files: Files) -> dict[str, Any]:
    digests = {name: hashlib.sha256(data).digest() for name, data in sorted(files.items())}
    whole = hashlib.sha256(b"".join(digests.values())).hexdigest()[:16]
    return {"id": whole, "files": {name: f"sha256-{base64.b64encode(d).decode()}" for name, d in digests.items()}}


def _service_worker(web: Path, release: Mapping[str, Any]) -> bytes:
    code = (web / "js" / "service-worker.js").read_text("utf-8")
    return f"const RELEASE = {json.dumps(release)};\n{code}".encode()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _refuse_foreign(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / _MARK).exists():
        raise FileExistsError(f"{out} is not empty and holds no site of ours. Name an empty or a new folder.")


def _replace(out: Path, files: Files) -> None:
    """Write beside the old site, then take its place: a host that serves the folder never sees half of it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    fresh.chmod(0o755)  # a host may run as another user
    for name, data in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE.parent / "dist" / "site", help="folder of the site")
    parser.add_argument("--runtime", type=Path, default=runtime_folder(), help="folder that keeps third-party files")
    parser.add_argument("--analyzer", type=Path, default=ANALYZER, help="the analyzer package to ship")
    options = parser.parse_args()
    try:
        release = write_site(options.out, analyzer=options.analyzer, runtime=options.runtime)
    except (fetch_runtime.RuntimeFilesMissing, NoChromium, snapshot.SnapshotFailed, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    total = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    print(f"release {release['id']}: {len(release['files'])} files, {total / 1e6:.1f} MB, in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
