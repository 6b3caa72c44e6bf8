"""
Integers written as decimals: from draft-06 on, ``1.0`` is an instance of ``integer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from schemadiff.algebra.float64 import EXACT_INTEGERS
from schemadiff.instance import Pointer, Value
from schemadiff.instance.pointer import get_at, set_at
from schemadiff.keywords import Dialect
from schemadiff.schema import Node
from schemadiff.schema.closure import closure

_HALF = Decimal("0.5")


def takes_decimals(node: Node) -> bool:
    """
    Whether a schema, with all that it refers to, does not depend on how an integer is written.
    """
    return all(each.dialect is not Dialect.DRAFT4 for each in (node, *closure(node).nodes))


def with_one_decimal(values: Sequence[Value], holds: Callable[[Value], bool | None]) -> list[Value]:
    """
    Values with one integer written as a decimal, in the second value that has one: the first stays plain.

    Arguments:
        values: instances of a schema.
        holds: whether a value is an instance; only integers that may not be fractions are written so.
    """
    result = list(values)
    places = ((index, pointer) for index, value in enumerate(values) for pointer in _first_integer(value, holds))
    _, chosen = next(places, None), next(places, None)
    if chosen is not None:
        index, pointer = chosen
        result[index] = set_at(result[index], pointer, Decimal(f"{get_at(result[index], pointer)}.0"))
    return result


def _first_integer(value: Value, holds: Callable[[Value], bool | None]) -> Iterator[Pointer]:
    """
    The location of the first integer in a value in whose place no fraction is valid; none or one.
    """
    for pointer in _integers(value, ()):
        if holds(set_at(value, pointer, get_at(value, pointer) + _HALF)) is False:
            yield pointer
            return


def _integers(value: Value, pointer: Pointer) -> Iterator[Pointer]:
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _integers(inside, (*pointer, name))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _integers(inside, (*pointer, index))
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) <= EXACT_INTEGERS:
        yield pointer
