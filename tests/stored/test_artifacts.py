"""Artifacts, as Optuna and as the older dashboard list them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer import read_study
from analyzer.artifact_files import is_artifact_id
from analyzer.stored.artifacts import Artifact, artifacts, has_artifacts
from tests.zoo import study

DASHBOARD = Path(__file__).parents[1] / "data" / "optuna-5.0.0-dashboard-0.21.0.db"
ID = "0eb39c8b-507e-4570-85f1-0f46eb5901b6"


def meta(**more: object) -> str:
    return json.dumps({"artifact_id": ID, "filename": "a.txt", "mimetype": "text/plain", "encoding": None, **more})


def test_the_studys_and_the_trials_artifacts_are_found() -> None:
    found = artifacts(read_study(DASHBOARD, "dash-notes"))
    assert [(each.row, each.filename, each.mimetype) for each in found.all] == [
        (None, "_src.txt", "text/plain"), (2, "_src.txt", "text/plain"), (3, "_src.png", "image/png"),
    ]  # fmt: skip
    assert [each.id for each in found.of(2)] == [ID]
    assert found.remarks == ()


def test_the_older_dashboard_kept_trials_artifacts_with_the_study() -> None:
    found = artifacts(
        study("value\n1\n2", stored={f"dashboard:artifacts:2:{ID}": meta(), f"dashboard:artifacts:7:{ID}": meta()})
    )
    assert found.all == (Artifact(1, ID, "a.txt", "text/plain", ""),)


def test_deleted_artifacts_are_passed_over_without_a_word() -> None:
    deleted = study(f'value system:artifacts:{ID}\n1 "null"', stored={f"artifacts:{ID}": "null"})
    assert has_artifacts(deleted)
    assert artifacts(deleted).all == ()
    assert artifacts(deleted).remarks == ()


def test_an_id_that_could_lead_elsewhere_is_no_artifact() -> None:
    wrong = [
        "../../etc/passwd",
        "/etc/passwd",
        ID + "/..",
        ID + "\n",
        "",
        ".",
        ID.replace("-", "_"),
        ID[:-1],
        "\ud800",
        "٠" + ID[1:],
    ]
    assert not any(map(is_artifact_id, wrong))
    found = artifacts(study("value\n1", stored={f"artifacts:{each}": meta() for each in wrong}))
    assert found.all == ()
    assert found.remarks == (f"{len(wrong)} artifacts are left out: their entries in the database cannot be read.",)


@pytest.mark.parametrize("value", ["{", "[1]", "7", 7, ["x"], "[" * 100_000, '"text"'])
def test_what_cannot_be_read_is_told(value: object) -> None:
    found = artifacts(study("value\n1", stored={f"artifacts:{ID}": value}))
    assert found.remarks == ("1 artifact is left out: its entry in the database cannot be read.",)


def test_names_and_types_that_are_no_text_are_empty() -> None:
    found = artifacts(study("value\n1", stored={f"artifacts:{ID}": meta(filename=["x"], mimetype=None, encoding=3)}))
    assert found.all == (Artifact(None, ID, "", "", ""),)
