"""
Numbers for schemas: what variants of a schema have in common is numbered once.
"""

from __future__ import annotations

from typing import Any

from schemadiff.keywords.scoped_schema import Identities, ScopedSchemas
from schemadiff.schema import Node
from schemadiff.schema.model import Document, DocumentRegistry

URI = "file:///tree/value.json"


def rooted(value: Any) -> Node:
    from schemadiff.keywords import Dialect

    return Document("it", value, Dialect.DRAFT2020, DocumentRegistry(), URI).root


def test_a_variant_is_looked_at_where_it_differs() -> None:
    looked = 0

    def step() -> None:
        nonlocal looked
        looked += 1

    schemas = ScopedSchemas(step=step)
    identities = Identities(schemas)
    shared = {f"p{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(100)}
    first = rooted({"properties": dict(shared)})
    variant = rooted({"properties": {**shared, "p7": {"type": "integer"}}})
    number = identities.of(schemas.root(first))
    assert looked > 200

    looked = 0
    assert identities.of(schemas.root(variant)) != number
    assert looked == 2

    again = rooted({"properties": {**shared, "p7": {"type": "object", "properties": {"a": {"type": "string"}}}}})
    assert identities.of(schemas.root(again)) == number


def test_what_is_shared_has_its_number_wherever_it_stands() -> None:
    schemas = ScopedSchemas()
    identities = Identities(schemas)
    part = {"type": "string", "maxLength": 3}
    first, second = rooted({"properties": {"a": part}}), rooted({"items": part, "not": part})
    identities.of(schemas.root(first))
    identities.of(schemas.root(second))

    inside = [schemas.root(first.at("properties", "a")), *map(schemas.root, (second.at("items"), second.at("not")))]
    assert len(set(map(identities.of, inside))) == 1
