"""
The reasons why there is no plan, and changes that would make one possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from schemadiff.catalog import Catalog, Release, Service, Version
from schemadiff.deployment.evidence import Justification, Verdicts
from schemadiff.deployment.fleet import (
    Conflict,
    Fleet,
    RunningRelease,
    at,
    conflicts_between,
    conflicts_in,
    goal_fleet,
    reads_of,
)
from schemadiff.deployment.planning_problem import Candidate, PlanningProblem, bits, build_planning_problem, union
from schemadiff.deployment.search import SearchResult, find_plan

_TRIAL_BUDGET = 400


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """
    A possible change.

    Attributes:
        text: the change in words.
        service: the service that it unblocks.
        apply: the catalog after the change.
    """

    text: str
    service: str
    apply: Callable[[Catalog], Catalog]


def blockers(
    catalog: Catalog, problem: PlanningProblem, result: SearchResult, verdicts: Verdicts
) -> tuple[Justification, ...]:
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
            reasons += _blocking(catalog, problem, positions, service, result.day, verdicts)
    return tuple(dict.fromkeys(reasons)) or (
        Justification("in whatever order the services go, some step is not allowed"),
    )


def changes_for(
    catalog: Catalog, problem: PlanningProblem, as_of: date, fleet: Fleet, goals: dict[str, str]
) -> tuple[str, ...]:
    """
    A minimal set of changes that together make a plan possible; empty if none was found.

    Only blocking services are changed: those at which the search is stuck, then those at which it is stuck next.
    """
    changes = [_wider_reader(conflict) for conflict in conflicts_in(catalog, goal_fleet(goals))]
    rest = list(_optional_changes(catalog, problem, fleet, goals))
    while stuck := _trial(catalog, changes, as_of, fleet, goals):
        if not rest:
            return ()
        changes += [each for each in rest if each.service in stuck] or rest
        rest = [each for each in rest if each not in changes]
    for change in tuple(changes):
        others = [each for each in changes if each is not change]
        if not _trial(catalog, others, as_of, fleet, goals):
            changes = others
    return tuple(change.text for change in changes)


def _trial(
    catalog: Catalog, changes: list[_Change], as_of: date, fleet: Fleet, goals: dict[str, str]
) -> frozenset[str]:
    """
    The services that block a plan after these changes; empty if there is a plan.
    """
    for change in changes:
        catalog = change.apply(catalog)
    conflicts = conflicts_in(catalog, goal_fleet(goals))
    if conflicts:
        return frozenset(name for conflict in conflicts for name in (conflict.writer[0], conflict.reader[0]))
    problem = build_planning_problem(catalog, as_of=as_of, fleet=fleet, goals=goals, allow_late_stops=True)
    result = find_plan(problem, budget=_TRIAL_BUDGET)
    if result.moves is not None:
        return frozenset()
    late = [each for each, position in result.stuck.items() if position != len(problem.paths[each]) - 1]
    return frozenset(problem.services[each] for each in result.barred or late)


def _blocking(
    catalog: Catalog, problem: PlanningProblem, positions: list[int], service: int, day: date, verdicts: Verdicts
) -> Iterator[Justification]:
    """
    The constraints that block a service from its goal while the others stay.
    """
    path = problem.paths[service]
    goal, name = path[-1], problem.services[service]
    running = [
        (other, candidate)
        for other, candidate in zip(problem.services, problem.running(positions), strict=True)
        if candidate.name
    ]
    newcomer = _owned(catalog, name, goal)
    for other, candidate in running:
        beside = _owned(catalog, other, candidate)
        for writer, reader in ((newcomer, beside), (beside, newcomer)):
            for conflict in conflicts_between(catalog, writer, reader, verdicts):
                yield conflict.reason
    drops = path[positions[service]].reads & ~goal.reads
    for bit in bits(drops):
        yield from _dropping(problem, running, bit, (name, goal.name))
    needed = max([day, goal.opens, *(problem.sunsets[bit] or day for bit in bits(drops))])
    for bit in bits(goal.writes):
        sunset = problem.sunsets[bit]
        if sunset is not None and sunset <= needed:
            contract, version = problem.versions[bit]
            yield Justification(
                f"{name} {goal.name} writes {contract} {version}, whose support ends on {sunset}, and could start on "
                f"{needed} at the earliest",
                (at((name, goal.name)), f"{contract}@{version}"),
            )


def _owned(catalog: Catalog, service: str, candidate: Candidate) -> RunningRelease:
    owner = catalog.service(service)
    return RunningRelease(owner, owner.release(candidate.name))


def _dropping(
    problem: PlanningProblem, running: list[tuple[str, Candidate]], bit: int, goal: tuple[str, str]
) -> Iterator[Justification]:
    """
    The constraints on a goal that no longer reads a version.
    """
    contract, version = problem.versions[bit]
    text = f"{' '.join(goal)} no longer reads {contract} {version}"
    path = (f"{contract}@{version}", at(goal))
    if problem.sunsets[bit] is None:
        yield Justification(f"{text}, which is not deprecated, so its support never ends", path)
        return
    for service, candidate in running:
        if candidate.writes >> bit & 1:
            writer = (service, candidate.name)
            yield Justification(f"{text}, which {' '.join(writer)} still writes", (at(writer), *path))


def _optional_changes(
    catalog: Catalog, problem: PlanningProblem, fleet: Fleet, goals: dict[str, str]
) -> Iterator[_Change]:
    """
    The candidate changes beside wider readers: intermediate releases that read both, ended support windows.
    """
    for name, path in zip(problem.services, problem.paths, strict=True):
        running = fleet.get(name, ())
        if running and goals[name] not in running:
            yield _bridge(catalog.service(name), running[-1], goals[name], late=False)
            yield _bridge(catalog.service(name), running[-1], goals[name], late=True)
        for bit in bits(union(candidate.reads for candidate in path) & ~path[-1].reads):
            if problem.sunsets[bit] is None:
                yield _deprecation(name, *problem.versions[bit], problem.as_of)


def _wider_reader(conflict: Conflict) -> _Change:
    """
    The change that the reader of a conflict, a goal, reads more.
    """
    name, release = conflict.reader

    def apply(catalog: Catalog) -> Catalog:
        service = catalog.service(name)
        goal = service.release(release)
        reads = _both(reads_of(catalog, name, goal), {conflict.contract: (conflict.version,)})
        releases = tuple(replace(release, reads=reads) if release is goal else release for release in service.releases)
        return _with_service(catalog, replace(service, releases=releases))

    text = f"let {name} {release}, or one after it, read {conflict.contract} {conflict.version} as well"
    return _Change(text, name, apply)


def _bridge(service: Service, old: str, new: str, *, late: bool) -> _Change:
    """
    The change that a release runs in between, which reads what both read.

    Arguments:
        late: whether it writes as the new release does; else as the old one.
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
        return _with_service(catalog, replace(changed, releases=(*releases[:place], bridge, *releases[place:])))

    reads = _listed(_both(before.reads, after.reads))
    text = f"add a release of {service.name} between {old} and {new} that reads {reads or 'nothing'}"
    if writes:
        text += f" and {'already' if late else 'still'} writes {_listed(writes)}"
    return _Change(text, service.name, apply)


def _deprecation(service: str, contract: str, version: str, as_of: date) -> _Change:
    """
    The change that a version is deprecated at once, which a service no longer reads in the end.
    """

    def ended(each: Version) -> Version:
        return replace(each, deprecated=as_of, sunset=as_of + timedelta(days=each.support_days))

    def apply(catalog: Catalog) -> Catalog:
        changed = catalog.contract(contract)
        versions = tuple(ended(each) if each.name == version else each for each in changed.versions)
        contracts = (
            replace(contract, versions=versions) if contract is changed else contract for contract in catalog.contracts
        )
        return replace(catalog, contracts=tuple(contracts))

    text = f"deprecate {contract} {version} in the manifest, so that its support ends some day"
    return _Change(text, service, apply)


def _with_service(catalog: Catalog, service: Service) -> Catalog:
    services = tuple(service if each.name == service.name else each for each in catalog.services)
    return replace(catalog, services=services)


def _listed(messages: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{contract} {version}" for contract, versions in messages.items() for version in versions)


def _both(one: dict[str, tuple[str, ...]], two: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys((*one.get(name, ()), *two.get(name, ())))) for name in {**one, **two}}
