"""
Normalisation: a schema's keywords in the 2020-12 vocabulary, whatever its dialect; and back to a dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.model import Holds, Keyword, Role
from schemadiff.keywords.table import MODERN, rows_of, unknown

Steps: TypeAlias = "tuple[str | int, ...]"
"""A relative pointer inside a schema."""


class NormalizedKeyword(NamedTuple):
    """
    One normalised keyword of a schema.

    Attributes:
        row: the keyword, never a legacy one.
        value: the effective JSON value.
        children: for each subschema its step within the value (None where the value is the subschema) and its
            relative pointer.
        written: the relative pointer of the value.
    """

    row: Keyword
    value: Any
    children: tuple[tuple[str | int | None, Steps], ...] = ()
    written: Steps = ()


Schema: TypeAlias = "Mapping[str, Any] | bool"


def normalized_keywords(schema: Schema, dialect: Dialect) -> dict[str, NormalizedKeyword]:
    """
    The normalised keywords by name, in document order, of a schema that is valid under its meta-schema.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": NormalizedKeyword(MODERN["not"], True, ((None, ()),), ())}
    rows = rows_of(dialect)
    hidden = dialect.ref_hides_siblings and isinstance(schema.get("$ref"), str)
    keywords: dict[str, NormalizedKeyword] = {}
    for name, value in schema.items():
        row = rows.get(name)
        if hidden and name not in ("$ref", "definitions"):
            continue
        if row is None:
            keywords[name] = NormalizedKeyword(unknown(name), value, (), (name,))
        elif row.role is Role.LEGACY:
            for keyword in _TRANSLATE[name](schema, value):
                keywords[keyword.row.name] = keyword
        else:
            target = MODERN[_RENAMED.get(name, name)]
            keywords[target.name] = NormalizedKeyword(
                target, value, tuple(_children(row.holds, value, (name,))), (name,)
            )
    return _without_followers(keywords, rows)


_RENAMED = {"id": "$id", "definitions": "$defs"}


def _without_followers(
    found: dict[str, NormalizedKeyword], rows: Mapping[str, Keyword]
) -> dict[str, NormalizedKeyword]:
    """
    Drop keywords without effect for lack of a sibling, and bounds made exclusive by a draft-04 flag.
    """
    for name in [name for name, keyword in found.items() if keyword.row.led_by and keyword.row.led_by not in found]:
        del found[name]
    if rows["exclusiveMaximum"].role is Role.LEGACY:
        for plain, exclusive in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
            if exclusive in found:
                found.pop(plain, None)
    return found


def _children(holds: Holds, value: Any, at: Steps) -> list[tuple[str | int | None, Steps]]:
    if holds is Holds.ONE and isinstance(value, (dict, bool)):
        return [(None, at)]
    if holds is Holds.LIST and isinstance(value, list):
        return [(index, (*at, index)) for index in range(len(value))]
    if holds is Holds.MAP and isinstance(value, dict):
        return [(name, (*at, name)) for name in value]
    return []


def _items(schema: Mapping[str, Any], value: Any) -> list[NormalizedKeyword]:
    """
    ``items`` up to 2019-09: a list of schemas is a tuple, whose rest ``additionalItems`` describes.
    """
    if not isinstance(value, list):
        return [NormalizedKeyword(MODERN["items"], value, ((None, ("items",)),), ("items",))]
    children = tuple((index, ("items", index)) for index in range(len(value)))
    normalized = [NormalizedKeyword(MODERN["prefixItems"], value, children, ("items",))]
    if "additionalItems" in schema:
        at = ("additionalItems",)
        normalized.append(NormalizedKeyword(MODERN["items"], schema["additionalItems"], ((None, at),), at))
    return normalized


def _dependencies(_: Mapping[str, Any], value: Any) -> list[NormalizedKeyword]:
    """
    ``dependencies`` up to draft-07: name lists and schemas in one keyword.
    """
    names = {name: other for name, other in value.items() if isinstance(other, list)}
    children = tuple((name, ("dependencies", name)) for name, other in value.items() if not isinstance(other, list))
    normalized = []
    if names:
        normalized.append(NormalizedKeyword(MODERN["dependentRequired"], names, (), ("dependencies",)))
    if children:
        schemas = {name: value[name] for name, _ in children}
        normalized.append(NormalizedKeyword(MODERN["dependentSchemas"], schemas, children, ("dependencies",)))
    return normalized


def _exclusive(flag: str, bound: str) -> Callable[[Mapping[str, Any], Any], list[NormalizedKeyword]]:
    def translate(schema: Mapping[str, Any], value: Any) -> list[NormalizedKeyword]:
        if value is not True or bound not in schema:
            return []
        return [NormalizedKeyword(MODERN[flag], schema[bound], (), (bound,))]

    return translate


_TRANSLATE: dict[str, Callable[[Mapping[str, Any], Any], list[NormalizedKeyword]]] = {
    "items": _items,
    "additionalItems": lambda _schema, _value: [],
    "dependencies": _dependencies,
    "exclusiveMaximum": _exclusive("exclusiveMaximum", "maximum"),
    "exclusiveMinimum": _exclusive("exclusiveMinimum", "minimum"),
}


def spelled(normalized: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """
    A schema equivalent to keywords of the 2020-12 vocabulary, whose subschemas are spelled in the dialect already; the
    dialect must be able to express them.
    """
    schema = dict(normalized)
    if dialect.age < Dialect.DRAFT2020.age:
        _spell_tuple(schema)
    if dialect.age < Dialect.DRAFT2019.age:
        _spell_dependencies(schema)
        _guard_reference(schema)
    if dialect is Dialect.DRAFT4:
        _spell_exclusive(schema, "exclusiveMaximum", "maximum")
        _spell_exclusive(schema, "exclusiveMinimum", "minimum")
    return schema


def spellings_of(keyword: str) -> tuple[str, ...]:
    """
    The names under which dialects have a keyword of 2020-12, the present one first.
    """
    return (keyword, *_OLDER.get(keyword, ()))


_OLDER = {
    "$id": ("id",),
    "dependentRequired": ("dependencies",),
    "dependentSchemas": ("dependencies",),
    "items": ("additionalItems",),
    "prefixItems": ("items",),
}


def container_of(dialect: Dialect) -> str:
    """
    The keyword for definitions in a dialect.
    """
    return "$defs" if dialect.age >= Dialect.DRAFT2019.age else "definitions"


def _spell_tuple(schema: dict[str, Any]) -> None:
    if "prefixItems" not in schema:
        return
    rest = schema.pop("items", None)
    schema["items"] = schema.pop("prefixItems")
    if rest is not None:
        schema["additionalItems"] = rest


def _spell_dependencies(schema: dict[str, Any]) -> None:
    names = schema.pop("dependentRequired", {})
    schemas = schema.pop("dependentSchemas", {})
    if names or schemas:
        both = {name: {"allOf": [schemas[name], {"required": names[name]}]} for name in names if name in schemas}
        schema["dependencies"] = {**schemas, **names, **both}


def _guard_reference(schema: dict[str, Any]) -> None:
    """
    Up to draft-07 a reference hides its siblings, so it is wrapped in a schema of its own.
    """
    if "$ref" in schema and len(schema) > 1:
        schema["allOf"] = [*schema.get("allOf", ()), {"$ref": schema.pop("$ref")}]


def _spell_exclusive(schema: dict[str, Any], flag: str, bound: str) -> None:
    if flag not in schema:
        return
    value = schema.pop(flag)
    strict = {bound: value, flag: True}
    if bound in schema:
        schema["allOf"] = [*schema.get("allOf", ()), strict]
    else:
        schema.update(strict)
