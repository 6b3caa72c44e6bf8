"""
Denormalisation: from normalised keywords back to a schema in a dialect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemadiff.keywords.dialects import Dialect


def spelled(normalized: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """
    A schema equivalent to normalised keywords.

    Arguments:
        normalized: values by the modern keyword's name, with subschemas already denormalised.
        dialect: of the result; it must be able to express the keywords.
    """
    schema = dict(normalized)
    if dialect.age < Dialect.DRAFT2020.age:
        _tuple(schema)
    if dialect.age < Dialect.DRAFT2019.age:
        _dependencies(schema)
        _guarded_reference(schema)
    if dialect is Dialect.DRAFT4:
        _exclusive(schema, "exclusiveMaximum", "maximum")
        _exclusive(schema, "exclusiveMinimum", "minimum")
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


def _tuple(schema: dict[str, Any]) -> None:
    if "prefixItems" not in schema:
        return
    rest = schema.pop("items", None)
    schema["items"] = schema.pop("prefixItems")
    if rest is not None:
        schema["additionalItems"] = rest


def _dependencies(schema: dict[str, Any]) -> None:
    names = schema.pop("dependentRequired", {})
    schemas = schema.pop("dependentSchemas", {})
    if names or schemas:
        both = {name: {"allOf": [schemas[name], {"required": names[name]}]} for name in names if name in schemas}
        schema["dependencies"] = {**schemas, **names, **both}


def _guarded_reference(schema: dict[str, Any]) -> None:
    """
    Up to draft-07 a reference hides its siblings, so it is wrapped in a schema of its own.
    """
    if "$ref" in schema and len(schema) > 1:
        schema["allOf"] = [*schema.get("allOf", ()), {"$ref": schema.pop("$ref")}]


def _exclusive(schema: dict[str, Any], flag: str, bound: str) -> None:
    if flag not in schema:
        return
    value = schema.pop(flag)
    strict = {bound: value, flag: True}
    if bound in schema:
        schema["allOf"] = [*schema.get("allOf", ()), strict]
    else:
        schema.update(strict)
