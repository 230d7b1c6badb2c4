"""The layouts of Optuna's tables from 0.4 to 5.0, told apart by columns, and the statements that read each.

Version numbers in a database lie (they stay at the release that made it), so every column is looked for on its own.
The statements are plain SQL with named parameters that SQLite, PostgreSQL and MySQL all take. Numbers that Optuna stores
as NULL beside a word (infinities and NaN, from 3.0 on) are read by a statement of their own, as a sign: 1, -1, or 0 for NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.database.decode import SAMPLER_STATE
from analyzer.errors import UnreadableDatabase
from analyzer.study import State
from analyzer.text import _, marked

Columns = Mapping[str, frozenset[str]]  # table name -> its column names

TABLES = ("studies", "study_directions", "study_user_attributes", "study_system_attributes", "trials",
          "trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values",
          "trial_intermediate_values", "version_info", "alembic_version")  # fmt: skip

MOST = 0.3  # of all trials in one study: from here on scanning whole tables beats looking its trials up

VERSION = "select library_version from version_info order by version_info_id"
STUDIES = "select study_id, study_name from studies order by study_id"
STUDY = "select study_id, study_name from studies where study_name = :name"
STUDY_USER_ATTRIBUTES = (
    "select a.key, a.value_json from study_user_attributes a where a.study_id = :study "
    "order by a.study_user_attribute_id"
)
STUDY_SYSTEM_ATTRIBUTES = (
    "select a.key, a.value_json from study_system_attributes a where a.study_id = :study "
    "order by a.study_system_attribute_id"
)
ALL_METRIC_NAMES = (
    "select a.study_id, a.key, a.value_json from study_system_attributes a "
    "where a.key in ('study:metric_names', 'dashboard:objective_names', 'multi_objective:study:directions', "
    "'preference:is_preferential')"
)
STATES_AND_TIMES = (
    "select study_id, state, count(*), min(datetime_start), max(datetime_start), max(datetime_complete) "
    "from trials group by study_id, state"
)
CONSTRAINED_STUDIES = (
    "select distinct t.study_id from trial_system_attributes a join trials t on t.trial_id = a.trial_id "
    "where a.key = 'constraints' or a.key = 'nsga2:constraints' or a.key like 'constraints:%'"
)
TRIAL_TIMES = (
    "select datetime_start, datetime_complete from trials where study_id = :study and {chosen} order by trial_id"
)
TRIAL_MOMENTS = "select {counts} from trials where study_id = :study and {chosen} order by trial_id"
STATES = "select distinct state from trials where study_id = :study and {chosen}"
KNOWN_COUNT = "select count(*) from trials where study_id = :study and trial_id <= :last"
NEW_TRIALS = "select trial_id from trials where study_id = :study and trial_id > :last order by trial_id"
TRIAL_COUNT = "select count(*) from trials"
ROOTS = "select name, rootpage from sqlite_master where type = 'table'"
STORED_COLUMNS = "select name, hidden, type, pk from pragma_table_xinfo(:table) order by cid"
_MINE = "trial_id in (select trial_id from trials where study_id = :study)"
_ALL = "1 = 1"
_EITHER = "(study_id = :study or :study < 0)"  # one study, or all of them


@dataclass(frozen=True, slots=True)
class AttributeTable:
    """A table of trial attributes: trial_id, key, value_json, in the order in which they were set."""

    name: str
    id: str
    left_out: tuple[str, ...] = ()  # keys that begin like this

    @property
    def rows(self) -> str:
        """The statement that reads the rows of one study."""
        kept = "".join(f" and substr(a.key, 1, {len(start)}) <> '{start}'" for start in self.left_out)
        return f"select a.trial_id, a.key, a.value_json from {self.name} a where {{mine}}{kept} order by a.{self.id}"


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A table with one number in each row, at a position of a trial."""

    name: str
    position: str | None  # None: the table of the trials themselves, where all stand at position 0 and NULL is no number
    value: str
    kind: str | None  # the column that says what a NULL stands for; None: NaN


@dataclass(frozen=True, slots=True)
class Numbers:
    """How to read the numbers of a study that stand at a position of a trial."""

    held: str  # trial_id, position, value
    special: str  # trial_id, position, sign, of those that are stored as NULL
    table: NumberTable  # the same, of all studies


@dataclass(frozen=True, slots=True)
class Layout:
    """The statements for one generation of tables, and its name for the reader."""

    name: str
    directions: str  # study_id, objective, direction; of one study, or of all where :study is negative
    trials: str  # trial_id, number or -1, state or -1
    values: Numbers  # at the objective
    best: str  # study_id, lowest and highest value of complete trials, and whether any is infinite
    intermediate: Numbers  # at the step
    numbers_in_attributes: bool  # trial numbers are the system attribute `_number` (before 1.3)
    float32_infinities: bool  # no such word: the largest float32 may stand for infinity


