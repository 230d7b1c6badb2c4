"""What the page's worker has open, and what it keeps between two requests: studies, results, views that come in stages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analyzer import report as reports
from analyzer.artifact_files import ArtifactFolder
from analyzer.database import Database
from analyzer.language import tag
from analyzer.opening import Earlier
from analyzer.report import Rendered
from analyzer.study import Study
from analyzer.subset import only
from analyzer.views import find


class Session:
    """The open databases and the studies that were read from them."""

    def __init__(self, databases: list[Database], artifacts: ArtifactFolder | None = None) -> None:
        self.databases = databases
        self.artifacts = artifacts
        self.earlier: dict[tuple[int, str], Study] = {}  # read from an earlier state of the files; to be refreshed
        self.studies: dict[tuple[int, str], tuple[str, Study]] = {}  # with the language they were read in
        self.chosen: tuple[tuple[str, int, str, str], Study] | None = None  # the subset asked for last, in its language
        self.stages: dict[str, tuple[str, Iterator[tuple[Rendered, bool]]]] = {}  # slug -> what was asked, and what is to come
        self.results: dict[str, tuple[str, Any]] = {}  # slug -> what was asked for last, and what `analyze` made of it

    def study(self, database: int, name: str) -> Study:
        """Read a study, or take it from an earlier read; its warnings are sentences, so they are read in each language."""
        spoken, kept = self.studies.get((database, name), ("", None))
        if kept is None or (kept.warnings and spoken != tag()):
            known = self.earlier.pop((database, name), None)
            opened = self.databases[database]
            kept = self.keep(database, opened.read(name) if known is None else opened.refresh(known))
        return kept

    def keep(self, database: int, study: Study) -> Study:
        """Have a study at hand that was read just now."""
        kept = replace(study, artifact_files=self.artifacts)
        self.studies[database, study.name] = (tag(), kept)
        return kept

    def study_of(self, request: dict[str, Any]) -> Study:
        """The study that a request names, or only its trials with the numbers that it names ("0-12,15")."""
        return self.subset(request["database"], request["study"], request.get("only", ""))

    def subset(self, database: int, name: str, numbers: str) -> Study:
        """A study, or only its trials with these numbers where there are any."""
        if not numbers:
            return self.study(database, name)
        key = (tag(), database, name, numbers)
        if self.chosen is None or self.chosen[0] != key:
            self.chosen = key, only(self.study(database, name), numbers)
        return self.chosen[1]

    def rendered(self, request: dict[str, Any], slug: str) -> tuple[Study, Rendered]:
        """One view of a study; the result of one that can be zoomed into is kept until another is asked for."""
        study = self.study_of(request)
        done = reports.rendered(study, find(slug), request.get("options", {}))
        self._keep(request, done)
        return study, done

    def first_stage(self, request: dict[str, Any], slug: str) -> tuple[Study, Rendered, bool]:
        """One view of a study as far as it is soon to be had, and whether that is all; `next_stage` goes on."""
        stages = reports.staged(self.study_of(request), find(slug), request.get("options", {}))
        self.stages[slug] = _question(request), stages
        return self.next_stage(request, slug)

    def next_stage(self, request: dict[str, Any], slug: str) -> tuple[Study, Rendered, bool]:
        """The view one stage further; from its beginning, where something else was asked of it meanwhile."""
        question, stages = self.stages.get(slug, ("", iter(())))
        if question != _question(request):
            return self.first_stage(request, slug)
        done, is_last = next(stages)
        if is_last:
            del self.stages[slug]
        self._keep(request, done)
        return self.study_of(request), done, is_last

    def _keep(self, request: dict[str, Any], done: Rendered) -> None:
        if done.view.within is not None and done.reason is None:
            self.results[done.view.slug] = _question(request), done.result

    def result(self, request: dict[str, Any], slug: str) -> Any:
        """What `analyze` makes of a study: kept from when it was last shown, or made again."""
        question, found = self.results.get(slug, ("", None))
        return found if question == _question(request) else self.rendered(request, slug)[1].result

    def state(self) -> Earlier:
        """What is open now, for whoever opens later states of the same files."""
        read = {place: study for place, (_language, study) in self.studies.items() if not study.warnings}
        return Earlier(self.databases, read)

    def close(self) -> None:
        """Let go of the files."""
        for database in self.databases:
            database.close()


def _question(request: dict[str, Any]) -> str:
    """What a view is asked about, and in which language."""
    asked = [request["database"], request["study"], request.get("only", ""), request.get("options", {})]
    return json.dumps([tag(), *asked], sort_keys=True)
