"""
Explanation of a plan: from the moves of a search to steps with their justification.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from schemadiff.catalog import Catalog, Release, Version
from schemadiff.deployment.evidence import (
    BREAKING,
    COMPATIBLE,
    UNDECIDED,
    Justification,
    Replays,
    Verdicts,
    fits,
    replay_reason,
)
from schemadiff.deployment.fleet import Fleet, RunningRelease, at, conflicts_between, reads_of, releases_in, versions_in
from schemadiff.deployment.milestones import milestones_between, writers_of
from schemadiff.deployment.plan import (
    CONTRACT,
    EXPAND,
    MIGRATE,
    RETIRE,
    RETIRED,
    START,
    STOP,
    Milestone,
    RolloutStep,
    Undo,
    Wait,
)
from schemadiff.deployment.planning_problem import NOT_DEPLOYED, Candidate, PlanningProblem
from schemadiff.deployment.search import Move

_OLDER_READERS = {
    COMPATIBLE: "a reader of {old} alone would need no more than the tag to take {new}",
    BREAKING: "a reader of {old} alone would not take {new}, so the readers went first",
    UNDECIDED: "whether a reader of {old} alone would take {new} is undecided, so the readers went first",
}


class StepDraft(NamedTuple):
    """
    A step without its explanation.

    Attributes:
        action, phase, day: as in ``Step``.
        service, release: what starts or stops; empty when a version is retired.
        contract, version: what is retired; else empty.
    """

    action: str
    phase: str
    day: date
    service: str = ""
    release: str = ""
    contract: str = ""
    version: str = ""


class PlanExplainer:
    """
    The explained steps of a plan.

    Attributes:
        drafts: the steps without their explanation.
        fleets: the running releases before each step, and after the last one.
    """

    def __init__(
        self,
        catalog: Catalog,
        problem: PlanningProblem,
        moves: tuple[Move, ...],
        fleet: Fleet,
        verdicts: Verdicts,
        replays: Replays,
    ) -> None:
        self.catalog = catalog
        self.problem = problem
        self.verdicts = verdicts
        self.replays = replays
        self.drafts = self._drafts(moves)
        self.fleets = list(accumulate(self.drafts, _fleet_after, initial=fleet))

    def steps(self) -> Iterator[RolloutStep]:
        """
        The steps of the plan, in order.
        """
        for place, draft in enumerate(self.drafts):
            before, after = self.fleets[place : place + 2]
            yield RolloutStep(
                number=place + 1,
                phase=draft.phase,
                action=draft.action,
                service=draft.service,
                release=draft.release,
                contract=draft.contract,
                version=draft.version,
                day=draft.day,
                before=self._deadline(draft, after),
                waits=tuple(self._waits(draft)),
                milestones=tuple(self._milestones(draft, before, after)),
                reasons=tuple(self._reasons(draft, before, after)),
                undo=self._undo(place),
                running=tuple(at(each.key) for each in releases_in(self.catalog, after)),
            )

    def _drafts(self, moves: tuple[Move, ...]) -> list[StepDraft]:
        """
        The steps by day: what is superseded stops, then the moves with the retirements that they need, then the rest.
        """
        problem = self.problem
        drafts = [
            StepDraft(STOP, EXPAND, problem.as_of, service, path[position].name)
            for service, path, positions in zip(problem.services, problem.paths, problem.superseded, strict=True)
            for position in positions
        ]
        retired = 0
        for move in moves:
            service, path = problem.services[move.service], problem.paths[move.service]
            old, new = path[move.source], path[move.target]
            drafts += self._retirements(move.retires, drafts)
            retired |= move.retires
            drafts.append(StepDraft(START, _phase(old, new), move.day, service, new.name))
            if move.source != NOT_DEPLOYED:
                drafts.append(StepDraft(STOP, _phase(old, new), move.day, service, old.name))
        drafts += self._retirements(problem.retire & ~retired, drafts)
        return sorted(drafts, key=lambda draft: draft.day)

    def _retirements(self, versions: int, drafts: list[StepDraft]) -> list[StepDraft]:
        """
        The retirements of some versions, each once its window is over and its last writer has stopped.
        """
        retirements = []
        for contract, version in self.problem.names(versions):
            stops = [
                draft.day
                for draft in drafts
                if draft.action == STOP and version in self._release(draft).emits.get(contract, ())
            ]
            sunset = self._version(contract, version).sunset or self.problem.as_of
            day = max([self.problem.as_of, sunset, *stops])
            retirements.append(StepDraft(RETIRE, CONTRACT, day, contract=contract, version=version))
        return sorted(retirements, key=lambda draft: draft.day)

    def _release(self, draft: StepDraft) -> Release:
        return self.catalog.service(draft.service).release(draft.release)

    def _version(self, contract: str, version: str) -> Version:
        return self.catalog.contract(contract).version(version)

    def _milestones(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Milestone]:
        if draft.action == RETIRE:
            yield Milestone(RETIRED, draft.contract, draft.version)
        else:
            yield from milestones_between(self.catalog, draft.service, before, after)

    def _deadline(self, draft: StepDraft, after: Fleet) -> date | None:
        """
        The sunset of what a release writes: it must start before, and, unless a successor goes on, stop before.
        """
        if draft.action == RETIRE:
            return None
        written = writers_of(self.catalog, after) if draft.action == STOP else {}
        sunsets = [
            version.sunset
            for contract, version in versions_in(self.catalog, self._release(draft).emits)
            if (contract, version.name) not in written and version.sunset is not None and version.sunset > draft.day
        ]
        return min(sunsets, default=None)

    def _waits(self, draft: StepDraft) -> Iterator[Wait]:
        if draft.action == RETIRE:
            sunset = self._version(draft.contract, draft.version).sunset
            if sunset is not None and sunset > self.problem.as_of:
                yield Wait("day", draft.contract, draft.version, sunset)
            yield Wait("drained", draft.contract, draft.version)
        elif draft.action == START:
            for contract, version in versions_in(self.catalog, self._release(draft).emits):
                if version.published is not None and version.published > self.problem.as_of:
                    yield Wait("day", contract, version.name, version.published)

    def _reasons(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Justification]:
        if draft.action == RETIRE:
            name, path = f"{draft.contract} {draft.version}", (f"{draft.contract}@{draft.version}",)
            sunset = self._version(draft.contract, draft.version).sunset
            yield Justification(f"the support of {name} ends on {sunset}", path)
            yield Justification(f"no running release writes {name} any more", path)
        elif draft.action == START:
            yield from self._start_reasons(draft, before, after)
        else:
            yield Justification(f"{draft.service} {', '.join(after[draft.service])} runs, and has run beside it")
            for contract, version in versions_in(self.catalog, self._release(draft).emits):
                yield self._readers(draft, contract, version.name, before, "what it has sent as ")

    def _start_reasons(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Justification]:
        """
        The justification that every running release reads what a new one writes, and the reverse.
        """
        new = self._release(draft)
        written = writers_of(self.catalog, before)
        for contract, version in versions_in(self.catalog, new.emits):
            yield self._readers(draft, contract, version.name, after, "")
            older = self.catalog.contract(contract).before(version.name)
            if older is not None and (contract, version.name) not in written:
                verdict = fits(self.verdicts, self.catalog.contract(contract), version.name, older.name)
                text = _OLDER_READERS[verdict].format(new=f"{contract} {version.name}", old=older.name)
                yield Justification(text, (f"{contract}@{version.name}",))
        for contract, version in versions_in(self.catalog, reads_of(self.catalog, draft.service, new)):
            writers = [at(writer) for writer in written.get((contract, version.name), ())]
            if writers:
                yield Justification(
                    f"it reads {contract} {version.name}, which {', '.join(writers)} may write",
                    (writers[0], f"{contract}@{version.name}", at((draft.service, draft.release))),
                )

    def _readers(self, draft: StepDraft, contract: str, version: str, fleet: Fleet, prefix: str) -> Justification:
        readers = [
            at(each.key) for each in releases_in(self.catalog, fleet) if version in each.release.reads.get(contract, ())
        ]
        path = (at((draft.service, draft.release)), f"{contract}@{version}", *readers[:1])
        if not readers:
            return Justification(f"{prefix}{contract} {version} is consumed by nothing that runs", path)
        replayed = replay_reason(self.replays, contract, version)
        proof = f"; {replayed.text}" if replayed else ""
        return Justification(
            f"{prefix}{contract} {version} is read by all that consume it: {', '.join(readers)}{proof}", path
        )

    def _undo(self, place: int) -> Undo:
        draft = self.drafts[place]
        name = f"{draft.service} {draft.release}"
        text, prevented_by = {
            RETIRE: (f"Put {draft.contract} {draft.version} back.", self._drops_version),
            START: (f"Stop {name} again; what it has sent stays readable.", self._runs_alone),
            STOP: (f"Start {name} again beside what runs.", self._shuts_out),
        }[draft.action]
        later = range(place + 1, len(self.drafts))
        return Undo(text, next((number + 1 for number in later if prevented_by(draft, number)), None))

    def _drops_version(self, retirement: StepDraft, place: int) -> bool:
        """
        Whether a later step starts a consumer that does not read a retired version.
        """
        later = self.drafts[place]
        if later.action != START:
            return False
        reads = reads_of(self.catalog, later.service, self._release(later))
        return retirement.version not in reads.get(retirement.contract, (retirement.version,))

    def _runs_alone(self, start: StepDraft, place: int) -> bool:
        """
        Whether only one release of a started one's service runs after a later step.
        """
        return len(self.fleets[place + 1][start.service]) < 2

    def _shuts_out(self, stop: StepDraft, place: int) -> bool:
        """
        Whether a stopped release conflicts with what runs after a later step, or writes a version that it retires.
        """
        later = self.drafts[place]
        old = RunningRelease(self.catalog.service(stop.service), self._release(stop))
        if later.action == RETIRE and later.version in old.release.emits.get(later.contract, ()):
            return True
        return any(
            True
            for other in releases_in(self.catalog, self.fleets[place + 1])
            for pair in ((old, other), (other, old))
            for _ in conflicts_between(self.catalog, *pair)
        )


def _phase(old: Candidate, new: Candidate) -> str:
    if old.reads & ~new.reads:
        return CONTRACT
    return MIGRATE if old.writes != new.writes and not new.reads & ~old.reads else EXPAND


def _fleet_after(fleet: Fleet, draft: StepDraft) -> Fleet:
    """
    The running releases after a step.
    """
    running = fleet.get(draft.service, ())
    if draft.action == START:
        return {**fleet, draft.service: (*running, draft.release)}
    if draft.action == STOP:
        return {**fleet, draft.service: tuple(each for each in running if each != draft.release)}
    return fleet
