"""
The table is complete, and says of each keyword what validators make of it.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from jsonschema_specifications import REGISTRY

from schemadiff.changes import diff
from schemadiff.containment import Contained, Refuted, contains_nodes
from schemadiff.keywords import Dialect, Effect, Holds, Role, normalized_keywords, rows_of, spelled
from schemadiff.schema import load_value

VOCABULARIES = {
    Dialect.DRAFT2019: ("core", "applicator", "validation", "meta-data", "format", "content"),
    Dialect.DRAFT2020: (
        "core",
        "applicator",
        "unevaluated",
        "validation",
        "meta-data",
        "format-annotation",
        "format-assertion",
        "content",
    ),
}


def meta_schemas(dialect: Dialect) -> list[object]:
    found = [REGISTRY.contents(dialect.uri)]
    base = dialect.uri.removesuffix("schema")
    return found + [REGISTRY.contents(f"{base}meta/{name}") for name in VOCABULARIES.get(dialect, ())]


@pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.value)
def test_every_property_of_every_meta_schema_has_a_row(dialect: Dialect) -> None:
    named = {name for meta in meta_schemas(dialect) for name in meta.get("properties", {})}

    assert named - set(rows_of(dialect)) == LEFT_OUT[dialect].keys()
    assert all(LEFT_OUT[dialect].values())


SUPERSEDED = {
    "dependencies": "kept in the meta-schema for old schemas' sake; it binds nobody any more",
}
SUPERSEDED_2020 = {
    **SUPERSEDED,
    "$recursiveAnchor": "kept in the meta-schema for old schemas' sake; it binds nobody any more",
    "$recursiveRef": "kept in the meta-schema for old schemas' sake; it binds nobody any more",
}
LEFT_OUT: dict[Dialect, dict[str, str]] = {
    Dialect.DRAFT4: {},
    Dialect.DRAFT6: {},
    Dialect.DRAFT7: {},
    Dialect.DRAFT2019: SUPERSEDED,
    Dialect.DRAFT2020: SUPERSEDED_2020,
}


@pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.value)
def test_the_meta_schema_agrees_where_subschemas_sit(dialect: Dialect) -> None:
    for meta in meta_schemas(dialect):
        for name, shape in meta.get("properties", {}).items():
            row = rows_of(dialect).get(name)
            if row is None or row.role in (Role.IDENTIFIER, Role.REFERENCE):
                continue
            holds = row.holds is not Holds.NOTHING
            assert holds == refers_to_schemas(shape), name


def refers_to_schemas(shape: object) -> bool:
    """
    Whether a meta-schema's property holds schemas: it refers to the whole meta-schema, or to a list of those.
    """
    if isinstance(shape, dict):
        for word in ("$ref", "$dynamicRef", "$recursiveRef"):
            if shape.get(word) in ("#", "#meta", "#/definitions/schemaArray", "#/$defs/schemaArray"):
                return True
        return any(refers_to_schemas(inside) for name, inside in shape.items() if name != "default")
    return isinstance(shape, list) and any(map(refers_to_schemas, shape))


SAMPLES: dict[str, tuple[object, ...]] = {
    "type": ("string", ["string", "null"], "integer", "number", ["integer", "string"]),
    "enum": ([1, 2], [1], [2, 1], ["a", 1]),
    "const": (1, "a", None),
    "multipleOf": (2, 4, 3),
    "maximum": (1, 2),
    "exclusiveMaximum": (1, 2),
    "minimum": (1, 2),
    "exclusiveMinimum": (1, 2),
    "maxLength": (1, 2),
    "minLength": (0, 1, 2),
    "pattern": ("^a", "b$"),
    "maxItems": (1, 2),
    "minItems": (0, 1, 2),
    "uniqueItems": (True, False),
    "maxProperties": (1, 2),
    "minProperties": (0, 1, 2),
    "required": (["a"], ["a", "b"], ["c"], []),
    "dependentRequired": ({"a": ["b"]}, {"a": ["b", "c"]}, {}, {"b": ["a"]}),
    "maxContains": (2, 3),
    "minContains": (1, 2),
    "properties": ({"a": {"type": "string"}}, {"a": {"type": ["string", "null"]}}, {"b": {"minimum": 1}}),
    "patternProperties": ({"^a": {"type": "string"}}, {"^a": {"type": ["string", "null"]}}),
    "additionalProperties": (False, True, {"type": "string"}, {"type": ["string", "null"]}),
    "propertyNames": (False, True, {"maxLength": 3}, {"maxLength": 2}),
    "unevaluatedProperties": (False, {"type": "string"}),
    "items": (False, True, {"type": "string"}, {"type": ["string", "null"]}),
    "prefixItems": ([{"type": "string"}], [{"type": "string"}, {"minimum": 1}], [{"type": "null"}]),
    "contains": ({"type": "string"}, {"type": ["string", "null"]}),
    "unevaluatedItems": (False, {"type": "string"}),
    "allOf": ([{"minimum": 1}], [{"minimum": 1}, {"maximum": 2}]),
    "anyOf": ([{"minimum": 1}, {"maxLength": 1}], [{"minimum": 2}, {"maxLength": 1}]),
    "oneOf": ([{"minLength": 1}, {"type": "null"}], [{"minLength": 1}, {"type": "null"}, {"type": "string"}]),
    "not": ({"minimum": 1}, {"minimum": 2}, {"type": "null"}),
    "dependentSchemas": ({"a": {"maxProperties": 1}}, {"a": {"maxProperties": 2}}),
    "if": ({"type": "null"}, {"type": ["null", "string"]}),
    "then": (False, True),
    "else": (False, True),
}
"""For each keyword that constrains, values to compare with each other and with its absence."""

AROUND: dict[str, dict[str, object]] = {
    "maxContains": {"contains": {"const": 1}},
    "minContains": {"contains": {"const": 1}},
    "if": {"then": {"const": None}, "else": {"minimum": 1}},
    "then": {"if": {"type": "null"}, "else": {"minimum": 1}},
    "else": {"if": {"type": "null"}, "then": {"const": None}},
}
CONSTRAINING = (Role.ASSERTION, Role.IN_PLACE, Role.CHILD)


def test_every_keyword_that_constrains_has_samples() -> None:
    rows = rows_of(Dialect.DRAFT2020).values()

    assert {row.name for row in rows if row.role in CONSTRAINING} == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_presumed_effects_and_proofs_agree(name: str) -> None:
    """
    What changes are presumed to do together never contradicts a proof, and what is said to do nothing does nothing.
    """
    around = AROUND.get(name, {})
    sides = [dict(around), *({**around, name: value} for value in SAMPLES[name])]
    for before, after in permutations(sides, 2):
        old, new = load_value(before), load_value(after)
        changes = diff(old, new)
        backward, forward = contains_nodes(old, new), contains_nodes(new, old)
        effects = {change.whole_effect for change in changes}
        if effects <= {Effect.WIDENED, Effect.NONE}:
            assert not isinstance(backward, Refuted), (before, after)
        if effects <= {Effect.NARROWED, Effect.NONE}:
            assert not isinstance(forward, Refuted), (before, after)
        if not changes:
            assert isinstance(backward, Contained), (before, after)
            assert isinstance(forward, Contained), (before, after)


@pytest.mark.parametrize(
    ("dialect", "schema"),
    [
        (Dialect.DRAFT4, {"maximum": 5, "exclusiveMaximum": True}),
        (Dialect.DRAFT4, {"minimum": 5, "exclusiveMinimum": True, "type": "number"}),
        (Dialect.DRAFT7, {"items": [{"type": "string"}], "additionalItems": False}),
        (Dialect.DRAFT7, {"items": [{"type": "string"}]}),
        (Dialect.DRAFT7, {"items": {"type": "string"}}),
        (Dialect.DRAFT7, {"dependencies": {"a": ["b"], "c": {"minProperties": 2}}}),
        (Dialect.DRAFT2019, {"dependentRequired": {"a": ["b"]}, "items": [True], "additionalItems": False}),
        (Dialect.DRAFT2020, {"prefixItems": [True], "items": False, "contains": {}, "minContains": 2}),
    ],
)
def test_what_is_read_can_be_spelled_again(dialect: Dialect, schema: dict[str, object]) -> None:
    normalized = {name: keyword.value for name, keyword in normalized_keywords(schema, dialect).items()}

    assert spelled(normalized, dialect) == schema


def test_both_kinds_of_dependency_on_one_name_are_spelled_in_one_keyword() -> None:
    normalized = {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"minProperties": 3}}}

    assert spelled(normalized, Dialect.DRAFT7) == {
        "dependencies": {"a": {"allOf": [{"minProperties": 3}, {"required": ["b"]}]}}
    }


def test_a_draft_4_schema_may_have_both_bounds() -> None:
    assert spelled({"maximum": 9, "exclusiveMaximum": 5}, Dialect.DRAFT4) == {
        "maximum": 9,
        "allOf": [{"maximum": 5, "exclusiveMaximum": True}],
    }


def test_old_references_hide_nothing_when_spelled() -> None:
    assert spelled({"$ref": "#/a", "minimum": 1}, Dialect.DRAFT7) == {"minimum": 1, "allOf": [{"$ref": "#/a"}]}
