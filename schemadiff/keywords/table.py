"""
The keywords of the five dialects, in the order of the specification.
"""

from __future__ import annotations

from functools import partial

from schemadiff.keywords import effects
from schemadiff.keywords.dialects import DIALECTS, Dialect
from schemadiff.keywords.model import Holds, Keyword, Role

D4, D6, D7, D2019, D2020 = DIALECTS
_FROM_6 = (D6, D7, D2019, D2020)
_FROM_7 = (D7, D2019, D2020)
_FROM_2019 = (D2019, D2020)
_UP_TO_7 = (D4, D6, D7)
_UP_TO_2019 = (D4, D6, D7, D2019)

_annotation = partial(Keyword, role=Role.ANNOTATION, compare=effects.annotation)
_greatest = partial(Keyword, role=Role.ASSERTION, absent=effects.INFINITY, compare=effects.upper_bound)
_least = partial(Keyword, role=Role.ASSERTION, absent=0, compare=effects.lower_bound)

TABLE: tuple[Keyword, ...] = (
    # Core
    Keyword("$schema", Role.IDENTIFIER),
    Keyword("$vocabulary", Role.IDENTIFIER, dialects=_FROM_2019),
    Keyword("$id", Role.IDENTIFIER, dialects=_FROM_6),
    Keyword("id", Role.IDENTIFIER, dialects=(D4,)),
    Keyword("$anchor", Role.IDENTIFIER, dialects=_FROM_2019),
    Keyword("$dynamicAnchor", Role.IDENTIFIER, dialects=(D2020,)),
    Keyword("$recursiveAnchor", Role.IDENTIFIER, dialects=(D2019,)),
    Keyword("$ref", Role.REFERENCE),
    Keyword("$dynamicRef", Role.REFERENCE, dialects=(D2020,)),
    Keyword("$recursiveRef", Role.REFERENCE, dialects=(D2019,)),
    Keyword("$defs", Role.LOCATION, holds=Holds.MAP, dialects=_FROM_2019),
    # Kept by the meta-schemas of 2019-09 and 2020-12 as a place where older schemas put their definitions.
    Keyword("definitions", Role.LOCATION, holds=Holds.MAP),
    _annotation("$comment", dialects=_FROM_7),
    # In-place applicators
    Keyword("allOf", Role.IN_PLACE, holds=Holds.LIST),
    Keyword("anyOf", Role.IN_PLACE, holds=Holds.LIST),
    Keyword("oneOf", Role.IN_PLACE, holds=Holds.LIST),
    Keyword("not", Role.IN_PLACE, holds=Holds.ONE),
    Keyword("if", Role.IN_PLACE, holds=Holds.ONE, dialects=_FROM_7),
    Keyword("then", Role.IN_PLACE, holds=Holds.ONE, led_by="if", dialects=_FROM_7),
    Keyword("else", Role.IN_PLACE, holds=Holds.ONE, led_by="if", dialects=_FROM_7),
    Keyword("dependentSchemas", Role.IN_PLACE, "object", Holds.MAP, dialects=_FROM_2019),
    # Applicators to properties and items
    Keyword("properties", Role.CHILD, "object", Holds.MAP),
    Keyword("patternProperties", Role.CHILD, "object", Holds.MAP),
    Keyword("additionalProperties", Role.CHILD, "object", Holds.ONE, absent=True),
    Keyword("propertyNames", Role.CHILD, "object", Holds.ONE, absent=True, dialects=_FROM_6),
    Keyword("unevaluatedProperties", Role.CHILD, "object", Holds.ONE, absent=True, dialects=_FROM_2019),
    Keyword("prefixItems", Role.CHILD, "array", Holds.LIST, dialects=(D2020,)),
    Keyword("items", Role.CHILD, "array", Holds.ONE, absent=True, dialects=(D2020,)),
    Keyword("contains", Role.CHILD, "array", Holds.ONE, dialects=_FROM_6),
    Keyword("unevaluatedItems", Role.CHILD, "array", Holds.ONE, absent=True, dialects=_FROM_2019),
    # Assertions
    Keyword("type", Role.ASSERTION, compare=effects.allowed_types),
    Keyword("enum", Role.ASSERTION, compare=effects.allowed_values),
    Keyword("const", Role.ASSERTION, compare=effects.respelled, dialects=_FROM_6),
    Keyword("multipleOf", Role.ASSERTION, "number", compare=effects.multiple),
    _greatest("maximum", speaks_of="number"),
    _greatest("exclusiveMaximum", speaks_of="number", dialects=_FROM_6),
    _least("minimum", speaks_of="number", absent=-effects.INFINITY),
    _least("exclusiveMinimum", speaks_of="number", absent=-effects.INFINITY, dialects=_FROM_6),
    _greatest("maxLength", speaks_of="string"),
    _least("minLength", speaks_of="string"),
    Keyword("pattern", Role.ASSERTION, "string", compare=effects.respelled),
    _greatest("maxItems", speaks_of="array"),
    _least("minItems", speaks_of="array"),
    _least("uniqueItems", speaks_of="array", absent=False),
    _greatest("maxContains", speaks_of="array", led_by="contains", dialects=_FROM_2019),
    _least("minContains", speaks_of="array", absent=1, led_by="contains", dialects=_FROM_2019),
    _greatest("maxProperties", speaks_of="object"),
    _least("minProperties", speaks_of="object"),
    Keyword("required", Role.ASSERTION, "object", absent=(), compare=effects.more_is_narrower),
    Keyword(
        "dependentRequired", Role.ASSERTION, "object", absent={}, compare=effects.demands_by_name, dialects=_FROM_2019
    ),
    # Annotations; ``format`` is an assertion where formats are asserted, and compared as text either way
    _annotation("format", speaks_of="string"),
    _annotation("contentEncoding", speaks_of="string", dialects=_FROM_7),
    _annotation("contentMediaType", speaks_of="string", dialects=_FROM_7),
    _annotation("contentSchema", speaks_of="string", holds=Holds.ONE, dialects=_FROM_2019),
    _annotation("title"),
    _annotation("description"),
    _annotation("default"),
    _annotation("deprecated", absent=False, dialects=_FROM_2019),
    _annotation("readOnly", absent=False, dialects=_FROM_7),
    _annotation("writeOnly", absent=False, dialects=_FROM_7),
    _annotation("examples", dialects=_FROM_6),
    # Legacy spellings
    Keyword("items", Role.LEGACY, "array", Holds.ONE_OR_LIST, dialects=_UP_TO_2019),
    Keyword("additionalItems", Role.LEGACY, "array", Holds.ONE, led_by="items", dialects=_UP_TO_2019),
    # Split into two keywords by 2019-09; some validators still honour it there, which the specification only allows.
    Keyword("dependencies", Role.LEGACY, "object", Holds.MAP_OR_NAMES, dialects=_UP_TO_7),
    Keyword("exclusiveMaximum", Role.LEGACY, "number", led_by="maximum", dialects=(D4,)),
    Keyword("exclusiveMinimum", Role.LEGACY, "number", led_by="minimum", dialects=(D4,)),
)
"""All rows; a name may have two, for different dialects."""

_BY_DIALECT = {each: {row.name: row for row in TABLE if each in row.dialects} for each in DIALECTS}

MODERN: dict[str, Keyword] = {row.name: row for row in TABLE if row.role is not Role.LEGACY}
"""The rows of the normalised vocabulary, by name."""


def rows_of(dialect: Dialect) -> dict[str, Keyword]:
    """
    The rows of one dialect by name.
    """
    return _BY_DIALECT[dialect]


def unknown(name: str) -> Keyword:
    """
    The row of an unknown keyword: preserved, reported, and without any effect.
    """
    return Keyword(name, Role.UNKNOWN, compare=effects.annotation)
