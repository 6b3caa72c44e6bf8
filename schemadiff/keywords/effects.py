"""
Comparison of two values of one keyword: the effect of the change on the set of valid instances.

Every function takes effective values, with the absence of a keyword replaced by the value it is equivalent to.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from schemadiff.instance import equal, key
from schemadiff.keywords.model import ABSENT, Effect

INFINITY = float("inf")
"""The absent upper bound; it is compared only, never computed with."""


def _by_sets(old: frozenset[Any], new: frozenset[Any]) -> Effect:
    if old == new:
        return Effect.NONE
    if new < old:
        return Effect.NARROWED
    return Effect.WIDENED if old < new else Effect.INCOMPARABLE


def upper_bound(old: Any, new: Any) -> Effect:
    """
    An upper bound on values or counts: lower is narrower.
    """
    if old == new:
        return Effect.NONE
    return Effect.NARROWED if new < old else Effect.WIDENED


def lower_bound(old: Any, new: Any) -> Effect:
    """
    A lower bound on values or counts, or a flag: higher is narrower.
    """
    return upper_bound(new, old)


def multiple(old: Any, new: Any) -> Effect:
    """
    A divisor: a multiple of the old one is narrower; its absence is widest.
    """
    if old is ABSENT or new is ABSENT:
        return respelled(old, new)
    before, after = Fraction(old), Fraction(new)
    if before == after:
        return Effect.NONE
    if (after / before).denominator == 1:
        return Effect.NARROWED
    return Effect.WIDENED if (before / after).denominator == 1 else Effect.INCOMPARABLE


def more_is_narrower(old: Any, new: Any) -> Effect:
    """
    A set of constraints, such as ``required``.
    """
    return _by_sets(frozenset(map(key, new)), frozenset(map(key, old)))


def allowed_values(old: Any, new: Any) -> Effect:
    """
    A set of allowed values; ABSENT allows every value.
    """
    if old is ABSENT or new is ABSENT:
        return respelled(old, new)
    return _by_sets(frozenset(map(key, old)), frozenset(map(key, new)))


def allowed_types(old: Any, new: Any) -> Effect:
    """
    A type or list of types; ``number`` includes ``integer``.
    """
    return _by_sets(named_types(old), named_types(new))


ALL_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def named_types(value: Any) -> frozenset[str]:
    """
    The types that a value of ``type`` allows; all of them for ABSENT.
    """
    if value is ABSENT:
        return frozenset(ALL_TYPES)
    named = frozenset([value] if isinstance(value, str) else value)
    return named | {"integer"} if "number" in named else named


def demands_by_name(old: Any, new: Any) -> Effect:
    """
    Lists of required names by the name that triggers them (``dependentRequired``).
    """
    return _by_sets(*(frozenset((name, other) for name in side for other in side[name]) for side in (new, old)))


def respelled(old: Any, new: Any) -> Effect:
    """
    Values without an order: any difference is incomparable, absence is widest.
    """
    if (old is ABSENT) != (new is ABSENT):
        return Effect.NARROWED if old is ABSENT else Effect.WIDENED
    return Effect.NONE if old is ABSENT or equal(old, new) else Effect.INCOMPARABLE


def annotation(old: Any, new: Any) -> Effect:  # noqa: ARG001 - an annotation never touches validity
    """
    An annotation, without any effect on validation.
    """
    return Effect.NONE
