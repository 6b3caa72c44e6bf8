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
from schemadiff.deployment.explain_plan import PlanExplainer, versions_used
from schemadiff.deployment.model import (
    UNDECIDED,
    Fleet,
    Justification,
    Replays,
    SupportModel,
    Verdicts,
    at,
    running_fleet,
)
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
from schemadiff.deployment.suggestions import blockers, changes_for, goal_fleet


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
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet), verdicts, replays)
    goal_conflicts = model.conflicts(goal_fleet(final))
    problem, result = _solve(model, final, 0 if goal_conflicts else budget)
    plan = Rollout(
        answer=PLAN,
        as_of=as_of,
        goals=tuple(final.items()),
        shortest=result.proved,
        broken=model.conflicts(),
    )
    if goal_conflicts or result.moves is None:
        return replace(
            plan,
            answer=NO_PLAN if goal_conflicts or result.proved else UNDECIDED,
            shortest=False,
            reasons=tuple(conflict.reason for conflict in goal_conflicts) or blockers(model, problem, result),
            changes=changes_for(model, problem, final),
        )
    steps = tuple(PlanExplainer(model, problem, result.moves).steps())
    return replace(plan, steps=steps, given=tuple(_given(model, steps)), notes=tuple(_notes(model, final, steps)))


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
    milestones = [milestone for step in steps for milestone in step.milestones if milestone.what == WRITES]
    for key in model.in_order((milestone.contract, milestone.version) for milestone in milestones):
        for service in model.catalog.services:
            used = versions_used(model, service.name, model.fleet)
            for what, versions in ((READS, used.read), (READS_EVERYWHERE, used.read_everywhere)):
                if key in versions:
                    yield Milestone(what, *key, service.name)


def _notes(model: SupportModel, goals: Mapping[str, str], steps: tuple[RolloutStep, ...]) -> Iterator[Justification]:
    """
    Replays that contradict a step, versions that are written after their sunset, and versions that are never retired.
    """
    yield from model.objections({each for step in steps for reason in step.reasons for each in reason.path[1:2]})
    for step in [step for step in steps if step.action == STOP]:
        release = model.release(step.service, step.release)
        for contract, version in model.versions(release.writes):
            if version.sunset is not None and version.sunset <= step.day:
                yield Justification(
                    f"{release} may write {contract} {version.name} until it stops in step {step.number}, after the "
                    f"support of that ends on {version.sunset}; whatever runs still reads it",
                    (at(release.key), f"{contract}@{version.name}"),
                )
    retired = {(step.contract, step.version) for step in steps if step.action == RETIRE}
    writers = model.writers(goal_fleet(goals))
    for contract, name in model.in_order(writers.keys() - retired):
        sunset = model.version(contract, name).sunset
        if sunset is not None:
            names = [at(each.key) for each in writers[contract, name]]
            yield Justification(
                f"{contract} {name} is supported until {sunset}, but {', '.join(names)} may still write it in the end",
                (names[0], f"{contract}@{name}"),
            )
