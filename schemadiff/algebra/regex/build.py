"""
From a syntax tree to the language of all strings in which the pattern matches.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.charset import WORD
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import syntax, terms
from schemadiff.algebra.regex.boolean_terms import END, Formula, atom, both, either
from schemadiff.algebra.regex.errors import Unsupported
from schemadiff.algebra.regex.linear import rewrite, vanishing
from schemadiff.algebra.regex.terms import ALL, BEHIND, CAT, EMPTY, LOOKAHEAD, NONE, OR, START, Term

# Conditions are worked out by recursion, whose depth this bounds.
MAX_CONDITIONS = 24

_SOME_TEXT = terms.power(terms.ANY_CHAR, counts.between(1, counts.INFINITY))
_AFTER_WORD = terms.cat(ALL, terms.chars(WORD))
_BEFORE_WORD = atom(terms.cat(terms.chars(WORD), ALL))


def searching(tree: syntax.Node) -> Formula:
    """
    The strings in which the pattern matches at any position.

    Raises ``Unsupported`` if one path through the pattern has very many assertions.
    """
    if _conditions(tree) > MAX_CONDITIONS:
        raise Unsupported(f"more than {MAX_CONDITIONS} anchors and lookarounds in a row")
    formula = _whole(_then(_bare(tree), ALL))
    if not formula.behind:
        return _formula(terms.cat(ALL, formula), at_start=True)
    here = _formula(formula, at_start=True)
    later = _formula(terms.cat(_SOME_TEXT, rewrite(formula, _not_at_start)), at_start=True)
    if here.is_plain and later.is_plain:
        return atom(terms.union([here.term, later.term]))
    return either([here, later])


def _conditions(node: syntax.Node) -> int:
    """
    The greatest number of anchors and lookarounds on a path through the pattern.
    """
    match node:
        case syntax.Sequence(parts):
            return sum(map(_conditions, parts))
        case syntax.Choice(options):
            return max(map(_conditions, options))
        case syntax.Repeat(body):
            return _conditions(body)
        case syntax.Look(body):
            return 1 + _conditions(body)
        case syntax.Chars():
            return 0
        case _:
            return 1


def _not_at_start(leftover: Term) -> Term:
    return NONE if leftover is EMPTY else leftover


@lru_cache(maxsize=10_000)
def _formula(term: Term, *, at_start: bool) -> Formula:
    """
    The term as a formula, with the assertions at its head extracted.
    """
    if not term.asserts:
        return atom(term)
    head, tail = (term.head, term.tail) if term.kind == CAT else (term, EMPTY)
    if head.kind == OR and head.asserts:
        return either(_formula(_then(option, tail), at_start=at_start) for option in head.options)
    if head.kind == LOOKAHEAD:
        condition = _at_start(head.condition) if at_start else head.condition
        return both([condition, _formula(tail, at_start=at_start)])
    if head.kind == BEHIND and at_start:
        return both([_at_start(vanishing(head)), _formula(tail, at_start=True)])
    if at_start and head.low and not head.asserts:
        return atom(terms.cat(head, rewrite(tail, _not_at_start)))
    return atom(term)


@lru_cache(maxsize=10_000)
def _at_start(formula: Formula) -> Formula:
    """
    A formula specialised to the start of the string.
    """
    if not formula.behind:
        return formula
    if formula.kind == formulas.ATOM:
        result = _formula(formula.term, at_start=True)
        return result if formula.positive else formulas.negate(result)
    combine = both if formula.kind == formulas.BOTH else either
    return combine(_at_start(part) for part in formula.parts)


def _bare(tree: syntax.Node) -> Term:
    match tree:
        case syntax.Chars(chars):
            return terms.chars(chars)
        case syntax.Sequence(parts):
            return _sequence(parts)
        case syntax.Choice(options):
            return terms.union(_bare(option) for option in options)
        case syntax.Repeat(body, least, most):
            last = counts.INFINITY if most is None else most
            return terms.power(_bare(body), counts.between(least, last))
        case syntax.Edge(start):
            return START if start else END
        case syntax.Boundary(negated):
            return _boundary(negated)
        case syntax.Look(body, behind, negated):
            return _look(_bare(body), behind, negated)


def _sequence(parts: tuple[syntax.Node, ...]) -> Term:
    """
    The parts from last to first, with consecutive letters joined to one word.
    """
    term = EMPTY
    for letters, run in groupby(reversed(parts), _is_letter):
        if letters:
            text = "".join(chr(each.chars.bounds[0]) for each in run if isinstance(each, syntax.Chars))
            term = terms.cat(terms.spell(text[::-1]), term)
        else:
            for each in run:
                term = terms.cat(_bare(each), term)
    return term


def _is_letter(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Chars) and node.chars.size == 1


def _boundary(negated: bool) -> Term:
    """
    A word boundary: a word character on exactly one side; on both or neither, if negated.
    """
    before, not_before = terms.behind(_AFTER_WORD, True), terms.behind(_AFTER_WORD, False)
    after, not_after = terms.lookahead(_BEFORE_WORD), terms.lookahead(formulas.negate(_BEFORE_WORD))
    if negated:
        after, not_after = not_after, after
    return terms.union([terms.cat(before, not_after), terms.cat(not_before, after)])


def _look(body: Term, behind: bool, negated: bool) -> Term:
    if behind:
        return terms.behind(terms.cat(ALL, body), not negated)
    condition = _formula(_whole(_then(body, ALL)), at_start=False)
    return terms.lookahead(formulas.negate(condition) if negated else condition)


def _then(term: Term, then: Term) -> Term:
    """
    ``cat``, distributed over choices with lookaround, so that anchors move to the head.
    """
    heads = []
    while term.kind == CAT:
        heads.append(term.head)
        term = term.tail
    heads.append(term)
    while heads:
        head = heads.pop()
        if head.asserts and head.kind == OR:
            then = terms.union(_then(option, then) for option in head.options)
        else:
            then = terms.cat(head, then)
    return then


@lru_cache(maxsize=10_000)
def _whole(term: Term) -> Term:
    """
    The term as the rest of a whole string, where assertions at the very end are decided.
    """
    heads = []
    while term.kind == CAT and term.asserts:
        heads.append(term.head)
        term = term.tail
    if term.kind == LOOKAHEAD and not term.behind:
        term = EMPTY if term.nullable else NONE
    elif term.kind == OR and term.asserts:
        term = terms.union(_whole(option) for option in term.options)
    while heads:
        term = terms.cat(heads.pop(), term)
    return term
