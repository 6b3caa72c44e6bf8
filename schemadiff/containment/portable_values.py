"""
Values that are portable among validators: these have no reason to disagree about them.
"""

from __future__ import annotations

from fractions import Fraction

from schemadiff.algebra.regex import Language
from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import STRING, Formula

_EXACT = 2**53
"""Integers up to here are exact as doubles (IEEE 754)."""

_STEP = Fraction(1, 8)
"""All multiples of it up to there are exact, too."""


def portable_values(arena: Arena) -> Formula:
    """
    The values whose strings and names, at any depth, are printable ASCII and whose numbers are exact as doubles.
    """
    return arena.reference("portable values", lambda: _formula(arena))


def _formula(arena: Arena) -> Formula:
    inside = portable_values(arena)
    printable = arena.in_language(Language.matching("^[ -~]*$"))
    names = arena.view(printable, STRING)
    return arena.all_of(
        (
            printable,
            arena.number_bound(Fraction(-_EXACT), upper=False, strict=False),
            arena.number_bound(Fraction(_EXACT), upper=True, strict=False),
            arena.multiple_of(_STEP),
            arena.at_most(0, 0, arena.dual(inside)),
            arena.every_property(arena.dual(names), arena.false),
            arena.every_property(names, inside),
        )
    )
