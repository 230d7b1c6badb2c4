"""What the tests of the page share: the site as it is published, a Chromium, visitors, small studies."""

from __future__ import annotations

import importlib
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page import browser as drive  # puts build/ on the path
from tests.page.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is published, in a sub-path of its host."""
    make_site = importlib.import_module("make_site")
    site = tmp_path_factory.mktemp("product") / "host" / "some" / "path"
    site.parent.mkdir(parents=True)
    make_site.write_site(site)
    return site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of all tests in one process: playwright bears no second one beside it."""
    with drive.launched() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any, product: Path) -> Iterator[Visit]:
    """Make visitors; those who were not closed by the test are closed after it."""
    visitors: list[Visitor] = []

    def come(**settings: Any) -> Visitor:
        visitors.append(Visitor(chromium, product, **settings))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from npm, kept between runs."""
    folder = Path(tempfile.gettempdir()) / "hpo-analyze-axe"
    folder.mkdir(exist_ok=True)
    if not any(folder.glob("*.tgz")):
        command = ["npm", "pack", "--silent", "axe-core@4.10.2"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"axe-core cannot be had here: {error}")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        stream = package.extractfile("package/axe.min.js")
        assert stream is not None
        return stream.read().decode()
