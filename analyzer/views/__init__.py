"""The registry of views: every module in this folder that defines `VIEW`, in the order of sections and of `order`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from analyzer.errors import UnknownOption
from analyzer.text import _
from analyzer.view import Section, View


@cache
def registry() -> Mapping[str, View]:
    """All views by slug."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    views = [module.VIEW for module in modules]
    sections = list(Section)
    views.sort(key=lambda view: (sections.index(view.section), view.order, view.slug))
    return {view.slug: view for view in views}


def find(slug: str) -> View:
    """The view of this name, hyphens or underscores. Raises UnknownOption, naming those there are."""
    found = registry().get(slug.replace("_", "-"))
    if found is None:
        raise UnknownOption(
            _("There is no view {slug!r}; choose from: {names}.").format(slug=slug, names=", ".join(registry()))
        )
    return found


VIEWS = registry()
