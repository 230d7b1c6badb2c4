"""What a notebook needs beside the views themselves: studies by name, and figures as plotly objects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analyzer.database import open_database
from analyzer.figure import with_note
from analyzer.study import Study
from analyzer.text import _
from analyzer.view import chosen
from analyzer.views import find

if TYPE_CHECKING:
    import plotly.graph_objects


def study_names(target: str | os.PathLike[str]) -> list[str]:
    """The names of the studies in a database (a path or a URL), in the order in which they were created."""
    with open_database(target) as database:
        return list(database.names)


def read_study(target: str | os.PathLike[str], name: str | None = None) -> Study:
    """Read one study of a database (a path or a URL); the name may be left out where there is one study."""
    with open_database(target) as database:
        return database.read(database.only() if name is None else name)


def plot(study: Study, view: str, **options: str) -> plotly.graph_objects.Figure:
    """The figure of a view as a plotly figure, e.g. `plot(study, "history")`. Needs plotly.

    Raises NotApplicable where the view has nothing to show or to draw, UnknownOption for a view without a figure.
    """
    import plotly.graph_objects

    from analyzer.errors import NotApplicable, UnknownOption

    found = find(view)
    if found.figure is None:
        raise UnknownOption(_("The view {slug!r} is a table and has no figure.").format(slug=found.slug))
    figure = found.figure(found.analyze(study, **chosen(found, study, options)))
    if figure is None:
        raise NotApplicable(_("The view {slug!r} has nothing to draw here; its table has all it knows.").format(slug=found.slug))
    return plotly.graph_objects.Figure(with_note(figure))
