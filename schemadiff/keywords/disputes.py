"""
Schemas about which validators disagree with the specification or with each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind


def spelling_counts(schemas: Iterable[ScopedSchema]) -> bool:
    """
    Whether some draft-04 schemas require an integer while an ``enum`` has a number such as 1.0: in that dialect alone
    the way in which a number is written decides whether it is an integer (draft-04 core §3.5).
    """
    old = [
        schema.node.normalized
        for schema in schemas
        if isinstance(schema.node.value, dict) and schema.node.dialect is Dialect.DRAFT4
    ]
    if not any("integer" in normalized["type"].value for normalized in old if "type" in normalized):
        return False
    numbers = (
        each
        for normalized in old
        if "enum" in normalized
        for each in normalized["enum"].value
        if isinstance(each, Decimal)
    )
    return any(number == number.to_integral_value() for number in numbers)


def items_disputed(schemas: Iterable[ScopedSchema]) -> bool:
    """
    Whether some 2019-09 schemas have ``contains`` and ``unevaluatedItems``: by that specification ``contains``
    evaluates no items (core 2019-09 §9.3.1.4), by the validators it does.
    """
    result = {
        name
        for schema in schemas
        if isinstance(schema.node.value, dict) and schema.node.dialect is Dialect.DRAFT2019
        for name in ("contains", "unevaluatedItems")
        if name in schema.node.normalized
    }
    return len(result) == 2


def disputed_spelling(node: Any) -> UnsupportedKeyword:
    """
    The ``enum`` of a schema for which ``spelling_counts``.
    """
    return UnsupportedKeyword(UnsupportedKind.DISPUTED, "draft-04 tells 1.0 from 1", "enum", node)


def disputed_items(node: Any) -> UnsupportedKeyword:
    """
    The ``unevaluatedItems`` of a schema for which ``items_disputed``.
    """
    return UnsupportedKeyword(UnsupportedKind.DISPUTED, "contains evaluates items", "unevaluatedItems", node)