def layout(columns: Columns, exact: str) -> Layout:
    """Recognise the layout by the columns that are there; `exact` as for a Connection.

    Raises UnreadableDatabase where the tables are not Optuna's.
    """
    missing = [table for table in ("studies", "trials", "trial_params", "trial_values") if table not in columns]
    if missing:
        raise UnreadableDatabase(_not_optuna(columns))
    finals, steps = columns["trial_values"], columns.get("trial_intermediate_values", frozenset())
    return Layout(
        name=_generation(columns),
        directions=_directions(columns),
        trials=_trials(columns["trials"], exact),
        values=_values(columns),
        best=_best(columns),
        intermediate=_intermediate(steps),
        numbers_in_attributes="number" not in columns["trials"],
        float32_infinities="value_type" not in finals and "value" not in columns["trials"],
    )


def _not_optuna(columns: Columns) -> str:
    names = ", ".join(sorted(columns)[:6]) + (" …" if len(columns) > 6 else "")
    if not columns:
        return _(
            "This is a database, but not one of Optuna's: it holds no tables. "
            "Give the file or URL that was passed to optuna.create_study(storage=…)."
        )
    return _(
        "This is a database, but not one of Optuna's: its tables are {names}. "
        "Give the file or URL that was passed to optuna.create_study(storage=…)."
    ).format(names=names)


def _generation(columns: Columns) -> str:
    if "value_type" in columns["trial_values"]:
        return marked("Optuna 3.0 or later")
    if "objective" in columns["trial_values"]:
        return marked("Optuna 2.4 to 2.10")
    return marked("Optuna 1.3 to 2.3") if "number" in columns["trials"] else marked("Optuna before 1.3")


def _directions(columns: Columns) -> str:
    if "study_directions" in columns:
        return (
            f"select study_id, objective, direction from study_directions where {_EITHER} order by study_id, objective"
        )
    if "direction" in columns["studies"]:
        return f"select study_id, 0, direction from studies where {_EITHER} order by study_id"
    return f"select study_id, 0, 'NOT_SET' from studies where {_EITHER} order by study_id"


def _trials(trials: frozenset[str], exact: str) -> str:
    number = "coalesce(number, -1)" if "number" in trials else "-1"
    codes = " ".join(f"when {exact.format(repr(state.name))} then {int(state)}" for state in State)
    return (
        f"select trial_id, {number}, case {exact.format('state')} {codes} else -1 end "
        "from trials where study_id = :study and {chosen} order by trial_id"
    )


def _numbers(table: str, position: str | None, value: str, kind: str | None) -> Numbers:
    """The numbers that a table holds as such, and those that it holds as NULL and a kind; position as in `NumberTable`."""
    where = "{mine}" if position else "study_id = :study and {chosen}"
    code = f"case when {kind} = 'INF_POS' then 1 when {kind} = 'INF_NEG' then -1 else 0 end" if kind else "0"
    missing = f"{value} is null" if position else "1 = 0"
    return Numbers(
        held=f"select trial_id, {position or 0}, {value} from {table} where {where} and {value} is not null",
        special=f"select trial_id, {position or 0}, {code} from {table} where {where} and {missing}",
        table=NumberTable(table, position, value, kind),
    )


def _values(columns: Columns) -> Numbers:
    finals = columns["trial_values"]
    if "objective" not in finals:
        return _numbers("trials", None, "value", None)
    kind = "value_type" if "value_type" in finals else None
    return _numbers("trial_values", "objective", "value", kind)


def _best(columns: Columns) -> str:
    finals = columns["trial_values"]
    if "objective" not in finals:
        return "select study_id, min(value), max(value), 0 from trials where state = 'COMPLETE' group by study_id"
    infinite = "max(case when v.value_type <> 'FINITE' then 1 else 0 end)" if "value_type" in finals else "0"
    return (
        f"select t.study_id, min(v.value), max(v.value), {infinite} from trial_values v "
        "join trials t on t.trial_id = v.trial_id where t.state = 'COMPLETE' and v.objective = 0 group by t.study_id"
    )


def _intermediate(steps: frozenset[str]) -> Numbers:
    if not steps:
        return _numbers("trial_values", "step", "value", None)
    kind = "intermediate_value_type" if "intermediate_value_type" in steps else None
    return _numbers("trial_intermediate_values", "step", "intermediate_value", kind)


def of_all(statement: str) -> str:
    """A statement on a trial table, for all rows of it."""
    return statement.replace("{mine}", _ALL).replace("{chosen}", _ALL)


def of_study(statement: str) -> str:
    """A statement on a trial table, restricted to the study."""
    return statement.replace("{mine}", _MINE).replace("{chosen}", _ALL)


def of_trials(statement: str, ids: Sequence[int]) -> str:
    """A statement on a trial table, restricted to some trials of the study."""
    these = f"trial_id in ({', '.join(map(str, ids)) or 'null'})"
    return statement.replace("{mine}", these).replace("{chosen}", these)


PARAMETERS = "select {key}, param_value from trial_params where {mine}"
STORED_PARAMETERS = (
    "select trial_id, param_name, distribution_json, param_value from trial_params where {mine} and {code} = 0"
)
SOME_PARAMETERS = (
    "select param_name, distribution_json from trial_params where trial_id in ({ids}) order by trial_id, param_id"
)
TRIAL_USER_ATTRIBUTES = AttributeTable("trial_user_attributes", "trial_user_attribute_id")
TRIAL_SYSTEM_ATTRIBUTES = AttributeTable("trial_system_attributes", "trial_system_attribute_id", SAMPLER_STATE)
