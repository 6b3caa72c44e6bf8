"""
A rollout as a planning problem over bit sets: releases and versions are bits, services positions on a path.

The constraints on every state and step:

* Whatever a running release writes, every running consumer reads. Pairs that violate this today are separated by the
  plan; it never starts such a pair.
* A rollout goes forward: beside what runs, a service starts a newer release on the way to its goal; then the older
  one stops. Some release of the service runs at any time.
* A release that no longer reads a version which its predecessor reads may start only when that version is retired:
  its window is over, it has no writer, and none of its messages is in flight.
* A release that writes a version starts on or after the day on which that is published, and before its sunset. No
  waiting carries a version past its sunset while a release to be replaced still writes it, unless there is no
  other way (``allow_late_stops``): its readers still read it, but they no longer owe it. What was overdue already on
  the first day may go on until it is replaced.
* A retired version is not written again.

A release that has a newer one beside it can stop at once: that only removes constraints. So the state is one position
for each service, and a step of the search (an *upgrade*) is a start with the stop that follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from schemadiff.catalog import Service
from schemadiff.deployment.model import Messages, RunningRelease, SupportModel, keys

NOT_DEPLOYED = 0
"""The position of a service of which no release runs yet."""


class Candidate(NamedTuple):
    """
    A release that may run during the rollout; by default the placeholder of a service that is not deployed.

    Attributes:
        name: of the release.
        writes, reads: versions as bits.
        unread: the versions of consumed contracts that it does not read, as bits.
        opens: the day before which it may not start.
        closes: the day on and after which it may no longer start.
        leaves: the day by which it must have stopped, if it is replaced; date.max where no day is set.
    """

    name: str = ""
    writes: int = 0
    reads: int = 0
    unread: int = 0
    opens: date = date.min
    closes: date = date.max
    leaves: date = date.max

    def may_join(self, writes: int, unread: int, drops: int = 0) -> bool:
        """
        Whether it may start beside releases that write and do not read some versions, where others must be retired.
        """
        return not (self.writes & unread or self.unread & writes or (self.writes | writes) & drops)


class Upgrade(NamedTuple):
    """
    The upgrade of a service from one release to a newer one.

    Attributes:
        target: the position of the newer release.
        drops: the versions that must be retired first, as bits.
        cost: its number of steps.
    """

    target: int
    drops: int
    cost: int


class PlanningProblem(NamedTuple):
    """
    The planning problem.

    Attributes:
        services: names.
        paths: by service, its candidates in order: the placeholder at ``NOT_DEPLOYED``, the goal last.
        start: by service, the initial position.
        superseded: by service, the other running positions, which stop at once.
        upgrades: by service and position, the upgrades that no constraint excludes from the outset.
        versions: contract and version of each bit.
        sunsets: of each version; None where no day is set.
        retire: the versions to retire, as bits.
        as_of: the first day.
    """

    services: tuple[str, ...]
    paths: tuple[tuple[Candidate, ...], ...]
    start: tuple[int, ...]
    superseded: tuple[tuple[int, ...], ...]
    upgrades: tuple[tuple[tuple[Upgrade, ...], ...], ...]
    versions: tuple[tuple[str, str], ...]
    sunsets: tuple[date | None, ...]
    retire: int
    as_of: date


def bits(mask: int) -> Iterator[int]:
    """
    The indices of the set bits, the lowest first.
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def union(masks: Iterable[int]) -> int:
    """
    The union of the masks.
    """
    return reduce(or_, masks, 0)


