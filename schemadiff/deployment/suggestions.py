"""
The reasons why there is no plan, and changes that would make one possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from schemadiff.catalog import Catalog, Release, Service
from schemadiff.deployment.model import Conflict, Fleet, Justification, Messages, RunningRelease, SupportModel, at
from schemadiff.deployment.planning_problem import (
    NOT_DEPLOYED,
    Candidate,
    PlanningProblem,
    bits,
    build_planning_problem,
    union,
)
from schemadiff.deployment.search import SearchResult, find_plan

_TRIAL_BUDGET = 400

_V = TypeVar("_V")


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """
    A possible change of a catalog, in words, and the service that it unblocks.
    """

    text: str
    service: str
    apply: Callable[[Catalog], Catalog]


def goal_fleet(goals: Mapping[str, str]) -> Fleet:
    """
    The fleet in which each service runs its goal alone.
    """
    return {service: (release,) for service, release in goals.items()}


def blockers(model: SupportModel, problem: PlanningProblem, result: SearchResult) -> tuple[Justification, ...]:
    """
    The constraints that block each service in the expanded state nearest to the goal.
    """
    positions = [result.stuck.get(service, start) for service, start in enumerate(problem.start)]
    reasons: list[Justification] = []
    if result.barred:
        one, two = (problem.services[each] for each in result.barred)
        reasons.append(Justification(f"{one} and {two} cannot both get to their goals, whatever the others do"))
    for service in result.barred or result.stuck or range(len(positions)):
        if positions[service] != len(problem.paths[service]) - 1:
            reasons += _blocking(model, problem, positions, service, result.day)
    return tuple(dict.fromkeys(reasons)) or (
        Justification("in whatever order the services go, some step is not allowed"),
    )


def changes_for(model: SupportModel, problem: PlanningProblem, goals: dict[str, str]) -> tuple[str, ...]:
    """
    A minimal set of changes that together make a plan possible; empty if none was found.

    Only blocking services are changed: those at which the search is stuck, then those at which it is stuck next.
    """
    changes = [_wider_reader(conflict) for conflict in model.conflicts(goal_fleet(goals))]
    rest = list(_optional_changes(model, problem, goals))
    while stuck := _trial(model, changes, goals):
        if not rest:
            return ()
        changes += [each for each in rest if each.service in stuck] or rest
        rest = [each for each in rest if each not in changes]
    for change in tuple(changes):
        others = [each for each in changes if each is not change]
        if not _trial(model, others, goals):
            changes = others
    return tuple(change.text for change in changes)


def _trial(model: SupportModel, changes: list[_Change], goals: dict[str, str]) -> frozenset[str]:
    """
    The services that block a plan after these changes; empty if there is a plan.
    """
    for change in changes:
        model = replace(model, catalog=change.apply(model.catalog))
    conflicts = model.conflicts(goal_fleet(goals))
    if conflicts:
        return frozenset(name for conflict in conflicts for name in (conflict.writer[0], conflict.reader[0]))
    problem = build_planning_problem(model, goals, allow_late_stops=True)
    result = find_plan(problem, budget=_TRIAL_BUDGET)
    if result.moves is not None:
        return frozenset()
    late = [each for each, position in result.stuck.items() if position != len(problem.paths[each]) - 1]
    return frozenset(problem.services[each] for each in result.barred or late)


def _blocking(
    model: SupportModel, problem: PlanningProblem, positions: list[int], service: int, day: date
) -> Iterator[Justification]:
    path = problem.paths[service]
    goal = model.release(problem.services[service], path[-1].name)
    running = [
        (model.release(other, way[position].name), way[position])
        for other, way, position in zip(problem.services, problem.paths, positions, strict=True)
        if position != NOT_DEPLOYED
    ]
    for other, _ in running:
        for writer, reader in ((goal, other), (other, goal)):
            for conflict in model.conflicts_between(writer, reader):
                yield conflict.reason
    drops = path[positions[service]].reads & ~path[-1].reads
    for bit in bits(drops):
        yield from _dropping(problem, running, bit, goal)
    needed = max([day, path[-1].opens, *(problem.sunsets[bit] or day for bit in bits(drops))])
    for bit in bits(path[-1].writes):
        sunset = problem.sunsets[bit]
        if sunset is not None and sunset <= needed:
            contract, version = problem.versions[bit]
            yield Justification(
                f"{goal} writes {contract} {version}, whose support ends on {sunset}, and could start on "
                f"{needed} at the earliest",
                (at(goal.key), f"{contract}@{version}"),
            )


def _dropping(
    problem: PlanningProblem, running: list[tuple[RunningRelease, Candidate]], bit: int, goal: RunningRelease
) -> Iterator[Justification]:
    contract, version = problem.versions[bit]
    text = f"{goal} no longer reads {contract} {version}"
    path = (f"{contract}@{version}", at(goal.key))
    if problem.sunsets[bit] is None:
        yield Justification(f"{text}, which is not deprecated, so its support never ends", path)
        return
    for writer, candidate in running:
        if candidate.writes >> bit & 1:
            yield Justification(f"{text}, which {writer} still writes", (at(writer.key), *path))


def _optional_changes(model: SupportModel, problem: PlanningProblem, goals: dict[str, str]) -> Iterator[_Change]:
    """
    The candidate changes beside wider readers: intermediate releases that read both, ended support windows.
    """
    for name, path in zip(problem.services, problem.paths, strict=True):
        running = model.fleet.get(name, ())
        if running and goals[name] not in running:
            for late in (False, True):
                yield _bridge(model.catalog.service(name), running[-1], goals[name], late=late)
        for bit in bits(union(candidate.reads for candidate in path) & ~path[-1].reads):
            if problem.sunsets[bit] is None:
                yield _deprecation(name, *problem.versions[bit], problem.as_of)


def _wider_reader(conflict: Conflict) -> _Change:
    name, release = conflict.reader

    def apply(catalog: Catalog) -> Catalog:
        service = catalog.service(name)
        goal = service.release(release)
        reads = _both(goal.reads, {conflict.contract: (conflict.version,)})
        changed = replace(service, releases=_with(service.releases, goal, replace(goal, reads=reads)))
        return replace(catalog, services=_with(catalog.services, service, changed))

    text = f"let {name} {release}, or one after it, read {conflict.contract} {conflict.version} as well"
    return _Change(text, name, apply)


def _bridge(service: Service, old: str, new: str, *, late: bool) -> _Change:
    """
    The change that a release runs in between, which reads what both read, and writes as the new one does if it is late.
    """
    before, after = service.release(old), service.release(new)
    writes = after.emits if late else before.emits

    def apply(catalog: Catalog) -> Catalog:
        changed = catalog.service(service.name)
        first, goal = changed.release(old), changed.release(new)
        # A name that no manifest can hold, so that it is no existing release's.
        bridge = Release(f"{'late bridge' if late else 'bridge'} / {old}", writes, _both(first.reads, goal.reads))
        releases = changed.releases
        place = releases.index(goal) + (releases.index(first) > releases.index(goal))
        bridged = replace(changed, releases=(*releases[:place], bridge, *releases[place:]))
        return replace(catalog, services=_with(catalog.services, changed, bridged))

    reads = _listed(_both(before.reads, after.reads))
    text = f"add a release of {service.name} between {old} and {new} that reads {reads or 'nothing'}"
    if writes:
        text += f" and {'already' if late else 'still'} writes {_listed(writes)}"
    return _Change(text, service.name, apply)


def _deprecation(service: str, contract: str, version: str, as_of: date) -> _Change:

    def apply(catalog: Catalog) -> Catalog:
        owner = catalog.contract(contract)
        old = owner.version(version)
        ended = replace(old, deprecated=as_of, sunset=as_of + timedelta(days=old.support_days))
        changed = replace(owner, versions=_with(owner.versions, old, ended))
        return replace(catalog, contracts=_with(catalog.contracts, owner, changed))

    text = f"deprecate {contract} {version} in the manifest, so that its support ends some day"
    return _Change(text, service, apply)


def _with(values: tuple[_V, ...], old: _V, new: _V) -> tuple[_V, ...]:
    return tuple(new if each is old else each for each in values)


def _listed(messages: Messages) -> str:
    return ", ".join(f"{contract} {version}" for contract, versions in messages.items() for version in versions)


def _both(one: Messages, two: Messages) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys((*one.get(name, ()), *two.get(name, ())))) for name in {**one, **two}}
