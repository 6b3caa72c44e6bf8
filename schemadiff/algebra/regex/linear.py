"""
Linear forms (Antimirov 1996): the characters that a term may read next, and the leftover after each.

``linear(t)`` lists moves ``(chars, condition, leftover)``: where the rest of the string
satisfies the condition (None: always), the term may read one of the characters, and
the leftover must match the rest. A term without lookaround has no conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.charset import CharSet
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import FALSE, TRUE, Formula, atom, both, either
from schemadiff.algebra.regex.terms import BEHIND, CAT, CHARS, EMPTY, LOOKAHEAD, OR, POWER, WORDS, Term

Move = tuple[CharSet, "Formula | None", Term]

# Moves that are remembered at most, and how many are: a long chain of optional parts
# has as many moves as parts.
_REMEMBERED = 150_000
_load = [0]
_moves: dict[Term, tuple[Move, ...]] = {}


def linear(term: Term) -> tuple[Move, ...]:
    """
    The linear form of a term: its moves.
    """
    result = _moves.get(term)
    if result is None:
        result = _merged(_list(term))
        _load[0] += 1 + len(result)
        if _load[0] > _REMEMBERED:
            _moves.clear()
            _load[0] = len(result)
        _moves[term] = result
    return result


def _merged(moves: Iterator[Move]) -> tuple[Move, ...]:
    """
    Moves that differ in their characters only, merged.
    """
    together: dict[tuple[Formula | None, Term], CharSet] = {}
    for chars, condition, leftover in moves:
        key = (condition, leftover)
        known = together.get(key)
        together[key] = chars if known is None else known | chars
    return tuple((chars, condition, leftover) for (condition, leftover), chars in together.items())


def _list(term: Term) -> Iterator[Move]:
    kind = term.kind
    if kind == CHARS:
        yield term.chars, None, EMPTY
    elif kind == WORDS:
        yield from _of_words(term.words)
    elif kind == OR:
        for option in term.options:
            yield from linear(option)
    elif kind == POWER:
        yield from _of_power(term)
    elif kind == CAT:
        yield from _of_chain(term)


def _of_words(members: tuple[str, ...]) -> Iterator[Move]:
    rests: dict[str, list[str]] = {}
    for member in members:
        if member:
            rests.setdefault(member[0], []).append(member[1:])
    for first, rest in rests.items():
        yield CharSet.of(first), None, terms.words(rest)


def _of_power(term: Term) -> Iterator[Move]:
    body = term.head
    remaining = terms.power(body, counts.predecessors(term.counts))
    moves = linear(body)
    for chars, condition, leftover in moves:
        yield chars, condition, terms.cat(leftover, remaining)
    if not body.asserts:
        return
    # A round that reads nothing leaves only its condition behind; several of them in
    # a row are worth one, and then any smaller number of rounds remains.
    idle = vanishing(body)
    most = term.counts[-1][1]
    if idle is FALSE or most < 2:
        return
    fewer = terms.power(body, counts.between(0, most - 2))
    for chars, condition, leftover in moves:
        yield chars, _and(idle, condition), terms.cat(leftover, fewer)


def _of_chain(term: Term) -> Iterator[Move]:
    met = TRUE
    while True:
        head, tail = (term.head, term.tail) if term.kind == CAT else (term, EMPTY)
        for chars, condition, leftover in linear(head):
            yield chars, _and(met, condition), terms.cat(leftover, tail)
        if term.kind != CAT:
            return
        met = both([met, vanishing(head)])
        if met is FALSE:
            return
        term = tail


def _and(met: Formula, condition: Formula | None) -> Formula | None:
    if condition is None:
        return None if met is TRUE else met
    return both([met, condition])


def vanishing(term: Term) -> Formula:
    """
    The condition on the rest of the string under which the term accepts the empty word.
    """
    if not term.asserts:
        return formulas.constant(term.nullable)
    return _vanishing(term)


@lru_cache(maxsize=10_000)
def _vanishing(term: Term) -> Formula:
    if term.kind == LOOKAHEAD:
        return term.condition
    if term.kind == BEHIND:
        formula = vanishing(term.head)
        return formula if term.positive else formulas.negate(formula)
    if term.kind == OR:
        return either(vanishing(option) for option in term.options)
    if term.kind == POWER:
        return TRUE if term.counts[0][0] == 0 else vanishing(term.head)
    met = TRUE
    while term.kind == CAT and met is not FALSE:
        met = both([met, vanishing(term.head)])
        term = term.tail
    return both([met, vanishing(term)])


Change = Callable[[Term], Term]


def rewrite(term: Term, change: Change, known: dict[Term, Term] | None = None) -> Term:
    """
    The term with the leftover of every ``BEHIND`` in it rewritten.

    ``known`` memoises shared parts.
    """
    if not term.behind:
        return term
    known = {} if known is None else known
    heads, whole = [], term
    while term.kind == CAT and term.behind and term not in known:
        heads.append(term.head)
        term = term.tail
    result = known.get(term) or _rewritten(term, change, known)
    known[term] = result
    while heads:
        result = terms.cat(rewrite(heads.pop(), change, known), result)
    known[whole] = result
    return result


def _rewritten(term: Term, change: Change, known: dict[Term, Term]) -> Term:
    """
    ``rewrite`` for anything but a concatenation.
    """
    if not term.behind:
        return term
    if term.kind == BEHIND:
        return terms.behind(change(term.head), term.positive)
    if term.kind == LOOKAHEAD:
        return terms.lookahead(_rewritten_formula(term.condition, change, known))
    if term.kind == OR:
        return terms.union(rewrite(option, change, known) for option in term.options)
    return terms.power(rewrite(term.head, change, known), term.counts)


def _rewritten_formula(formula: Formula, change: Change, known: dict[Term, Term]) -> Formula:
    if not formula.behind:
        return formula
    if formula.kind == formulas.ATOM:
        return atom(rewrite(formula.term, change, known), formula.positive)
    combine = both if formula.kind == formulas.BOTH else either
    return combine(_rewritten_formula(part, change, known) for part in formula.parts)
