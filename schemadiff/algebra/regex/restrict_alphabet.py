"""
Simplification of terms relative to an alphabet.
"""

from __future__ import annotations

from schemadiff.algebra.charset import ANY, CharSet
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import ATOM, BOTH, CONSTANT, Formula, atom, both, either
from schemadiff.algebra.regex.terms import BEHIND, CAT, CHARS, LOOKAHEAD, OR, POWER, WORDS, Term

_REMEMBERED = 20_000
_known: dict[tuple[Term, CharSet, bool], Term] = {}


def confine(term: Term, alphabet: CharSet, weaken: bool) -> Term:
    """
    A term that accepts the same strings over the alphabet.

    With ``weaken`` it may accept other strings as well: a set with the whole alphabet
    becomes the full set, which is simpler. Otherwise the term is only narrowed.
    """
    if not weaken and not term.asserts and term.alphabet <= alphabet:
        return term
    heads: list[Term] = []
    chain: list[Term] = []
    while term.kind == CAT and (term, alphabet, weaken) not in _known:
        chain.append(term)
        heads.append(term.head)
        term = term.tail
    result = _remembered(term, alphabet, weaken)
    while chain:
        result = terms.cat(_remembered(heads.pop(), alphabet, weaken), result)
        _remember(chain.pop(), alphabet, weaken, result)
    return result


def _remembered(term: Term, alphabet: CharSet, weaken: bool) -> Term:
    result = _known.get((term, alphabet, weaken))
    if result is None:
        result = _confined(term, alphabet, weaken)
        _remember(term, alphabet, weaken, result)
    return result


def _remember(term: Term, alphabet: CharSet, weaken: bool, result: Term) -> None:
    if len(_known) >= _REMEMBERED:
        _known.clear()
    _known[term, alphabet, weaken] = result


def _confined(term: Term, alphabet: CharSet, weaken: bool) -> Term:
    """
    ``confine`` for anything but a concatenation.
    """
    kind = term.kind
    if kind == CHARS:
        return _confined_chars(term, alphabet, weaken)
    if kind == WORDS:
        if term.alphabet <= alphabet:
            return term
        return terms.words(word for word in term.words if all(ord(char) in alphabet for char in word))
    if kind == OR:
        return terms.union(confine(option, alphabet, weaken) for option in term.options)
    if kind == POWER:
        return terms.power(confine(term.head, alphabet, weaken), term.counts)
    # What a condition speaks of is confined by the term around it, so it may be weakened.
    if kind == LOOKAHEAD:
        return terms.lookahead(_confined_formula(term.condition, alphabet))
    if kind == BEHIND:
        return terms.behind(confine(term.head, alphabet, weaken=True), term.positive)
    return term


def _confined_chars(term: Term, alphabet: CharSet, weaken: bool) -> Term:
    if term.chars is ANY:
        return term
    common = term.chars & alphabet
    return terms.ANY_CHAR if weaken and common is alphabet else terms.chars(common)


def _confined_formula(formula: Formula, alphabet: CharSet) -> Formula:
    if formula.kind == CONSTANT:
        return formula
    if formula.kind == ATOM:
        return atom(confine(formula.term, alphabet, weaken=True), formula.positive)
    combine = both if formula.kind == BOTH else either
    return combine(_confined_formula(part, alphabet) for part in formula.parts)