def build_planning_problem(
    model: SupportModel, goals: dict[str, str], *, allow_late_stops: bool = False
) -> PlanningProblem:
    """
    The planning problem from what runs on the first day to the goals, by service; services without one are left out.
    With late stops, a running release may go on writing a version past its sunset.
    """
    encoding = _Encoding(model)
    services = [service for service in model.catalog.services if service.name in goals]
    running = [model.fleet.get(service.name, ()) for service in services]
    routes = [
        [model.release(service.name, name) for name in _route(service, names, goals[service.name])]
        for service, names in zip(services, running, strict=True)
    ]
    dated = union(1 << bit for bit, day in enumerate(encoding.sunsets) if day is not None)
    overdue = union(1 << bit for bit, day in enumerate(encoding.sunsets) if day is not None and day <= model.as_of)
    final = union(encoding.mask(route[-1].writes) for route in routes)
    exempt = dated if allow_late_stops else overdue | final
    paths = tuple((Candidate(), *(encoding.candidate(each, overdue, exempt) for each in route)) for route in routes)
    positions = [
        [position for position, each in enumerate(path) if each.name in names]
        for path, names in zip(paths, running, strict=True)
    ]
    retire = dated & ~final
    return PlanningProblem(
        services=tuple(service.name for service in services),
        paths=paths,
        start=tuple(each[-1] if each else NOT_DEPLOYED for each in positions),
        superseded=tuple(tuple(each[:-1]) for each in positions),
        upgrades=tuple(_upgrades(path, retire, overdue) for path in paths),
        versions=encoding.versions,
        sunsets=encoding.sunsets,
        retire=retire,
        as_of=model.as_of,
    )


class _Encoding:
    def __init__(self, model: SupportModel) -> None:
        windows = {
            (contract.name, version.name): version
            for contract in model.catalog.contracts
            for version in contract.versions
        }
        self.versions = tuple(windows)
        self.sunsets = tuple(window.sunset for window in windows.values())
        self._published = tuple(window.published or date.min for window in windows.values())
        self._bits = {key: bit for bit, key in enumerate(windows)}

    def mask(self, messages: Messages) -> int:
        return union(1 << self._bits[key] for key in keys(messages))

    def candidate(self, release: RunningRelease, overdue: int, exempt: int) -> Candidate:
        """
        A release; the sunsets of overdue versions do not prevent its start, those of exempt ones do not force its stop.
        """
        writes, reads = self.mask(release.writes), self.mask(release.reads)
        offered = union(1 << bit for (contract, _), bit in self._bits.items() if contract in release.reads)
        return Candidate(
            name=release.name,
            writes=writes,
            reads=reads,
            unread=offered & ~reads,
            opens=max((self._published[bit] for bit in bits(writes)), default=date.min),
            closes=self._first_sunset(writes & ~overdue),
            leaves=self._first_sunset(writes & ~exempt),
        )

    def _first_sunset(self, versions: int) -> date:
        return min((day for bit in bits(versions) if (day := self.sunsets[bit]) is not None), default=date.max)


def _route(service: Service, running: tuple[str, ...], goal: str) -> list[str]:
    """
    The releases of a service in order: those newer than the goal first, the goal last.
    """
    releases = [release.name for release in service.releases]
    last = releases.index(goal)
    positions = [position for position, name in enumerate(releases) if name in running]
    if positions and min(positions) > last:
        return releases[last : max(positions) + 1][::-1]
    beyond = [releases[position] for position in positions if position > last][::-1]
    return [*beyond, *releases[min(positions, default=0) : last + 1]]


def _upgrades(path: tuple[Candidate, ...], retire: int, overdue: int) -> tuple[tuple[Upgrade, ...], ...]:
    upgrades = []
    for position, old in enumerate(path):
        possible = []
        for target, new in enumerate(path[position + 1 :], position + 1):
            drops = old.reads & ~new.reads
            # An overdue version may be written only by the service that already does.
            belated = new.writes & overdue & ~old.writes
            if not drops & ~retire and not belated and new.may_join(old.writes | new.writes, old.unread | new.unread):
                possible.append(Upgrade(target, drops, 1 if position == NOT_DEPLOYED else 2))
        upgrades.append(tuple(possible))
    return tuple(upgrades)
