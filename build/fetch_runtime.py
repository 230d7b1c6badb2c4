"""Fetch and verify the third-party files of runtime.lock.json; usable as `python build/fetch_runtime.py`.

A file is taken from the first of its sources that has it with the right size and sha256. All sources are reached by
ordinary clients (pip, npm, a plain download), so mirrors, proxies and offline indexes that those are set up for work
here too. What is verified is kept; a second run only checks digests.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from places import LOCK, runtime_folder


class RuntimeFilesMissing(Exception):
    """A locked file could be had from none of its sources; the message says which and why."""


@dataclass(frozen=True, slots=True)
class LockedFile:
    """One entry of the lock."""

    file: str
    name: str
    version: str
    licence: str
    size: int
    sha256: str
    sources: Sequence[str]

    def matches(self, data: bytes) -> bool:
        return len(data) == self.size and hashlib.sha256(data).hexdigest() == self.sha256


@dataclass(slots=True)
class Sources:
    """The places of the lock, each downloaded at most once into a scratch folder."""

    places: dict[str, dict[str, str]]
    scratch: Path
    core: Path
    downloaded: dict[str, Path] = field(default_factory=dict)

    def read(self, source: str, file: str) -> bytes:
        """The bytes that a source has under this name. Raises OSError, KeyError or CalledProcessError."""
        place = self.places[source]
        readers: dict[str, Callable[[str, str], bytes]] = {
            "pip": self._from_wheel,
            "pip-file": self._wheel_itself,
            "npm": self._from_npm,
            "cdn": self._from_cdn,
            "web": self._from_web,
            "installed": self._from_installed,
        }
        return readers[place["kind"]](place["requirement"], place["folder"] + file)

    def _wheel(self, requirement: str) -> Path:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", requirement]
        return self._once(requirement, command, "*.whl")

    def _once(self, requirement: str, command: list[str], pattern: str) -> Path:
        if requirement not in self.downloaded:
            folder = Path(tempfile.mkdtemp(dir=self.scratch))
            print(f"fetching {requirement}", file=sys.stderr)
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            self.downloaded[requirement] = next(folder.glob(pattern))
        return self.downloaded[requirement]

    def _from_wheel(self, requirement: str, member: str) -> bytes:
        with zipfile.ZipFile(self._wheel(requirement)) as wheel:
            return wheel.read(member)

    def _wheel_itself(self, requirement: str, file: str) -> bytes:
        return self._wheel(requirement).read_bytes()

    def _from_npm(self, requirement: str, member: str) -> bytes:
        archive = self._once(requirement, ["npm", "pack", "--silent", requirement], "*.tgz")
        with tarfile.open(archive) as package:
            stream = package.extractfile(member)
            if stream is None:
                raise KeyError(member)
            return stream.read()

    def _from_cdn(self, requirement: str, file: str) -> bytes:
        """Pyodide's loader names its own CDN; so that file has to be there already (any other source gives it)."""
        loader = (self.core / "pyodide.mjs").read_text("utf-8")
        version = re.search(r'="(\d+\.\d+\.\d+)";async function', loader)
        address = re.search(r"setCdnUrl\(`([^`$]*)\$\{[^}]*\}([^`]*)`\)", loader)
        if not version or not address:
            raise KeyError("the loader names no CDN")
        with urllib.request.urlopen(address[1] + version[1] + address[2] + file, timeout=60) as reply:
            return bytes(reply.read())

    def _from_web(self, folder: str, file: str) -> bytes:
        with urllib.request.urlopen(folder + file, timeout=60) as reply:
            return bytes(reply.read())

    def _from_installed(self, package: str, member: str) -> bytes:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise KeyError(f"{package} is not installed")
        return (Path(spec.submodule_search_locations[0]).parent / member).read_bytes()


def locked_files(lock: Path = LOCK) -> list[LockedFile]:
    """The entries of the lock, in its order."""
    return [LockedFile(**entry) for entry in json.loads(lock.read_text("utf-8"))["files"]]


def fetch_one(entry: LockedFile, sources: Sources) -> bytes:
    """The verified bytes of one file, from the first source that has them."""
    reasons = []
    for source in entry.sources:
        try:
            data = sources.read(source, entry.file)
        except (OSError, KeyError, StopIteration, subprocess.CalledProcessError, zipfile.BadZipFile) as error:
            reasons.append(f"{source}: {error}")
            continue
        if entry.matches(data):
            return data
        reasons.append(f"{source}: {len(data)} bytes with another sha256 than the lock's")
    raise RuntimeFilesMissing(f"{entry.file} {entry.version} could not be had: " + "; ".join(reasons))


def fetch(folder: Path, lock: Path = LOCK) -> dict[str, Path]:
    """Bring every locked file into folder and return their paths by name. Instant when they are there already."""
    paths: dict[str, Path] = {}
    places = json.loads(lock.read_text("utf-8"))["sources"]
    with tempfile.TemporaryDirectory() as scratch:
        sources = Sources(places, Path(scratch), folder)
        for entry in locked_files(lock):
            path = folder / entry.file
            if not (path.exists() and entry.matches(path.read_bytes())):
                data = fetch_one(entry, sources)
                path.parent.mkdir(parents=True, exist_ok=True)
                fresh = path.with_name(f".{path.name}.{os.getpid()}")  # never half a file, even with two builds at once
                fresh.write_bytes(data)
                fresh.replace(path)
            paths[entry.file] = path
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runtime", type=Path, default=runtime_folder(), help="folder that keeps the files")
    folder = parser.parse_args().runtime
    try:
        paths = fetch(folder)
    except RuntimeFilesMissing as error:
        print(error, file=sys.stderr)
        return 1
    total = sum(path.stat().st_size for path in paths.values())
    print(f"{len(paths)} files, {total / 1e6:.1f} MB, all as locked, in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
