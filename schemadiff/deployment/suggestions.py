"""
The reasons why there is no plan, and changes that would make one possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from schemadiff.catalog import Catalog, Release, Service
from schemadiff.deployment.evidence import Reason, Verdicts
from schemadiff.deployment.fleet import Fleet, at, conflicts_between, conflicts_in, reads_of
from schemadiff.deployment.planning_problem import AWAY, Candidate, System, bits, compile_system
from schemadiff.deployment.search import Found, search

_TRIAL_BUDGET = 400


@dataclass(frozen=True, slots=True)
class _Change:
    """
    A possible change.

    Attributes:
        text: the change in words.
        service: the service that it unblocks.
        kind: read (more in the end), bridge (a release in between that writes as the old one does), late bridge (as
            the new one does) or deprecate.
        where: service and contract@version; service and the release before it; contract and version.
    """

    text: str
    service: str
    kind: str
    where: tuple[str, str]


def blockers(catalog: Catalog, system: System, found: Found, verdicts: Verdicts) -> tuple[Reason, ...]:
    """
    The constraints that block each service in the expanded state nearest to the goal.
    """
    places = list(system.start)
    for service, place in found.stuck.items():
        places[service] = place
    asked = list(found.barred) if found.barred else list(found.stuck) or list(range(len(places)))
    reasons: list[Reason] = []
    if found.barred:
        one, two = (system.services[each] for each in found.barred)
        reasons.append(Reason(f"{one} and {two} cannot both get to their goals, whatever the others do"))
    for service in asked:
        if places[service] != len(system.paths[service]) - 1:
            reasons += _blocking(catalog, system, places, service, found.day, verdicts)
    return tuple(dict.fromkeys(reasons)) or (Reason("in whatever order the services go, some step is not allowed"),)


def changes_for(catalog: Catalog, system: System, as_of: date, fleet: Fleet, goals: dict[str, str]) -> tuple[str, ...]:
    """
    A minimal set of changes that together make a plan possible; empty if none was found.

    Only blocking services are changed: those at which the search is stuck, then those at which it is stuck next.
    """
    pool = list(_candidates(catalog, system, fleet, goals))
    changes = [each for each in pool if each.kind == "read"]
    stuck = _trial(catalog, changes, as_of, fleet, goals)
    while stuck:
        rest = [each for each in pool if each not in changes]
        if not rest:
            return ()
        changes += [each for each in rest if each.service in stuck] or rest
        stuck = _trial(catalog, changes, as_of, fleet, goals)
    return tuple(each.text for each in _needed(catalog, changes, as_of, fleet, goals))


def _needed(
    catalog: Catalog, changes: list[_Change], as_of: date, fleet: Fleet, goals: dict[str, str]
) -> list[_Change]:
    """
    A minimal subset of changes, by delta debugging (Zeller, Hildebrandt 2002).
    """
    size = max(len(changes) // 2, 1)
    while True:
        place = 0
        while place < len(changes):
            rest = changes[:place] + changes[place + size :]
            if _trial(catalog, rest, as_of, fleet, goals):
                place += size
            else:
                changes = rest
        if size == 1:
            return changes
        size = max(size // 2, 1)


def _blocking(
    catalog: Catalog, system: System, places: list[int], service: int, day: date, verdicts: Verdicts
) -> Iterator[Reason]:
    """
    The constraints that block a service from its goal while the others stay.
    """
    path = system.paths[service]
    goal, here = path[-1], path[places[service]] if places[service] != AWAY else None
    name = system.services[service]
    for other, place in enumerate(places):
        if place != AWAY:
            yield from _meeting(
                catalog, (name, goal.name), (system.services[other], system.paths[other][place].name), verdicts
            )
    drops = here.reads & ~goal.reads if here else 0
    for bit in bits(drops):
        yield from _dropping(system, places, bit, (name, goal))
    needed = max([day, goal.opens or day, *(end for bit in bits(drops) if (end := system.sunsets[bit]))])
    for bit in bits(goal.writes):
        sunset = system.sunsets[bit]
        if sunset is not None and sunset <= needed:
            contract, version = system.versions[bit]
            yield Reason(
                f"{name} {goal.name} writes {contract} {version}, whose support ends on {sunset}, and could start on "
                f"{needed} at the earliest",
                (at((name, goal.name)), f"{contract}@{version}"),
            )


def _meeting(catalog: Catalog, one: tuple[str, str], two: tuple[str, str], verdicts: Verdicts) -> Iterator[Reason]:
    first, second = (
        (catalog.service(service), catalog.service(service).release(release)) for service, release in (one, two)
    )
    for writer, reader in ((first, second), (second, first)):
        for conflict in conflicts_between(catalog, writer, reader, verdicts):
            yield conflict.reason


def _dropping(system: System, places: list[int], bit: int, goal: tuple[str, Candidate]) -> Iterator[Reason]:
    contract, version = system.versions[bit]
    text = f"{goal[0]} {goal[1].name} no longer reads {contract} {version}"
    path = (f"{contract}@{version}", at((goal[0], goal[1].name)))
    if system.sunsets[bit] is None:
        yield Reason(f"{text}, which is not deprecated, so its support never ends", path)
        return
    for service, place in enumerate(places):
        if place != AWAY and system.paths[service][place].writes >> bit & 1:
            writer = (system.services[service], system.paths[service][place].name)
            yield Reason(f"{text}, which {' '.join(writer)} still writes", (at(writer), *path))


def _candidates(catalog: Catalog, system: System, fleet: Fleet, goals: dict[str, str]) -> Iterator[_Change]:
    """
    The candidate changes: extended readers, intermediate releases that read both, ended support windows.
    """
    for conflict in conflicts_in(catalog, {name: (release,) for name, release in goals.items()}):
        yield _Change(
            f"let {' '.join(conflict.reader)}, or one after it, read {conflict.contract} {conflict.version} as well",
            conflict.reader[0],
            "read",
            (conflict.reader[0], f"{conflict.contract}@{conflict.version}"),
        )
    for service, name in enumerate(system.services):
        running = fleet.get(name, ())
        if running and goals[name] not in running:
            for kind in ("bridge", "late bridge"):
                text = _bridge_text(catalog.service(name), running[-1], goals[name], kind)
                yield _Change(text, name, kind, (name, running[-1]))
        for bit in bits(_lost(system, service)):
            contract, version = system.versions[bit]
            if system.sunsets[bit] is None:
                yield _Change(
                    f"deprecate {contract} {version} in the manifest, so that its support ends some day",
                    name,
                    "deprecate",
                    (contract, version),
                )


def _lost(system: System, service: int) -> int:
    path = system.paths[service]
    found = 0
    for candidate in path[:-1]:
        found |= candidate.reads & ~path[-1].reads
    return found


def _bridge_text(service: Service, old: str, new: str, kind: str) -> str:
    before, after = service.release(old), service.release(new)
    reads = _listed(_both(before.reads, after.reads))
    writes = _listed(before.emits if kind == "bridge" else after.emits)
    text = f"add a release of {service.name} between {old} and {new} that reads {reads or 'nothing'}"
    return f"{text} and {'still' if kind == 'bridge' else 'already'} writes {writes}" if writes else text


def _listed(messages: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{contract} {version}" for contract, versions in messages.items() for version in versions)


def _both(one: dict[str, tuple[str, ...]], two: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys((*one.get(name, ()), *two.get(name, ())))) for name in {**one, **two}}


def _trial(
    catalog: Catalog, changes: list[_Change], as_of: date, fleet: Fleet, goals: dict[str, str]
) -> frozenset[str]:
    """
    The services that block a plan after these changes; empty if there is a plan.
    """
    for change in changes:
        catalog = _applied(catalog, change, goals, as_of)
    at_odds = conflicts_in(catalog, {name: (release,) for name, release in goals.items()})
    if at_odds:
        return frozenset(name for each in at_odds for name in (each.writer[0], each.reader[0]))
    system = compile_system(catalog, as_of=as_of, fleet=fleet, goals=goals, lenient=True)
    found = search(system, budget=_TRIAL_BUDGET)
    if found.moves is not None:
        return frozenset()
    late = [each for each, place in found.stuck.items() if place != len(system.paths[each]) - 1]
    return frozenset(system.services[each] for each in found.barred or late)


def _applied(catalog: Catalog, change: _Change, goals: dict[str, str], as_of: date) -> Catalog:
    name, detail = change.where
    if change.kind == "deprecate":
        return replace(
            catalog,
            contracts=tuple(
                replace(
                    contract,
                    versions=tuple(
                        replace(each, deprecated=as_of, sunset=as_of + timedelta(days=each.support_days))
                        if each.name == detail
                        else each
                        for each in contract.versions
                    ),
                )
                if contract.name == name
                else contract
                for contract in catalog.contracts
            ),
        )
    service = catalog.service(name)
    goal = service.release(goals[name])
    if change.kind == "read":
        contract, _, version = detail.partition("@")
        wider = replace(goal, reads=_both(reads_of(catalog, name, goal), {contract: (version,)}))
        releases = tuple(wider if each.name == goal.name else each for each in service.releases)
    else:
        old = service.release(detail)
        # A name that no manifest can hold, so that it meets no release that is there.
        emits = old.emits if change.kind == "bridge" else goal.emits
        bridge = Release(f"{change.kind} / {old.name}", emits, _both(old.reads, goal.reads))
        place = service.releases.index(goal) + (service.releases.index(old) > service.releases.index(goal))
        releases = (*service.releases[:place], bridge, *service.releases[place:])
    changed = replace(service, releases=releases)
    return replace(catalog, services=tuple(changed if each.name == name else each for each in catalog.services))
