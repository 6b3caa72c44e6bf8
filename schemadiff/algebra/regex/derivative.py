"""
Derivatives of formulas with respect to one character (Brzozowski 1964).
"""

from __future__ import annotations

from schemadiff.algebra.charset import CharSet
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import TRUE, Formula, atom, both, either, negate
from schemadiff.algebra.regex.linear import linear, rewrite
from schemadiff.algebra.regex.terms import Term

_REMEMBERED = 20_000
_derived: dict[tuple[Formula, int], Formula] = {}
_steps: dict[tuple[Term, int], Term] = {}
_views: dict[Formula, frozenset[CharSet]] = {}


def derive(formula: Formula, code: int) -> Formula:
    """
    The derivative: satisfied by a rest if and only if the formula is satisfied by code and rest.
    """
    if formula.decided is not None:
        return formula
    key = (formula, code)
    result = _derived.get(key)
    if result is None:
        if len(_derived) >= _REMEMBERED:
            _derived.clear()
        result = _derived[key] = _derive(formula, code)
    return result


def _derive(formula: Formula, code: int) -> Formula:
    if formula.kind != formulas.ATOM:
        combine = both if formula.kind == formulas.BOTH else either
        return combine(derive(part, code) for part in formula.parts)
    options = []
    for chars, condition, leftover in linear(formula.term):
        if code in chars:
            rest = atom(past(leftover, code))
            options.append(rest if condition is None else both([derive(condition, code), rest]))
    result = either(options)
    return result if formula.positive else negate(result)


def view(formula: Formula) -> frozenset[CharSet]:
    """
    Sets of characters that generate the classes of equal derivatives.
    """
    result = _views.get(formula)
    if result is None:
        if len(_views) >= _REMEMBERED:
            _views.clear()
        if formula.kind == formulas.CONSTANT:
            result = frozenset()
        elif formula.kind != formulas.ATOM:
            result = frozenset().union(*(view(part) for part in formula.parts))
        else:
            seen = _sights(formula.term) if formula.behind else set()
            for chars, condition, _ in linear(formula.term):
                seen.add(chars)
                seen |= view(condition or TRUE)
            result = frozenset(seen)
        _views[formula] = result
    return result


def past(term: Term, code: int) -> Term:
    """
    A term with its lookbehinds advanced by one character.
    """
    return rewrite(term, lambda leftover: _after(leftover, code)) if term.behind else term


def _after(term: Term, code: int) -> Term:
    """
    The leftover of a ``BEHIND`` after one more character.

    A lookahead inside becomes a condition at its head.
    """
    key = (term, code)
    result = _steps.get(key)
    if result is None:
        if len(_steps) >= _REMEMBERED:
            _steps.clear()
        options = []
        for chars, condition, leftover in linear(term):
            if code in chars:
                rest = past(leftover, code)
                if condition is not None:
                    rest = terms.cat(terms.lookahead(derive(condition, code)), rest)
                options.append(rest)
        result = _steps[key] = terms.union(options)
    return result


def _sights(term: Term) -> set[CharSet]:
    """
    The sets of characters that the leftovers of ``BEHIND`` distinguish.
    """
    sights: set[CharSet] = set()
    seen: set[Term] = set()
    pending = [term]

    def note(leftover: Term) -> Term:
        if leftover not in seen:
            seen.add(leftover)
            pending.append(leftover)
        return leftover

    while pending:
        each = pending.pop()
        if each in seen:
            for chars, condition, _ in linear(each):
                sights.add(chars)
                sights.update(view(condition or TRUE))
        rewrite(each, note)
    return sights
