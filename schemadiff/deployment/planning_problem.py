"""
A rollout as a planning problem over bit sets: releases and versions are bits, services positions on a path.

The constraints on every state and step:

* Whatever a running release writes, every running consumer reads. Pairs that violate this today are separated by the
  plan; it never starts such a pair.
* A rollout goes forward: beside what runs, a service starts a newer release on the way to its goal; then the older
  one stops. Some release of the service runs at any time.
* A release that no longer reads a version which its predecessor reads may start only when that version is retired:
  its window is over, nobody writes it any more, and none of its messages is under way.
* A release that writes a version starts on or after the day on which that is published, and before its sunset. No
  waiting carries a version past its sunset while somebody who shall be replaced still writes it, unless there is no
  other way (``lenient``): its readers still read it, but they no longer owe it. What was overdue already on the first
  day may go on until it is replaced.
* A retired version is not written again.

A release that has a newer one beside it can stop at once: that only removes constraints. So the state is one position
for each service, and a step of the search (an *upgrade*) is a start with the stop that follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from schemadiff.catalog import Catalog, Release
from schemadiff.deployment.fleet import Fleet, reads_of

AWAY = -1
"""The position of a service of which no release runs yet."""


class Candidate(NamedTuple):
    """
    A release that may run during the rollout.

    Attributes:
        service: its index.
        name: of the release.
        writes, reads: versions as bits.
        clashes: the candidates, as bits, that conflict with it.
        opens: the day before which it may not start; None where it may at once.
        closes: the day on and after which it may no longer start.
        leaves: the day by which it must have stopped, if it is replaced; date.max where no day is set.
    """

    service: int
    name: str
    writes: int
    reads: int
    clashes: int
    opens: date | None
    closes: date
    leaves: date


class Hop(NamedTuple):
    """
    The upgrade of a service from one release to a newer one.

    Attributes:
        target: the position of the newer release.
        drops: the versions that must be retired first, as bits.
        opens: the day before which it may not be done.
        cost: its number of steps.
    """

    target: int
    drops: int
    opens: date
    cost: int


class System(NamedTuple):
    """
    The planning problem.

    Attributes:
        services: names.
        paths: by service, its candidates in order; the last one is the goal.
        first: by service, the number of the path's first candidate among all; candidates are bits in that order.
        start: by service, the initial position.
        extra: by service, the other running positions, which stop at once.
        hops: by service and position, the upgrades.
        versions: contract and version of each bit.
        sunsets: of each version; None where no day is set.
        retire: the versions to retire, as bits.
        as_of: the first day.
    """

    services: tuple[str, ...]
    paths: tuple[tuple[Candidate, ...], ...]
    first: tuple[int, ...]
    start: tuple[int, ...]
    extra: tuple[tuple[int, ...], ...]
    hops: tuple[dict[int, tuple[Hop, ...]], ...]
    versions: tuple[tuple[str, str], ...]
    sunsets: tuple[date | None, ...]
    retire: int
    as_of: date

    def names(self, versions: int) -> list[tuple[str, str]]:
        """
        The contracts and versions of some bits.
        """
        return [self.versions[bit] for bit in bits(versions)]

    def bit(self, service: int, position: int) -> int:
        """
        The bit of a candidate.
        """
        return 1 << (self.first[service] + position)


def bits(mask: int) -> Iterator[int]:
    """
    The indices of the set bits, the lowest first.
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def compile_system(
    catalog: Catalog, *, as_of: date, fleet: Fleet, goals: dict[str, str], lenient: bool = False
) -> System:
    """
    The planning problem from a fleet to its goals.

    Arguments:
        catalog: contracts and services.
        as_of: the first day.
        fleet: the running releases by service.
        goals: by service, the release that runs in the end; a service without one is left out.
        lenient: whether a running release may go on writing a version past its sunset.
    """
    versions = tuple((contract.name, each.name) for contract in catalog.contracts for each in contract.versions)
    sunsets = tuple(each.sunset for contract in catalog.contracts for each in contract.versions)
    number = {each: bit for bit, each in enumerate(versions)}
    names = tuple(each.name for each in catalog.services if each.name in goals)
    routes = [_route(catalog, name, fleet.get(name, ()), goals[name]) for name in names]
    aims = _union(_mask(number, route[-1].emits) for route in routes)
    overdue = _union(1 << bit for bit, day in enumerate(sunsets) if day is not None and day <= as_of)
    lasting = (1 << len(versions)) - 1 if lenient else overdue | aims
    candidates = _candidates(catalog, names, routes, number, (overdue, lasting))
    paths = tuple(tuple(each for each in candidates if each.service == index) for index in range(len(names)))
    running = [
        [place for place, each in enumerate(path) if each.name in fleet.get(name, ())]
        for name, path in zip(names, paths, strict=True)
    ]
    retire = _union(1 << bit for bit, day in enumerate(sunsets) if day is not None and not aims >> bit & 1)
    first = tuple(sum(len(path) for path in paths[:index]) for index in range(len(paths)))
    return System(
        services=names,
        paths=paths,
        first=first,
        start=tuple(places[-1] if places else AWAY for places in running),
        extra=tuple(tuple(places[:-1]) for places in running),
        hops=tuple(_hops(path, offset, retire, overdue, as_of) for path, offset in zip(paths, first, strict=True)),
        versions=versions,
        sunsets=sunsets,
        retire=retire,
        as_of=as_of,
    )


