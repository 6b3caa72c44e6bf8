"""
A reference that leads to nothing at hand is never passed over in silence.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemadiff.decide import Classification, Evidence, Terms, Verdict, compare
from schemadiff.errors import InputError
from schemadiff.options import Options, settled
from schemadiff.schema import Node, load_file, load_value
from schemadiff.sources import Folder


def test_what_is_not_at_hand_on_both_sides_is_an_assumption() -> None:
    """
    The verdict holds if it is the same there; the reader must know that it was not looked at.
    """
    schema = {"properties": {"a": {"$ref": "https://example.com/a.json"}}}

    found = compare(load_value(schema), load_value(schema), contract="x", names=("old", "new"), terms=Terms())
    (assumed,) = found.findings

    assert (found.backward.verdict, found.backward.evidence) == (Verdict.COMPATIBLE, Evidence.ASSUMED)
    assert found.backward.by == "the same schema, if https://example.com/a.json is the same on both sides"
    assert (assumed.rule, assumed.level) == ("reference-assumed", "warning")
    assert assumed.message == "https://example.com/a.json is not at hand; it is assumed to be the same on both sides"


def test_the_strict_rule_set_assumes_nothing() -> None:
    schema = {"properties": {"a": {"$ref": "https://example.com/a.json"}}}
    terms = Terms(options=settled(Options(rules="strict", promise="full")))

    found = compare(load_value(schema), load_value(schema), contract="x", names=("old", "new"), terms=terms)
    (assumed,) = found.findings

    assert (found.backward.verdict, found.forward.verdict) == (Verdict.UNDECIDED, Verdict.UNDECIDED)
    assert (assumed.level, assumed.classification) == ("error", Classification.UNDECIDED)


def test_a_missing_file_is_named_by_its_path() -> None:
    """
    A value in a program has no files around it.
    """
    schema = {"$ref": "other file.json"}

    found = compare(load_value(schema), load_value(schema), contract="x", names=("old", "new"), terms=Terms())

    assert found.findings[0].message.startswith("other file.json is not at hand")


def read(folder: Path, name: str, schema: object) -> Node:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(schema))
    return load_file(Folder(folder), name)


def test_a_file_that_is_missing_in_the_tree_is_a_mistake_and_no_assumption(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"leads to nothing: there is no y\.json") as refused:
        read(tmp_path, "s/x.json", {"items": {"$ref": "../y.json#/a"}})

    assert (refused.value.name, refused.value.line, refused.value.column) == ("s/x.json", 1, 12)


def test_a_lost_reference_is_told_as_it_was_written(tmp_path: Path) -> None:
    old = read(tmp_path, "old.json", {"type": "object"})
    new = read(tmp_path, "new.json", {"$ref": "https://example.com/a.json#/b"})
    found = compare(old, new, contract="x", names=("old", "new"), terms=Terms())
    (lost,) = (each for each in found.findings if each.rule == "reference-unresolved")

    assert lost.message == 'the message: $ref "https://example.com/a.json#/b" cannot be resolved'
    assert lost.backward.by == "unresolved reference: https://example.com/a.json#/b"


def test_a_way_out_of_the_tree_is_placed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="out of the tree") as refused:
        read(tmp_path, "s/x.json", {"items": {"$ref": "../../out.json"}})

    assert (refused.value.name, refused.value.line, refused.value.column) == ("s/x.json", 1, 12)


def test_a_changed_definition_that_nothing_refers_to_is_named() -> None:
    """
    A file of definitions accepts every message, so silence about an edit of one would look like approval.
    """
    text, number = {"type": "string"}, {"type": "integer"}
    old = {
        "$defs": {"a": text, "b": text, "c": text, "d": {"$ref": "#/$defs/a"}},
        "properties": {"x": {"$ref": "#/$defs/c"}},
    }
    new = {**old, "definitions": {"e": text}, "$defs": {"a": number, "b": text, "c": number, "d": old["$defs"]["d"]}}

    found = compare(load_value(old), load_value(new), contract="x", names=("old", "new"), terms=Terms())
    same = compare(load_value(old), load_value(old), contract="x", names=("old", "new"), terms=Terms())

    assert [each.path for each in found.findings] == [("x",)]
    assert found.notes == (
        "Changed, but nothing in this schema refers to it: a. "
        "The finding is reported for the schemas that refer to it.",
    )
    assert same.notes == ()


def test_what_is_lost_on_one_side_is_lost_in_every_question_about_it(tmp_path: Path) -> None:
    """
    The other side may have a file of that name: it is not what this side refers to.
    """
    text = {"type": "string"}
    uri = "https://example.com/other.json"
    read(tmp_path / "old", "other.json", {"$id": uri, **text})
    old = read(tmp_path / "old", "s.json", {"properties": {"a": text}})
    new = read(tmp_path / "new", "s.json", {"properties": {"a": {"$ref": uri}}})

    found = compare(old, new, contract="x", names=("old", "new"), terms=Terms())

    (lost,) = (each for each in found.findings if each.rule == "reference-unresolved")
    assert lost.backward.verdict is Verdict.UNDECIDED
    assert lost.backward.by == f"unresolved reference: {uri}"


def test_a_lost_reference_does_not_meet_a_name_that_is_made_up_later() -> None:
    """
    Variants of a schema are written with definitions of their own.
    """

    def schema(inside: object) -> Node:
        shared = {"type": "object", "properties": {"x": inside}}
        names = {"a": "https://example.com/#/$defs/part-0", "b": "#/$defs/x", "c": "#/$defs/x"}
        return load_value(
            {"properties": {name: {"$ref": to} for name, to in names.items()}, "$defs": {"x": shared}, "type": "object"}
        )

    old, new = schema({"type": "string", "minLength": 1}), schema({"type": "string", "maxLength": 1})
    found = compare(old, new, contract="x", names=("old", "new"), terms=Terms())

    verdicts = {each.rule: each.backward.verdict for each in found.findings}
    assert verdicts.pop("reference-assumed") is Verdict.COMPATIBLE
    assert verdicts == {"min-length-lowered": Verdict.COMPATIBLE, "max-length-lowered": Verdict.BREAKING}
