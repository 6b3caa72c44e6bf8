"""
What is meant as a schema, and what only lies beside schemas.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.keywords.detect import looks_like_schema, mentions_schema_keywords


@pytest.mark.parametrize(
    "value",
    [
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "x": 1},
        {"type": "object"},
        {"type": ["string", "null"]},
        {"enum": ["a"]},
        {"$ref": "other.json"},
        {"properties": {"a": {"type": "string"}}},
        {"definitions": {"a": {"properties": {"b": {"$ref": "#"}}}}},
        {"oneOf": [{"title": "x"}, {"type": "null"}]},
        {"additionalProperties": {"type": "integer"}},
        # One that is wrong is meant as one, and shall be told so.
        {"type": "objekt", "properties": {"a": {"type": "string"}}},
        {"type": "strin"},
        # Nothing but keywords, and something that can be violated.
        {"required": ["a"]},
        {"const": 1},
        {"minimum": 3, "x-owner": "us"},
        {"title": "a name", "properties": {"a": {"maxLength": 3}}},
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"additionalProperties": False},
        {"not": {}},
        {"$defs": {"a": {"const": 1}}},
        {"$dynamicRef": "#node"},
        {"items": [{"minLength": 1}, {}]},
        {"$schema": "https://tools.example/own-dialect", "properties": {"a": {"minLength": 1}}},
        # Who names a dialect is believed, whatever else is said.
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "openapi": "3.1.0"},
        {},
        True,
    ],
)
def test_schemas(value: Any) -> None:
    assert looks_like_schema(value)


@pytest.mark.parametrize(
    "value",
    [
        {"name": "tools", "version": "1.0.0", "type": "module", "dependencies": {"a": "^1"}},
        {"$schema": "https://tools.example/settings.json", "compilerOptions": {"strict": True}},
        {"type": "Feature", "properties": {"name": "x", "at": {"lat": 1}}},
        {"type": "articles", "id": "1"},
        {"type": "record", "fields": [{"name": "a", "type": "string"}]},
        {"openapi": "3.1.0", "info": {"title": "x"}, "components": {"schemas": {"a": {"type": "object"}}}},
        {"swagger": "2.0", "definitions": {"a": {"type": "object"}}},
        {"title": "a page", "description": "of text", "format": "long", "default": 3},
        {"items": [{"id": 1}], "required": "yes"},
        {"title": "a list", "items": [{"title": "one", "description": "of many"}]},
        {"required": ["a"], "name": "a form"},
        {"items": [{"minimum": 1, "name": "a field"}]},
        {"properties": {}},
        ["a", {"type": "object"}],
        "text",
        None,
    ],
)
def test_others(value: Any) -> None:
    assert not looks_like_schema(value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"properties": {"a": }}', True),
        ("properties:\n\ta: 1", True),
        ('{"$schema": "http://json-schema.org/draft-07/schema#",}', True),
        ('{"allOf": [{"$ref": "a.json"},]}', True),
        ('// settings\n{"strict": true}', False),
        ("a: 1\n---\nb: 2", False),
        ('{"myproperties": {},}', False),
    ],
)
def test_words_of_schemas_in_what_cannot_be_parsed(text: str, meant: bool) -> None:
    assert mentions_schema_keywords(text) is meant
