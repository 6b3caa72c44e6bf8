"""
Enumeration and counting of the words of a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.budget import StepBudget
from schemadiff.algebra.charset import CharSet, partition, rank
from schemadiff.algebra.int_ranges import Counts
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import FALSE, Formula, atom, both
from schemadiff.algebra.regex.clauses import Clause, as_formulas, clauses, is_endless, reach
from schemadiff.algebra.regex.derivative import derive, view
from schemadiff.algebra.regex.search import PRINTABLE, is_empty, moves, shortest


def words(formula: Formula, budget: StepBudget) -> Iterator[str]:
    """
    All strings that satisfy the formula: shortest first, then printable ASCII first.
    """
    tiers = [both((formula, atom(PRINTABLE))), both((formula, atom(PRINTABLE, False)))]
    if is_empty(tiers[1], budget):
        tiers = [formula]
    least = 0
    while True:
        result = shortest(_of(formula, counts.between(least, counts.INFINITY)), budget)
        if result is None:
            return
        length = len(result)
        for tier in tiers:
            yield from _of_length(_of(tier, ((length, length),)), length, budget)
        least = length + 1


def _of(formula: Formula, lengths: Counts) -> Formula:
    return both((formula, atom(terms.of_lengths(lengths))))


def _following(formula: Formula, budget: StepBudget) -> dict[Formula, CharSet]:
    """
    The derivatives not known to be empty, each with its characters.
    """
    together: dict[Formula, CharSet] = {}
    for region in partition(view(formula)):
        budget.step()
        left = derive(formula, region.bounds[0])
        if left is not FALSE:
            known = together.get(left)
            together[left] = region if known is None else known | region
    return together


def _of_length(formula: Formula, length: int, budget: StepBudget) -> Iterator[str]:
    if is_empty(formula, budget):
        return
    if length == 0:
        yield ""
        return
    trail = [_choices(formula, 0, budget)]
    prefix: list[str] = []
    while trail:
        step = next(trail[-1], None)
        if step is None:
            trail.pop()
            if prefix:
                prefix.pop()
            continue
        char, left = step
        if len(trail) == length:
            yield "".join(prefix) + char
        else:
            prefix.append(char)
            trail.append(_choices(left, len(trail), budget))


def _choices(formula: Formula, position: int, budget: StepBudget) -> Iterator[tuple[str, Formula]]:
    """
    The possible next characters, the readable first, with their derivatives.
    """
    heap: list[tuple[int, str, int, Iterator[str], Formula]] = []
    for number, (left, region) in enumerate(_following(formula, budget).items()):
        stream = region.readable(position)
        first = next(stream)
        heap.append((rank(first, position), first, number, stream, left))
    heapify(heap)
    alive: set[Formula] = set()
    while heap:
        budget.step()
        _, char, number, stream, left = heap[0]
        if left not in alive and is_empty(left, budget):
            heappop(heap)
            continue
        alive.add(left)
        yield char, left
        following = next(stream, None)
        if following is None:
            heappop(heap)
        else:
            heapreplace(heap, (rank(following, position), following, number, stream, left))


def count(formula: Formula, limit: int, budget: StepBudget) -> int:
    """
    The number of words of the formula, up to a limit.
    """
    if limit <= 0 or is_empty(formula, budget):
        return 0
    if limit == 1 or not is_finite(formula, budget):
        return limit
    level: dict[Formula, int] = {formula: 1}
    total = 0
    while level and total < limit:
        total += sum(ways for each, ways in level.items() if each.nullable)
        following: dict[Formula, int] = {}
        for each, ways in level.items():
            for left, region in _following(each, budget).items():
                if is_empty(left, budget):
                    continue
                following[left] = following.get(left, 0) + ways * region.size
        level = following
    return min(total, limit)


def is_finite(formula: Formula, budget: StepBudget) -> bool:
    """
    Whether the formula has finitely many words.
    """
    return all(_is_finite(clause, budget) for clause in clauses([formula], budget))


def _is_finite(root: Clause, budget: StepBudget) -> bool:
    """
    Whether a clause has finitely many words: no cycle among the clauses that have any.
    """
    if reach(root) < counts.INFINITY or _is_dead(root, budget):
        return True
    finished: set[Clause] = set()
    open_: set[Clause] = {root}
    trail = [(root, _live(root, budget))]
    while trail:
        clause, following = trail[-1]
        if is_endless(clause):
            return False
        child = next(following, None)
        if child is None:
            trail.pop()
            open_.discard(clause)
            finished.add(clause)
        elif child in open_:
            return False
        elif child not in finished and reach(child) == counts.INFINITY:
            open_.add(child)
            trail.append((child, _live(child, budget)))
    return True


def _live(clause: Clause, budget: StepBudget) -> Iterator[Clause]:
    for _, following in moves(clause, budget):
        for each in following:
            if not _is_dead(each, budget):
                yield each


def _is_dead(clause: Clause, budget: StepBudget) -> bool:
    return is_empty(both(as_formulas(clause)), budget)
