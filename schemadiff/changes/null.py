"""
Null that is added or removed: one fact, whichever keyword spells it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemadiff.changes.change import Change, Pair
from schemadiff.changes.normalize_types import NULL, allowed_by, is_null
from schemadiff.changes.normalized_view import NormalizedView
from schemadiff.changes.shape import Shape, Spot
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw
from schemadiff.keywords.effects import named_types
from schemadiff.keywords.scoped_schema import ScopedSchema

ADDED, REMOVED = "null-added", "null-removed"

_MOST_CONJUNCTS = 20
_CHOICES = (kw.ANY_OF, kw.ONE_OF)


def is_null_branch(reading: NormalizedView, place: ScopedSchema) -> bool:
    """
    Whether a subschema accepts null and nothing else.
    """
    shape = reading.shape(place)
    return not shape.conjuncts and not shape.forbidden and is_null(shape)


def rejects_null(reading: NormalizedView, *places: ScopedSchema) -> bool:
    """
    Whether each of some subschemas visibly rejects null, by its types or values or those of a conjunct.
    """
    return all(_rejects(reading, place) for place in places)


def _rejects(reading: NormalizedView, place: ScopedSchema) -> bool:
    pending = [place]
    for inside in pending:
        shape = reading.shape(inside)
        if shape.forbidden or _lists_no_null(shape):
            return True
        more = (conjunct for conjunct in shape.conjuncts if conjunct not in pending)
        pending.extend(conjunct for conjunct, _ in zip(more, range(_MOST_CONJUNCTS - len(pending)), strict=False))
    return False


def _lists_no_null(shape: Shape) -> bool:
    values = allowed_by(shape)
    if values is not None:
        return None not in values
    types = shape.value(kw.TYPE)
    return types is not ABSENT and NULL not in named_types(types)


def placed(pair: Pair, change: Change) -> Change:
    """
    A change with the location and the keyword of the null that is written, if it is one of null; else the change.
    """
    found = {ADDED: pair.new, REMOVED: pair.old}.get(change.fact)
    written = None if found is None else _written_null(found)
    if written is None:
        return change
    keyword, spot = written
    if change.fact == ADDED:
        return replace(change, keyword=keyword, new_at=spot)
    return replace(change, keyword=keyword, old_at=spot)


def _written_null(shape: Shape) -> tuple[str, Spot] | None:
    """
    The keyword that spells null in a schema, and the location of null in its value.
    """
    node = shape.node
    value = node.value if isinstance(node.value, dict) else {}
    lists: list[tuple[str, Any]] = [(kw.ENUM, None), (kw.TYPE, NULL)]
    for word, null in lists:
        if isinstance(value.get(word), list) and null in value[word]:
            return word, Spot(node.document, (*node.pointer, word, value[word].index(null)))
    for word in _CHOICES:
        for index, branch in enumerate(value.get(word, ())):
            if branch in _NULLS:
                return word, Spot(node.document, (*node.pointer, word, index))
    return None


_NULLS = tuple(
    {word: value} for word, value in ((kw.TYPE, NULL), (kw.TYPE, [NULL]), (kw.CONST, None), (kw.ENUM, [None]))
)
