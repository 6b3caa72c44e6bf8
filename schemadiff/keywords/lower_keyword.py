"""
From normalized keywords to formulas: one function for each keyword, in the table ``LOWER_KEYWORD``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from schemadiff.algebra.int_ranges import INFINITY, Counts, between
from schemadiff.formula import ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, Arena, Formula
from schemadiff.keywords.evaluated import unevaluated_items, unevaluated_properties
from schemadiff.keywords.normalized import Facet
from schemadiff.keywords.scoped_schema import Missing, Place
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind

if TYPE_CHECKING:
    from schemadiff.keywords.lower import Meaning

LowerKeyword: TypeAlias = "Callable[[Meaning, Place, Facet], Formula]"

_TYPES = {
    "null": NULL,
    "boolean": FALSE | TRUE,
    "number": NUMBER,
    "integer": NUMBER,
    "string": STRING,
    "array": ARRAY,
    "object": OBJECT,
}


def _type(this: Meaning, _place: Place, facet: Facet) -> Formula:
    named = facet.value if isinstance(facet.value, list) else [facet.value]
    mask = 0
    for name in named:
        mask |= _TYPES.get(name, 0)
    found = this.arena.of_type(mask)
    if "integer" in named and "number" not in named:
        return this.arena.all_of((found, this.arena.multiple_of(Fraction(1))))
    return found


def _enum(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.values(facet.value)


def _const(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.value(facet.value)


def _bound(*, upper: bool, strict: bool) -> LowerKeyword:
    return lambda this, _place, facet: this.arena.number_bound(Fraction(facet.value), upper=upper, strict=strict)


def _multiple_of(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.multiple_of(Fraction(facet.value))


def _counted(constructor: Callable[[Arena, Counts], Formula], *, least: bool) -> LowerKeyword:
    def lower(this: Meaning, _place: Place, facet: Facet) -> Formula:
        number = int(facet.value)
        return constructor(this.arena, between(number, INFINITY) if least else between(0, number))

    return lower


def _pattern(this: Meaning, place: Place, facet: Facet) -> Formula:
    return this.matching(facet.value, "pattern", place)


def _format(this: Meaning, place: Place, facet: Facet) -> Formula:
    if this.format_language is None or not isinstance(facet.value, str):
        return this.arena.true
    try:
        language = this.format_language(facet.value)
    except ValueError as error:
        return this.non_regular(
            facet.value, UnsupportedKeyword(UnsupportedKind.FORMAT, str(error), "format", place.node)
        )
    return this.arena.true if language is None else this.arena.in_language(language)


def _all_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.all_of(formula for _, formula in this.inside(place, "allOf"))


def _any_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.any_of(formula for _, formula in this.inside(place, "anyOf"))


def _one_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    branches = [formula for _, formula in this.inside(place, "oneOf")]
    return this.arena.all_of((this.arena.any_of(branches), this.arena.at_most_one(branches)))


def _not(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.dual(this.only(place, "not"))


def _if(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, condition = this.arena, this.only(place, "if")
    then, other = this.only(place, "then"), this.only(place, "else")
    return arena.all_of((arena.any_of((arena.dual(condition), then)), arena.any_of((condition, other))))


def _beside_if(this: Meaning, _place: Place, _facet: Facet) -> Formula:
    return this.arena.true


def _dependent_schemas(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.any_of((this.lacks(str(name)), formula)) for name, formula in this.inside(place, "dependentSchemas")
    )


def _dependent_required(this: Meaning, _place: Place, facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.any_of((this.lacks(name), arena.all_of(map(this.has, others)))) for name, others in facet.value.items()
    )


def _required(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.all_of(map(this.has, facet.value if isinstance(facet.value, (list, tuple)) else ()))


def _properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.every_property(this.names([str(name)]), formula) for name, formula in this.inside(place, "properties")
    )


def _pattern_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, parts = this.arena, []
    for pattern, formula in this.inside(place, "patternProperties"):
        names = arena.view(this.matching(str(pattern), "patternProperties", place), STRING)
        parts.append(arena.every_property(names, formula))
    return arena.all_of(parts)


def _additional_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    _, described = this.described(place)
    return arena.every_property(arena.dual(described), this.only(place, "additionalProperties"))


def _property_names(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    wrong = arena.view(arena.dual(this.strings(this.only(place, "propertyNames"))), STRING)
    return arena.every_property(wrong, arena.false)


def _prefix_items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(arena.optional_item(index, formula) for index, formula in this.inside(place, "prefixItems"))


def _items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    start = len(place.node.children("prefixItems"))
    return this.arena.at_most(0, start, this.arena.dual(this.only(place, "items")))


def _contains(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, formula = this.arena, this.only(place, "contains")
    facets = this.places.facets(place.node)
    least = int(facets["minContains"].value) if "minContains" in facets else 1
    parts = [arena.at_least(least, 0, formula)]
    if "maxContains" in facets:
        parts.append(arena.at_most(int(facets["maxContains"].value), 0, formula))
    return arena.all_of(parts)


def _unique_items(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.distinct() if facet.value is True else this.arena.true


def _reference(this: Meaning, place: Place, facet: Facet) -> Formula:
    keyword = facet.keyword.name
    target = this.places.target(place, keyword)
    if isinstance(target, Missing):
        return this.missing(target, keyword, place)
    return this.of(target)


def _unevaluated_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return unevaluated_properties(this, place)


def _unevaluated_items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return unevaluated_items(this, place)


LOWER_KEYWORD: dict[str, LowerKeyword] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "multipleOf": _multiple_of,
    "maximum": _bound(upper=True, strict=False),
    "exclusiveMaximum": _bound(upper=True, strict=True),
    "minimum": _bound(upper=False, strict=False),
    "exclusiveMinimum": _bound(upper=False, strict=True),
    "maxLength": _counted(Arena.length, least=False),
    "minLength": _counted(Arena.length, least=True),
    "pattern": _pattern,
    "format": _format,
    "maxItems": _counted(Arena.item_count, least=False),
    "minItems": _counted(Arena.item_count, least=True),
    "uniqueItems": _unique_items,
    "maxProperties": _counted(Arena.property_count, least=False),
    "minProperties": _counted(Arena.property_count, least=True),
    "required": _required,
    "dependentRequired": _dependent_required,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "then": _beside_if,
    "else": _beside_if,
    "dependentSchemas": _dependent_schemas,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "unevaluatedProperties": _unevaluated_properties,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "minContains": _beside_if,
    "maxContains": _beside_if,
    "unevaluatedItems": _unevaluated_items,
    "$ref": _reference,
    "$dynamicRef": _reference,
    "$recursiveRef": _reference,
}
"""The meaning of every facet that bears on validity."""