def _candidates(
    catalog: Catalog,
    names: tuple[str, ...],
    routes: list[list[Release]],
    number: dict[tuple[str, str], int],
    lasting: tuple[int, int],
) -> list[Candidate]:
    """
    The candidates of all routes, one after the other.

    Arguments:
        lasting: the versions whose sunset does not prevent a start, and those whose sunset does not force a stop.
    """
    windows = [each for contract in catalog.contracts for each in contract.versions]
    sunsets = tuple(each.sunset for each in windows)
    books = [(index, name, release) for index, name in enumerate(names) for release in routes[index]]
    writes = [_mask(number, release.emits) for _, _, release in books]
    reads = [_mask(number, reads_of(catalog, name, release)) for _, name, release in books]
    clashes = _clashes(catalog, [(name, release) for _, name, release in books], writes, reads, tuple(number))
    return [
        Candidate(
            service=index,
            name=release.name,
            writes=writes[place],
            reads=reads[place],
            clashes=clashes[place],
            opens=max((windows[bit].published or date.min for bit in bits(writes[place])), default=None),
            closes=_earliest(sunsets, writes[place] & ~lasting[0]),
            leaves=_earliest(sunsets, writes[place] & ~lasting[1]),
        )
        for place, (index, _, release) in enumerate(books)
    ]


def _route(catalog: Catalog, name: str, running: tuple[str, ...], goal: str) -> list[Release]:
    """
    The releases of a service in order: those newer than the goal first, the goal last.
    """
    releases = catalog.service(name).releases
    aim = next(place for place, each in enumerate(releases) if each.name == goal)
    places = [place for place, each in enumerate(releases) if each.name in running]
    if places and min(places) > aim:
        return list(releases[aim : max(places) + 1])[::-1]
    beyond = [releases[place] for place in places if place > aim][::-1]
    return [*beyond, *releases[min(places, default=0) : aim + 1]]


def _mask(number: dict[tuple[str, str], int], messages: dict[str, tuple[str, ...]]) -> int:
    return _union(1 << number[contract, version] for contract, versions in messages.items() for version in versions)


def _union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _earliest(days: tuple[date | None, ...], versions: int) -> date:
    return min((day for bit in bits(versions) if (day := days[bit]) is not None), default=date.max)


def _clashes(
    catalog: Catalog,
    releases: list[tuple[str, Release]],
    writes: list[int],
    reads: list[int],
    versions: tuple[tuple[str, str], ...],
) -> list[int]:
    """
    By candidate, the conflicting ones: one side writes what the other consumes and does not read.
    """
    found = [0] * len(releases)
    consumes = [reads_of(catalog, service, release) for service, release in releases]
    for bit, (contract, _) in enumerate(versions):
        writers = [place for place, mask in enumerate(writes) if mask >> bit & 1]
        if not writers:
            continue
        deaf = [place for place, mask in enumerate(reads) if not mask >> bit & 1 and contract in consumes[place]]
        deaf_mask = _union(1 << place for place in deaf)
        writer_mask = _union(1 << place for place in writers)
        for place in writers:
            found[place] |= deaf_mask
        for place in deaf:
            found[place] |= writer_mask
    return found


def _hops(
    path: tuple[Candidate, ...], offset: int, retire: int, overdue: int, as_of: date
) -> dict[int, tuple[Hop, ...]]:
    """
    By position, the upgrades that no constraint excludes from the outset.
    """
    found: dict[int, tuple[Hop, ...]] = {}
    for here in range(AWAY, len(path)):
        ways = []
        for there in range(here + 1, len(path)):
            new, old = path[there], path[here] if here != AWAY else None
            drops = old.reads & ~new.reads if old else 0
            # What is overdue may go on being written by the service that already does, and by nobody else.
            belated = new.writes & overdue & ~(old.writes if old else 0)
            together = 1 << (offset + there) | (1 << (offset + here) if old else 0)
            if drops & ~retire or belated or new.clashes & together:
                continue
            ways.append(Hop(there, drops, max(new.opens or as_of, as_of), 2 if old else 1))
        found[here] = tuple(ways)
    return found
