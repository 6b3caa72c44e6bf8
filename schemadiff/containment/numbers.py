"""
Numbers that satisfy a conjunction of constraints, the plainest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemadiff.algebra.numbers import ALL_NUMBERS, NumberSet
from schemadiff.formula import Formula
from schemadiff.instance import Value
from schemadiff.runtime.budget import Meter

_POINT = 16
"""In ticks, what it takes to leave out one of many numbers."""


def numbers(literals: Sequence[Formula], meter: Meter) -> Iterator[Value]:
    """
    All numbers that satisfy the atoms, those near zero and with few digits first.
    """
    listed = [literal.args[0] for literal in literals if literal.op == "number-in"]
    barred = [literal.args[0] for literal in literals if literal.op == "number-out"] if listed else []
    found = ALL_NUMBERS
    for literal in literals:
        if not listed or literal.op not in ("number-in", "number-out"):
            found = found & number_set(literal, meter)
    if not listed:
        yield from found.members(meter)
        return
    among = min(listed, key=len)
    kept = (each for each in among if all(each in other for other in listed) and not any(each in out for out in barred))
    yield from found.those_of(kept, meter.ticks)


def number_set(literal: Formula, meter: Meter) -> NumberSet:
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
    meter.ahead(_POINT * len(args[0]))
    found = NumberSet.points(args[0])
    return found if op == "number-in" else ~found
