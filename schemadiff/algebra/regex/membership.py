"""
Whether a word belongs to a term or to a formula.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.algebra.budget import UNBOUNDED, Budget
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex.boolean_terms import Formula
from schemadiff.algebra.regex.derivative import derive
from schemadiff.algebra.regex.linear import linear
from schemadiff.algebra.regex.terms import CAT, CHARS, EMPTY, WORDS, Term, cat

_TERMS_A_STEP = 8


def accepts(term: Term, word: str, budget: Budget = UNBOUNDED) -> bool:
    """
    Whether the whole word matches the term.
    """
    if term.asserts:
        return satisfies(formulas.atom(term), word, budget)
    if not term.low <= len(word) <= term.high:
        return False
    if term.kind == WORDS:
        return word in term.words
    if term.kind == CHARS:
        return ord(word) in term.chars
    states = {term}
    for char in word:
        code = ord(char)
        reached = _spread(states)
        budget.step(1 + len(reached) // _TERMS_A_STEP)
        states = set()
        for head, tail in reached:
            for chars, _, leftover in linear(head):
                if code in chars:
                    states.add(cat(leftover, tail))
        if not states:
            return False
    return any(each.nullable for each in states)


def _spread(states: Iterable[Term]) -> set[tuple[Term, Term]]:
    """
    The possible next characters, each with its leftover.

    Concatenations are split here: one of optional parts has as many moves as parts, and so
    has each of its suffixes.
    """
    reached: set[tuple[Term, Term]] = set()
    for each in states:
        while each.kind == CAT and (each.head, each.tail) not in reached:
            reached.add((each.head, each.tail))
            if not each.head.nullable:
                break
            each = each.tail  # noqa: PLW2901 - a walk along the chain
        if each.kind != CAT:
            reached.add((each, EMPTY))
    return reached


def satisfies(formula: Formula, word: str, budget: Budget = UNBOUNDED) -> bool:
    """
    Whether the whole word satisfies the formula.
    """
    if formula.decided is not None:
        return formula.decided
    if formula.kind == formulas.ATOM and not formula.term.asserts:
        return accepts(formula.term, word, budget) == formula.positive
    if formula.kind != formulas.ATOM and not formula.behind:
        test = all if formula.kind == formulas.BOTH else any
        return test(satisfies(each, word, budget) for each in formula.parts)
    for char in word:
        budget.step()
        formula = derive(formula, ord(char))
        if formula.decided is not None:
            return formula.decided
    return formula.nullable
