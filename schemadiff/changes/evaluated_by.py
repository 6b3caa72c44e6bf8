"""
Which keywords mark members or items as evaluated, and which read the marks.

An ``unevaluated*`` keyword reads the marks of its siblings and of whatever applies in place beside it. Members and
items are told apart by the JSON type that has them: ``object`` or ``array``.
"""

from __future__ import annotations

from schemadiff.changes.normalized_view import UNEVALUATED, Reading
from schemadiff.changes.shape import Shape
from schemadiff.keywords import MODERN, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import Missing, Place

NOTHING: frozenset[str] = frozenset()

_ALL = frozenset(str(MODERN[word].speaks_of) for word in UNEVALUATED)


def read_by(*shapes: Shape) -> frozenset[str]:
    """
    Of which types the ``unevaluated*`` keywords of some shapes read the marks.
    """
    return frozenset(str(MODERN[word].speaks_of) for shape in shapes for word in UNEVALUATED if word in shape.facets)


def made_by(keyword: str) -> frozenset[str]:
    """
    Of which type a keyword itself marks what it applies to. By the letter ``contains`` does so from 2020-12 on, but
    validators mark for 2019-09 as well, so that nothing is to be presumed there either.
    """
    row = MODERN.get(keyword)
    if row is None or row.role is not Role.CHILD or keyword == kw.PROPERTY_NAMES:
        return NOTHING
    return frozenset([str(row.speaks_of)])


def made_at(reading: Reading, *places: Place) -> frozenset[str]:
    """
    Of which types some places make marks, together with all that applies in place there; nothing under ``not`` does.
    """
    found: set[str] = set()
    seen = set(places)
    pending = list(places)
    while pending:
        place = pending.pop()
        for name, _, target in reading.places.edges(place):
            row = MODERN.get(name)
            if row is not None and row.role is Role.CHILD:
                found |= made_by(name)
            elif isinstance(target, Missing):
                # Nobody knows what it would mark.
                return _ALL
            elif name != kw.NOT and target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(found)
