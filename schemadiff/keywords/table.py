"""
The keywords of the five dialects, in the order of the specification.
"""

from __future__ import annotations

from schemadiff.keywords import effects
from schemadiff.keywords.dialects import DIALECTS, Dialect
from schemadiff.keywords.model import ABSENT, Holds, Keyword, Polarity, Role

D4, D6, D7, D2019, D2020 = DIALECTS
_FROM_6 = (D6, D7, D2019, D2020)
_FROM_7 = (D7, D2019, D2020)
_FROM_2019 = (D2019, D2020)
_UP_TO_7 = (D4, D6, D7)
_UP_TO_2019 = (D4, D6, D7, D2019)

_CORE = (
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
    Keyword("$comment", Role.ANNOTATION, compare=effects.annotation, dialects=_FROM_7),
)

_IN_PLACE = (
    Keyword("allOf", Role.IN_PLACE, holds=Holds.LIST),
    Keyword("anyOf", Role.IN_PLACE, holds=Holds.LIST),
    Keyword("oneOf", Role.IN_PLACE, holds=Holds.LIST, polarity=Polarity.EITHER),
    Keyword("not", Role.IN_PLACE, holds=Holds.ONE, polarity=Polarity.REVERSED),
    Keyword("if", Role.IN_PLACE, holds=Holds.ONE, polarity=Polarity.EITHER, dialects=_FROM_7),
    Keyword("then", Role.IN_PLACE, holds=Holds.ONE, led_by="if", dialects=_FROM_7),
    Keyword("else", Role.IN_PLACE, holds=Holds.ONE, led_by="if", dialects=_FROM_7),
    Keyword("dependentSchemas", Role.IN_PLACE, "object", Holds.MAP, dialects=_FROM_2019),
)

_OBJECT_CHILDREN = (
    Keyword("properties", Role.CHILD, "object", Holds.MAP),
    Keyword("patternProperties", Role.CHILD, "object", Holds.MAP),
    Keyword(
        "additionalProperties", Role.CHILD, "object", Holds.ONE, reads=("properties", "patternProperties"), absent=True
    ),
    Keyword("propertyNames", Role.CHILD, "object", Holds.ONE, absent=True, dialects=_FROM_6),
    Keyword("unevaluatedProperties", Role.CHILD, "object", Holds.ONE, absent=True, dialects=_FROM_2019),
)

_ARRAY_CHILDREN = (
    Keyword("prefixItems", Role.CHILD, "array", Holds.LIST, dialects=(D2020,)),
    Keyword("items", Role.CHILD, "array", Holds.ONE, reads=("prefixItems",), absent=True, dialects=(D2020,)),
    Keyword("contains", Role.CHILD, "array", Holds.ONE, reads=("minContains", "maxContains"), dialects=_FROM_6),
    Keyword("unevaluatedItems", Role.CHILD, "array", Holds.ONE, absent=True, dialects=_FROM_2019),
)

