"""The order of the modules: who may import whom, without cycles; and what importing the package costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "analyzer"

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "_web" not in path.parts
}

# Lower layers first. What is in none of them stands between `distributions` and the views.
GROUND = {"analyzer.arrays", "analyzer.errors", "analyzer.version"}
COMMANDS = {"analyzer.commands", "analyzer.commands_studies", "analyzer.commands_reports"}
EDGES = {*COMMANDS, "analyzer.cli", "analyzer.browser", "analyzer.__main__", "analyzer.api", "analyzer"}
MANY = {"analyzer.folders", "analyzer.batch", "analyzer.opening", "analyzer.following", "analyzer.session"}  # they open databases, too


@cache
def imports(module: str) -> frozenset[str]:
    """The modules of the package that a module imports, anywhere in it; what is for type checkers only does not count."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    return frozenset(found for node in _statements(tree) for found in _named(node) if found in MODULES and found != module)


def _statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        yield from _statements(node)


def _named(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module:
        assert node.level == 0, "relative imports hide the order"
        below = [f"{node.module}.{alias.name}" for alias in node.names]
        modules = [name for name in below if name in MODULES]
        yield from modules
        if len(modules) < len(below):
            yield node.module


def inside(module: str, folder: str) -> bool:
    return module == folder or module.startswith(f"{folder}.")


@pytest.mark.parametrize("module", MODULES)
def test_each_module_imports_from_below_only(module: str) -> None:
    found = imports(module)
    if module in GROUND:
        assert not found
    elif inside(module, "analyzer.stats"):
        assert all(inside(each, "analyzer.stats") or each in GROUND for each in found)
    elif module == "analyzer.distributions":
        assert found <= GROUND
    elif inside(module, "analyzer.views") or inside(module, "analyzer.comparisons"):
        folders = ("analyzer.views", "analyzer.comparisons")
        assert not {each for each in found if any(inside(each, folder) for folder in folders)} or module in folders
        assert not any(inside(each, "analyzer.database") or each == "analyzer.report" for each in found)
    elif module not in EDGES:
        assert not found & EDGES
    if not inside(module, "analyzer.database") and module not in EDGES | MANY:
        assert not any(inside(each, "analyzer.database") for each in found)
    if inside(module, "analyzer.database"):
        assert not any(inside(each, "analyzer.views") or each in ("analyzer.figure", "analyzer.report") for each in found)


def test_the_shell_and_the_page_do_not_know_each_other() -> None:
    assert not any("analyzer.browser" in reached(shell) for shell in {"analyzer.cli"} | COMMANDS)
    assert not ({"analyzer.cli"} | COMMANDS) & reached("analyzer.browser")


def test_there_is_no_cycle() -> None:
    for module in MODULES:
        assert module not in reached(module), f"{module} imports itself in the end"


def reached(module: str) -> set[str]:
    """All that a module imports, directly or not."""
    found: set[str] = set()
    waiting = list(imports(module))
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += imports(each)
    return found


def loaded(statements: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after these statements, beyond its own start."""
    code = f"import sys; before = set(sys.modules)\n{statements}\nimport json; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    found = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    return {name for name in found if name != "cython_runtime" and not name.startswith("_cython")}  # numpy's own


def test_importing_the_package_and_reading_a_study_loads_numpy_and_the_standard_library_only() -> None:
    assert loaded("import analyzer") - set(sys.stdlib_module_names) == {"analyzer"}
    use = "import analyzer; [getattr(analyzer, name) for name in analyzer.__all__]"
    read = f"{use}; analyzer.read_study({str(ROOT / 'tests/data/optuna-5.0.0.db')!r}, 'single-main')"
    for statements in (use, read):
        assert loaded(statements) - set(sys.stdlib_module_names) == {"analyzer", "numpy"}


def test_every_view_runs_on_numpy_and_the_standard_library() -> None:
    path = str(ROOT / "tests/data/optuna-5.0.0.db")
    lines = [
        "import analyzer",
        "from analyzer.errors import NotApplicable",
        f"study = analyzer.read_study({path!r}, 'single-main')",
        "for view in analyzer.VIEWS.values():",
        "    try: result = view.analyze(study)",
        "    except NotApplicable: continue",
        "    view.answer(result); view.table(result); view.figure and view.figure(result)",
    ]
    assert loaded("\n".join(lines)) - set(sys.stdlib_module_names) == {"analyzer", "numpy"}


@pytest.mark.parametrize("words", [["--help"], ["report", "--help"], ["--version"]])
def test_help_loads_no_numpy(words: list[str]) -> None:
    statements = f"from analyzer.cli import main\ntry: main({words!r})\nexcept SystemExit: pass"
    assert loaded(statements) - set(sys.stdlib_module_names) == {"analyzer"}


def test_no_module_is_named_like_one_of_the_standard_library() -> None:
    for folder in ("build", "tests"):
        names = {path.stem for path in (ROOT / folder).glob("*.py")}
        assert not names & set(sys.stdlib_module_names)
    assert not (ROOT / "build" / "__init__.py").exists()
