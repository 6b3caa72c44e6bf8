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
from schemadiff.deployment.evidence import UNDECIDED, Reason, Replays, Verdicts, objection
from schemadiff.deployment.explain_plan import Narrator
from schemadiff.deployment.fleet import Fleet, at, conflicts_in, running_fleet
from schemadiff.deployment.milestones import in_all, in_order, in_some, read_by, writers_of
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
    Step,
)
from schemadiff.deployment.planning_problem import System, compile_system
from schemadiff.deployment.search import BUDGET, Found, search
from schemadiff.deployment.suggestions import blockers, changes_for


def rollout(
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
    aims = {each.name: each.releases[-1].name for each in catalog.services} | dict(goals or {})
    today = running_fleet(catalog, fleet)
    listed = tuple(aims.items())
    at_odds = conflicts_in(catalog, {name: (release,) for name, release in listed}, verdicts)
    system, found = _way(catalog, as_of, today, aims, budget if not at_odds else 0)
    plan = Rollout(
        answer=PLAN,
        as_of=as_of,
        goals=listed,
        shortest=found.moves is not None and found.proved,
        broken=conflicts_in(catalog, today, verdicts),
    )
    if at_odds or found.moves is None:
        return replace(
            plan,
            answer=NO_PLAN if at_odds or found.proved else UNDECIDED,
            shortest=False,
            reasons=tuple(each.reason for each in at_odds) or blockers(catalog, system, found, verdicts),
            changes=changes_for(catalog, system, as_of, today, aims),
        )
    steps = tuple(Narrator(catalog, system, today, verdicts, replays).plan(found))
    return replace(
        plan,
        steps=steps,
        given=tuple(_given(catalog, today, steps)),
        notes=(*_objections(catalog, steps, replays), *_late(catalog, steps), *_notes(catalog, aims, steps)),
    )


def _way(catalog: Catalog, as_of: date, fleet: Fleet, goals: dict[str, str], budget: int) -> tuple[System, Found]:
    """
    The planning problem and its solution; the lenient problem if the strict one has none.
    """
    for lenient in (False, True):
        system = compile_system(catalog, as_of=as_of, fleet=fleet, goals=goals, lenient=lenient)
        found = search(system, budget=budget)
        if found.moves is not None:
            break
    return system, found


def _given(catalog: Catalog, fleet: Fleet, steps: tuple[Step, ...]) -> Iterator[Milestone]:
    """
    The readers that already exist for versions that the plan starts to write.
    """
    new = [each for step in steps for each in step.milestones if each.what == WRITES]
    for contract, version in in_order(catalog, {(each.contract, each.version) for each in new}):
        for service in catalog.services:
            reads = read_by(catalog, service.name, fleet)
            if (contract, version) in in_some(reads):
                yield Milestone(READS, contract, version, service.name)
            if (contract, version) in in_all(reads):
                yield Milestone(READS_EVERYWHERE, contract, version, service.name)


def _objections(catalog: Catalog, steps: tuple[Step, ...], replays: Replays) -> Iterator[Reason]:
    """
    Notes on versions that a step relies on and a replay contradicts.
    """
    met = {word for step in steps for reason in step.reasons for word in reason.path[1:2]}
    for contract in catalog.contracts:
        for version in contract.versions:
            against = objection(replays, contract.name, version.name)
            if against is not None and f"{contract.name}@{version.name}" in met:
                yield against


def _late(catalog: Catalog, steps: tuple[Step, ...]) -> Iterator[Reason]:
    """
    Notes on releases that stop only after the sunset of a version that they write.
    """
    for step in steps:
        if step.action != STOP:
            continue
        for contract, versions in catalog.service(step.service).release(step.release).emits.items():
            for version in versions:
                sunset = catalog.contract(contract).version(version).sunset
                if sunset is not None and sunset <= step.day:
                    yield Reason(
                        f"{step.service} {step.release} may write {contract} {version} until it stops in step "
                        f"{step.number}, after the support of that ends on {sunset}; whatever runs still reads it",
                        (at((step.service, step.release)), f"{contract}@{version}"),
                    )


def _notes(catalog: Catalog, goals: Mapping[str, str], steps: tuple[Step, ...]) -> Iterator[Reason]:
    """
    Notes on versions due for retirement that a goal still writes.
    """
    retired = {(step.contract, step.version) for step in steps if step.action == RETIRE}
    writers = writers_of(catalog, {name: (release,) for name, release in goals.items()})
    for contract in catalog.contracts:
        for version in contract.versions:
            who = writers.get((contract.name, version.name))
            if version.sunset is not None and who and (contract.name, version.name) not in retired:
                yield Reason(
                    f"{contract.name} {version.name} is supported until {version.sunset}, but "
                    f"{', '.join(at(each) for each in who)} may still write it in the end",
                    (at(who[0]), f"{contract.name}@{version.name}"),
                )