_ASSERTIONS = (
    Keyword("type", Role.ASSERTION, compare=effects.allowed_types),
    Keyword("enum", Role.ASSERTION, compare=effects.allowed_values),
    Keyword("const", Role.ASSERTION, compare=effects.respelled, dialects=_FROM_6),
    Keyword("multipleOf", Role.ASSERTION, "number", compare=effects.multiple),
    Keyword("maximum", Role.ASSERTION, "number", absent=effects.INFINITY, compare=effects.upper_bound),
    Keyword(
        "exclusiveMaximum",
        Role.ASSERTION,
        "number",
        absent=effects.INFINITY,
        compare=effects.upper_bound,
        dialects=_FROM_6,
    ),
    Keyword("minimum", Role.ASSERTION, "number", absent=-effects.INFINITY, compare=effects.lower_bound),
    Keyword(
        "exclusiveMinimum",
        Role.ASSERTION,
        "number",
        absent=-effects.INFINITY,
        compare=effects.lower_bound,
        dialects=_FROM_6,
    ),
    Keyword("maxLength", Role.ASSERTION, "string", absent=effects.INFINITY, compare=effects.upper_bound),
    Keyword("minLength", Role.ASSERTION, "string", absent=0, compare=effects.lower_bound),
    Keyword("pattern", Role.ASSERTION, "string", compare=effects.respelled),
    Keyword("maxItems", Role.ASSERTION, "array", absent=effects.INFINITY, compare=effects.upper_bound),
    Keyword("minItems", Role.ASSERTION, "array", absent=0, compare=effects.lower_bound),
    Keyword("uniqueItems", Role.ASSERTION, "array", absent=False, compare=effects.flag),
    Keyword(
        "maxContains",
        Role.ASSERTION,
        "array",
        led_by="contains",
        absent=effects.INFINITY,
        compare=effects.upper_bound,
        dialects=_FROM_2019,
    ),
    Keyword(
        "minContains",
        Role.ASSERTION,
        "array",
        led_by="contains",
        absent=1,
        compare=effects.lower_bound,
        dialects=_FROM_2019,
    ),
    Keyword("maxProperties", Role.ASSERTION, "object", absent=effects.INFINITY, compare=effects.upper_bound),
    Keyword("minProperties", Role.ASSERTION, "object", absent=0, compare=effects.lower_bound),
    Keyword("required", Role.ASSERTION, "object", absent=(), compare=effects.more_is_narrower),
    Keyword(
        "dependentRequired", Role.ASSERTION, "object", absent={}, compare=effects.demands_by_name, dialects=_FROM_2019
    ),
)

_ANNOTATIONS = (
    # An assertion where formats are asserted; compared as text either way.
    Keyword("format", Role.ANNOTATION, "string", compare=effects.annotation),
    Keyword("contentEncoding", Role.ANNOTATION, "string", compare=effects.annotation, dialects=_FROM_7),
    Keyword("contentMediaType", Role.ANNOTATION, "string", compare=effects.annotation, dialects=_FROM_7),
    Keyword("contentSchema", Role.ANNOTATION, "string", Holds.ONE, compare=effects.annotation, dialects=_FROM_2019),
    Keyword("title", Role.ANNOTATION, compare=effects.annotation),
    Keyword("description", Role.ANNOTATION, compare=effects.annotation),
    Keyword("default", Role.ANNOTATION, compare=effects.annotation),
    Keyword("deprecated", Role.ANNOTATION, absent=False, compare=effects.annotation, dialects=_FROM_2019),
    Keyword("readOnly", Role.ANNOTATION, absent=False, compare=effects.annotation, dialects=_FROM_7),
    Keyword("writeOnly", Role.ANNOTATION, absent=False, compare=effects.annotation, dialects=_FROM_7),
    Keyword("examples", Role.ANNOTATION, compare=effects.annotation, dialects=_FROM_6),
)

_LEGACY = (
    Keyword("items", Role.LEGACY, "array", Holds.ONE_OR_LIST, reads=("additionalItems",), dialects=_UP_TO_2019),
    Keyword("additionalItems", Role.LEGACY, "array", Holds.ONE, led_by="items", dialects=_UP_TO_2019),
    # Split into two keywords by 2019-09; some validators still honour it there, which the specification only allows.
    Keyword("dependencies", Role.LEGACY, "object", Holds.MAP_OR_NAMES, dialects=_UP_TO_7),
    Keyword("exclusiveMaximum", Role.LEGACY, "number", led_by="maximum", dialects=(D4,)),
    Keyword("exclusiveMinimum", Role.LEGACY, "number", led_by="minimum", dialects=(D4,)),
)

TABLE: tuple[Keyword, ...] = (
    *_CORE,
    *_IN_PLACE,
    *_OBJECT_CHILDREN,
    *_ARRAY_CHILDREN,
    *_ASSERTIONS,
    *_ANNOTATIONS,
    *_LEGACY,
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
    return Keyword(name, Role.UNKNOWN, absent=ABSENT, compare=effects.annotation)
