"""
Whether a word belongs to a term or to a formula.
"""

from __future__ import annotations

from schemadiff.algebra.regex import formulas
from schemadiff.algebra.regex.derivative import derive
from schemadiff.algebra.regex.formulas import Formula
from schemadiff.algebra.regex.linear import linear
from schemadiff.algebra.regex.terms import CHARS, WORDS, Term


def accepts(term: Term, word: str) -> bool:
    """
    Whether the whole word matches the term.
    """
    if term.asserts:
        return satisfies(formulas.atom(term), word)
    if not term.low <= len(word) <= term.high:
        return False
    if term.kind == WORDS:
        return word in term.words
    if term.kind == CHARS:
        return ord(word) in term.chars
    states = {term}
    for char in word:
        code = ord(char)
        states = {leftover for each in states for chars, _, leftover in linear(each) if code in chars}
        if not states:
            return False
    return any(each.nullable for each in states)


def satisfies(formula: Formula, word: str) -> bool:
    """
    Whether the whole word satisfies the formula.
    """
    if formula.decided is not None:
        return formula.decided
    if formula.kind == formulas.ATOM and not formula.term.asserts:
        return accepts(formula.term, word) == formula.positive
    if formula.kind != formulas.ATOM and not formula.behind:
        test = all if formula.kind == formulas.BOTH else any
        return test(satisfies(each, word) for each in formula.parts)
    for char in word:
        formula = derive(formula, ord(char))
        if formula.decided is not None:
            return formula.decided
    return formula.nullable
