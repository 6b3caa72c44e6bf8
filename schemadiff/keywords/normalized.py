"""
Normalisation: a schema's keywords in the 2020-12 vocabulary, whatever its dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.model import Holds, Keyword, Role
from schemadiff.keywords.table import MODERN, rows_of, unknown

Steps: TypeAlias = "tuple[str | int, ...]"
"""A relative pointer inside a schema."""


class Facet(NamedTuple):
    """
    One normalised keyword of a schema.

    Attributes:
        keyword: its row; never a legacy one.
        value: the effective JSON value.
        children: for each subschema its step within the value (None where the value is the subschema) and its
            relative pointer.
        written: the relative pointer of the value.
    """

    keyword: Keyword
    value: Any
    children: tuple[tuple[str | int | None, Steps], ...] = ()
    written: Steps = ()


Schema: TypeAlias = "Mapping[str, Any] | bool"


def facets_of(schema: Schema, dialect: Dialect) -> dict[str, Facet]:
    """
    The normalised keywords of a schema by name, in document order.

    Arguments:
        schema: an object or boolean schema that is valid under its meta-schema.
        dialect: its dialect.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": Facet(MODERN["not"], True, ((None, ()),), ())}
    rows = rows_of(dialect)
    hidden = dialect.ref_hides_siblings and isinstance(schema.get("$ref"), str)
    found: dict[str, Facet] = {}
    for name, value in schema.items():
        row = rows.get(name)
        if hidden and name not in ("$ref", "definitions"):
            continue
        if row is None:
            found[name] = Facet(unknown(name), value, (), (name,))
        elif row.role is Role.LEGACY:
            for facet in _TRANSLATE[name](schema, value):
                found[facet.keyword.name] = facet
        else:
            target = MODERN[_RENAMED.get(name, name)]
            found[target.name] = Facet(target, value, tuple(_children(row.holds, value, (name,))), (name,))
    return _without_followers(found, rows)


_RENAMED = {"id": "$id", "definitions": "$defs"}


def _without_followers(found: dict[str, Facet], rows: Mapping[str, Keyword]) -> dict[str, Facet]:
    """
    Drop keywords without effect for lack of a sibling, and bounds made exclusive by a draft-04 flag.
    """
    for name in [name for name, facet in found.items() if facet.keyword.led_by and facet.keyword.led_by not in found]:
        del found[name]
    if rows["maximum"] is not None and _is_flag(rows, "exclusiveMaximum"):
        for plain, exclusive in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
            if exclusive in found:
                found.pop(plain, None)
    return found


def _is_flag(rows: Mapping[str, Keyword], name: str) -> bool:
    return rows[name].role is Role.LEGACY


def _children(holds: Holds, value: Any, at: Steps) -> list[tuple[str | int | None, Steps]]:
    if holds is Holds.ONE and isinstance(value, (dict, bool)):
        return [(None, at)]
    if holds is Holds.LIST and isinstance(value, list):
        return [(index, (*at, index)) for index in range(len(value))]
    if holds is Holds.MAP and isinstance(value, dict):
        return [(name, (*at, name)) for name in value]
    return []


def _items(schema: Mapping[str, Any], value: Any) -> list[Facet]:
    """
    ``items`` up to 2019-09: a list of schemas is a tuple, whose rest ``additionalItems`` describes.
    """
    if not isinstance(value, list):
        return [Facet(MODERN["items"], value, ((None, ("items",)),), ("items",))]
    places = tuple((index, ("items", index)) for index in range(len(value)))
    facets = [Facet(MODERN["prefixItems"], value, places, ("items",))]
    if "additionalItems" in schema:
        rest = schema["additionalItems"]
        facets.append(Facet(MODERN["items"], rest, ((None, ("additionalItems",)),), ("additionalItems",)))
    return facets


def _dependencies(_: Mapping[str, Any], value: Any) -> list[Facet]:
    """
    ``dependencies`` up to draft-07: name lists and schemas in one keyword.
    """
    names = {name: other for name, other in value.items() if isinstance(other, list)}
    places = tuple((name, ("dependencies", name)) for name, other in value.items() if not isinstance(other, list))
    facets = []
    if names:
        facets.append(Facet(MODERN["dependentRequired"], names, (), ("dependencies",)))
    if places:
        schemas = {name: value[name] for name, _ in places}
        facets.append(Facet(MODERN["dependentSchemas"], schemas, places, ("dependencies",)))
    return facets


def _exclusive(flag: str, bound: str) -> Callable[[Mapping[str, Any], Any], list[Facet]]:
    """
    The draft-04 flag that makes the sibling bound exclusive.
    """

    def translate(schema: Mapping[str, Any], value: Any) -> list[Facet]:
        if value is not True or bound not in schema:
            return []
        return [Facet(MODERN[flag], schema[bound], (), (bound,))]

    return translate


def _nothing(_schema: Mapping[str, Any], _value: Any) -> list[Facet]:
    return []


_TRANSLATE: dict[str, Callable[[Mapping[str, Any], Any], list[Facet]]] = {
    "items": _items,
    "additionalItems": _nothing,
    "dependencies": _dependencies,
    "exclusiveMaximum": _exclusive("exclusiveMaximum", "maximum"),
    "exclusiveMinimum": _exclusive("exclusiveMinimum", "minimum"),
}
