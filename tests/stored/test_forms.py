"""The dashboard's forms, in each of its spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import read_study
from analyzer.stored.forms import form, has_form
from tests.zoo import study

DASHBOARD = Path(__file__).parents[1] / "data" / "optuna-5.0.0-dashboard-0.21.0.db"


def test_a_form_for_the_objective() -> None:
    (widget,) = form(read_study(DASHBOARD, "dash-hitl")).widgets
    assert (widget.type, widget.description, widget.attribute, widget.objective) == ("choice", "pick", "", 0)
    assert (widget.label(-1), widget.label(1.0), widget.label(0)) == ("Good", "Bad", "")


def test_a_form_for_user_attributes() -> None:
    choice, text = form(read_study(DASHBOARD, "dash-hitl-userattr")).widgets
    assert (choice.attribute, choice.objective, choice.label(1.0)) == ("hitl_choice", None, "A")
    assert (text.type, text.description, text.attribute) == ("text", "c", "comment")


def test_older_spellings_are_a_bare_list() -> None:
    slider = {
        "type": "slider",
        "description": "how good",
        "min": 0,
        "max": 1,
        "labels": [{"value": 1, "label": "very"}],
    }
    for key in ("dashboard:objective_form_widgets", "dashboard:objective_form_widgets:v1"):
        (widget,) = form(study("value\n1", stored={key: [slider]})).widgets
        assert (widget.objective, widget.label(1)) == (0, "very")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        7,
        "x",
        {},
        {"widgets": 3},
        {"widgets": [7]},
        {"output_type": "user_attr", "widgets": [{"type": "choice"}]},
        [{"type": "?"}],
    ],
)
def test_what_cannot_be_read_is_told(stored: object) -> None:
    found = form(study("value\n1", stored={"dashboard:form_widgets:v2": stored}))
    assert found.widgets == ()
    assert found.remarks in ((), ("A part of the form is left out: it cannot be read.",))
    assert found.remarks or stored is None


def test_an_ordinary_study_has_none() -> None:
    assert not has_form(study("value\n1"))
    assert form(study("value\n1")).widgets == ()
