"""
Random fleets, and an exhaustive search for their rollout that shares no code with the planner.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from schemadiff.catalog import Catalog, Contract, Release, Service, Version

TODAY = date(2026, 11, 23)


def version(name: str, *, deprecated: int | None = None, published: int = -900, support: int = 90) -> Version:
    """
    A version whose days are counted from TODAY.
    """
    left = None if deprecated is None else TODAY + timedelta(days=deprecated)
    return Version(
        name=name,
        path=f"{name}.json",
        published=TODAY + timedelta(days=published),
        deprecated=left,
        support_days=support,
        sunset=None if left is None else left + timedelta(days=support),
    )


def generated(seed: int) -> tuple[Catalog, dict[str, str]]:
    """
    A fleet of two to four services, and the releases to run in the end.
    """
    chance = random.Random(seed)
    names = [f"s{number}" for number in range(chance.choice([2, 2, 3, 3, 4]))]
    contracts = []
    for number in range(chance.choice([1, 2, 2, 3])):
        producer, consumer = chance.sample(names, 2)
        size = chance.choice([2, 3, 3])
        versions = []
        for each in range(1, size + 1):
            old = each < size and chance.random() < 0.8
            versions.append(
                version(
                    f"v{each}",
                    deprecated=chance.choice([-200, -100, -60, -10]) if old else None,
                    published=chance.choice([-900, -900, -20, 15, 60]) if each == size else -900,
                )
            )
        contracts.append(Contract(f"c{number}", tuple(versions), producer=producer, consumer=consumer))
    services, goals = [], {}
    for name in names:
        releases = list(_releases(chance, name, contracts, chance.choice([2, 3, 3, 4])))
        running = [releases[0].name]
        if len(releases) > 2 and chance.random() < 0.2:
            running.append(releases[1].name)
        if chance.random() < 0.05:
            running = []
        services.append(Service(name, tuple(releases), tuple(running)))
        goals[name] = releases[-1].name
    return Catalog(tuple(contracts), tuple(services)), goals


def _releases(chance: random.Random, name: str, contracts: list[Contract], size: int) -> Iterator[Release]:
    for number in range(size):
        emits, reads = {}, {}
        for contract in contracts:
            known = [each.name for each in contract.versions]
            place = round(number * (len(known) - 1) / max(size - 1, 1))
            if contract.producer == name:
                late = max(0, place - chance.choice([0, 0, 1]))
                emits[contract.name] = tuple(
                    dict.fromkeys((known[late], *chance.choices(known, k=chance.choice([0, 0, 0, 1]))))
                )
            if contract.consumer == name:
                width = chance.choice([1, 2, 2, 3])
                reads[contract.name] = tuple(known[max(0, place - chance.choice([0, 1, 1])) : place + width])
        yield Release(f"r{number}", {key: tuple(sorted(each)) for key, each in emits.items()}, reads)


class FleetState(NamedTuple):
    """
    One state of the exhaustive search.
    """

    running: tuple[tuple[str, ...], ...]
    retired: frozenset[tuple[str, str]]
    day: date


class ExhaustiveSearch:
    """
    The constraints of a rollout, restated without bit sets or reductions.
    """

    def __init__(self, catalog: Catalog, goals: dict[str, str], *, allow_late_stops: bool = False) -> None:
        self.catalog = catalog
        self.allow_late_stops = allow_late_stops
        self.goals = goals
        self.versions = {(c.name, v.name): v for c in catalog.contracts for v in c.versions}
        releases = [(service, each) for service in catalog.services for each in service.releases]
        self.writes = {(owner.name, each.name): _keys(each.emits) for owner, each in releases}
        self.reads = {(owner.name, each.name): _keys(each.reads) for owner, each in releases}
        self.consumes = {
            (owner.name, each.name): set(each.reads) | {c.name for c in catalog.contracts if c.consumer == owner.name}
            for owner, each in releases
        }
        self.aims = set().union(*(self.writes[service.name, goals[service.name]] for service in catalog.services))
        self.retire = frozenset(
            key for key, each in self.versions.items() if each.sunset is not None and key not in self.aims
        )
        self.overdue = {key for key, each in self.versions.items() if each.sunset is not None and each.sunset <= TODAY}
        self.first = FleetState(tuple(service.running for service in catalog.services), frozenset(), TODAY)
        self.broken = set(self.conflicts(self.first))

    def running(self, state: FleetState) -> list[tuple[str, str]]:
        return [
            (service.name, release)
            for service, releases in zip(self.catalog.services, state.running, strict=True)
            for release in releases
        ]

    def conflicts(self, state: FleetState) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        running = self.running(state)
        for writer in running:
            for reader in running:
                for key in self.writes[writer] - self.reads[reader]:
                    if key[0] in self.consumes[reader]:
                        yield writer, reader

    def sound(self, state: FleetState) -> bool:
        """
        Whether all conflicts existed in the beginning.
        """
        return set(self.conflicts(state)) <= self.broken

    def steps(self, state: FleetState) -> Iterator[tuple[tuple[str, ...], FleetState]]:
        for place, service in enumerate(self.catalog.services):
            order = [each.name for each in service.releases]
            running = state.running[place]
            newest = max((order.index(each) for each in running), default=-1)
            for release in order[newest + 1 : order.index(self.goals[service.name]) + 1]:
                after = self.started(state, place, service.name, release, order[newest] if running else None)
                if after is not None:
                    yield ("start", service.name, release), after
            for release in running:
                if release != order[newest]:
                    left = tuple(each for each in running if each != release)
                    yield ("stop", service.name, release), state._replace(running=_with(state.running, place, left))
        written = {each for who in self.running(state) for each in self.writes[who]}
        for key in sorted(self.retire - state.retired - written):
            day = max(state.day, self.versions[key].sunset or TODAY)
            if self.may_wait(state, day):
                yield ("retire", *key), FleetState(state.running, state.retired | {key}, day)

    def started(
        self, state: FleetState, place: int, service: str, release: str, newest: str | None
    ) -> FleetState | None:
        written_by_new = self.writes[service, release]
        if written_by_new & state.retired:
            return None
        if newest is not None:
            if self.reads[service, newest] - self.reads[service, release] - state.retired:
                return None
            if written_by_new & self.overdue - self.writes[service, newest]:
                return None
        elif written_by_new & self.overdue:
            return None
        day = max([state.day, *(self.versions[key].published or TODAY for key in written_by_new)])
        ends = [self.versions[key].sunset for key in written_by_new - self.overdue]
        if any(end is not None and day >= end for end in ends) or not self.may_wait(state, day):
            return None
        after = FleetState(_with(state.running, place, (*state.running[place], release)), state.retired, day)
        return after if self.sound(after) else None

    def may_wait(self, state: FleetState, day: date) -> bool:
        if day == state.day or self.allow_late_stops:
            return True
        written = {each for who in self.running(state) for each in self.writes[who]} - self.overdue - self.aims
        ends = [self.versions[key].sunset for key in written]
        return not any(end is not None and day >= end for end in ends)

    def done(self, state: FleetState) -> bool:
        goal = tuple((self.goals[service.name],) for service in self.catalog.services)
        return state.running == goal and state.retired == self.retire and not any(self.conflicts(state))

    def shortest(self) -> int | None:
        """
        The length of a shortest plan, by breadth-first search.
        """
        seen, queue = {self.first}, deque([(self.first, 0)])
        while queue:
            state, length = queue.popleft()
            if self.done(state):
                return length
            for _, after in self.steps(state):
                if after not in seen:
                    seen.add(after)
                    queue.append((after, length + 1))
        return None


def _with(running: tuple[tuple[str, ...], ...], place: int, releases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (*running[:place], releases, *running[place + 1 :])


def _keys(messages: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(contract, each) for contract, versions in messages.items() for each in versions}


def large(seed: int, *, services: int = 20, contracts: int = 30, releases: int = 4, waits: bool = True) -> Catalog:
    """
    A fleet in which every service goes through all its releases, each reading a sliding window of versions.
    """
    chance = random.Random(seed)
    names = [f"s{number}" for number in range(services)]
    made: list[Contract] = []
    emits: dict[str, list[dict[str, tuple[str, ...]]]] = {name: [{} for _ in range(releases)] for name in names}
    reads: dict[str, list[dict[str, tuple[str, ...]]]] = {name: [{} for _ in range(releases)] for name in names}
    for number in range(contracts):
        one, two = sorted(chance.sample(range(services), 2))
        versions = tuple(
            version(f"v{each}", deprecated=None if each == releases else (10 * each - 80 if waits else -400))
            for each in range(1, releases + 1)
        )
        made.append(Contract(f"c{number}", versions, producer=names[one], consumer=names[two]))
        for place in range(releases):
            width = chance.choice([1, 2, 2, 3])
            emits[names[one]][place][f"c{number}"] = (f"v{place + 1}",)
            reads[names[two]][place][f"c{number}"] = tuple(
                f"v{each + 1}" for each in range(max(0, place - width), place + 1)
            )
    return Catalog(
        tuple(made),
        tuple(
            Service(
                name,
                tuple(Release(f"r{each}", emits[name][each], reads[name][each]) for each in range(releases)),
                ("r0",),
            )
            for name in names
        ),
    )


def star(readers: int) -> Catalog:
    """
    A fleet of one writer and some identical readers of four versions.
    """
    contract = Contract(
        "c", tuple(version(f"v{each}", deprecated=10 * each - 80 if each < 4 else None) for each in range(1, 5))
    )
    writer = Service("s0", tuple(Release(f"r{each}", {"c": (f"v{each}",)}, {}) for each in range(1, 5)), ("r1",))
    windows = [tuple(f"v{old}" for old in range(max(1, each - 1), each + 1)) for each in range(1, 5)]
    releases = tuple(Release(f"r{each}", {}, {"c": windows[each - 1]}) for each in range(1, 5))
    return Catalog(
        (contract,), (writer, *(Service(f"s{number}", releases, ("r1",)) for number in range(1, readers + 1)))
    )
