"""
Null added or removed is one fact, however it is spelled, and points at the null in the text.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.changes import Change, diff
from schemadiff.instance import format_pointer
from schemadiff.schema import load_value

TEXT = {"type": "string"}
CLOSED = {"type": "object", "properties": {"x": TEXT}}
DEFINED = {"$defs": {"o": {"type": "object", "required": ["x"]}}}
REFERENCE = {"$ref": "#/$defs/o"}
LIMITED = {"allOf": [{"type": "string", "maxLength": 3}, {"pattern": "^a"}]}
BRANCHES = [{"type": "string", "maxLength": 3}, {"type": "object", "required": ["a"]}]

SPELLINGS = {
    "type list": (TEXT, {"type": ["string", "null"]}, "/type/1"),
    "anyOf": (TEXT, {"anyOf": [TEXT, {"type": "null"}]}, "/anyOf/1"),
    "anyOf, null first": (TEXT, {"anyOf": [{"type": "null"}, TEXT]}, "/anyOf/0"),
    "oneOf": (TEXT, {"oneOf": [TEXT, {"type": "null"}]}, "/oneOf/1"),
    "anyOf with const": (TEXT, {"anyOf": [TEXT, {"const": None}]}, "/anyOf/1"),
    "oneOf with enum": (TEXT, {"oneOf": [TEXT, {"enum": [None]}]}, "/oneOf/1"),
    "enum": ({"enum": ["a", "b"]}, {"enum": ["a", "b", None]}, "/enum/2"),
    "typed enum": (
        {"type": "string", "enum": ["a"]},
        {"type": ["string", "null"], "enum": ["a", None]},
        "/enum/1",
    ),
    "enum in anyOf": ({"enum": ["a"]}, {"anyOf": [{"enum": ["a"]}, {"type": "null"}]}, "/anyOf/1"),
    "const": ({"const": "a"}, {"enum": ["a", None]}, "/enum/1"),
    "const in oneOf": ({"const": "a"}, {"oneOf": [{"const": "a"}, {"const": None}]}, "/oneOf/1"),
    "object": (CLOSED, {"oneOf": [{"type": "null"}, CLOSED]}, "/oneOf/0"),
    "reference": (
        {**DEFINED, "properties": {"p": REFERENCE}},
        {**DEFINED, "properties": {"p": {"anyOf": [REFERENCE, {"type": "null"}]}}},
        "/properties/p/anyOf/1",
    ),
    "conjunction": (LIMITED, {"anyOf": [LIMITED, {"type": "null"}]}, "/anyOf/1"),
    "one more branch of anyOf": ({"anyOf": BRANCHES}, {"anyOf": [*BRANCHES, {"type": "null"}]}, "/anyOf/2"),
    "one more branch of oneOf": ({"oneOf": BRANCHES}, {"oneOf": [*BRANCHES, {"const": None}]}, "/oneOf/2"),
}


def changes(old: Any, new: Any) -> list[Change]:
    return [change for change in diff(load_value(old), load_value(new)) if change.edits]


@pytest.mark.parametrize(("without", "nullable", "at"), SPELLINGS.values(), ids=SPELLINGS)
def test_null_is_one_fact_in_any_spelling(without: Any, nullable: Any, at: str) -> None:
    (added,) = changes(without, nullable)
    (removed,) = changes(nullable, without)

    assert (added.fact, format_pointer(added.new_at.pointer)) == ("null-added", at)
    assert (removed.fact, format_pointer(removed.old_at.pointer)) == ("null-removed", at)
    assert added.path == removed.path == (("p",) if "/p/" in at else ())
    assert added.keyword in added.new_at.pointer
    assert removed.keyword in removed.old_at.pointer


@pytest.mark.parametrize("forbidden", [False, {"not": {}}, {"enum": []}, {"type": "string", "const": 1}], ids=str)
def test_a_property_that_no_value_satisfies_is_forbidden(forbidden: Any) -> None:
    open_object = {"type": "object", "properties": {"b": TEXT}}
    closing = {"type": "object", "properties": {"b": TEXT, "a": forbidden}}

    (added,) = changes(open_object, closing)
    (removed,) = changes(closing, open_object)

    assert (added.fact, removed.fact) == ("property-forbidden", "property-no-longer-forbidden")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"enum": ["a"]}, {"enum": ["a", "b", None]}),
        ({"type": "string"}, {"type": ["string", "integer", "null"]}),
        ({"required": ["x"]}, {"anyOf": [{"required": ["x"]}, {"type": "null"}]}),
        ({"required": ["x"]}, {"oneOf": [{"required": ["x"]}, {"type": "null"}]}),
        ({"oneOf": [{"required": ["x"]}, TEXT]}, {"oneOf": [{"required": ["x"]}, TEXT, {"type": "null"}]}),
    ],
    ids=["with another value", "with another type", "anyOf accepted it", "oneOf accepted it", "a branch accepted it"],
)
def test_what_is_more_or_other_than_null_is_not_that_fact(old: Any, new: Any) -> None:
    facts = {change.fact for change in (*changes(old, new), *changes(new, old))}

    assert not facts & {"null-added", "null-removed"}
    assert facts
