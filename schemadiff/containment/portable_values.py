"""
Values that are portable among validators: these have no reason to disagree about them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from schemadiff.algebra.float64 import EXACT_INTEGERS, survives_float64
from schemadiff.algebra.regex import Language
from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import STRING, Formula
from schemadiff.instance import Value

_STEP = Fraction(1, 8)
"""All multiples of it up to there are exact, too."""


def portable_values(arena: Arena) -> Formula:
    """
    The values whose strings and names, at any depth, are printable ASCII and whose numbers are exact as doubles.
    """
    return arena.reference("portable values", lambda: _formula(arena))


def lossy_numbers(value: Value) -> list[int | Decimal]:
    """
    The numbers in a value that readers with float64 see as other numbers.
    """
    return _numbers(value, lambda number: not survives_float64(number))


def has_wide_numbers(value: Value) -> bool:
    """
    Whether a value holds such a number, or an integer beyond those that float64 has without a gap.
    """
    return bool(_numbers(value, _is_wide))


def _is_wide(number: int | Decimal) -> bool:
    return not -EXACT_INTEGERS <= number <= EXACT_INTEGERS or not survives_float64(number)


def _numbers(value: Value, wanted: Callable[[int | Decimal], bool]) -> list[int | Decimal]:
    found: list[int | Decimal] = []
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, (int, Decimal)) and not isinstance(part, bool) and wanted(part):
            found.append(part)
    return found


def _formula(arena: Arena) -> Formula:
    inside = portable_values(arena)
    printable = arena.in_language(Language.matching("^[ -~]*$"))
    names = arena.view(printable, STRING)
    return arena.all_of(
        (
            printable,
            arena.number_bound(Fraction(-EXACT_INTEGERS), upper=False, strict=False),
            arena.number_bound(Fraction(EXACT_INTEGERS), upper=True, strict=False),
            arena.multiple_of(_STEP),
            arena.at_most(0, 0, arena.dual(inside)),
            arena.every_property(arena.dual(names), arena.false),
            arena.every_property(names, inside),
        )
    )
