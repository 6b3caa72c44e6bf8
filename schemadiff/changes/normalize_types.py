"""
Normalisation of equivalent spellings, so that respelling a constraint is no change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemadiff.changes.shape import Shape, ShapeKeyword, seen_like
from schemadiff.instance import key, kind
from schemadiff.keywords import Effect, Holds, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

if TYPE_CHECKING:
    from schemadiff.changes.normalized_view import NormalizedView

_CHOICES = (kw.ANY_OF, kw.ONE_OF)
NULL = "null"


def settled(normalized: dict[str, ShapeKeyword], reading: NormalizedView) -> dict[str, ShapeKeyword]:
    """
    Keywords without those that constrain nothing, and with choices of values and types as plain lists.
    """
    kept = {name: seen for name, seen in normalized.items() if not _idle(seen)}
    if not reading.watched:
        _drop_unread(kept)
    choices = [name for name in kept if name in _CHOICES]
    return _resolved_choice(kept, choices[0], reading) if len(choices) == 1 else kept


def _drop_unread(normalized: dict[str, ShapeKeyword]) -> None:
    """
    Drop keywords that only evaluate properties where no ``unevaluatedProperties`` depends on it.
    """
    if kw.IF in normalized and kw.THEN not in normalized and kw.ELSE not in normalized:
        del normalized[kw.IF]
    least = normalized.get(kw.MIN_CONTAINS)
    if least is not None and not least.value and kw.MAX_CONTAINS not in normalized:
        normalized.pop(kw.CONTAINS, None)
        del normalized[kw.MIN_CONTAINS]


def _idle(seen: ShapeKeyword) -> bool:
    row = seen.keyword
    if row.holds is Holds.MAP:
        return not seen.children
    if row.role is not Role.ASSERTION or row.compare is None:
        return False
    return row.compare(row.absent, seen.value) is Effect.NONE


def _resolved_choice(
    normalized: dict[str, ShapeKeyword], word: str, reading: NormalizedView
) -> dict[str, ShapeKeyword]:
    """
    A choice between constants, between types, or between a schema and null, rewritten without a choice.
    """
    choice = normalized[word]
    if len(choice.children) > _MOST_BRANCHES:
        return normalized
    rest = {name: seen for name, seen in normalized.items() if name != word}
    shapes = [_branch(place, reading) for _, place in choice.children]
    if any(shape is None for shape in shapes):
        return normalized
    branches = [shape for shape in shapes if shape is not None]
    values = _union_of_values(branches, word)
    if values is not None and kw.ENUM not in rest and kw.CONST not in rest:
        return {**rest, kw.ENUM: seen_like(choice, kw.ENUM, values)}
    types = _union_of_types(branches, word)
    if types is not None and kw.TYPE not in rest:
        return {**rest, kw.TYPE: seen_like(choice, kw.TYPE, types)}
    if not rest and len(branches) == 2:
        return _nullable(branches, choice) or normalized
    return normalized


_MOST_BRANCHES = 2000
_DEEPEST = 20


def _branch(place: ScopedSchema, reading: NormalizedView) -> Shape | None:
    core = reading.straight(place)
    # Choices in choices are settled from the inside; a circle of them, or a tower, stays as it stands.
    if core in reading.busy or len(reading.busy) > _DEEPEST:
        return None
    shape = reading.shape(core)
    return None if shape.conjuncts else shape


def allowed_by(shape: Shape) -> list[Any] | None:
    """
    The values that ``enum``, ``const`` and ``type`` together allow; None if they list none.
    """
    lists = [[shape.normalized[kw.CONST].value]] if kw.CONST in shape.normalized else []
    if kw.ENUM in shape.normalized:
        lists.append(list(shape.normalized[kw.ENUM].value))
    if not lists:
        return None
    types = shape.normalized.get(kw.TYPE)
    result: dict[Any, Any] = {}
    for value in lists[0]:
        fits = len(lists) == 1 or key(value) in {key(other) for other in lists[1]}
        if fits and (types is None or is_of_type(value, types.value)):
            result.setdefault(key(value), value)
    return list(result.values())


def is_of_type(value: Any, types: Any) -> bool:
    """
    Whether a value has one of the types, named as in ``type``.
    """
    named = [types] if isinstance(types, str) else types
    word = kind(value)
    return word in named or (word == "number" and "integer" in named and isinstance(key(value), int))


def _union_of_values(branches: list[Shape], word: str) -> list[Any] | None:
    result: dict[Any, Any] = {}
    for shape in branches:
        if shape.forbidden or set(shape.normalized) - {kw.CONST, kw.ENUM, kw.TYPE}:
            return None
        values = allowed_by(shape)
        if values is None:
            return None
        for value in values:
            # A value that two branches of a oneOf allow is refused; such a list is left as it stands.
            if key(value) in result and word == kw.ONE_OF:
                return None
            result[key(value)] = value
    return list(result.values())


def _union_of_types(branches: list[Shape], word: str) -> list[str] | None:
    types: list[str] = []
    for shape in branches:
        if set(shape.normalized) != {kw.TYPE}:
            return None
        named = shape.normalized[kw.TYPE].value
        for each in [named] if isinstance(named, str) else named:
            overlaps = each in types or (each in _NUMBERS and any(other in types for other in _NUMBERS))
            if overlaps and word == kw.ONE_OF:
                return None
            types.append(each)
    return list(dict.fromkeys(types))


_NUMBERS = ("integer", "number")


def _nullable(branches: list[Shape], choice: ShapeKeyword) -> dict[str, ShapeKeyword] | None:
    """
    A choice between null and a schema that rejects null: that schema, with null added to its types and values.
    """
    plain = [shape for shape in branches if not is_null(shape)]
    if len(plain) != 1 or plain[0].forbidden:
        return None
    shape = plain[0]
    normalized = dict(shape.normalized)
    if kw.TYPE not in normalized and kw.ENUM not in normalized:
        return None
    for name, seen in normalized.items():
        if name not in (kw.TYPE, kw.ENUM, kw.FORMAT) and seen.keyword.speaks_of is None:
            return None
    if kw.TYPE in normalized:
        named = normalized[kw.TYPE].value
        types = [named] if isinstance(named, str) else list(named)
        if NULL in types:
            return None
        normalized[kw.TYPE] = normalized[kw.TYPE]._replace(value=[*types, NULL])
    if kw.ENUM in normalized:
        values = allowed_by(shape) or []
        if None in values:
            return None
        normalized[kw.ENUM] = seen_like(choice, kw.ENUM, [*values, None])
    return normalized


def is_null(shape: Shape) -> bool:
    """
    Whether a shape without conjuncts allows null and nothing else.
    """
    values = allowed_by(shape)
    if values is not None:
        return values == [None] and not set(shape.normalized) - {kw.CONST, kw.ENUM, kw.TYPE}
    return set(shape.normalized) == {kw.TYPE} and shape.normalized[kw.TYPE].value in (NULL, [NULL])
