"""
The rollout query: the order of deployments by expand, migrate, contract.

The constraints are those of ``planning_problem``; here the result of the search becomes a plan that gives for each step
its justification, its waits, and how long it can be rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from schemadiff.catalog import Catalog
from schemadiff.deployment.evidence import UNDECIDED, Justification, Replays, Verdicts, objections
from schemadiff.deployment.explain_plan import PlanExplainer
from schemadiff.deployment.fleet import Fleet, at, conflicts_in, goal_fleet, running_fleet, versions_in
from schemadiff.deployment.milestones import in_order, versions_read, writers_of
from schemadiff.deployment.plan import (
    NO_PLAN,
    PLAN,
    READS,
    READS_EVERYWHERE,
    RETIRE,
    STOP,
    WRITES,
    Milestone,
    Rollout,
    RolloutStep,
)
from schemadiff.deployment.planning_problem import PlanningProblem, build_planning_problem
from schemadiff.deployment.search import BUDGET, SearchResult, find_plan
from schemadiff.deployment.suggestions import blockers, changes_for


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
        catalog: contracts and services.
        as_of: the first day.
        goals: by service, the release that runs in the end; the newest by default.
        fleet: the running releases, if other than in the manifest.
        verdicts, replays: containment verdicts and replay results for the justifications.
        budget: the number of states that the search may expand.

    Raises:
        UsageError: no such service or release.
    """
    for name, release in (goals or {}).items():
        catalog.service(name).release(release)
    final = {service.name: service.releases[-1].name for service in catalog.services} | dict(goals or {})
    running = running_fleet(catalog, fleet)
    goal_conflicts = conflicts_in(catalog, goal_fleet(final), verdicts)
    problem, rollout = _solve(catalog, as_of, running, final, 0 if goal_conflicts else budget)
    plan = Rollout(
        answer=PLAN,
        as_of=as_of,
        goals=tuple(final.items()),
        shortest=rollout.proved,
        broken=conflicts_in(catalog, running, verdicts),
    )
    if goal_conflicts or rollout.moves is None:
        return replace(
            plan,
            answer=NO_PLAN if goal_conflicts or rollout.proved else UNDECIDED,
            shortest=False,
            reasons=tuple(goal_conflict.reason for goal_conflict in goal_conflicts)
            or blockers(catalog, problem, rollout, verdicts),
            changes=changes_for(catalog, problem, as_of, running, final),
        )
    steps = tuple(PlanExplainer(catalog, problem, rollout.moves, running, verdicts, replays).steps())
    return replace(
        plan,
        steps=steps,
        given=tuple(_given(catalog, running, steps)),
        notes=tuple(_notes(catalog, final, steps, replays)),
    )


def _solve(
    catalog: Catalog, as_of: date, fleet: Fleet, goals: dict[str, str], budget: int
) -> tuple[PlanningProblem, SearchResult]:
    """
    The planning problem and its solution; late stops are allowed only if there is no other plan.
    """
    for allow_late_stops in (False, True):
        problem = build_planning_problem(
            catalog, as_of=as_of, fleet=fleet, goals=goals, allow_late_stops=allow_late_stops
        )
        result = find_plan(problem, budget=budget)
        if result.moves is not None:
            break
    return problem, result


def _given(catalog: Catalog, fleet: Fleet, steps: tuple[RolloutStep, ...]) -> Iterator[Milestone]:
    """
    The readers that already exist for versions that the plan starts to write.
    """
    new = {
        (milestone.contract, milestone.version)
        for step in steps
        for milestone in step.milestones
        if milestone.what == WRITES
    }
    for contract, version in in_order(catalog, new):
        for service in catalog.services:
            read, read_everywhere = versions_read(catalog, service.name, fleet)
            if (contract, version) in read:
                yield Milestone(READS, contract, version, service.name)
            if (contract, version) in read_everywhere:
                yield Milestone(READS_EVERYWHERE, contract, version, service.name)


def _notes(
    catalog: Catalog, goals: Mapping[str, str], steps: tuple[RolloutStep, ...], replays: Replays
) -> Iterator[Justification]:
    """
    Replays that contradict a step, versions that are written after their sunset, and versions that are never retired.
    """
    yield from objections(
        catalog, {each for step in steps for reason in step.reasons for each in reason.path[1:2]}, replays
    )
    yield from _late_stops(catalog, steps)
    yield from _still_written(catalog, goals, steps)


def _late_stops(catalog: Catalog, steps: tuple[RolloutStep, ...]) -> Iterator[Justification]:
    """
    Notes on releases that stop only after the sunset of a version that they write.
    """
    for step in [step for step in steps if step.action == STOP]:
        release = catalog.service(step.service).release(step.release)
        for contract, version in versions_in(catalog, release.emits):
            if version.sunset is not None and version.sunset <= step.day:
                yield Justification(
                    f"{step.service} {step.release} may write {contract} {version.name} until it stops in step "
                    f"{step.number}, after the support of that ends on {version.sunset}; whatever runs still reads it",
                    (at((step.service, step.release)), f"{contract}@{version.name}"),
                )


def _still_written(
    catalog: Catalog, goals: Mapping[str, str], steps: tuple[RolloutStep, ...]
) -> Iterator[Justification]:
    """
    Notes on versions due for retirement that a goal still writes.
    """
    retired = {(step.contract, step.version) for step in steps if step.action == RETIRE}
    writers = writers_of(catalog, goal_fleet(goals))
    for contract, version in in_order(catalog, writers.keys() - retired):
        sunset = catalog.contract(contract).version(version).sunset
        if sunset is not None:
            names = [at(each) for each in writers[contract, version]]
            yield Justification(
                f"{contract} {version} is supported until {sunset}, but {', '.join(names)} may still write it in the "
                "end",
                (names[0], f"{contract}@{version}"),
            )
