"""
The table of solvers, one for each JSON type.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from schemadiff.containment.arrays import solve_arrays
from schemadiff.containment.numbers import numbers
from schemadiff.containment.objects import solve_objects
from schemadiff.containment.strings import NotRegular, TooLong, strings
from schemadiff.containment.theory import Theory, TypeSolver, Witnesses
from schemadiff.formula.terms import ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, Atom, NumberAtom, StringAtom
from schemadiff.instance import Value


def _constant(value: Value) -> TypeSolver[Atom]:
    return lambda _theory, _atoms, _k: Witnesses((value,))


def solve_numbers(theory: Theory, atoms: tuple[NumberAtom, ...], k: int) -> Witnesses:
    """
    Up to k numbers.
    """
    return Witnesses(tuple(islice(numbers(atoms, theory.meter), k)))


def solve_strings(theory: Theory, atoms: tuple[StringAtom, ...], k: int) -> Witnesses:
    """
    Up to k strings.
    """
    witnesses: list[Value] = []
    try:
        witnesses.extend(islice(strings(atoms, theory.meter), k))
    except NotRegular as unknown:
        return Witnesses((), unknown.args[0])
    except TooLong:
        return Witnesses(tuple(witnesses), "a string longer than can be written down")
    return Witnesses(tuple(witnesses))


TYPE_SOLVERS: dict[int, TypeSolver[Any]] = {
    NULL: _constant(None),
    FALSE: _constant(False),
    TRUE: _constant(True),
    NUMBER: solve_numbers,
    STRING: solve_strings,
    ARRAY: solve_arrays,
    OBJECT: solve_objects,
}
"""The solver of each type, by the type's bit."""
