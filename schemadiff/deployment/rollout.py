"""
The rollout query: the order of deployments by expand, migrate, contract.

The constraints are those of ``planning_problem``; here the result of the search becomes a plan that gives for each step
its justification, its waits, and how long it can be rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from schemadiff.catalog import Catalog, Version
from schemadiff.deployment import plan
from schemadiff.deployment.model import (
    BREAKING,
    COMPATIBLE,
    UNDECIDED,
    Fleet,
    Justification,
    Replays,
    RunningRelease,
    SupportModel,
    Verdicts,
    at,
    keys,
    running_fleet,
)
from schemadiff.deployment.plan import Milestone, Rollout, RolloutStep, Undo, Wait
from schemadiff.deployment.planning_problem import (
    NOT_DEPLOYED,
    Candidate,
    PlanningProblem,
    bits,
    build_planning_problem,
)
from schemadiff.deployment.search import BUDGET, Move, SearchResult, find_plan
from schemadiff.deployment.suggestions import blockers, changes_for, goal_fleet

_OLDER_READERS = {
    COMPATIBLE: "a reader of {old} alone would need no more than the tag to take {new}",
    BREAKING: "a reader of {old} alone would not take {new}, so the readers went first",
    UNDECIDED: "whether a reader of {old} alone would take {new} is undecided, so the readers went first",
}


def shortest_rollout(
    catalog: Catalog,
    *,
    as_of: date,
    goals: Mapping[str, str] | None = None,
    fleet: Fleet | None = None,
    verdicts: Verdicts = None,
    replays: Replays = None,
    budget: int = BUDGET,
) -> Rollout:
    """
    The shortest safe plan from the running releases to the goals.

    Arguments:
        catalog, as_of, fleet, verdicts, replays: as for ``SupportModel``; the fleet is the manifest's by default.
        goals: by service, the release that runs in the end; the newest by default.
        budget: the number of states that the search may expand.

    Raises:
        UsageError: no such service or release.
    """
    for name, release in (goals or {}).items():
        catalog.service(name).release(release)
    final = {service.name: service.releases[-1].name for service in catalog.services} | dict(goals or {})
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet), verdicts, replays)
    goal_conflicts = model.conflicts(goal_fleet(final))
    problem, result = _solve(model, final, 0 if goal_conflicts else budget)
    rollout = Rollout(
        answer=plan.PLAN,
        as_of=as_of,
        goals=tuple(final.items()),
        shortest=result.proved,
        broken=model.conflicts(),
    )
    if goal_conflicts or result.moves is None:
        return replace(
            rollout,
            answer=plan.NO_PLAN if goal_conflicts or result.proved else UNDECIDED,
            shortest=False,
            reasons=tuple(conflict.reason for conflict in goal_conflicts) or blockers(model, problem, result),
            changes=changes_for(model, problem, final),
        )
    steps = tuple(PlanExplainer(model, problem, result.moves).steps())
    return replace(rollout, steps=steps, given=tuple(_given(model, steps)), notes=tuple(_notes(model, final, steps)))


def _solve(model: SupportModel, goals: dict[str, str], budget: int) -> tuple[PlanningProblem, SearchResult]:
    """
    The planning problem and its solution; late stops are allowed only if there is no other plan.
    """
    for allow_late_stops in (False, True):
        problem = build_planning_problem(model, goals, allow_late_stops=allow_late_stops)
        result = find_plan(problem, budget=budget)
        if result.moves is not None:
            break
    return problem, result


def _given(model: SupportModel, steps: tuple[RolloutStep, ...]) -> Iterator[Milestone]:
    """
    The readers that already exist for versions that the plan starts to write.
    """
    milestones = [milestone for step in steps for milestone in step.milestones if milestone.what == plan.WRITES]
    for key in model.in_order((milestone.contract, milestone.version) for milestone in milestones):
        for service in model.catalog.services:
            used = versions_used(model, service.name, model.fleet)
            for what, versions in ((plan.READS, used.read), (plan.READS_EVERYWHERE, used.read_everywhere)):
                if key in versions:
                    yield Milestone(what, *key, service.name)


def _notes(model: SupportModel, goals: Mapping[str, str], steps: tuple[RolloutStep, ...]) -> Iterator[Justification]:
    """
    Replays that contradict a step, versions that are written after their sunset, and versions that are never retired.
    """
    yield from model.objections({each for step in steps for reason in step.reasons for each in reason.path[1:2]})
    for step in [step for step in steps if step.action == plan.STOP]:
        release = model.release(step.service, step.release)
        for contract, version in model.versions(release.writes):
            if version.sunset is not None and version.sunset <= step.day:
                yield Justification(
                    f"{release} may write {contract} {version.name} until it stops in step {step.number}, after the "
                    f"support of that ends on {version.sunset}; whatever runs still reads it",
                    (at(release.key), f"{contract}@{version.name}"),
                )
    retired = {(step.contract, step.version) for step in steps if step.action == plan.RETIRE}
    writers = model.writers(goal_fleet(goals))
    for contract, name in model.in_order(writers.keys() - retired):
        sunset = model.version(contract, name).sunset
        if sunset is not None:
            names = [at(each.key) for each in writers[contract, name]]
            yield Justification(
                f"{contract} {name} is supported until {sunset}, but {', '.join(names)} may still write it in the end",
                (names[0], f"{contract}@{name}"),
            )


class StepDraft(NamedTuple):
    """
    A step without its explanation; the fields are those of ``RolloutStep``.
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

    def __init__(self, model: SupportModel, problem: PlanningProblem, moves: tuple[Move, ...]) -> None:
        self.model = model
        self.problem = problem
        self.drafts = self._drafts(moves)
        self.fleets = list(accumulate(self.drafts, _fleet_after, initial=model.fleet))

    def steps(self) -> Iterator[RolloutStep]:
        """
        The steps of the plan, in order.
        """
        for place, draft in enumerate(self.drafts):
            before, after = self.fleets[place : place + 2]
            yield RolloutStep(
                number=place + 1,
                before=self._deadline(draft, after),
                waits=tuple(self._waits(draft)),
                milestones=tuple(self._milestones(draft, before, after)),
                reasons=tuple(self._reasons(draft, before, after)),
                undo=self._undo(place),
                running=tuple(at(each.key) for each in self.model.running(after)),
                **draft._asdict(),
            )

    def _drafts(self, moves: tuple[Move, ...]) -> list[StepDraft]:
        """
        The steps by day: what is superseded stops, then the moves with the retirements that they need, then the rest.
        """
        problem = self.problem
        drafts = [
            StepDraft(plan.STOP, plan.EXPAND, problem.as_of, service, path[position].name)
            for service, path, positions in zip(problem.services, problem.paths, problem.superseded, strict=True)
            for position in positions
        ]
        retired = 0
        for move in moves:
            service, path = problem.services[move.service], problem.paths[move.service]
            old, new = path[move.source], path[move.target]
            drafts += self._retirements(move.retires, drafts)
            retired |= move.retires
            drafts.append(StepDraft(plan.START, _phase(old, new), move.day, service, new.name))
            if move.source != NOT_DEPLOYED:
                drafts.append(StepDraft(plan.STOP, _phase(old, new), move.day, service, old.name))
        drafts += self._retirements(problem.retire & ~retired, drafts)
        return sorted(drafts, key=lambda draft: draft.day)

    def _retirements(self, versions: int, drafts: list[StepDraft]) -> list[StepDraft]:
        """
        The retirements of some versions, each once its window is over and its last writer has stopped.
        """
        stopped = [(draft.day, self._release(draft).writes) for draft in drafts if draft.action == plan.STOP]
        retirements = []
        for bit in bits(versions):
            contract, version = self.problem.versions[bit]
            stops = [day for day, writes in stopped if version in writes.get(contract, ())]
            day = max([self.problem.as_of, self.problem.sunsets[bit] or self.problem.as_of, *stops])
            retirements.append(StepDraft(plan.RETIRE, plan.CONTRACT, day, contract=contract, version=version))
        return sorted(retirements, key=lambda draft: draft.day)

    def _release(self, draft: StepDraft) -> RunningRelease:
        return self.model.release(draft.service, draft.release)

    def _written(self, draft: StepDraft) -> Iterator[tuple[str, Version]]:
        return self.model.versions(self._release(draft).writes)

    def _milestones(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Milestone]:
        if draft.action == plan.RETIRE:
            yield Milestone(plan.RETIRED, draft.contract, draft.version)
            return
        old, new = (versions_used(self.model, draft.service, fleet) for fleet in (before, after))
        changes = (
            (plan.READS, new.read - old.read),
            (plan.READS_EVERYWHERE, new.read_everywhere - old.read_everywhere),
            (plan.READS_NO_MORE, old.read - new.read),
            (plan.WRITES, new.written - old.written),
            (plan.WRITES_NO_MORE, old.written - new.written),
        )
        for what, versions in changes:
            for contract, version in self.model.in_order(versions):
                yield Milestone(what, contract, version, draft.service)

    def _deadline(self, draft: StepDraft, after: Fleet) -> date | None:
        """
        The sunset of what a release writes: it must start before, and, unless a successor goes on, stop before.
        """
        if draft.action == plan.RETIRE:
            return None
        written = self.model.writers(after) if draft.action == plan.STOP else {}
        sunsets = [
            version.sunset
            for contract, version in self._written(draft)
            if (contract, version.name) not in written and version.sunset is not None and version.sunset > draft.day
        ]
        return min(sunsets, default=None)

    def _waits(self, draft: StepDraft) -> Iterator[Wait]:
        if draft.action == plan.RETIRE:
            sunset = self.model.version(draft.contract, draft.version).sunset
            if sunset is not None and sunset > self.problem.as_of:
                yield Wait("day", draft.contract, draft.version, sunset)
            yield Wait("drained", draft.contract, draft.version)
        elif draft.action == plan.START:
            for contract, version in self._written(draft):
                if version.published is not None and version.published > self.problem.as_of:
                    yield Wait("day", contract, version.name, version.published)

    def _reasons(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Justification]:
        if draft.action == plan.RETIRE:
            name, path = f"{draft.contract} {draft.version}", (f"{draft.contract}@{draft.version}",)
            sunset = self.model.version(draft.contract, draft.version).sunset
            yield Justification(f"the support of {name} ends on {sunset}", path)
            yield Justification(f"no running release writes {name} any more", path)
        elif draft.action == plan.START:
            yield from self._start_reasons(draft, before, after)
        else:
            yield Justification(f"{draft.service} {', '.join(after[draft.service])} runs, and has run beside it")
            for contract, version in self._written(draft):
                yield self._readers(draft, contract, version.name, before, "what it has sent as ")

    def _start_reasons(self, draft: StepDraft, before: Fleet, after: Fleet) -> Iterator[Justification]:
        """
        The justification that every running release reads what a new one writes, and the reverse.
        """
        written = self.model.writers(before)
        for contract, version in self._written(draft):
            yield self._readers(draft, contract, version.name, after, "")
            older = self.model.catalog.contract(contract).before(version.name)
            if older is not None and (contract, version.name) not in written:
                verdict = self.model.fits(contract, version.name, older.name)
                text = _OLDER_READERS[verdict].format(new=f"{contract} {version.name}", old=older.name)
                yield Justification(text, (f"{contract}@{version.name}",))
        new = self._release(draft)
        for contract, version in self.model.versions(new.reads):
            writers = [at(writer.key) for writer in written.get((contract, version.name), ())]
            if writers:
                yield Justification(
                    f"it reads {contract} {version.name}, which {', '.join(writers)} may write",
                    (writers[0], f"{contract}@{version.name}", at(new.key)),
                )

    def _readers(self, draft: StepDraft, contract: str, version: str, fleet: Fleet, prefix: str) -> Justification:
        readers = [at(each.key) for each in self.model.running(fleet) if version in each.reads.get(contract, ())]
        path = (at((draft.service, draft.release)), f"{contract}@{version}", *readers[:1])
        if not readers:
            return Justification(f"{prefix}{contract} {version} is consumed by nothing that runs", path)
        replayed = self.model.replay(contract, version)
        proof = f"; {replayed}" if replayed else ""
        return Justification(
            f"{prefix}{contract} {version} is read by all that consume it: {', '.join(readers)}{proof}", path
        )

    def _undo(self, place: int) -> Undo:
        draft = self.drafts[place]
        name = f"{draft.service} {draft.release}"
        text, prevented_by = {
            plan.RETIRE: (f"Put {draft.contract} {draft.version} back.", self._drops_version),
            plan.START: (f"Stop {name} again; what it has sent stays readable.", self._runs_alone),
            plan.STOP: (f"Start {name} again beside what runs.", self._shuts_out),
        }[draft.action]
        later = range(place + 1, len(self.drafts))
        return Undo(text, next((number + 1 for number in later if prevented_by(draft, number)), None))

    def _drops_version(self, retirement: StepDraft, place: int) -> bool:
        """
        Whether a later step starts a consumer that does not read a retired version.
        """
        later = self.drafts[place]
        if later.action != plan.START:
            return False
        reads = self._release(later).reads
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
        later, old = self.drafts[place], self._release(stop)
        if later.action == plan.RETIRE and later.version in old.writes.get(later.contract, ()):
            return True
        between = self.model.conflicts_between
        return any(
            any(between(old, other)) or any(between(other, old)) for other in self.model.running(self.fleets[place + 1])
        )


