"""
References, shared definitions, other files, dialects: one edit is one change, and can be made alone.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import Any

import pytest

from schemadiff.changes import Change, Unpatchable, applied, diff, reverted
from schemadiff.changes.change_kinds import FACTS
from schemadiff.instance import dumps
from schemadiff.keywords import Dialect, Effect, Polarity
from schemadiff.schema import Node, load_file, load_value
from schemadiff.sources import Folder
from schemadiff.validators.harness import Validators

STRING = {"type": "string"}


def changes(old: Any, new: Any, **options: Any) -> list[Change]:
    return [change for change in diff(load_value(old), load_value(new), **options) if change.edits]


def valid(node: Node, instance: Any) -> bool | None:
    return Validators(node).check(instance).agreed


def test_a_shared_definition_edited_once_is_one_change_with_all_its_places() -> None:
    def schema(limit: int) -> dict[str, Any]:
        ref = {"$ref": "#/$defs/name"}
        return {
            "properties": {"a": ref, "b": {"items": ref}, "c": {"$ref": "#/$defs/outer"}},
            "$defs": {"name": {"maxLength": limit}, "outer": {"properties": {"d": ref}}},
        }

    (change,) = changes(schema(5), schema(3))

    assert change.paths == (("a",), ("b", "[]"), ("c", "d"))
    assert change.polarity is Polarity.SAME
    assert change.old_at.pointer == ("$defs", "name", "maxLength")
    patched = applied([change], load_value(schema(5)))
    assert [valid(patched, each) for each in ({"a": "four"}, {"b": ["four"]}, {"c": {"d": "four"}})] == [False] * 3


def test_reached_under_different_polarities_it_may_go_either_way() -> None:
    def schema(limit: int) -> dict[str, Any]:
        ref = {"$ref": "#/$defs/n"}
        return {"properties": {"a": ref, "b": {"not": ref}}, "$defs": {"n": {"maximum": limit}}}

    (change,) = changes(schema(5), schema(3))

    assert change.polarity is Polarity.EITHER
    assert change.whole_effect is Effect.INCOMPARABLE


def test_under_not_the_effect_is_reversed() -> None:
    (change,) = changes({"not": {"maximum": 5}}, {"not": {"maximum": 3}})

    assert (change.effect, change.whole_effect) == (Effect.NARROWED, Effect.WIDENED)


def test_places_that_part_company_are_edited_apart() -> None:
    old = {"properties": {n: {"$ref": "#/$defs/t"} for n in "ab"}, "$defs": {"t": {"maxLength": 5}}}
    new = {"properties": {"a": {"$ref": "#/$defs/t"}, "b": {"maxLength": 3}}, "$defs": {"t": {"maxLength": 5}}}

    (change,) = changes(old, new)

    assert change.path == ("b",)
    patched = applied([change], load_value(old))
    assert valid(patched, {"a": "five!"})
    assert valid(patched, {"b": "five!"}) is False


def test_a_retargeted_reference_is_told_by_what_it_demands() -> None:
    old = {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"minimum": 1}, "y": {"minimum": 2}}}
    new = {**old, "properties": {"a": {"$ref": "#/$defs/y"}}}

    (change,) = changes(old, new)

    assert (change.fact, change.path, change.effect) == ("minimum", ("a",), Effect.NARROWED)
    assert change.old_at.pointer == ("$defs", "x", "minimum")
    assert change.new_at.pointer == ("$defs", "y", "minimum")


def test_recursive_schemas_end() -> None:
    def tree(kind: str) -> dict[str, Any]:
        return {"properties": {"value": {"type": kind}, "left": {"$ref": "#"}, "right": {"items": {"$ref": "#"}}}}

    (change,) = changes(tree("string"), tree("integer"))

    assert change.path == ("value",)
    patched = applied([change], load_value(tree("string")))
    assert valid(patched, {"left": {"right": [{"value": "x"}]}}) is False
    assert valid(patched, {"left": {"right": [{"value": 1}]}})


def test_a_dynamic_reference_is_followed_in_its_scope() -> None:
    def schema(kind: str) -> dict[str, Any]:
        return {
            "$id": "https://example.com/strings",
            "$ref": "list",
            "$defs": {
                "item": {"$dynamicAnchor": "item", "type": kind},
                "list": {
                    "$id": "list",
                    "items": {"$dynamicRef": "#item"},
                    "$defs": {"any": {"$dynamicAnchor": "item"}},
                },
            },
        }

    (change,) = changes(schema("string"), schema("integer"))

    assert (change.fact, change.path) == ("type", ("[]",))
    assert valid(applied([change], load_value(schema("string"))), [1])
    assert valid(reverted([change], load_value(schema("integer"))), ["a"])


def test_changes_in_another_file_are_made_there(tmp_path: Path) -> None:
    def tree(name: str, limit: int) -> Node:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.json").write_text(dumps({"properties": {"n": {"$ref": "b.json#/$defs/n"}}}))
        (folder / "b.json").write_text(dumps({"$defs": {"n": {"maximum": limit}}}))
        return load_file(Folder(folder), "a.json")

    old, new = tree("old", 5), tree("new", 3)

    (change,) = diff(old, new)

    assert change.old_at.document.name == "b.json"
    assert valid(applied([change], old), {"n": 4}) is False
    assert valid(reverted([change], new), {"n": 4})


def test_an_unresolved_reference_is_opaque_where_nobody_touched_it() -> None:
    def schema(target: str, limit: int) -> dict[str, Any]:
        return {"properties": {"a": {"$ref": target}, "n": {"maximum": limit}}}

    here, there = "https://example.com/a.json", "https://example.com/b.json"

    assert [change.fact for change in changes(schema(here, 5), schema(here, 3))] == ["maximum"]
    assert [change.fact for change in changes(schema(here, 5), schema(there, 5))] == ["reference-unresolved"]


def test_a_patch_across_dialects_is_written_in_the_newer_one() -> None:
    old = {
        "$schema": Dialect.DRAFT4.uri,
        "properties": {"n": {"maximum": 5, "exclusiveMaximum": True}, "t": {"items": [STRING]}},
        "dependencies": {"n": ["t"]},
    }
    new = {
        "$schema": Dialect.DRAFT2020.uri,
        "properties": {"n": {"exclusiveMaximum": 3}, "t": {"prefixItems": [STRING]}},
    }
    found = changes(old, new)

    assert {change.fact for change in found} == {"maximum", "dependentRequired"}
    (bound,) = (change for change in found if change.fact == "maximum")
    patched = applied([bound], load_value(old))
    assert patched.dialect is Dialect.DRAFT2020
    assert valid(patched, {"n": 2}) is False
    assert valid(patched, {"n": 2, "t": ["a", 1]})
    assert valid(patched, {"n": 4, "t": []}) is False


def test_the_version_tag_is_no_change() -> None:
    old, new = ({"properties": {"v": {"const": word}, "w": {"const": word}}} for word in ("v1", "v2"))

    assert [change.path for change in changes(old, new, tag=("v",))] == [("w",)]


def test_a_tag_in_every_branch_is_no_change() -> None:
    def schema(word: str) -> dict[str, Any]:
        shapes = [{"properties": {"v": {"const": word}, "k": {"const": kind}}} for kind in ("a", "b")]
        return {"oneOf": shapes}

    assert changes(schema("v1"), schema("v2"), tag=("v",)) == []


def test_changes_of_another_comparison_cannot_be_made() -> None:
    found = changes({"maximum": 5}, {"maximum": 3})

    with pytest.raises(Unpatchable, match="not found in this schema"):
        applied(found, load_value({"minimum": 1}))


def test_some_changes_make_part_of_the_way() -> None:
    old = {"type": "object", "properties": {"a": STRING, "b": STRING}}
    new = {"type": "object", "properties": {"a": {"type": "integer"}, "c": STRING}, "required": ["a"]}
    found = changes(old, new)

    patched = applied([change for change in found if change.fact != "type"], load_value(old))

    assert [change.fact for change in diff(patched, load_value(new))] == ["type"]


BRANCHES: dict[str, tuple[Any, Any, list[str]]] = {
    "a branch inserted in front": (
        {"anyOf": [{"title": "a", "minimum": 1}, {"title": "b", "maxLength": 1}]},
        {"anyOf": [{"title": "c", "minItems": 1}, {"title": "a", "minimum": 1}, {"title": "b", "maxLength": 1}]},
        ["any-of-branch-added"],
    ),
    "a branch reworded and moved": (
        {"anyOf": [{"title": "a", "minimum": 1}, {"title": "b", "maxLength": 1}]},
        {"anyOf": [{"title": "b", "maxLength": 1}, {"title": "a", "minimum": 2}]},
        ["minimum"],
    ),
    "paired by the discriminator": (
        {"oneOf": [{"properties": {"k": {"const": k}, "v": STRING}} for k in "ab"]},
        {
            "oneOf": [
                {"properties": {"k": {"const": k}, "v": {"type": "integer"} if k == "a" else STRING}} for k in "ba"
            ]
        },
        ["type"],
    ),
    "paired by likeness": (
        {"anyOf": [{"required": ["a"], "properties": {"a": STRING, "b": STRING}}, {"type": "array"}]},
        {"anyOf": [{"type": "array"}, {"required": ["a"], "properties": {"a": STRING, "b": True}}]},
        ["type"],
    ),
    "wrapped": (
        {"type": "object", "minProperties": 1},
        {"anyOf": [{"type": "object", "minProperties": 1}, STRING]},
        ["wrapped-in-any-of"],
    ),
    "wrapped and edited": (
        {"type": "object", "minProperties": 1},
        {"anyOf": [{"type": "object", "minProperties": 2}, STRING]},
        ["wrapped-in-any-of", "minProperties"],
    ),
    "unwrapped": (
        {"oneOf": [{"type": "object"}, {"type": "array", "minItems": 1}]},
        {"type": "object"},
        ["unwrapped-from-one-of"],
    ),
    "a tuple became a list": (
        {"prefixItems": [STRING, STRING]},
        {"items": STRING},
        ["prefix-items-became-items"],
    ),
    "a property moved to a pattern": (
        {"properties": {"x-a": STRING}, "additionalProperties": False},
        {"patternProperties": {"^x-": STRING}, "additionalProperties": False},
        ["property-removed", "pattern-property-added"],
    ),
    "a value out of one of two lists": ({"enum": [1, 2]}, {"const": 1}, ["enum-value-removed"]),
    "a unit": (
        {"properties": {"wait_s": {"type": "integer"}}},
        {"properties": {"wait_ms": {"type": "integer"}}},
        ["property-renamed-with-new-unit"],
    ),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_what_is_one_change_is_told_as_one(name: str) -> None:
    old, new, facts = BRANCHES[name]

    assert [change.fact for change in changes(old, new)] == facts


def test_hints_are_told_apart() -> None:
    old = {"title": "a", "x-note": 1}
    new = {"title": "b", "x-note": 2, "requried": ["a"], "dependencies": {"a": ["b"]}, "default": 1, "format": "date"}
    found = {change.fact: change for change in diff(load_value(old), load_value(new))}

    assert set(found) == {
        "title",
        "unknown-keyword-changed",
        "misspelled-keyword",
        "keyword-of-another-dialect",
        "default",
        "format",
    }
    assert found["misspelled-keyword"].details["near"] == "required"
    assert all(change.effect is Effect.NONE for change in found.values())


def test_deep_schemas_need_no_deep_calls() -> None:
    def chain(length: int, last: Any) -> dict[str, Any]:
        links = {f"d{i}": {"properties": {"n": {"$ref": f"#/$defs/d{i + 1}"}}} for i in range(length)}
        return {"$ref": "#/$defs/d0", "$defs": {**links, f"d{length}": last}}

    old, new = chain(3000, STRING), chain(3000, {"type": "integer"})

    (change,) = changes(old, new)

    assert len(change.path) == 3000
    assert applied([change], load_value(old)).document.value


@pytest.mark.slow
def test_large_schemas_are_compared_in_linear_time() -> None:
    def large(count: int, limit: int) -> Node:
        members = {
            f"member_{i}": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"$ref": f"#/$defs/t{i % 50}"}, "n": {"maximum": limit}},
            }
            for i in range(count)
        }
        shared = {f"t{i}": {"type": "string", "maxLength": 64, "minLength": limit} for i in range(50)}
        return load_value({"properties": members, "$defs": shared})

    def took(count: int) -> float:
        old, new = large(count, 5), large(count, 4)
        # What is collected is mostly what other tests have left behind.
        gc.disable()
        try:
            begun = time.process_time()
            found = diff(old, new)
            ended = time.process_time()
        finally:
            gc.enable()
        assert len(found) == count + 50
        return ended - begun

    assert len(dumps(large(3500, 5).document.value)) > 400_000
    # Twice as much would take four times as long, were each held against each. Both are measured by turns, since a busy
    # machine is slower at one time than at another.
    small, twice = map(min, zip(*((took(1750), took(3500)) for _ in range(3)), strict=True))
    assert twice < 3 * small


def test_only_listed_facts_are_told() -> None:
    listed = {(fact.name, keyword, effect) for fact in FACTS for keyword in fact.keywords for effect in fact.effects}
    open_ended = {fact.name for fact in FACTS if not fact.keywords}

    for old, new, _ in BRANCHES.values():
        for change in (*diff(load_value(old), load_value(new)), *diff(load_value(new), load_value(old))):
            assert (change.fact, change.keyword, change.effect) in listed or change.fact in open_ended
