"""Forms that the dashboard shows for each trial: what people are asked, and where their answers lie.

A form asks for the objectives' values (register_objective_form_widgets) or for user attributes of the trial
(register_user_attr_form_widgets). Answers lie where they were asked for: in the values, or in the attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.stored.parts import from_json
from analyzer.study import Study
from analyzer.text import _

_KEYS = ("dashboard:form_widgets:v2", "dashboard:objective_form_widgets:v1", "dashboard:objective_form_widgets")
_TYPES = ("choice", "slider", "text", "user_attr")


@dataclass(frozen=True, slots=True)
class Widget:
    """One question of a form."""

    type: str  # "choice", "slider", "text", or "user_attr": an objective that is taken from an attribute
    description: str  # "" where there is none; hostile text
    attribute: str  # the user attribute that holds the answers; "" where an objective does
    objective: int | None  # the position of the objective that holds the answers
    labels: tuple[tuple[object, str], ...] = ()  # of a choice: (stored value, what the person reads)

    def label(self, value: object) -> str:
        """What a person chose, in the form's own words; "" for a value that is no choice."""
        return next((text for stored, text in self.labels if _same(stored, value)), "")


@dataclass(frozen=True, slots=True)
class Form:
    """The questions in their order; none where the study has no form."""

    widgets: tuple[Widget, ...]
    remarks: tuple[str, ...] = ()


def form(study: Study) -> Form:
    """The newest form, in any of the dashboard's spellings. Widgets that are none of the known ones are left out and told."""
    stored = next((study.stored[key] for key in _KEYS if key in study.stored), None)
    if stored is None:
        return Form(())
    content = from_json(stored)
    kind = content.get("output_type") if isinstance(content, dict) else None
    listed = content.get("widgets") if isinstance(content, dict) else content
    asked = listed if isinstance(listed, list) else [None]
    widgets = [_widget(each, at, kind != "user_attr", len(study.objectives)) for at, each in enumerate(asked)]
    known = tuple(each for each in widgets if each is not None)
    told = () if len(known) == len(widgets) else (_("A part of the form is left out: it cannot be read."),)
    return Form(known, told)


def has_form(study: Study) -> bool:
    """Whether the dashboard shows a form for this study's trials."""
    return any(key in study.stored for key in _KEYS)


def _widget(stored: object, position: int, is_objective: bool, objectives: int) -> Widget | None:
    if not isinstance(stored, Mapping) or stored.get("type") not in _TYPES:
        return None
    key = stored.get("key") if stored["type"] == "user_attr" else stored.get("user_attr_key")
    attribute = key if isinstance(key, str) else ""
    objective = position if is_objective and position < objectives else None
    if objective is None and not attribute:
        return None
    said = stored.get("description")
    return Widget(str(stored["type"]), said if isinstance(said, str) else "", attribute, objective, _labels(stored))


def _labels(stored: Mapping[str, object]) -> tuple[tuple[object, str], ...]:
    """Values and their words: of a choice, and of a slider that names some of its places."""
    choices, values, places = stored.get("choices"), stored.get("values"), stored.get("labels")
    if isinstance(choices, list) and isinstance(values, list):
        return tuple((value, str(choice)) for choice, value in zip(choices, values, strict=False))
    if isinstance(places, list):
        pairs = [place for place in places if isinstance(place, Mapping) and "value" in place and "label" in place]
        return tuple((place["value"], str(place["label"])) for place in pairs)
    return ()


def _same(a: object, b: object) -> bool:
    return a == b and isinstance(a, bool) == isinstance(b, bool)