class VersionsUsed(NamedTuple):
    """
    The versions that some running release of a service reads, that all of them read, and that some writes.
    """

    read: set[tuple[str, str]]
    read_everywhere: set[tuple[str, str]]
    written: set[tuple[str, str]]


def versions_used(model: SupportModel, service: str, fleet: Fleet) -> VersionsUsed:
    """
    The contracts and versions that a service reads and writes with its releases in a fleet.
    """
    releases = [model.release(service, name) for name in fleet.get(service, ())]
    read = [keys(each.reads) for each in releases]
    written = (keys(each.writes) for each in releases)
    return VersionsUsed(set().union(*read), set.intersection(*read) if read else set(), set().union(*written))


def _phase(old: Candidate, new: Candidate) -> str:
    if old.reads & ~new.reads:
        return plan.CONTRACT
    return plan.MIGRATE if old.writes != new.writes and not new.reads & ~old.reads else plan.EXPAND


def _fleet_after(fleet: Fleet, draft: StepDraft) -> Fleet:
    running = fleet.get(draft.service, ())
    if draft.action == plan.START:
        return {**fleet, draft.service: (*running, draft.release)}
    if draft.action == plan.STOP:
        return {**fleet, draft.service: tuple(each for each in running if each != draft.release)}
    return fleet
