"""
The keywords that evaluate properties or items, and those that depend on it.

An ``unevaluated*`` keyword depends on the annotations of its siblings and of in-place applicators beside it (core
2020-12 §11). Properties and items are distinguished by their JSON type, ``object`` or ``array``.
"""

from __future__ import annotations

from schemadiff.changes.normalized_view import UNEVALUATED, NormalizedView
from schemadiff.changes.shape import Shape
from schemadiff.keywords import MODERN, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import MissingTarget, ScopedSchema

NOTHING: frozenset[str] = frozenset()

_ALL = frozenset(str(MODERN[word].speaks_of) for word in UNEVALUATED)


def read_by(*shapes: Shape) -> frozenset[str]:
    """
    The types whose annotations the ``unevaluated*`` keywords of some shapes read.
    """
    return frozenset(
        str(MODERN[word].speaks_of) for shape in shapes for word in UNEVALUATED if word in shape.normalized
    )


def made_by(keyword: str) -> frozenset[str]:
    """
    The type whose values a keyword evaluates. By the specification ``contains`` does so from 2020-12 on, but
    validators do so for 2019-09 as well, so nothing is presumed there either.
    """
    row = MODERN.get(keyword)
    if row is None or row.role is not Role.CHILD or keyword == kw.PROPERTY_NAMES:
        return NOTHING
    return frozenset([str(row.speaks_of)])


def made_at(reading: NormalizedView, *places: ScopedSchema) -> frozenset[str]:
    """
    The types whose values some subschemas evaluate, in-place applicators included, subschemas of ``not`` excluded.
    """
    result: set[str] = set()
    seen = set(places)
    pending = list(places)
    while pending:
        place = pending.pop()
        for name, _, target in reading.places.edges(place):
            row = MODERN.get(name)
            if row is not None and row.role is Role.CHILD:
                result |= made_by(name)
            elif isinstance(target, MissingTarget):
                # Its evaluated properties are unknown.
                return _ALL
            elif name != kw.NOT and target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(result)
