"""
A* search for a shortest plan, or a proof that there is none.

States are the positions of the services. Services that cannot conflict are planned separately, and the heuristic is
the number of steps that each service needs alone, by the upgrades that remain after pruning (Hart, Nilsson, Raphael
1968 for A*).

Pruning is pairwise. Two services alone are a small problem that can be explored completely, and every plan for all
contains a plan for each two. So an upgrade on no path to the goal for some two is on none for all; removing it makes
other upgrades useless in turn, up to a fixpoint. Two services that cannot reach their goals even alone are the reason
why there is no plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date
from itertools import count, product
from typing import NamedTuple, TypeAlias

from schemadiff.deployment.planning_problem import NOT_DEPLOYED, Candidate, PlanningProblem, Upgrade, bits, union

BUDGET = 4_000
"""States to expand in search of a shortest plan, and again in search of any plan."""

_GREEDY_WEIGHT = 5
"""The weight of the heuristic in the search for any plan (weighted A*)."""

_UNREACHABLE = 1_000_000
"""The number of steps from a position that does not lead to the goal."""


Pair: TypeAlias = "tuple[int, int]"
"""Two services, or their positions."""

UpgradeTable: TypeAlias = "tuple[tuple[Upgrade, ...], ...]"
"""By position, the upgrades of a service."""


class Move(NamedTuple):
    """
    An upgrade of the plan by the index of its service and two positions, the versions to retire right before it, and
    its earliest day.
    """

    service: int
    source: int
    target: int
    retires: int
    day: date


class SearchResult(NamedTuple):
    """
    The result of a search.

    Attributes:
        moves: of the plan, in order; None where there is none.
        proved: whether the plan is known to be shortest, or no plan is known to exist.
        stuck: where no plan was found, the expanded positions nearest to the goal, by service.
        day: the day of that state.
        barred: two services that cannot reach their goals even without the others, if that is the reason.
    """

    moves: tuple[Move, ...] | None
    proved: bool
    stuck: dict[int, int]
    day: date
    barred: tuple[int, int] | None = None


class State(NamedTuple):
    """
    A state: the services' positions, the retired versions, and the day.
    """

    positions: tuple[int, ...]
    retired: int
    day: date


def find_plan(problem: PlanningProblem, *, budget: int = BUDGET) -> SearchResult:
    """
    The moves of a shortest plan. The budget is the number of states to expand for each group of services that depend
    on each other.
    """
    results = [_GroupSearch(problem, group).run(budget) for group in service_groups(problem)]
    failed = [search_result for search_result in results if search_result.moves is None]
    if failed:
        # One group that certainly has no plan is enough, whatever the result is for the others.
        return next((each for each in failed if each.proved), failed[0])
    moves = sorted((move for search_result in results for move in search_result.moves or ()), key=lambda move: move.day)
    return SearchResult(tuple(moves), all(search_result.proved for search_result in results), {}, problem.as_of)


class _GroupSearch:
    """
    The search for one group of services; the other services stay at their positions.
    """

    def __init__(self, problem: PlanningProblem, group: list[int]) -> None:
        self.problem = problem
        self.group = group
        self.upgrades, self.barred = prune(problem, group)
        self.distances = [_distances(table) for table in self.upgrades]

    def run(self, budget: int) -> SearchResult:
        """
        Search for a shortest plan; where that exceeds the budget, for any plan.
        """
        if self.barred is not None:
            return SearchResult(None, True, {}, self.problem.as_of, self.barred)
        search_result = self._best_first(budget, weight=1)
        if search_result.moves is None and not search_result.proved:
            search_result = self._best_first(budget, weight=_GREEDY_WEIGHT)
            if search_result.moves is not None:
                search_result = search_result._replace(proved=False)
        return search_result

    def _best_first(self, budget: int, weight: int) -> SearchResult:
        state = nearest = State(self.problem.start, 0, self.problem.as_of)
        least = rest = self._distance(state)
        spent = {state: 0}
        previous: dict[State, tuple[State, Move]] = {}
        serial = count()
        queue = [(weight * rest, rest, state.day, next(serial), 0, state)]
        expanded = 0
        while queue and queue[0][1] < _UNREACHABLE:
            _, rest, _, _, cost, state = heapq.heappop(queue)
            if rest == 0:
                return SearchResult(_trace(previous, state), True, {}, state.day)
            if cost > spent[state]:
                continue
            if rest < least:
                least, nearest = rest, state
            expanded += 1
            if expanded > budget:
                break
            for move, steps, after in self._moves(state):
                if cost + steps < spent.get(after, _UNREACHABLE):
                    spent[after] = cost + steps
                    previous[after] = (state, move)
                    rest = self._distance(after)
                    priority = cost + steps + weight * rest
                    heapq.heappush(queue, (priority, rest, after.day, next(serial), cost + steps, after))
        stuck = {service: nearest.positions[service] for service in self.group}
        return SearchResult(None, expanded <= budget, stuck, nearest.day)

    def _distance(self, state: State) -> int:
        """
        A lower bound on the steps to the goal: those that each service needs alone.
        """
        return sum(self.distances[service][state.positions[service]] for service in self.group)

    def _moves(self, state: State) -> list[tuple[Move, int, State]]:
        # Readers first, then writers, then removals.
        running = [self.problem.paths[service][state.positions[service]] for service in self.group]
        # All that runs, as one candidate.
        beside = Candidate(
            writes=union(each.writes for each in running),
            unread=union(each.unread for each in running),
            leaves=min(each.leaves for each in running),
        )
        moves = (upgrade for service in self.group for upgrade in self._upgrades(state, service, beside))
        return sorted(moves, key=lambda each: (self._stage(each[0]), each[0].service))

    def _upgrades(self, state: State, service: int, beside: Candidate) -> Iterator[tuple[Move, int, State]]:
        position = state.positions[service]
        for upgrade in self.upgrades[service][position]:
            new = self.problem.paths[service][upgrade.target]
            retires = upgrade.drops & ~state.retired
            if new.writes & state.retired or not new.may_join(beside.writes, beside.unread, retires):
                continue
            day = max([state.day, new.opens, *(self.problem.sunsets[bit] or state.day for bit in bits(retires))])
            if day >= new.closes or (day > state.day and day >= beside.leaves):
                continue
            positions = (*state.positions[:service], upgrade.target, *state.positions[service + 1 :])
            move = Move(service, position, upgrade.target, retires, day)
            yield move, upgrade.cost, State(positions, state.retired | retires, day)

    def _stage(self, move: Move) -> int:
        path = self.problem.paths[move.service]
        old, new = path[move.source], path[move.target]
        return 2 if old.reads & ~new.reads else 1 if new.writes & ~old.writes else 0


def _distances(upgrades: UpgradeTable) -> list[int]:
    distances = [_UNREACHABLE] * len(upgrades)
    distances[-1] = 0
    for position in range(len(upgrades) - 2, NOT_DEPLOYED - 1, -1):
        costs = [each.cost + distances[each.target] for each in upgrades[position]]
        distances[position] = min(costs, default=_UNREACHABLE)
    return distances


def _trace(previous: dict[State, tuple[State, Move]], state: State) -> tuple[Move, ...]:
    moves = []
    while state in previous:
        state, move = previous[state]
        moves.append(move)
    return tuple(reversed(moves))


class PrunedUpgrades(NamedTuple):
    """
    The upgrades that remain, by service; or two services that are barred from their goals even without the others.
    """

    upgrades: list[UpgradeTable]
    barred: Pair | None


def service_groups(problem: PlanningProblem) -> list[list[int]]:
    """
    The groups of services that may constrain each other; groups whose goals are reached are left out.
    """
    import networkx

    dependencies: networkx.Graph[int] = networkx.Graph(_dependent_pairs(problem))
    dependencies.add_nodes_from(range(len(problem.services)))
    goals = [len(path) - 1 for path in problem.paths]
    groups = sorted(map(sorted, networkx.connected_components(dependencies)))
    return [group for group in groups if any(problem.start[each] != goals[each] for each in group)]


def prune(problem: PlanningProblem, group: list[int]) -> PrunedUpgrades:
    """
    The upgrades that remain after pairwise pruning of a group of services.
    """
    upgrades = list(problem.upgrades)
    pairs = [pair for pair in _dependent_pairs(problem) if pair[0] in group]
    pending = dict.fromkeys(pairs)
    while pending:
        pair = next(iter(pending))
        del pending[pair]
        useful = _useful(problem, upgrades, pair)
        if useful is None:
            return PrunedUpgrades(upgrades, pair)
        for service, kept in zip(pair, useful, strict=True):
            if kept != upgrades[service]:
                upgrades[service] = kept
                pending.update(dict.fromkeys(pair for pair in pairs if service in pair))
    return PrunedUpgrades(upgrades, None)


def _dependent_pairs(problem: PlanningProblem) -> Iterator[Pair]:
    writes = [union(each.writes for each in path) for path in problem.paths]
    needs = [
        union(each.unread for each in path) | union(way.drops for ways in table for way in ways)
        for path, table in zip(problem.paths, problem.upgrades, strict=True)
    ]
    for two in range(len(problem.services)):
        for one in range(two):
            if writes[one] & needs[two] or writes[two] & needs[one]:
                yield one, two


def _useful(problem: PlanningProblem, upgrades: list[UpgradeTable], pair: Pair) -> list[UpgradeTable] | None:
    """
    The upgrades of two services on some path from start to goal; None if there is no path.
    """
    import networkx

    start = (problem.start[pair[0]], problem.start[pair[1]])
    goal = (len(problem.paths[pair[0]]) - 1, len(problem.paths[pair[1]]) - 1)
    steps: networkx.DiGraph[Pair] = networkx.DiGraph(_pair_steps(problem, upgrades, pair, start))
    steps.add_nodes_from((start, goal))
    leading = {goal, *networkx.ancestors(steps, goal)}
    if start not in leading:
        return None
    on_path = leading & {start, *networkx.descendants(steps, start)}
    useful = [
        {(source[place], target[place]) for source, target in steps.subgraph(on_path).edges}
        for place in range(len(pair))
    ]
    return [
        tuple(
            tuple(upgrade for upgrade in table if (position, upgrade.target) in useful[place])
            for position, table in enumerate(upgrades[service])
        )
        for place, service in enumerate(pair)
    ]


def _pair_steps(
    problem: PlanningProblem, upgrades: list[UpgradeTable], pair: Pair, start: Pair
) -> Iterator[tuple[Pair, Pair]]:
    """
    The upgrades of two services alone, as the positions of both before and after.
    """
    one, two = (problem.paths[service] for service in pair)
    for source in product(range(start[0], len(one)), range(start[1], len(two))):
        first, second = one[source[0]], two[source[1]]
        writes, unread = first.writes | second.writes, first.unread | second.unread
        for upgrade in upgrades[pair[0]][source[0]]:
            if one[upgrade.target].may_join(writes, unread, upgrade.drops):
                yield source, (upgrade.target, source[1])
        for upgrade in upgrades[pair[1]][source[1]]:
            if two[upgrade.target].may_join(writes, unread, upgrade.drops):
                yield source, (source[0], upgrade.target)
