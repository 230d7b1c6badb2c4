"""The layouts of Optuna's tables from 0.4 to 5.0, told apart by columns, and the statements that read each.

Version numbers in a database lie (they stay at the release that made it), so every column is looked for on its own.
The statements are plain SQL with named parameters that SQLite, PostgreSQL and MySQL all take; non-finite numbers travel
as a small code beside the number, because no spelling of infinity or NaN is common to all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.database.decode import SAMPLER_STATE
from analyzer.errors import UnreadableDatabase

# Codes beside a number: 0 as stored, 1 and 2 infinite, 3 not a number.
FINITE, POSITIVE, NEGATIVE, NAN = range(4)

Columns = Mapping[str, frozenset[str]]  # table name -> its column names

TABLES = ("studies", "study_directions", "study_user_attributes", "study_system_attributes", "trials",
          "trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values",
          "trial_intermediate_values", "version_info", "alembic_version")  # fmt: skip

VERSION = "select library_version from version_info order by version_info_id"
STUDIES = "select study_id, study_name from studies order by study_id"
STUDY_USER_ATTRIBUTES = (
    "select key, value_json from study_user_attributes where study_id = :study order by study_user_attribute_id"
)
STUDY_SYSTEM_ATTRIBUTES = (
    "select key, value_json from study_system_attributes where study_id = :study order by study_system_attribute_id"
)
ALL_METRIC_NAMES = (
    "select study_id, key, value_json from study_system_attributes "
    "where key in ('study:metric_names', 'dashboard:objective_names', 'multi_objective:study:directions', "
    "'preference:is_preferential')"
)
STATE_COUNTS = "select study_id, state, count(*) from trials group by study_id, state"
LAST_TIMES = (
    "select study_id, min(datetime_start), max(datetime_start), max(datetime_complete) from trials group by study_id"
)
CONSTRAINED_STUDIES = (
    "select distinct t.study_id from trial_system_attributes a join trials t on t.trial_id = a.trial_id "
    "where a.key = 'constraints' or a.key = 'nsga2:constraints' or a.key like 'constraints:%'"
)
TRIAL_COUNT = "select count(*) from trials"
_MINE = "trial_id in (select trial_id from trials where study_id = :study)"
_ALL = "1 = 1"


@dataclass(frozen=True, slots=True)
class Layout:
    """The statements for one generation of tables, and its name for the reader."""

    name: str
    directions: str  # study_id, objective, direction
    trials: str  # trial_id, number or null, state, start, end
    values: str  # trial_id, objective, value, code
    best: str  # study_id, lowest and highest value of complete trials, and whether any is infinite
    intermediate: str  # trial_id, step, value, code
    numbers_in_attributes: bool  # trial numbers are the system attribute `_number` (before 1.3)
    float32_infinities: bool  # no code column: the largest float32 may stand for infinity


def layout(columns: Columns) -> Layout:
    """Recognise the layout by the columns that are there.

    Raises UnreadableDatabase where the tables are not Optuna's.
    """
    missing = [table for table in ("studies", "trials", "trial_params", "trial_values") if table not in columns]
    if missing:
        raise UnreadableDatabase(_not_optuna(columns))
    finals, steps = columns["trial_values"], columns.get("trial_intermediate_values", frozenset())
    return Layout(
        name=_generation(columns),
        directions=_directions(columns),
        trials=_trials(columns["trials"]),
        values=_values(columns),
        best=_best(columns),
        intermediate=_intermediate(finals, steps),
        numbers_in_attributes="number" not in columns["trials"],
        float32_infinities="value_type" not in finals and "value" not in columns["trials"],
    )


def _not_optuna(columns: Columns) -> str:
    names = ", ".join(sorted(columns)[:6]) + (" …" if len(columns) > 6 else "")
    held = f"its tables are {names}" if columns else "it holds no tables"
    return (
        f"This is a database, but not one of Optuna's: {held}. "
        "Give the file or URL that was passed to optuna.create_study(storage=…)."
    )


def _generation(columns: Columns) -> str:
    if "value_type" in columns["trial_values"]:
        return "Optuna 3.0 or later"
    if "objective" in columns["trial_values"]:
        return "Optuna 2.4 to 2.10"
    return "Optuna 1.3 to 2.3" if "number" in columns["trials"] else "Optuna before 1.3"


def _directions(columns: Columns) -> str:
    if "study_directions" in columns:
        return "select study_id, objective, direction from study_directions order by study_id, objective"
    if "direction" in columns["studies"]:
        return "select study_id, 0, direction from studies order by study_id"
    return "select study_id, 0, 'NOT_SET' from studies order by study_id"


def _trials(trials: frozenset[str]) -> str:
    number = "number" if "number" in trials else "null"
    return (
        f"select trial_id, {number}, state, datetime_start, datetime_complete "
        "from trials where study_id = :study order by trial_id"
    )


def _coded(value: str, kind: str | None) -> str:
    """A number column and its code column; a NULL is NaN whatever the kind says."""
    code = f"when {value} is null then {NAN} else {FINITE} end"
    if kind:
        code = f"when {kind} = 'INF_POS' then {POSITIVE} when {kind} = 'INF_NEG' then {NEGATIVE} {code}"
    return f"coalesce({value}, 0), case {code}"


def _values(columns: Columns) -> str:
    finals = columns["trial_values"]
    if "objective" not in finals:
        return f"select trial_id, 0, {_coded('value', None)} from trials where study_id = :study and value is not null"
    coded = _coded("value", "value_type" if "value_type" in finals else None)
    return f"select trial_id, objective, {coded} from trial_values where {{mine}}"


def _best(columns: Columns) -> str:
    finals = columns["trial_values"]
    if "objective" not in finals:
        return "select study_id, min(value), max(value), 0 from trials where state = 'COMPLETE' group by study_id"
    infinite = "max(case when v.value_type <> 'FINITE' then 1 else 0 end)" if "value_type" in finals else "0"
    return (
        f"select t.study_id, min(v.value), max(v.value), {infinite} from trial_values v "
        "join trials t on t.trial_id = v.trial_id where t.state = 'COMPLETE' and v.objective = 0 group by t.study_id"
    )


def _intermediate(finals: frozenset[str], steps: frozenset[str]) -> str:
    if not steps:
        return f"select trial_id, step, {_coded('value', None)} from trial_values where {{mine}}"
    kind = "intermediate_value_type" if "intermediate_value_type" in steps else None
    return f"select trial_id, step, {_coded('intermediate_value', kind)} from trial_intermediate_values where {{mine}}"


def of_study(statement: str, most_of_table: bool) -> str:
    """Restrict a statement on a trial table to one study; where the study is most of the table, scan it all instead."""
    return statement.replace("{mine}", _ALL if most_of_table else _MINE)


PARAMETERS = "select trial_id * {width} + {code}, param_value from trial_params where {mine}"
STORED_PARAMETERS = (
    "select trial_id, param_name, distribution_json, param_value from trial_params where {mine} and {code} = 0"
)
SOME_PARAMETERS = (
    "select param_name, distribution_json from trial_params where trial_id in ({ids}) order by trial_id, param_id"
)
TRIAL_USER_ATTRIBUTES = (
    "select trial_id, key, value_json from trial_user_attributes where {mine} order by trial_user_attribute_id"
)
TRIAL_SYSTEM_ATTRIBUTES = (
    "select trial_id, key, value_json from trial_system_attributes where {mine} "
    + " ".join(f"and key not like '{prefix}%'" for prefix in SAMPLER_STATE)
    + " order by trial_system_attribute_id"
)
