"""
Numbers that satisfy a conjunction of atoms, the simplest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import filterfalse, islice

from schemadiff.algebra.float64 import survives_float64, survivors_first
from schemadiff.algebra.numbers import ALL_NUMBERS, NumberSet
from schemadiff.containment.theory import Theory, Witnesses
from schemadiff.formula.terms import MultipleOf, NumberAtom, NumberBound, NumberIn, NumberNotIn, unhandled
from schemadiff.instance import Value
from schemadiff.runtime.budget import Meter

_POINT = 16
"""In ticks, the cost of excluding one of many numbers."""


def numbers(atoms: Sequence[NumberAtom], meter: Meter) -> Iterator[Value]:
    """
    All numbers that satisfy the atoms, those near zero and with few digits first, preferably ones that float64 holds.
    """
    listed = [atom.numbers for atom in atoms if isinstance(atom, NumberIn)]
    excluded = [atom.numbers for atom in atoms if isinstance(atom, NumberNotIn)] if listed else []
    result = ALL_NUMBERS
    for atom in atoms:
        if not listed or not isinstance(atom, (NumberIn, NumberNotIn)):
            result = result & number_set(atom, meter)
    if not listed:
        yield from survivors_first(result, meter)
        return
    smallest = min(listed, key=len)
    kept = [
        number
        for number in smallest
        if all(number in other for other in listed) and not any(number in other for other in excluded)
    ]
    yield from result.those_of(filter(survives_float64, kept), meter.ticks)
    yield from result.those_of(filterfalse(survives_float64, kept), meter.ticks)


def solve_numbers(theory: Theory, atoms: tuple[NumberAtom, ...], k: int) -> Witnesses:
    """
    Up to k numbers.
    """
    return Witnesses(tuple(islice(numbers(atoms, theory.meter), k)))


def number_set(atom: NumberAtom, meter: Meter) -> NumberSet:
    """
    The numbers that satisfy one atom.
    """
    match atom:
        case NumberBound(bound=bound, upper=True, strict=strict):
            return NumberSet.interval(high=bound, high_open=strict)
        case NumberBound(bound=bound, strict=strict):
            return NumberSet.interval(low=bound, low_open=strict)
        case MultipleOf(divisor=divisor, negated=negated):
            result = NumberSet.multiples(divisor)
            return ~result if negated else result
        case NumberIn(numbers=points):
            meter.ahead(_POINT * len(points))
            return NumberSet.points(points)
        case NumberNotIn(numbers=points):
            meter.ahead(_POINT * len(points))
            return ~NumberSet.points(points)
        case _:
            raise unhandled(atom)
