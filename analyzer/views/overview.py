"""Overview: how good is the best, is it still improving, what mattered, what did it cost, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from analyzer import table as tab
from analyzer.arrays import Ints
from analyzer.best import best_rows
from analyzer.edges import edge_names
from analyzer.errors import NotApplicable
from analyzer.facts import stored_cell
from analyzer.importance import Importances, importances
from analyzer.progress import FrontProgress, Progress, front_progress, progress
from analyzer.reference_point import reference_point
from analyzer.states import directed, state_name
from analyzer.study import Objective, Source, State, Study
from analyzer.text import (
    _,
    ago,
    counted,
    duration,
    enumerated,
    listed,
    moment,
    named,
    number,
    paragraph,
    percent,
    whole,
)
from analyzer.timing import seconds_by_state, timing
from analyzer.view import Section, View

_MANY_TRIALS = 5000


@dataclass(frozen=True, slots=True)
class Cost:
    """What the search took."""

    span_s: float  # first start to last sign of life
    median_s: float  # of complete trials, NaN where none has both times
    lost_s: float  # trial time of pruned and failed trials
    spent_s: float  # trial time of all finished trials
    at_once: int


class Advice(Enum):
    """What to do next."""

    STALE = "stale"
    FAILING = "failing"
    EDGE = "edge"
    STALLED = "stalled"
    IMPROVING = "improving"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Overview:
    """The study in words and numbers."""

    name: str
    objectives: tuple[Objective, ...]
    source: Source
    states: dict[str, int]
    best: tuple[tuple[int, tuple[float, ...]], ...]  # number and values of the best trial, or of the Pareto set
    unfeasible_reason: str | None  # why there is no best trial
    progress: Progress | None  # of a single objective
    front: FrontProgress | None  # of several objectives
    importances: Importances | None
    cost: Cost | None
    first: np.datetime64
    last: np.datetime64
    parameters: int
    advice: tuple[tuple[Advice, tuple[str, ...]], ...]  # with the names or numbers it is about
    attributes: dict[str, object]  # the study's own, as the user set them
    warnings: tuple[str, ...]


def analyze(study: Study) -> Overview:
    """Everything the first screen says. An empty study has an overview too."""
    reason, best = None, np.empty(0, np.int64)
    try:
        best = best_rows(study)
    except NotApplicable as error:
        reason = str(error)
    single = len(study.objectives) == 1 and not reason
    made = progress(study, study.objectives[0]) if single else None
    moments = np.concatenate([study.trials.starts, study.trials.ends])
    moments = moments[~np.isnat(moments)]
    none = np.datetime64("NaT", "us")
    values = study.trials.values
    return Overview(
        name=study.name,
        objectives=study.objectives,
        source=study.source,
        states=study.state_counts(),
        best=tuple((int(study.trials.numbers[row]), tuple(float(v) for v in values[row])) for row in best),
        unfeasible_reason=reason,
        progress=made,
        front=_front(study) if not reason else None,
        importances=_importances(study),
        cost=_cost(study),
        first=moments.min() if len(moments) else none,
        last=moments.max() if len(moments) else none,
        parameters=len(study.parameters),
        advice=tuple(_advice(study, made, best)),
        attributes=dict(study.attributes),
        warnings=study.warnings,
    )


def _front(study: Study) -> FrontProgress | None:
    if len(study.objectives) < 2:
        return None
    if len(study.objectives) > 3 and len(study.complete) > _MANY_TRIALS:
        return None  # the volume of four and more dimensions takes too long for a first screen
    point = reference_point(study)
    return None if point is None else front_progress(study, point)


def _importances(study: Study) -> Importances | None:
    try:
        return importances(study)
    except NotApplicable:
        return None


def _cost(study: Study) -> Cost | None:
    laid = timing(study)
    if not len(laid.rows):
        return None
    spent = seconds_by_state(study)
    durations = study.durations_s()[study.trials.states == State.COMPLETE]
    durations = durations[durations >= 0]  # an end before its start says nothing
    return Cost(
        span_s=laid.span_s,
        median_s=float(np.median(durations)) if len(durations) else float("nan"),
        lost_s=spent[State.PRUNED] + spent[State.FAIL],
        spent_s=sum(spent.values()),
        at_once=laid.at_once,
    )


def _advice(study: Study, made: Progress | None, best: Ints) -> list[tuple[Advice, tuple[str, ...]]]:
    found: list[tuple[Advice, tuple[str, ...]]] = []
    stale = _stale(study)
    if stale:
        found.append((Advice.STALE, (whole(stale),)))
    failed, total = study.state_counts().get("FAIL", 0), len(study)
    if total >= 10 and failed >= 0.1 * total:
        found.append((Advice.FAILING, (percent(failed / total),)))
    if made is not None and len(best):
        edges = edge_names(study, study.objectives[0])
        if edges:
            found.append((Advice.EDGE, edges))
        count = len(study.complete)
        if count < 20:
            found.append((Advice.FEW, (whole(count),)))
        elif made.since >= max(50, count // 2):
            found.append((Advice.STALLED, (whole(made.since),)))
        elif made.since <= count // 10:
            found.append((Advice.IMPROVING, (whole(made.since),)))
    return found


def _stale(study: Study) -> int:
    """Running trials that outlived every finished one many times over: their worker is probably gone."""
    trials = study.trials
    running = (trials.states == State.RUNNING) & ~np.isnat(trials.starts)
    moments = np.concatenate([trials.starts, trials.ends])
    moments = moments[~np.isnat(moments)]
    durations = study.durations_s()
    durations = durations[~np.isnan(durations)]
    if not running.any() or not len(durations):
        return 0
    ages = (moments.max() - trials.starts[running]).astype(np.int64) / 1e6
    return int((ages > max(3 * float(durations.max()), 60.0)).sum())


def advice_text(kind: Advice, about: tuple[str, ...]) -> str:
    """One piece of advice in words."""
    if kind is Advice.EDGE:
        shown = [*map(named, about[:3]), *([_("{count} more").format(count=len(about) - 3)] if len(about) > 3 else [])]
        return _("The best trials crowd at the edge of the range of {names}: consider widening it.").format(names=listed(shown))
    sentences = {
        Advice.STALE: _("{about} running trials have shown no life for long: their worker was probably killed."),
        Advice.FAILING: _("{about} of the trials failed: look at the failed ones before running more."),
        Advice.STALLED: _("No improvement in the last {about} complete trials: stop, or change the search space."),
        Advice.IMPROVING: _("The best value improved within the last {about} complete trials: more trials may pay."),
        Advice.FEW: _("Only {about} complete trials: too few to trust importances or trends."),
    }
    return sentences[kind].format(about=about[0])


def answer(result: Overview) -> str:
    """The best, the progress and what mattered, in one paragraph."""
    sentences = [best_text(result), progress_text(result), mattered_text(result), cost_text(result)]
    return paragraph(sentences)


def best_text(result: Overview) -> str:
    """How good the best is."""
    if result.unfeasible_reason:
        return result.unfeasible_reason
    if len(result.objectives) > 1:
        return _("{trials} on the Pareto front.").format(
            trials=counted(len(result.best), "{count} trial", "{count} trials")
        )
    trial, values = result.best[0]
    return _("Best {name} {value} at trial {trial}.").format(
        name=named(result.objectives[0].name), value=number(values[0]), trial=trial
    )


def progress_text(result: Overview) -> str:
    """Whether the search still improves, in one sentence."""
    made, front = result.progress, result.front
    if made is None and front is None:
        return ""
    if made is not None and not len(made.steps):
        return ""
    last = ago(since(result))
    if front is not None and front.error:
        return _("The last quarter of the trials added about {share} of the hypervolume, which is estimated to {error}; last gain {last}.").format(
            share=percent(front.quarter_share), error=f"±{percent(front.error)}", last=last
        )
    if front is not None:
        return _("The last quarter of the trials added {share} of the hypervolume; last gain {last}.").format(
            share=percent(front.quarter_share), last=last
        )
    assert made is not None
    if made.quarter_gain is None:
        return _("Last improvement {last}.").format(last=last)
    if made.quarter_gain == 0:
        return _("The last quarter of the trials gained nothing; last improvement {last}.").format(last=last)
    return _("The last quarter of the trials gained {gain}; last improvement {last}.").format(
        gain=number(made.quarter_gain, 3), last=last
    )


def since(result: Overview) -> int:
    """Complete trials since the last improvement, of the best value or of the front."""
    if result.front is not None:
        return result.front.since
    return 0 if result.progress is None else result.progress.since


def mattered_text(result: Overview) -> str:
    """The three parameters that mattered most."""
    found = result.importances
    if found is None or not len(found.names):
        return ""
    if len(found.names) == 1:
        return _("There is one parameter only, {name}.").format(name=named(found.names[0]))
    if found.values.max() == found.values.min():
        return _("No parameter stands out.")
    top = [_("{name} ({share})").format(name=named(name), share=percent(float(share))) for name, share in zip(found.names[:3], found.values, strict=False)]
    return _("What mattered: {names}.").format(names=listed(top))


def cost_text(result: Overview) -> str:
    """What it took, in one sentence."""
    if result.cost is None:
        return ""
    return _("It took {span}: {detail}").format(span=duration(result.cost.span_s), detail=cost_detail(result.cost))


def cost_detail(cost: Cost) -> str:
    """How the time was spent."""
    if np.isnan(cost.median_s):
        most = counted(cost.at_once, "{count} trial", "{count} trials")
        return _("up to {most} at once.").format(most=most)
    if not cost.spent_s > 0:
        words = {"median": duration(cost.median_s), "workers": cost.at_once}
        return _("{median} a trial in the median, up to {workers} at once.").format(**words)
    lost = percent(cost.lost_s / cost.spent_s)
    return _(
        "{median} a trial in the median, up to {workers} at once; {lost} of the trial time in pruned and failed trials."
    ).format(median=duration(cost.median_s), workers=cost.at_once, lost=lost)


def _database(source: Source) -> str:
    words = {"name": source.name, "kind": _(source.kind), "layout": _(source.layout)}
    return _("{name} ({kind}, {layout})").format(**words)


def table(result: Overview) -> tab.Table:
    """The facts, one a row."""
    facts = [
        (_("study"), result.name),
        (_("objectives"), enumerated([directed(o) for o in result.objectives])),
        (_("trials"), whole(sum(result.states.values()))),
        *((state_name(State[state]), whole(count)) for state, count in result.states.items()),
        (_("parameters"), whole(result.parameters)),
        (_("first start"), moment(result.first)),
        (_("last sign of life"), moment(result.last)),
        (_("database"), _database(result.source)),
        (_("timestamps"), _(result.source.clock)),
        (_("best"), best_text(result)),
        (_("progress"), progress_text(result)),
        (_("what mattered"), mattered_text(result)),
        (_("cost"), cost_text(result)),
        *((_("next"), advice_text(kind, about)) for kind, about in result.advice),
        *((_("attribute {name}").format(name=named(name)), _exact(value)) for name, value in result.attributes.items()),
    ]
    facts = [(fact, said) for fact, said in facts if said]
    return tab.Table(
        (tab.texts("fact", [fact for fact, _said in facts]), tab.texts("value", [said for _fact, said in facts]))
    )


def _exact(value: object) -> str:
    cell = stored_cell(value)
    return cell.exact or cell.text


VIEW = View(
    slug="overview",
    title="Overview",
    section=Section.OVERVIEW,
    question="How good is the best, is it still improving, what mattered, what did it cost?",
    analyze=analyze,
    answer=answer,
    table=table,
    reads=frozenset(),
)
