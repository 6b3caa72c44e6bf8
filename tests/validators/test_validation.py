"""
The two configured validators: exact numbers, ECMA-262 patterns, every dialect, and no answer rather than a crash.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemadiff.instance import loads
from schemadiff.keywords import Dialect
from schemadiff.schema import load_file, load_value
from schemadiff.sources import Folder
from schemadiff.validators.harness import Validators


@pytest.mark.parametrize(
    ("schema", "instance", "valid"),
    [
        ({"type": "integer"}, "30.0", True),
        ({"type": "integer"}, "30.5", False),
        ({"maximum": 9007199254740992}, "9007199254740993", False),
        ({"multipleOf": 0.01}, "19.99", True),
        ({"multipleOf": 0.01}, "19.999", False),
        ({"const": 1}, "1.0", True),
        ({"const": 1}, "true", False),
        ({"pattern": "^\\d$"}, '"٣"', False),
        ({"pattern": "a$"}, '"a\\n"', False),
        ({"pattern": "^\\p{L}$"}, '"é"', True),
        ({"patternProperties": {"^a$": False}}, '{"a\\n": 1}', True),
        ({"additionalProperties": False, "patternProperties": {"^\\w$": True}}, '{"é": 1}', False),
        ({"uniqueItems": True}, "[1, 1.0]", False),
        ({"uniqueItems": True}, "[1, true]", True),
    ],
)
def test_both_agree_on_the_exact_answer(schema: Any, instance: str, valid: bool) -> None:
    """
    Where their stock settings would differ.
    """
    assert Validators(load_value(schema)).check(loads(instance)) == (valid, valid)


def test_a_number_with_a_point_is_no_integer_in_draft_04() -> None:
    """
    The older dialect goes by how it is written.
    """
    node = load_value({"type": "integer"}, dialect=Dialect.DRAFT4)

    assert Validators(node).check(loads("1.0")) == (False, False)


def test_formats_are_asserted_only_on_demand() -> None:
    """
    They are annotations otherwise.
    """
    node = load_value({"format": "date"})

    assert Validators(node).check("no date") == (True, True)
    assert Validators(node, formats=True).check("no date") == (False, False)


def test_a_subschema_is_validated_with_its_surroundings() -> None:
    """
    Its references reach definitions outside of it.
    """
    node = load_value({"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}})

    assert Validators(node.at("properties", "a")).check(None) == (True, True)
    assert Validators(node.at("properties", "a")).check(1) == (False, False)


def test_unresolved_references_give_no_answer() -> None:
    """
    Neither valid nor invalid, and no exception.
    """
    node = load_value({"$ref": "https://example.invalid/x"})

    assert Validators(node).check(1) == (None, None)


def test_errors_are_told_all_at_once() -> None:
    """
    With the place of each.
    """
    node = load_value({"properties": {"a": {"type": "null"}}, "required": ["b"]})
    found = list(Validators(node).errors({"a": 1}))

    assert sorted(place for place, _ in found) == [(), ("a",)]


@pytest.mark.parametrize(
    ("schema", "dialect", "instance"),
    [
        ({"dependencies": {"a": ["b"]}}, Dialect.DRAFT2020, {"a": 1}),
        ({"properties": {"x": {"dependencies": {"a": False}}}}, Dialect.DRAFT2020, {"x": {"a": 1}}),
        ({"contentMediaType": "application/json"}, Dialect.DRAFT7, "{"),
        ({"items": {"contentEncoding": "base64"}}, Dialect.DRAFT6, ["{"]),
    ],
)
def test_what_a_dialect_does_not_assert_is_asserted_by_nobody(schema: Any, dialect: Dialect, instance: Any) -> None:
    """
    Some libraries go on asserting it.
    """
    assert Validators(load_value(schema, dialect=dialect)).check(instance) == (True, True)


MISSING = "https://example.com/missing.json#/definitions/a"


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_stub_stands_for_what_is_not_at_hand(dialect: Dialect) -> None:
    """
    It accepts everything or nothing; the rest of the schema judges as ever.
    """
    schema = {"properties": {"a": {"$ref": MISSING}, "b": {"type": "string"}}}
    node = load_value(schema, dialect=dialect)

    assert [Validators(node, stub=stub).check({"a": 1}) for stub in (True, False)] == [(True, True), (False, False)]
    assert [Validators(node, stub=stub).check({"b": ""}) for stub in (True, False)] == [(True, True), (True, True)]
    assert [Validators(node, stub=stub).check({"b": 1}) for stub in (True, False)] == [(False, False)] * 2
    assert Validators(node).check({"a": 1}) == (None, None)
    assert schema["properties"]["a"] == {"$ref": MISSING}


@pytest.mark.parametrize("dialect", list(Dialect))
def test_generated_names_in_references_are_put_up_with(dialect: Dialect) -> None:
    """
    Nobody's URI holds angle brackets, yet generators write them, and every reader follows them.
    """
    schema = {
        "properties": {"a": {"$ref": "#/definitions/List<A|null>"}},
        "definitions": {"List<A|null>": {"type": "array"}},
    }
    node = load_value(schema, dialect=dialect)

    assert Validators(node).check({"a": []}) == (True, True)
    assert Validators(node).check({"a": 1}) == (False, False)


def test_odd_spellings_are_read() -> None:
    """
    The formats that meta-schemas ask for are annotations to most.
    """
    load_value({"items": {"$ref": "#/$defs/a b"}, "$defs": {"a b": {}}})
    load_value({"pattern": "[\\ud800\\udbff-\\udc00\\udfff]"})
    load_value({"properties": {"a": {"pattern": "("}}})


@pytest.mark.parametrize("dialect", Dialect)
def test_a_reference_keeps_the_configuration(dialect: Dialect) -> None:
    """
    Behind a reference to a document that declares its dialect, patterns are those of ECMA-262 and division is exact.
    """
    inside = {"type": "object", "properties": {"p": {"pattern": "^\\d$"}, "m": {"multipleOf": Decimal("0.1")}}}
    schema = {"$schema": dialect.uri, **inside}
    schema["properties"]["again"] = {"$ref": "#"}
    validators = Validators(load_value(schema))

    for value, valid in (
        ({"p": "1", "m": Decimal("0.3")}, True),
        ({"p": "\u0665"}, False),
        ({"m": Decimal("0.25")}, False),
    ):
        assert validators.python(value) is valid
        assert validators.python({"again": value}) is valid
        assert validators.python({"again": {"again": value}}) is valid


def test_documents_of_two_dialects_are_validated_by_their_own(tmp_path: Path) -> None:
    """
    ``dependencies`` binds in draft-07, and does nothing in 2020-12.
    """
    needs = {"type": "object", "dependencies": {"a": ["b"]}}
    for path, value in (
        ("o.json", {"properties": {"old": {"$ref": "old.json"}, "new": {"$ref": "new.json"}}}),
        ("old.json", {"$schema": Dialect.DRAFT7.uri, **needs}),
        ("new.json", needs),
    ):
        (tmp_path / path).write_text(json.dumps(value))
    validators = Validators(load_file(Folder(tmp_path), "o.json"))

    assert validators.check({"new": {"a": 1}}) == (True, True)
    assert validators.check({"old": {"a": 1}}) == (False, False)
