"""The scripts of build/ without a browser: verified fetching, the format of a blob, the rules for the folder."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"
if str(BUILD) not in sys.path:
    sys.path.append(str(BUILD))

fetch_runtime = importlib.import_module("fetch_runtime")
pack = importlib.import_module("pack")


def lock_of(folder: Path, member: bytes, *sources: str) -> Path:
    """A lock of one file, from wheels that were downloaded already."""
    entry = {
        "file": "a/b.txt", "name": "b", "version": "1", "licence": "MIT", "size": len(member),
        "sha256": hashlib.sha256(member).hexdigest(), "sources": sources,
    }  # fmt: skip
    places = {source: {"kind": "installed", "requirement": source, "folder": ""} for source in sources}
    path = folder / "lock.json"
    path.write_text(json.dumps({"sources": places, "files": [entry]}))
    return path


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed packages that each hold a file of one name: `altered` has other bytes than `a`."""
    for root, name, data in (("one", "altered", b"changed"), ("two", "a", b"right")):
        (tmp_path / root / name).mkdir(parents=True)
        (tmp_path / root / name / "__init__.py").write_text("")
        (tmp_path / root / "a").mkdir(exist_ok=True)
        (tmp_path / root / "a" / "b.txt").write_bytes(data)
        monkeypatch.syspath_prepend(str(tmp_path / root))
    return tmp_path


def test_a_file_with_another_digest_is_passed_over_for_the_next_source(packages: Path) -> None:
    lock = lock_of(packages, b"right", "altered", "a")
    paths = fetch_runtime.fetch(packages / "kept", lock)
    assert paths["a/b.txt"].read_bytes() == b"right"


def test_a_file_that_no_source_has_as_locked_is_refused_with_the_reasons(packages: Path) -> None:
    lock = lock_of(packages, b"wanted", "altered", "absent_package")
    with pytest.raises(fetch_runtime.RuntimeFilesMissing, match=r"another sha256 .*absent_package is not installed"):
        fetch_runtime.fetch(packages / "kept", lock)
    assert not (packages / "kept" / "a" / "b.txt").exists()


def test_a_kept_file_that_was_tampered_with_is_fetched_again(packages: Path) -> None:
    lock = lock_of(packages, b"right", "a")
    fetch_runtime.fetch(packages / "kept", lock)["a/b.txt"].write_bytes(b"wrong")
    assert fetch_runtime.fetch(packages / "kept", lock)["a/b.txt"].read_bytes() == b"right"


def test_a_blob_gives_back_what_was_packed() -> None:
    files = {"é.py": b"\x00\x01", "b/c.so": b"", "d": bytes(range(256))}
    assert pack.unpacked(pack.packed(files)) == files


def test_of_a_wheel_only_what_the_page_needs_is_taken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x-1.whl", "w") as wheel:
        for name in ("x/__init__.py", "x/lib/y.py", "x/tests/test_x.py", "x/x.pyi", "x/z.so", "x-1.dist-info/RECORD"):
            wheel.writestr(name, name)
        wheel.writestr("x/", "")  # some wheels list their folders
    files = pack.site_packages({"x-1.whl": tmp_path / "x-1.whl"}, tmp_path / "none", tmp_path / "none")
    assert set(files) == {"x/__init__.py", "x/lib/y.py", "x/z.so", "plotly/__init__.py"}


def test_of_a_package_of_plugins_only_those_that_notes_use_are_taken_and_a_table_of_symbols_is(tmp_path: Path) -> None:
    names = ("mdit_py_plugins/__init__.py", "mdit_py_plugins/dollarmath/index.py", "mdit_py_plugins/footnote/index.py",
             "latex2mathml/unimathsymbols.txt", "latex2mathml-3.dist-info/METADATA", "latex2mathml/other.txt")  # fmt: skip
    with zipfile.ZipFile(tmp_path / "x-1.whl", "w") as wheel:
        for name in names:
            wheel.writestr(name, name)
    files = pack.site_packages({"x-1.whl": tmp_path / "x-1.whl"}, tmp_path / "none", tmp_path / "none")
    assert set(files) == {names[0], names[1], names[3], names[4], "plotly/__init__.py"}


def test_every_locked_file_says_what_it_is() -> None:
    for entry in fetch_runtime.locked_files():
        assert entry.name and entry.version and entry.licence and entry.size and len(entry.sha256) == 64
        assert entry.sources


def test_the_folder_stays_a_folder_of_scripts() -> None:
    names = {path.stem for path in BUILD.glob("*.py")}
    assert not names & sys.stdlib_module_names and "__init__" not in names
