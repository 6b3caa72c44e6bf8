"""
Interned numbers for JSON values, equal for equal values, for cheap comparison of large parts of schemas.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from schemadiff.instance import key

_NUMBERS: dict[Hashable, int] = {}
_BY_OBJECT: dict[int, tuple[Any, int]] = {}

_MOST_KEPT = 500_000


def identity(value: Any) -> int:
    """
    The number of a value. Containers are memoised, so that numbering every level stays linear.
    """
    if not isinstance(value, (dict, list)):
        return _number(key(value))
    known = _BY_OBJECT.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    parts: Hashable
    if isinstance(value, dict):
        parts = ("o", frozenset((name, identity(member)) for name, member in value.items()))
    else:
        parts = ("a", *map(identity, value))
    number = _number(parts)
    if len(_BY_OBJECT) > _MOST_KEPT:
        _BY_OBJECT.clear()
    _BY_OBJECT[id(value)] = (value, number)
    return number


def _number(parts: Hashable) -> int:
    return _NUMBERS.setdefault(parts, len(_NUMBERS))
