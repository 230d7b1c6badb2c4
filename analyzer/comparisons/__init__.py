"""The registry of comparisons: every module in this folder that defines `VIEW`, in the order of `order`.

A comparison is a view of several studies: its `analyze` takes a `Together`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from analyzer.errors import UnknownOption
from analyzer.text import _
from analyzer.view import View


@cache
def registry() -> Mapping[str, View]:
    """All comparisons by slug."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {view.slug: view for view in sorted((module.VIEW for module in modules), key=lambda view: view.order)}


def find(slug: str) -> View:
    """The comparison of this name. Raises UnknownOption, naming those there are."""
    found = registry().get(slug)
    if found is None:
        words = _("There is no comparison {slug!r}; choose from: {names}.")
        raise UnknownOption(words.format(slug=slug, names=", ".join(registry())))
    return found
