"""
The version tag in schemas that are hard to look through.
"""

from __future__ import annotations

from schemadiff.decide.values import Tag
from schemadiff.decide.version_tag import find_tag
from schemadiff.schema import Node, load_value


def test_branches_that_lead_back_to_themselves_pin_nothing() -> None:
    for circle in (
        {"oneOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"oneOf": [{"$ref": "#"}]}}},
    ):
        assert find_tag(load_value(circle), load_value({**circle, "type": "object"}), None) == (None, None)


def test_branches_that_double_are_looked_at_once() -> None:
    def doubling(version: str) -> Node:
        levels = {str(n): {"oneOf": [{"$ref": f"#/$defs/{n + 1}"}] * 2} for n in range(40)}
        last = {"properties": {"version": {"const": version}}}
        return load_value({"$ref": "#/$defs/0", "$defs": {**levels, "40": last}})

    tag, _ = find_tag(doubling("v1"), doubling("v2"), None)
    assert tag == Tag(pointer=("version",), old="v1", new="v2")


def test_branches_may_share_what_they_pin() -> None:
    def union(version: str) -> Node:
        shared = {"properties": {"version": {"const": version}}}
        return load_value({"oneOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": shared}})

    assert find_tag(union("v1"), union("v2"), None)[0] == Tag(pointer=("version",), old="v1", new="v2")


def test_what_is_nested_without_end_counts_as_not_pinned() -> None:
    inside: object = {"properties": {"version": {"const": "v1"}}}
    levels = {str(n): {"oneOf": [{"$ref": f"#/$defs/{n + 1}"}]} for n in range(3_000)}
    schema = load_value({"$ref": "#/$defs/0", "$defs": {**levels, "3000": inside}})
    assert find_tag(schema, schema, None) == (None, None)
