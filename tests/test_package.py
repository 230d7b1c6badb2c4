"""What `python -m build` makes of a checkout: the wheel holds the page's files, the sdist the sources of everything."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("analyzer", "web", "tests", "build", ".ci", "pyproject.toml", "Makefile", "CHANGELOG.md", "LICENSE", "README.md", "README.zh-CN.md", ".gitignore")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel made from it."""
    pytest.importorskip("build", reason="needs the package build")
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    rubbish = shutil.ignore_patterns("__pycache__", "*.pyc", ".runtime", "dist")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=rubbish)
        elif (ROOT / part).exists():
            shutil.copy(ROOT / part, copy / part)
    command = [sys.executable, "-m", "build", "--outdir", str(out), *_isolation(), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=out, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def _isolation() -> list[str]:
    """Build with the hatchling that is here, without the network, where there is one."""
    import importlib.util

    return ["--no-isolation"] if importlib.util.find_spec("hatchling") else []


def files(folder: Path) -> set[str]:
    found = (path.relative_to(ROOT).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if "__pycache__" not in name and "/." not in name}


def test_the_wheel_holds_the_package_and_the_files_of_the_page(made: Path) -> None:
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in files(ROOT / "analyzer") if "/_web/" not in name} <= names
    for_readers_of_the_sources = ("web/pictures/", "web/examples/make.py")
    needed = {name for name in files(ROOT / "web") if not name.startswith(for_readers_of_the_sources)}
    shipped = {name.replace("web/", "analyzer/_web/", 1) for name in needed}
    assert shipped <= names
    for kind in ("templates/", "css/", "js/", "examples/"):
        assert any(name.startswith(f"analyzer/_web/{kind}") for name in names)
    assert any(name.endswith("entry_points.txt") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "build/", "web/"))]


def test_the_sdist_holds_all_that_builds_and_tests_it(made: Path) -> None:
    (sdist,) = made.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("analyzer", "web", "tests", "build"):
        assert {name for name in files(ROOT / folder) if "/_web/" not in name} <= names
    assert {"pyproject.toml", "Makefile", "LICENSE", "README.md", "README.zh-CN.md", ".ci/run"} <= names


def test_the_wheel_runs_on_its_own(made: Path, tmp_path: Path) -> None:
    """The templates and scripts are found inside the package."""
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    database = ROOT / "tests" / "data" / "optuna-5.0.0.db"
    command = [sys.executable, "-P", "-m", "analyzer", "report", str(database), "-s", "ties", "-o", "r.html"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, env={"PYTHONPATH": str(tmp_path), "PATH": ""})
    assert done.returncode == 0, done.stderr
    assert "ties" in (tmp_path / "r.html").read_text(encoding="utf-8")
