"""
Identifiers and written subschemas of a schema, from which references are resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemadiff.keywords.dialects import DIALECTS, Dialect
from schemadiff.keywords.model import Holds
from schemadiff.keywords.normalized import Steps
from schemadiff.keywords.table import rows_of


class Identity(NamedTuple):
    """
    The identifiers of a schema.

    Attributes:
        uri: the URI reference that makes it a schema resource, without a fragment; None if it is none.
        anchors: its plain-name fragments.
        dynamic: the plain-name fragments of ``$dynamicAnchor``.
        recursive: whether it has ``$recursiveAnchor: true`` (2019-09).
    """

    uri: str | None = None
    anchors: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    recursive: bool = False


_NAMELESS = Identity()
_NAMING = frozenset(("$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"))


def identity_of(schema: Any, dialect: Dialect) -> Identity:
    """
    The identifiers of a schema in a dialect (core §8.2; draft-04 spells ``$id`` without the dollar).
    """
    if not isinstance(schema, dict) or _NAMING.isdisjoint(schema):
        return _NAMELESS
    rows = rows_of(dialect)
    name = schema.get("$id" if "$id" in rows else "id")
    if not isinstance(name, str) or (dialect.ref_hides_siblings and isinstance(schema.get("$ref"), str)):
        name = None
    anchors, dynamic = (
        [schema[word] for word in words if word in rows and isinstance(schema.get(word), str)]
        for words in (("$anchor", "$dynamicAnchor"), ("$dynamicAnchor",))
    )
    uri: str | None = None
    if name is not None:
        uri, _, fragment = name.partition("#")
        if fragment and dialect.ref_hides_siblings:
            anchors.append(fragment)
        uri = uri or None
    recursive = "$recursiveAnchor" in rows and schema.get("$recursiveAnchor") is True
    return Identity(uri, tuple(anchors), tuple(dynamic), recursive)


def subschemas_of(schema: Any, dialect: Dialect) -> Iterator[tuple[Steps, Any]]:
    """
    The direct subschemas of a schema as written, definitions included, each with its relative pointer.
    """
    if not isinstance(schema, dict):
        return
    holding = _HOLDING[dialect]
    for name, value in schema.items():
        holds = holding.get(name)
        if holds is None:
            continue
        if isinstance(value, list) and holds in (Holds.LIST, Holds.ONE_OR_LIST):
            for index, item in enumerate(value):
                if isinstance(item, _SCHEMA):
                    yield (name, index), item
        elif isinstance(value, dict) and holds in (Holds.MAP, Holds.MAP_OR_NAMES):
            for member, item in value.items():
                if isinstance(item, _SCHEMA):
                    yield (name, member), item
        elif isinstance(value, _SCHEMA) and holds in (Holds.ONE, Holds.ONE_OR_LIST):
            yield (name,), value


_SCHEMA = (dict, bool)
_HOLDING = {
    dialect: {name: row.holds for name, row in rows_of(dialect).items() if row.holds is not Holds.NOTHING}
    for dialect in DIALECTS
}
"""For each dialect the keywords with subschemas, and their form."""
