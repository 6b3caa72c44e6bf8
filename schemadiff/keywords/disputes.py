"""
Schemas about which validators disagree with the specification or with each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.scoped_schema import Place


def spelling_counts(places: Iterable[Place]) -> bool:
    """
    Whether among some places integers are asked for in draft-04 while an enumeration holds a number such as 1.0, which
    is one by its value only: that dialect alone lets the way in which a number is written decide.
    """
    old = [
        place.node.facets
        for place in places
        if isinstance(place.node.value, dict) and place.node.dialect is Dialect.DRAFT4
    ]
    if not any("integer" in facets["type"].value for facets in old if "type" in facets):
        return False
    numbers = (each for facets in old if "enum" in facets for each in facets["enum"].value if isinstance(each, Decimal))
    return any(each == each.to_integral_value() for each in numbers)


def items_disputed(places: Iterable[Place]) -> bool:
    """
    Whether among some places ``contains`` stands where in 2019-09 ``unevaluatedItems`` may read it: by the
    specification it evaluates no items there, by the validators it does.
    """
    found = {
        name
        for place in places
        if isinstance(place.node.value, dict) and place.node.dialect is Dialect.DRAFT2019
        for name in ("contains", "unevaluatedItems")
        if name in place.node.facets
    }
    return len(found) == 2
