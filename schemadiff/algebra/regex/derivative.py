"""
Derivatives of formulas: what must hold of the rest of a text after one character.
"""

from __future__ import annotations

from schemadiff.algebra.charset import CharSet
from schemadiff.algebra.regex import formulas
from schemadiff.algebra.regex.formulas import TRUE, Formula, atom, both, either, negate
from schemadiff.algebra.regex.linear import linear, past, sights

_REMEMBERED = 100_000
_derived: dict[tuple[Formula, int], Formula] = {}
_views: dict[Formula, frozenset[CharSet]] = {}


def derive(formula: Formula, code: int) -> Formula:
    """
    The formula that holds of the rest exactly where this one holds of code and rest.
    """
    if formula.decided is not None:
        return formula
    key = (formula, code)
    found = _derived.get(key)
    if found is None:
        if len(_derived) >= _REMEMBERED:
            _derived.clear()
        found = _derived[key] = _derive(formula, code)
    return found


def _derive(formula: Formula, code: int) -> Formula:
    if formula.kind != formulas.ATOM:
        combine = both if formula.kind == formulas.BOTH else either
        return combine(derive(each, code) for each in formula.parts)
    options = []
    for chars, condition, leftover in linear(formula.term):
        if code in chars:
            rest = atom(past(leftover, code))
            options.append(rest if condition is None else both([derive(condition, code), rest]))
    found = either(options)
    return found if formula.positive else negate(found)


def view(formula: Formula) -> frozenset[CharSet]:
    """
    Sets such that characters in the same of them have the same derivative.
    """
    found = _views.get(formula)
    if found is None:
        if len(_views) >= _REMEMBERED:
            _views.clear()
        if formula.kind == formulas.CONSTANT:
            found = frozenset()
        elif formula.kind != formulas.ATOM:
            found = frozenset().union(*(view(each) for each in formula.parts))
        else:
            seen = sights(formula.term) if formula.behind else set()
            for chars, condition, _ in linear(formula.term):
                seen.add(chars)
                seen |= view(condition or TRUE)
            found = frozenset(seen)
        _views[formula] = found
    return found
