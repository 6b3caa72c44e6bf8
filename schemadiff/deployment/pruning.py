"""
Pairwise pruning of a planning problem.

Two services alone are a small problem that can be explored completely, and every plan for all contains a plan for each
two. So an upgrade on no path to the goal for some two is on none for all; removing it makes other upgrades useless in
turn, up to a fixpoint. Two services that cannot reach their goals even alone are the reason why there is no plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple, TypeAlias

from schemadiff.deployment.planning_problem import PlanningProblem, Upgrade, union

Pair: TypeAlias = "tuple[int, int]"
"""Two services, or their positions."""

UpgradeTable: TypeAlias = "tuple[tuple[Upgrade, ...], ...]"
"""By position, the upgrades of a service."""


class PrunedUpgrades(NamedTuple):
    """
    The result of pairwise pruning.

    Attributes:
        upgrades: the remaining upgrades, by service.
        barred: two services that cannot reach their goals even alone; None if there are none.
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
    """
    The pairs of services that may constrain each other.
    """
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
