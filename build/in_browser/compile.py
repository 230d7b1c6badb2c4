"""Runs inside the pinned Pyodide: compile every .py of site-packages, and find which C extensions the imports need."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import marshal
import struct
import sys
from pathlib import Path

SITE_PACKAGES = Path("/lib/python3.12/site-packages")
OPTIMIZE = 1  # without asserts
UNCHECKED_HASH = 1
DOCS_ONLY = {"_add_newdocs.py", "_add_newdocs_scalars.py"}  # numpy's: they attach docstrings and nothing else


class WithoutDocs(ast.NodeTransformer):
    """Empties the docstrings of other people's packages: 1 MB of every download that no reader of the page sees.

    Not optimize=2, which takes them away altogether: numpy's C code insists on strings.
    """

    def visit(self, node: ast.AST) -> ast.AST:
        body = getattr(node, "body", None)
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and body and ast.get_docstring(node, clean=False) is not None:
            body[0].value.value = ""
        return self.generic_visit(node)


def compiled(source: bytes, path: Path) -> bytes:
    """A sourceless .pyc: valid whatever the time stamps of the files are."""
    if path.name in DOCS_ONLY:
        source = b""
    tree = ast.parse(source) if "analyzer" in path.parts else WithoutDocs().visit(ast.parse(source))
    code = compile(tree, str(path), "exec", dont_inherit=True, optimize=OPTIMIZE)
    digest = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + struct.pack("<I", UNCHECKED_HASH) + digest + marshal.dumps(code)


def packed() -> bytes:
    """All files of site-packages but the extensions, sources replaced by bytecode, in the format of build/pack.py."""
    entries: list[tuple[str, bytes]] = []
    for path in sorted(SITE_PACKAGES.rglob("*")):
        if path.is_dir() or path.suffix == ".so":
            continue
        name, data = path.relative_to(SITE_PACKAGES), path.read_bytes()
        if path.suffix == ".py" and "_web" not in name.parts:
            name, data = name.with_suffix(".pyc"), compiled(data, path)
        entries.append((str(name), data))
    header = json.dumps([[name, len(data)] for name, data in entries]).encode()
    return struct.pack("<I", len(header)) + header + b"".join(data for _, data in entries)


def main(plan_text: str) -> str:
    """Write /tmp/code.bin; return the plan with the extensions that its imports need, in loading order."""
    plan = json.loads(plan_text)
    Path("/tmp/code.bin").write_bytes(packed())
    for name in plan["imports"]:
        importlib.import_module(name)
    files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
    plan["extensions"] = [str(Path(file).relative_to(SITE_PACKAGES)) for file in files if file.endswith(".so")]
    return json.dumps(plan)
