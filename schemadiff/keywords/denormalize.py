"""
From facets back to a schema as a dialect spells it: the reverse of reading facets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemadiff.keywords.dialects import Dialect


def spelled(facets: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """
    A schema that says what facets say.

    Arguments:
        facets: values by the modern keyword's name, subschemas in them written already.
        dialect: in which to write; it must know what the facets say.
    """
    schema = dict(facets)
    if dialect.age < Dialect.DRAFT2020.age:
        _tuple(schema)
    if dialect.age < Dialect.DRAFT2019.age:
        _dependencies(schema)
        _guarded_reference(schema)
    if dialect is Dialect.DRAFT4:
        _exclusive(schema, "exclusiveMaximum", "maximum")
        _exclusive(schema, "exclusiveMinimum", "minimum")
    return schema


def container_of(dialect: Dialect) -> str:
    """
    The keyword under which a dialect keeps definitions.
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
    Up to draft-07 a reference hides what stands beside it, unless it stands in a schema of its own.
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
