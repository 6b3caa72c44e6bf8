"""
A* search for a shortest plan, or a proof that there is none.

States are the positions of the services. Services that cannot conflict are planned separately, and the heuristic is
the pairwise distance (see ``pruning``). Two reductions avoid equivalent orders: a forced upgrade that constrains no
other service is done at once, and identical services are interchangeable (Hart, Nilsson, Raphael 1968 for A*).
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
"""States to expand in search of a shortest plan, and again in search of any plan."""

_HASTE = 5
"""The weight of the heuristic in the search for any plan (weighted A*)."""


class Move(NamedTuple):
    """
    An upgrade of the plan.

    Attributes:
        service: its index.
        source, target: positions.
        retires: the versions to retire right before it, as bits.
        day: its earliest day.
    """

    service: int
    source: int
    target: int
    retires: int
    day: date


class Found(NamedTuple):
    """
    The result of a search.

    Attributes:
        moves: of the plan, in order; None where there is none.
        proved: whether the plan is known to be shortest, or no plan is known to exist.
        stuck: where no plan was found, the expanded positions nearest to the goal, by service.
        day: the day of that state.
        barred: two services that cannot reach their goals even without the others, if that is the reason.
        looked: the number of expanded states.
    """

    moves: tuple[Move, ...] | None
    proved: bool
    stuck: dict[int, int]
    day: date
    barred: tuple[int, int] | None
    looked: int


class State(NamedTuple):
    """
    A state: the services' positions, the retired versions, and the day.
    """

    places: tuple[int, ...]
    retired: int
    day: date


def search(system: System, *, budget: int = BUDGET) -> Found:
    """
    The moves of a shortest plan.

    Arguments:
        system: the planning problem.
        budget: the number of states to expand for each group of services that depend on each other.
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
    The search for one group of services.
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
        Search for a shortest plan; where that exceeds the budget, for any plan.
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
        The possible upgrades of a state; only one, where one is known to be safe to take.
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
        Whether an upgrade is the only one left for its service, needs no wait, and constrains the others no more than
        staying does. Then every plan from here can be reordered to begin with it.
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
        The phase of a move, by which ties are ordered: readers, then writers, then removals.
        """
        path = self.group.paths[self.group.members.index(move.service)]
        new, old = path[move.target], path[move.source] if move.source != AWAY else None
        if old is not None and old.reads & ~new.reads:
            return 2
        return 1 if new.writes & ~(old.writes if old else 0) else 0

    def _key(self, state: State) -> tuple[object, ...]:
        """
        A key that is equal for equivalent states: identical services are interchangeable, and retired versions that no
        release can write again are ignored.
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
        A lower bound on the steps that a service still has to take.
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
    By position, the union of the masks from there on, and the empty mask behind the last.
    """
    found = [0]
    for mask in reversed(masks):
        found.append(found[-1] | mask)
    return found[::-1]
