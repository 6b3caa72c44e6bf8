"""
Emptiness and shortest words of formulas.

The search expands clauses by A*, with a lower bound on the remaining length as its
heuristic, and skips a clause that is included in a visited one.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, Optional

from schemadiff.algebra import charset
from schemadiff.algebra.budget import StepBudget
from schemadiff.algebra.charset import CharSet, partition, rank
from schemadiff.algebra.int_ranges import ALWAYS
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import Formula, atom, both
from schemadiff.algebra.regex.clauses import (
    NOTHING_LEFT,
    Clause,
    accepts_empty,
    as_formulas,
    clauses,
    distance,
    effort,
    is_plain,
)
from schemadiff.algebra.regex.derivative import derive, view
from schemadiff.algebra.regex.linear import linear
from schemadiff.algebra.regex.readable_word import ranks as spelled_ranks
from schemadiff.algebra.regex.readable_word import spell
from schemadiff.algebra.regex.terms import Term

_REMEMBERED = 20_000
# A step of the budget is worth so many parts of a clause and moves of theirs.
_MOVES_A_STEP = 8
_LETTERS_A_STEP = 16
_alive: set[Clause] = set()
_dead: set[Clause] = set()

PRINTABLE = terms.power(terms.chars(charset.PRINTABLE), ALWAYS)

# How a clause was reached: the way to the clause before it, what was read, that clause.
Path = Optional[tuple["Path", str, Clause]]  # noqa: UP045 - recursive
# Of the visited clauses with the same needed terms so many are compared with a new one.
_COMPARED = 64
# Among longer texts the choice does not depend on what comes after so many characters.
_RANKED = 256


class _Visited(NamedTuple):
    """
    The visited clauses with depth and ranks, and the negated terms by needed ones.
    """

    exactly: dict[Clause, tuple[int, str]]
    shelves: dict[tuple[Term, ...], list[tuple[frozenset[Term], int, str]]]


def moves(clause: Clause, budget: StepBudget) -> Iterator[tuple[CharSet, tuple[Clause, ...]]]:
    """
    The sets of possible next characters, with their derivatives.

    The sets are disjoint; characters with an empty derivative are left out.
    """
    parts = as_formulas(clause)
    work = 1 + sum(1 + len(linear(part.term)) for part in parts) // _MOVES_A_STEP
    seen: frozenset[CharSet] = frozenset().union(*(view(part) for part in parts))
    together: dict[tuple[Clause, ...], CharSet] = {}
    for region in partition(seen):
        code = region.bounds[0]
        budget.step(work)
        following = []
        for part in parts:
            left = derive(part, code)
            if left is formulas.FALSE:
                break
            following.append(left)
        else:
            result = tuple(dict.fromkeys(clauses(following, budget)))
            if result:
                known = together.get(result)
                together[result] = region if known is None else known | region
    for result, region in together.items():
        yield region, result


def is_empty(formula: Formula, budget: StepBudget) -> bool:
    """
    Whether the formula has no word.
    """
    return _search(formula, budget, anything=True) is None


def shortest(formula: Formula, budget: StepBudget) -> str | None:
    """
    The first word of ``words``; None if there is none.
    """
    result = _search(formula, budget, anything=False)
    if result is None or (result.isascii() and result.isprintable()):
        return result
    length = len(result)
    alike = atom(terms.of_lengths(((length, length),)))
    return _search(both((formula, alike, atom(PRINTABLE))), budget, anything=False) or result


def _search(formula: Formula, budget: StepBudget, *, anything: bool) -> str | None:
    """
    The first of the shortest words by rank, or any proof of a word if ``anything`` suffices.

    With ``anything`` the search is greedy. Otherwise heap entries are ordered by the least
    possible length of the whole word, then by the ranks of the first characters read so far,
    spelled as a string, then by depth, the deepest first. A clause of one plain term needs
    no expansion, but its word is queued like the others.
    """
    ticket = count()
    heap: list[tuple[int, str, int, int, Clause, Path]] = []
    for clause in clauses([formula], budget):
        heappush(heap, (distance(clause), "", 0, next(ticket), clause, None))
    visited = _Visited({}, {})
    while heap:
        _, ranks, height, _, clause, path = heappop(heap)
        depth = -height
        if clause in _dead or _is_included(clause, depth, ranks, visited, anything):
            continue
        if accepts_empty(clause) or (anything and (is_plain(clause) or clause in _alive)):
            _revive(path, clause)
            return _spell(path)
        if is_plain(clause):
            term = clause[0][0]
            budget.step(1 + term.low // _LETTERS_A_STEP)
            word = spell(term, depth)
            further = ranks + spelled_ranks(word, depth, _RANKED - len(ranks))
            end = (path, word, clause)
            heappush(heap, (depth + len(word), further, height - len(word), next(ticket), NOTHING_LEFT, end))
            continue
        for region, following in moves(clause, budget):
            char = region.pick(depth)
            further = ranks
            if not anything and depth < _RANKED:
                further += chr(rank(char, depth))
            for each in following:
                total = effort(each) if anything else depth + 1 + distance(each)
                heappush(heap, (total, further, height - 1, next(ticket), each, (path, char, clause)))
    _bury(visited)
    return None


def _spell(path: Path) -> str:
    chars = []
    while path is not None:
        path, char, _ = path
        chars.append(char)
    return "".join(reversed(chars))


def _is_included(clause: Clause, depth: int, ranks: str, visited: _Visited, anything: bool) -> bool:
    """
    Whether a visited clause subsumes this one; otherwise record it as visited.

    A clause that includes this one does, if its path was shorter, or as long and ranked no
    worse. Only the first few with the same needed terms are compared, those with the fewest
    negated terms.
    """
    if clause in visited.exactly and (anything or visited.exactly[clause] <= (depth, ranks)):
        return True
    needed, barred = clause
    here = frozenset(barred)
    shelf = visited.shelves.setdefault(needed, [])
    for others, reached, spelled in shelf:
        if others <= here and (anything or (reached, spelled) <= (depth, ranks)):
            return True
    if len(shelf) < _COMPARED:
        shelf.append((here, depth, ranks))
    visited.exactly[clause] = (depth, ranks)
    return False


def _bury(visited: _Visited) -> None:
    """
    Memoise that none of the visited clauses has a word.
    """
    if len(_dead) + len(visited.exactly) >= _REMEMBERED:
        _dead.clear()
    if len(visited.exactly) < _REMEMBERED:
        _dead.update(visited.exactly)


def _revive(path: Path, clause: Clause) -> None:
    """
    Memoise that the clauses on the path to a word have one.
    """
    if len(_alive) >= _REMEMBERED:
        _alive.clear()
    _alive.add(clause)
    while path is not None:
        path, _, clause = path
        _alive.add(clause)
