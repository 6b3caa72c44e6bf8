"""
The common ground of validators: values about which they have no reason to disagree.
"""

from __future__ import annotations

from fractions import Fraction

from schemadiff.algebra.regex import Language
from schemadiff.formula import Arena, Formula, terms

_EXACT = 2**53
"""Up to here doubles know every integer."""

_STEP = Fraction(1, 8)
"""Of such steps they know every multiple."""


def common_ground(arena: Arena) -> Formula:
    """
    Values of which all texts and names are printable ASCII and all numbers are exact in binary, whatever they hold.
    """
    return arena.reference("common ground", lambda: _written(arena))


def _written(arena: Arena) -> Formula:
    inside = common_ground(arena)
    plain = arena.atom("language", Language.matching("^[ -~]*$"))
    names = arena.view(plain, terms.STRING)
    return arena.all_of(
        (
            plain,
            arena.atom("low", Fraction(-_EXACT), False),
            arena.atom("high", Fraction(_EXACT), False),
            arena.atom("multiple", _STEP),
            arena.atom("most", 0, 0, arena.dual(inside)),
            arena.atom("every", arena.dual(names), arena.false),
            arena.atom("every", names, inside),
        )
    )
