"""
From normalized keywords to formulas: one function for each keyword, in the table ``LOWER_KEYWORD``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from schemadiff.algebra.int_ranges import INFINITY, Counts, between
from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, Formula
from schemadiff.keywords.evaluated import unevaluated_items, unevaluated_properties
from schemadiff.keywords.normalized import NormalizedKeyword
from schemadiff.keywords.scoped_schema import MissingTarget, ScopedSchema
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind

if TYPE_CHECKING:
    from schemadiff.keywords.lower import Lowering

LowerKeyword: TypeAlias = "Callable[[Lowering, ScopedSchema, NormalizedKeyword], Formula]"

_TYPES = {
    "null": NULL,
    "boolean": FALSE | TRUE,
    "number": NUMBER,
    "integer": NUMBER,
    "string": STRING,
    "array": ARRAY,
    "object": OBJECT,
}


def _type(lowering: Lowering, _schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
    named = keyword.value if isinstance(keyword.value, list) else [keyword.value]
    mask = 0
    for name in named:
        mask |= _TYPES.get(name, 0)
    formula = lowering.arena.of_type(mask)
    if "integer" in named and "number" not in named:
        return lowering.arena.all_of((formula, lowering.arena.multiple_of(Fraction(1))))
    return formula


def _read_by_sibling(lowering: Lowering, _schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    return lowering.arena.true


def _conjunction(lower: Callable[[Lowering, Any, Formula], Formula]) -> LowerKeyword:
    """
    The conjunction over a keyword's subschemas of what ``lower`` makes of their steps and formulas.
    """
    return lambda lowering, schema, keyword: lowering.arena.all_of(
        lower(lowering, step, formula) for step, formula in lowering.inside(schema, keyword.row.name)
    )


def _bound(*, upper: bool, strict: bool) -> LowerKeyword:
    return lambda lowering, _schema, keyword: lowering.arena.number_bound(
        Fraction(keyword.value), upper=upper, strict=strict
    )


def _counted(constructor: Callable[[Arena, Counts], Formula], *, least: bool) -> LowerKeyword:
    def lower(lowering: Lowering, _schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
        number = int(keyword.value)
        return constructor(lowering.arena, between(number, INFINITY) if least else between(0, number))

    return lower


def _format(lowering: Lowering, schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
    if lowering.format_language is None or not isinstance(keyword.value, str):
        return lowering.arena.true
    try:
        language = lowering.format_language(keyword.value)
    except ValueError as error:
        return lowering.non_regular(
            keyword.value, UnsupportedKeyword(UnsupportedKind.FORMAT, str(error), "format", schema.node)
        )
    return lowering.arena.true if language is None else lowering.arena.in_language(language)


def _one_of(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    branches = [formula for _, formula in lowering.inside(schema, "oneOf")]
    return lowering.arena.all_of((lowering.arena.any_of(branches), lowering.arena.at_most_one(branches)))


def _if(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    arena, condition = lowering.arena, lowering.only(schema, "if")
    then, other = lowering.only(schema, "then"), lowering.only(schema, "else")
    return arena.all_of((arena.any_of((arena.dual(condition), then)), arena.any_of((condition, other))))


def _dependent_required(lowering: Lowering, _schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
    arena = lowering.arena
    return arena.all_of(
        arena.any_of((lowering.lacks(name), arena.all_of(map(lowering.has, others))))
        for name, others in keyword.value.items()
    )


def _required(lowering: Lowering, _schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
    return lowering.arena.all_of(map(lowering.has, keyword.value if isinstance(keyword.value, (list, tuple)) else ()))


def _pattern_properties(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    arena, parts = lowering.arena, []
    for pattern, formula in lowering.inside(schema, "patternProperties"):
        names = arena.view(lowering.matching(str(pattern), "patternProperties", schema), STRING)
        parts.append(arena.every_property(names, formula))
    return arena.all_of(parts)


def _additional_properties(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    arena = lowering.arena
    _, described = lowering.described(schema)
    return arena.every_property(arena.dual(described), lowering.only(schema, "additionalProperties"))


def _property_names(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    arena = lowering.arena
    wrong = arena.view(arena.dual(lowering.strings(lowering.only(schema, "propertyNames"))), STRING)
    return arena.every_property(wrong, arena.false)


def _items(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    start = len(schema.node.children("prefixItems"))
    return lowering.arena.at_most(0, start, lowering.arena.dual(lowering.only(schema, "items")))


def _contains(lowering: Lowering, schema: ScopedSchema, _keyword: NormalizedKeyword) -> Formula:
    arena, formula = lowering.arena, lowering.only(schema, "contains")
    normalized = lowering.schemas.normalized(schema.node)
    least = int(normalized["minContains"].value) if "minContains" in normalized else 1
    parts = [arena.at_least(least, 0, formula)]
    if "maxContains" in normalized:
        parts.append(arena.at_most(int(normalized["maxContains"].value), 0, formula))
    return arena.all_of(parts)


def _reference(lowering: Lowering, schema: ScopedSchema, keyword: NormalizedKeyword) -> Formula:
    name = keyword.row.name
    target = lowering.schemas.target(schema, name)
    if isinstance(target, MissingTarget):
        return lowering.missing(target, name, schema)
    return lowering.of(target)


LOWER_KEYWORD: dict[str, LowerKeyword] = {
    "type": _type,
    "enum": lambda lowering, _schema, keyword: lowering.values(keyword.value),
    "const": lambda lowering, _schema, keyword: lowering.values([keyword.value]),
    "multipleOf": lambda lowering, _schema, keyword: lowering.arena.multiple_of(Fraction(keyword.value)),
    "maximum": _bound(upper=True, strict=False),
    "exclusiveMaximum": _bound(upper=True, strict=True),
    "minimum": _bound(upper=False, strict=False),
    "exclusiveMinimum": _bound(upper=False, strict=True),
    "maxLength": _counted(Arena.length, least=False),
    "minLength": _counted(Arena.length, least=True),
    "pattern": lambda lowering, schema, keyword: lowering.matching(keyword.value, "pattern", schema),
    "format": _format,
    "maxItems": _counted(Arena.item_count, least=False),
    "minItems": _counted(Arena.item_count, least=True),
    "uniqueItems": lambda lowering, _, keyword: (
        lowering.arena.distinct() if keyword.value is True else lowering.arena.true
    ),
    "maxProperties": _counted(Arena.property_count, least=False),
    "minProperties": _counted(Arena.property_count, least=True),
    "required": _required,
    "dependentRequired": _dependent_required,
    "allOf": _conjunction(lambda _lowering, _step, formula: formula),
    "anyOf": lambda lowering, schema, _: lowering.arena.any_of(each for _, each in lowering.inside(schema, "anyOf")),
    "oneOf": _one_of,
    "not": lambda lowering, schema, _: lowering.arena.dual(lowering.only(schema, "not")),
    "if": _if,
    "then": _read_by_sibling,
    "else": _read_by_sibling,
    "dependentSchemas": _conjunction(
        lambda lowering, name, formula: lowering.arena.any_of((lowering.lacks(str(name)), formula))
    ),
    "properties": _conjunction(
        lambda lowering, name, formula: lowering.arena.every_property(lowering.names([str(name)]), formula)
    ),
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "unevaluatedProperties": lambda lowering, schema, _: unevaluated_properties(lowering, schema),
    "prefixItems": _conjunction(lambda lowering, index, formula: lowering.arena.optional_item(index, formula)),
    "items": _items,
    "contains": _contains,
    "minContains": _read_by_sibling,
    "maxContains": _read_by_sibling,
    "unevaluatedItems": lambda lowering, schema, _: unevaluated_items(lowering, schema),
    "$ref": _reference,
    "$dynamicRef": _reference,
    "$recursiveRef": _reference,
}
"""The formula of every keyword that bears on validity."""
