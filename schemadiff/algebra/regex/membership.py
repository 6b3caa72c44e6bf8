"""
Whether a word belongs to a term or to a formula.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.algebra.budget import UNBOUNDED, StepBudget
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex.boolean_terms import Formula
from schemadiff.algebra.regex.derivative import derive
from schemadiff.algebra.regex.linear import linear
from schemadiff.algebra.regex.terms import CAT, CHARS, EMPTY, WORDS, Term, cat

_TERMS_A_STEP = 8


def accepts(term: Term, word: str, budget: StepBudget = UNBOUNDED) -> bool:
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
    return any(state.nullable for state in states)


def _spread(states: Iterable[Term]) -> set[tuple[Term, Term]]:
    """
    The possible next characters, each with its leftover.

    Concatenations are split here: one of optional parts has as many moves as parts, and so
    has each of its suffixes.
    """
    reached: set[tuple[Term, Term]] = set()
    for state in states:
        while state.kind == CAT and (state.head, state.tail) not in reached:
            reached.add((state.head, state.tail))
            if not state.head.nullable:
                break
            state = state.tail  # noqa: PLW2901 - a walk along the chain
        if state.kind != CAT:
            reached.add((state, EMPTY))
    return reached


def satisfies(formula: Formula, word: str, budget: StepBudget = UNBOUNDED) -> bool:
    """
    Whether the whole word satisfies the formula.
    """
    if formula.decided is not None:
        return formula.decided
    if formula.kind == formulas.ATOM and not formula.term.asserts:
        return accepts(formula.term, word, budget) == formula.positive
    if formula.kind != formulas.ATOM and not formula.behind:
        test = all if formula.kind == formulas.BOTH else any
        return test(satisfies(part, word, budget) for part in formula.parts)
    for char in word:
        budget.step()
        formula = derive(formula, ord(char))
        if formula.decided is not None:
            return formula.decided
    return formula.nullable
