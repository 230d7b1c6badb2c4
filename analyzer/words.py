"""What the page's and the report's scripts say: sentences with named places, filled in the browser."""

from __future__ import annotations

from analyzer.text import _


def words() -> dict[str, str]:
    """The sentences by the names that the scripts know them by."""
    return {**_tables(), **_selection(), **_criteria(), **_trial()}


def _tables() -> dict[str, str]:
    return {
        "filter": _("Filter rows"),
        "rows": _("{count} of {all} rows"),
        "table": _("Table"),
        "copied": _("Copied"),
        "filters": _("Filters of this table"),
        "filterColumn": _("Filter {name}"),
        "apply": _("Apply"),
        "reset": _("No filter"),
        "columns": _("Columns"),
        "frozen": _("columns that stay in place"),
        "onlySelected": _("selected only"),
        "csvShown": _("CSV of these rows"),
        "selectRows": _("Select these trials"),
    }


def _selection() -> dict[str, str]:
    return {
        "selection": _("Selection"),
        "select": _("Select trials"),
        "selectBy": _("Select by"),
        "selectThese": _("Select"),
        "selectHow": _("Or drag a box over a figure with its selection tool. All criteria hold together."),
        "close": _("Close"),
        "chosen": _("{count} of {all} trials"),
        "chosenOfSome": _("{count} of the {some} trials in this report's table (of {all})"),
        "nothingSelected": _("Nothing selected"),
        "criteria": _("Criteria"),
        "keep": _("Keep"),
        "keepHow": _("Go on selecting within these trials"),
        "exclude": _("Exclude"),
        "excludeHow": _("Go on selecting within all others"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "csv": _("CSV"),
        "copyNumbers": _("Copy numbers"),
        "recompute": _("Recompute for these trials"),
        "remove": _("Remove: {what}"),
        "bestTrials": _("best trials"),
        "feasibility": _("feasibility"),
        "numbers": _("trial numbers"),
        "anyText": _("text in any column"),
        "ofValues": _("Values"),
        "ofParameters": _("Parameters"),
        "ofAttributes": _("Attributes"),
        "ofConstraints": _("Constraints"),
        "ofTimes": _("Times"),
    }


def _criteria() -> dict[str, str]:
    return {
        "from": _("from"),
        "to": _("to"),
        "best": _("best"),
        "trials": _("trials"),
        "unit": _("Number or share"),
        "objective": _("Objective"),
        "contains": _("contains"),
        "more": _("and {count} more"),
        "isNot": _("not {what}"),
        "isTrials": _("trials {numbers}"),
        "isBest": _("best {count} by {name}"),
        "isTop": _("best {percent} % by {name}"),
        "isFeasible": _("feasible"),
        "isInfeasible": _("infeasible"),
        "isText": _("contains “{text}”"),
        "isTextIn": _("{name} contains “{text}”"),
        "isOne": _("{name}: {labels}"),
        "isThere": _("has {name}"),
        "isAtMost": _("{name} ≤ {high}"),
        "isAtLeast": _("{name} ≥ {low}"),
        "isBetween": _("{name} {low} – {high}"),
    }


def _trial() -> dict[str, str]:
    return {
        "trial": _("Trial {number}"),
        "openTrial": _("Open trial {number}"),
        "previous": _("Previous trial"),
        "next": _("Next trial"),
    }
