"""
Numbers that satisfy a conjunction of constraints, the plainest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemadiff.algebra.numbers import ALL_NUMBERS, NumberSet
from schemadiff.containment.budget import Meter
from schemadiff.formula import Formula
from schemadiff.instance import Value


def numbers(literals: Iterable[Formula], meter: Meter) -> Iterator[Value]:
    """
    All numbers that satisfy the atoms, those near zero and with few digits first.
    """
    found = ALL_NUMBERS
    for literal in literals:
        found = found & number_set(literal)
    yield from found.members(meter)


def number_set(literal: Formula) -> NumberSet:
    """
    The numbers that satisfy one atom.
    """
    op, args = literal.op, literal.args
    if op == "low":
        return NumberSet.interval(low=args[0], low_open=args[1])
    if op == "high":
        return NumberSet.interval(high=args[0], high_open=args[1])
    if op in ("multiple", "fraction"):
        found = NumberSet.multiples(args[0])
        return found if op == "multiple" else ~found
    assert op in ("number-in", "number-out"), op
    found = NumberSet.points(args[0])
    return found if op == "number-in" else ~found
