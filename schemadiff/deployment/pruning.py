"""
Pairwise pruning of a planning problem.

Two services alone are a small problem that can be explored completely, and every plan for all contains a plan for each
two. So an upgrade on no path to the goal for some two is on none for all; removing it makes other upgrades useless in
turn, up to a fixpoint. The remaining graph gives admissible distances.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, TypeAlias

from schemadiff.deployment.planning_problem import AWAY, Candidate, Hop, System, bits

NEVER = 1_000_000
"""The distance of an unreachable position."""

Places: TypeAlias = "tuple[int, int]"

Hops: TypeAlias = "list[dict[int, tuple[Hop, ...]]]"


class Group(NamedTuple):
    """
    Some services of a planning problem, renumbered.

    Attributes:
        members: their numbers in the problem.
        paths: by service, its candidates.
        own: by service and position, the candidate's bit.
        start, goals: positions.
        hops: by service and position, the upgrades that may be on a path to the goal.
        drops: by service, the versions that some upgrade needs retired.
        sunsets: of every version.
        as_of: the first day.
    """

    members: tuple[int, ...]
    paths: tuple[tuple[Candidate, ...], ...]
    own: tuple[tuple[int, ...], ...]
    start: tuple[int, ...]
    goals: tuple[int, ...]
    hops: Hops
    drops: tuple[int, ...]
    sunsets: tuple[date | None, ...]
    as_of: date


class Ways(NamedTuple):
    """
    The result of pairwise pruning.

    Attributes:
        hops: the remaining upgrades.
        alone: by service and position, the least number of steps to its goal.
        pairs: by service, other services with a table of the least number of its own steps, by both positions.
        barred: two services that cannot reach their goals even alone; None if there are none.
    """

    hops: Hops
    alone: list[dict[int, int]]
    pairs: list[list[tuple[int, dict[Places, int]]]]
    barred: tuple[int, int] | None


def groups_of(system: System) -> list[Group]:
    """
    The groups of services that may conflict; groups whose goals are reached are left out.
    """
    size = len(system.services)
    leader = list(range(size))

    def find(service: int) -> int:
        while leader[service] != service:
            service = leader[service]
        return service

    for one, two in _touching(system.paths, _owners(system), [_drops(each) for each in system.hops]):
        leader[max(find(one), find(two))] = min(find(one), find(two))
    found: dict[int, list[int]] = {}
    for service in range(size):
        found.setdefault(find(service), []).append(service)
    arrived = [place == len(path) - 1 for place, path in zip(system.start, system.paths, strict=True)]
    return [_group(system, tuple(each)) for each in found.values() if not all(arrived[service] for service in each)]


def ways_of(group: Group) -> Ways:
    """
    The upgrades that remain after pairwise pruning, and the distances that follow.
    """
    touching = list(_touching(group.paths, [union(own) for own in group.own], group.drops))
    hops = [dict(each) for each in group.hops]
    pending = dict.fromkeys(touching)
    while pending:
        one, two = next(iter(pending))
        del pending[one, two]
        kept = _useful(group, hops, one, two)
        if kept is None:
            return Ways(hops, [], [], (one, two))
        for service, left in zip((one, two), kept, strict=True):
            if left != hops[service]:
                hops[service] = left
                pending.update(dict.fromkeys(each for each in touching if service in each))
    pairs: list[list[tuple[int, dict[Places, int]]]] = [[] for _ in group.paths]
    for one, two in touching:
        steps = list(_steps(group, hops, one, two))
        goal = (group.goals[one], group.goals[two])
        pairs[one].append((two, _backwards(steps, goal, first=True)))
        table = _backwards(steps, goal, first=False)
        pairs[two].append((one, {(there, here): least for (here, there), least in table.items()}))
    return Ways(hops, [_alone(group, hops, service) for service in range(len(hops))], pairs, None)


def union(masks: Iterable[int]) -> int:
    """
    The union of the masks.
    """
    found = 0
    for mask in masks:
        found |= mask
    return found


def alike(group: Group, hops: Hops) -> list[list[int]]:
    """
    The classes of interchangeable services, of two or more each.
    """
    found: list[list[int]] = []
    features = [_features(group, hops, service) for service in range(len(hops))]
    for service in range(len(hops)):
        for same in found:
            if features[same[0]] == features[service] and _exchangeable(group, hops, same[0], service):
                same.append(service)
                break
        else:
            found.append([service])
    return [each for each in found if len(each) > 1]


def _group(system: System, members: tuple[int, ...]) -> Group:
    return Group(
        members=members,
        paths=tuple(system.paths[each] for each in members),
        own=tuple(tuple(system.bit(each, place) for place in range(len(system.paths[each]))) for each in members),
        start=tuple(system.start[each] for each in members),
        goals=tuple(len(system.paths[each]) - 1 for each in members),
        hops=[system.hops[each] for each in members],
        drops=tuple(_drops(system.hops[each]) for each in members),
        sunsets=system.sunsets,
        as_of=system.as_of,
    )


def _owners(system: System) -> list[int]:
    return [
        union(system.bit(service, place) for place in range(len(path))) for service, path in enumerate(system.paths)
    ]


def _drops(hops: dict[int, tuple[Hop, ...]]) -> int:
    return union(hop.drops for ways in hops.values() for hop in ways)


def _touching(
    paths: tuple[tuple[Candidate, ...], ...], owners: list[int], drops: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """
    The pairs of services that may constrain each other.
    """
    clashes = [union(each.clashes for each in path) for path in paths]
    writes = [union(each.writes for each in path) for path in paths]
    needs = list(drops)
    for two in range(len(paths)):
        for one in range(two):
            if clashes[one] & owners[two] or writes[one] & needs[two] or writes[two] & needs[one]:
                yield one, two


def _steps(group: Group, hops: Hops, one: int, two: int) -> Iterator[tuple[Places, Places, int, bool, Hop]]:
    """
    The upgrades of two services alone, as (from, to, cost, whether the first one is upgraded, the upgrade).
    """
    for here in range(AWAY, len(group.paths[one])):
        for there in range(AWAY, len(group.paths[two])):
            for hop in hops[one].get(here, ()):
                if _passes(group, one, here, hop, two, there):
                    yield (here, there), (hop.target, there), hop.cost, True, hop
            for hop in hops[two].get(there, ()):
                if _passes(group, two, there, hop, one, here):
                    yield (here, there), (here, hop.target), hop.cost, False, hop


def _passes(group: Group, service: int, place: int, hop: Hop, other: int, beside: int) -> bool:
    new = group.paths[service][hop.target]
    written = new.writes | (group.paths[service][place].writes if place != AWAY else 0)
    if beside == AWAY:
        return not written & hop.drops
    neighbour = group.paths[other][beside]
    return not (new.clashes & group.own[other][beside] or (written | neighbour.writes) & hop.drops)


def _useful(group: Group, hops: Hops, one: int, two: int) -> list[dict[int, tuple[Hop, ...]]] | None:
    """
    The upgrades of two services on some path from start to goal; None if there is no path.
    """
    steps = list(_steps(group, hops, one, two))
    start, goal = (group.start[one], group.start[two]), (group.goals[one], group.goals[two])
    reached = _closure(start, ((source, target) for source, target, *_ in steps))
    arriving = _closure(goal, ((target, source) for source, target, *_ in steps))
    if goal not in reached:
        return None
    kept: list[dict[int, list[Hop]]] = [{}, {}]
    for source, target, _, first, hop in steps:
        if source in reached and target in arriving:
            ways = kept[0 if first else 1].setdefault(source[0 if first else 1], [])
            if hop not in ways:
                ways.append(hop)
    return [{place: tuple(sorted(ways)) for place, ways in sorted(each.items())} for each in kept]


def _closure(start: Places, steps: Iterable[tuple[Places, Places]]) -> set[Places]:
    after: dict[Places, list[Places]] = {}
    for source, target in steps:
        after.setdefault(source, []).append(target)
    found, pending = {start}, [start]
    while pending:
        for target in after.get(pending.pop(), ()):
            if target not in found:
                found.add(target)
                pending.append(target)
    return found


def _backwards(steps: list[tuple[Places, Places, int, bool, Hop]], goal: Places, *, first: bool) -> dict[Places, int]:
    """
    From each pair of positions the least cost of one service's upgrades to the goal, the other's at no cost.
    """
    into: dict[Places, list[tuple[Places, int]]] = {}
    for source, target, cost, hops_first, _ in steps:
        into.setdefault(target, []).append((source, cost if hops_first == first else 0))
    least = {goal: 0}
    queue = [(0, goal)]
    while queue:
        spent, place = heapq.heappop(queue)
        if spent > least[place]:
            continue
        for source, cost in into.get(place, ()):
            if spent + cost < least.get(source, NEVER):
                least[source] = spent + cost
                heapq.heappush(queue, (spent + cost, source))
    return least


def _alone(group: Group, hops: Hops, service: int) -> dict[int, int]:
    least = {group.goals[service]: 0}
    for place in range(group.goals[service] - 1, AWAY - 1, -1):
        ways = hops[service].get(place, ())
        least[place] = min((hop.cost + least[hop.target] for hop in ways), default=NEVER)
    return least


def _exchangeable(group: Group, hops: Hops, one: int, two: int) -> bool:
    others = [each for each in range(len(hops)) if each not in (one, two)]
    return _meeting(group, hops, one, two) == _meeting(group, hops, two, one) and all(
        _meeting(group, hops, one, other) == _meeting(group, hops, two, other)
        and _meeting(group, hops, other, one) == _meeting(group, hops, other, two)
        for other in others
    )


def _features(group: Group, hops: Hops, service: int) -> object:
    return (
        group.start[service],
        [(each.opens, each.closes, each.leaves) for each in group.paths[service]],
        {
            place: [
                (hop.target, hop.opens, hop.cost, sorted(str(group.sunsets[bit]) for bit in bits(hop.drops)))
                for hop in ways
            ]
            for place, ways in hops[service].items()
        },
    )


def _meeting(group: Group, hops: Hops, one: int, two: int) -> object:
    """
    The relation of one service to another: conflicts, versions written and dropped, versions both need retired.
    """
    theirs = [hop for ways in hops[two].values() for hop in ways]
    return (
        [[bool(each.clashes & bit) for bit in group.own[two]] for each in group.paths[one]],
        [[bool(each.writes & hop.drops) for hop in theirs] for each in group.paths[one]],
        [
            [sorted(str(group.sunsets[bit]) for bit in bits(way.drops & hop.drops)) for hop in theirs]
            for ways in hops[one].values()
            for way in ways
        ],
    )
