"""The hypervolume after each complete trial."""

from __future__ import annotations

import pytest

from analyzer.errors import NotApplicable, UnknownOption
from analyzer.views.hypervolume_history import analyze, answer
from tests.zoo import study


def test_volume_grows_with_feasible_trials_that_beat_the_front() -> None:
    found = analyze(study("""
        number state value0 value1 c0
        0      C     2      2      -
        1      C     1      1      1
        2      F     -      -      -
        3      C     1      2      0
        5      C     9      0      0
        6      C     2      1      0
    """, directions=["minimize", "minimize"]), reference="3,3")  # fmt: skip
    assert found.numbers.tolist() == [0, 1, 3, 5, 6]
    assert found.hypervolumes.tolist() == [1, 1, 2, 2, 3]
    assert found.last_gain == 4
    assert answer(found).endswith("the last gain was with the last complete trial.")


def test_no_trial_within_the_reference_point_is_said() -> None:
    found = analyze(study("value0 value1\n2 2\n1 9", directions=["minimize", "minimize"]), reference="1,1")
    assert answer(found) == "No feasible trial lies within the reference point."


def test_a_reference_point_has_a_number_for_each_objective() -> None:
    two = study("value0 value1\n2 2", directions=["minimize", "minimize"])
    for wrong in ("1", "1,2,3", "a,b", "inf,1", ","):
        with pytest.raises(UnknownOption, match="one number for each objective"):
            analyze(two, reference=wrong)


def test_infinite_values_have_no_volume_to_speak_of() -> None:
    with pytest.raises(NotApplicable, match="finite in every objective"):
        analyze(study("value0 value1\ninf 1", directions=["minimize", "minimize"]))
