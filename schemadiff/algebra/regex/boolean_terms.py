"""
Boolean combinations of terms, each a set of whole strings.

A formula is a condition on the rest of a string, from the current position to its end.
It is in negation normal form and interned like terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from weakref import WeakValueDictionary

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.int_ranges import ALWAYS, Counts
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.terms import Term

CONSTANT, ATOM, BOTH, EITHER = range(4)


class Formula:
    """
    A condition on the rest of a text; made by the functions of this module only.

    ``decided`` is the truth value of a constant and None otherwise; ``nullable`` is whether
    the empty rest satisfies it; ``behind`` whether it contains a lookbehind.
    """

    __slots__ = (
        "__weakref__",
        "behind",
        "decided",
        "kind",
        "negation",
        "nullable",
        "parts",
        "positive",
        "serial",
        "term",
    )

    kind: int
    serial: int
    decided: bool | None
    nullable: bool
    behind: bool
    term: Term
    positive: bool
    parts: tuple[Formula, ...]
    negation: Formula | None

    @property
    def is_plain(self) -> bool:
        """
        Whether the formula is one term, not negated and without lookaround.
        """
        return self.kind == ATOM and self.positive and not self.term.asserts

    def __repr__(self) -> str:
        return f"<Formula {self.serial}>"


_known: WeakValueDictionary[object, Formula] = WeakValueDictionary()
_serials = count()


def _new(kind: int, key: object, nullable: bool, behind: bool) -> Formula:
    formula = Formula()
    formula.kind = kind
    formula.serial = next(_serials)
    formula.decided = None
    formula.nullable = nullable
    formula.behind = behind
    formula.negation = None
    _known[key] = formula
    return formula


def _constant(value: bool) -> Formula:
    formula = _new(CONSTANT, value, value, False)
    formula.decided = value
    return formula


TRUE = _constant(True)
FALSE = _constant(False)


def constant(value: bool) -> Formula:
    """
    The formula that every text satisfies, or none.
    """
    return TRUE if value else FALSE


def atom(term: Term, positive: bool = True) -> Formula:
    """
    The texts that the term accepts; those that it does not, if not positive.
    """
    key = (ATOM, term, positive)
    formula = _known.get(key)
    if formula is not None:
        return formula
    if terms.is_lengths(term):
        lengths = terms.lengths(term)
        if not positive:
            return atom(terms.of_lengths(counts.complement(lengths)))
        if term is terms.ALL:
            return TRUE
    if term is terms.NONE:
        return constant(not positive)
    formula = _new(ATOM, key, term.nullable == positive, term.behind)
    formula.term = term
    formula.positive = positive
    return formula


def negate(formula: Formula) -> Formula:
    """
    The texts that do not satisfy the formula.
    """
    if formula.negation is None:
        if formula.kind == CONSTANT:
            result = constant(not formula.decided)
        elif formula.kind == ATOM:
            result = atom(formula.term, not formula.positive)
        else:
            flipped = BOTH if formula.kind == EITHER else EITHER
            result = _compound(flipped, [negate(part) for part in formula.parts])
        formula.negation = result
    return formula.negation


def both(parts: Iterable[Formula]) -> Formula:
    """
    The texts that satisfy every part.
    """
    return _combine(BOTH, parts)


def either(parts: Iterable[Formula]) -> Formula:
    """
    The texts that satisfy any part.
    """
    return _combine(EITHER, parts)


def _combine(kind: int, parts: Iterable[Formula]) -> Formula:
    """
    Flatten, and fold lengths and finite sets; EITHER is handled as dual of BOTH.
    """
    neutral = TRUE if kind == BOTH else FALSE
    pending = list(parts)
    if len(pending) == 1:
        return pending[0]
    dual = kind == EITHER
    kept: dict[Formula, None] = {}
    lengths: Counts = ALWAYS
    # Of BOTH: words that must be met, and words that must be avoided.
    within: frozenset[str] | None = None
    without: set[str] = set()
    while pending:
        each = pending.pop()
        if each is neutral:
            continue
        if each.decided is not None:
            return each
        if each.kind == kind:
            pending.extend(each.parts)
        elif each.kind == ATOM and terms.is_lengths(each.term):
            admitted = terms.lengths(each.term)
            lengths = counts.intersect(lengths, counts.complement(admitted) if dual else admitted)
        elif each.kind == ATOM and (each.term.kind == terms.WORDS or terms.is_literal(each.term)):
            members = terms.members(each.term)
            if each.positive != dual:
                within = members if within is None else within & members
            else:
                without |= members
        else:
            kept[each] = None
    if within is not None:
        fitting = (each for each in within if counts.includes(lengths, len(each)))
        kept[atom(terms.words(set(fitting) - without), not dual)] = None
    elif lengths != ALWAYS or without:
        kept[atom(terms.of_lengths(lengths), not dual)] = None
        relevant = (each for each in without if counts.includes(lengths, len(each)))
        kept[atom(terms.words(relevant), dual)] = None
        kept.pop(neutral, None)
    return _compound(kind, kept)


def _compound(kind: int, parts: Iterable[Formula]) -> Formula:
    ordered = tuple(sorted(parts, key=_serial))
    absorbing = FALSE if kind == BOTH else TRUE
    if not ordered:
        return negate(absorbing)
    if len(ordered) == 1:
        return ordered[0]
    atoms = {(each.term, each.positive) for each in ordered if each.kind == ATOM}
    if absorbing in ordered or any((term, not positive) in atoms for term, positive in atoms):
        return absorbing
    key = (kind, ordered)
    formula = _known.get(key)
    if formula is None:
        test = all if kind == BOTH else any
        formula = _new(
            kind,
            key,
            test(each.nullable for each in ordered),
            any(each.behind for each in ordered),
        )
        formula.parts = ordered
    return formula


def _serial(formula: Formula) -> int:
    return formula.serial


END = terms.lookahead(atom(terms.EMPTY))
