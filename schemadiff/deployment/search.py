"""
The shortest way through the puzzle of a rollout, or the knowledge that there is none.

A* over positions. Services that can never get into each other's way are planned apart, and distances come from
every two services (see ``group``). Two reductions keep interchangeable orders from being tried one by one: a hop
that must come anyway and disturbs nobody is done at once, and services that are alike in everything are
interchangeable.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import NamedTuple

from schemadiff.deployment.planning_problem import AWAY, Hop, System, bits
from schemadiff.deployment.pruning import NEVER, Group, alike, groups_of, union, ways_of

BUDGET = 4_000
"""States that are looked into before the search gives up on the shortest plan, and again before it gives up."""

_HASTE = 5
"""How much more than the steps behind it the steps before it count, once any plan will do."""


class Move(NamedTuple):
    """
    A hop that the plan takes.

    Attributes:
        service: its index.
        source, target: positions.
        retires: the versions that have to be retired right before it, as bits.
        day: the earliest day on which it may be done.
    """

    service: int
    source: int
    target: int
    retires: int
    day: date


class Found(NamedTuple):
    """
    What a search came to.

    Attributes:
        moves: of the plan, in order; None where there is none.
        proved: whether the plan is known to be shortest, or no plan is known to exist.
        stuck: where no plan was found, the positions nearest to the goal that were reached, by service.
        day: the day that it had become there.
        barred: two services that cannot even get to their goals without the others, if that is the reason.
        looked: how many states were looked into.
    """

    moves: tuple[Move, ...] | None
    proved: bool
    stuck: dict[int, int]
    day: date
    barred: tuple[int, int] | None
    looked: int


class State(NamedTuple):
    """
    Where everybody is, what is retired, and what day it has become.
    """

    places: tuple[int, ...]
    retired: int
    day: date


def search(system: System, *, budget: int = BUDGET) -> Found:
    """
    The moves of a shortest plan.

    Arguments:
        system: the puzzle.
        budget: how many states may be looked into for each group of services that depend on each other.
    """
    found = [_Search(group).run(budget) for group in groups_of(system)]
    looked = sum(each.looked for each in found)
    failed = [each for each in found if each.moves is None]
    if failed:
        # One group that certainly has no plan is enough, whatever is known of the others.
        worst = next((each for each in failed if each.proved), failed[0])
        return worst._replace(looked=looked)
    moves = [move for each in found for move in each.moves or ()]
    moves.sort(key=lambda move: move.day)
    return Found(tuple(moves), all(each.proved for each in found), {}, system.as_of, None, looked)


class _Search:
    """
    One group of services.
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.ways = ways_of(group)
        if self.ways.barred is not None:
            return
        self.alike = alike(group, self.ways.hops)
        self.near = [[other for other, _ in tables] for tables in self.ways.pairs]
        self.ahead = [_suffixes(own) for own in group.own]
        self.later = [_suffixes([each.writes for each in path]) for path in group.paths]
        self.dropped = [
            union(drops for other, drops in enumerate(group.drops) if other != service)
            for service in range(len(group.members))
        ]

    def run(self, budget: int) -> Found:
        """
        Search for the shortest plan; where that takes too long, for any.
        """
        if self.ways.barred is not None:
            one, two = self.ways.barred
            names = self.group.members
            return Found(None, True, {}, self.group.as_of, (names[one], names[two]), 0)
        found = self._best_first(budget, weight=1)
        if found.moves is None and not found.proved:
            found = self._best_first(budget, weight=_HASTE)
            if found.moves is not None:
                found = found._replace(proved=False)
        return found

    def _best_first(self, budget: int, weight: int) -> Found:
        first = State(self.group.start, 0, self.group.as_of)
        left = tuple(self._left(service, first.places) for service in range(len(first.places)))
        nearest, closest = sum(left), first
        came: dict[State, tuple[State, Move] | None] = {first: None}
        cost = {self._key(first): 0}
        serial = count()
        queue = [(weight * nearest, nearest, first.day, next(serial), 0, first, left)]
        looked = 0
        while queue and queue[0][1] < NEVER:
            _, rest, _, _, spent, state, left = heapq.heappop(queue)
            if state.places == self.group.goals:
                return Found(self._trace(came, state), True, {}, state.day, None, looked)
            if spent > cost[self._key(state)]:
                continue
            if rest < nearest:
                nearest, closest = rest, state
            looked += 1
            if looked > budget:
                return Found(None, False, self._named(closest.places), closest.day, None, looked)
            for move, hop, after in self._next(state):
                total, key = spent + hop.cost, self._key(after)
                if total < cost.get(key, NEVER):
                    cost[key] = total
                    came[after] = (state, move)
                    then = self._moved(left, self.group.members.index(move.service), after.places)
                    rest = sum(then)
                    heapq.heappush(queue, (total + weight * rest, rest, after.day, next(serial), total, after, then))
        return Found(None, True, self._named(closest.places), closest.day, None, looked)

    def _next(self, state: State) -> list[tuple[Move, Hop, State]]:
        """
        The hops that may be done in a state; only one, where one is known to be right.
        """
        running = writes = 0
        leaves = date.max
        ahead = [0]
        for service, place in enumerate(state.places):
            ahead.append(ahead[-1] | self.ahead[service][max(place, 0)])
            if place != AWAY:
                running |= self.group.own[service][place]
                writes |= self.group.paths[service][place].writes
                leaves = min(leaves, self.group.paths[service][place].leaves)
        found = []
        beyond = 0
        for service in range(len(state.places) - 1, -1, -1):
            others = ahead[service] | beyond
            beyond |= self.ahead[service][max(state.places[service], 0)]
            for way in self._hops(state, service, running, writes, leaves):
                if self._at_once(state, service, way, others):
                    return [way]
                found.append(way)
        found.sort(key=lambda way: (self._stage(way[0]), way[0].service))
        return found

    def _hops(
        self, state: State, service: int, running: int, writes: int, leaves: date
    ) -> Iterator[tuple[Move, Hop, State]]:
        place = state.places[service]
        for hop in self.ways.hops[service].get(place, ()):
            new = self.group.paths[service][hop.target]
            retires = hop.drops & ~state.retired
            if new.clashes & running or (writes | new.writes) & retires or new.writes & state.retired:
                continue
            day = max(state.day, hop.opens)
            for bit in bits(retires):
                day = max(day, self.group.sunsets[bit] or day)
            if day >= new.closes or (day > state.day and day >= leaves):
                continue
            places = (*state.places[:service], hop.target, *state.places[service + 1 :])
            move = Move(self.group.members[service], place, hop.target, retires, day)
            yield move, hop, State(places, state.retired | retires, day)

    def _at_once(self, state: State, service: int, way: tuple[Move, Hop, State], others: int) -> bool:
        """
        Whether a hop is the only one that its service has left here, costs no time, and asks no more of the others
        than staying does. Then every plan from here can be had with this hop in front.
        """
        move, hop, after = way
        if len(self.ways.hops[service][move.source]) > 1 or after.day != state.day:
            return False
        new = self.group.paths[service][hop.target]
        if move.source == AWAY:
            return not (new.clashes & others or new.writes & self.dropped[service]) and new.leaves == date.max
        old = self.group.paths[service][move.source]
        if move.retires and any(
            self.later[other][place + 1] & move.retires for other, place in enumerate(state.places)
        ):
            return False
        more = new.writes & ~old.writes
        return not (new.clashes & others & ~old.clashes or more & self.dropped[service]) and new.leaves >= old.leaves

    def _stage(self, move: Move) -> int:
        """
        Readers first, then writers, then what takes something away: among equals, plans look as people expect.
        """
        path = self.group.paths[self.group.members.index(move.service)]
        new, old = path[move.target], path[move.source] if move.source != AWAY else None
        if old is not None and old.reads & ~new.reads:
            return 2
        return 1 if new.writes & ~(old.writes if old else 0) else 0

    def _key(self, state: State) -> tuple[object, ...]:
        """
        What makes two states one: alike services may change places, and what cannot be written again is past.
        """
        past = state.retired
        if past:
            past &= union(later[place + 1] for later, place in zip(self.later, state.places, strict=True))
        if past or not self.alike:
            return (state.places, past, state.day)
        places = list(state.places)
        for same in self.alike:
            for service, place in zip(same, sorted(places[service] for service in same), strict=True):
                places[service] = place
        return (tuple(places), 0, state.day)

    def _left(self, service: int, places: tuple[int, ...]) -> int:
        """
        The least number of steps that a service still has to take.
        """
        place = places[service]
        least = self.ways.alone[service][place]
        for other, table in self.ways.pairs[service]:
            least = max(least, table.get((place, places[other]), NEVER))
        return least

    def _moved(self, left: tuple[int, ...], service: int, places: tuple[int, ...]) -> tuple[int, ...]:
        then = list(left)
        for each in (service, *self.near[service]):
            then[each] = self._left(each, places)
        return tuple(then)

    def _named(self, places: tuple[int, ...]) -> dict[int, int]:
        return dict(zip(self.group.members, places, strict=True))

    def _trace(self, came: dict[State, tuple[State, Move] | None], state: State) -> tuple[Move, ...]:
        moves = []
        step = came[state]
        while step is not None:
            moves.append(step[1])
            step = came[step[0]]
        return tuple(reversed(moves))


def _suffixes(masks: list[int] | tuple[int, ...]) -> list[int]:
    """
    By position, the union of the masks from there on; one more for what lies behind the last.
    """
    found = [0]
    for mask in reversed(masks):
        found.append(found[-1] | mask)
    return found[::-1]
