"""
Emission and a rest that equals ``true``: beside it an optional property is additive, and to close it is an error.
"""

from __future__ import annotations

from typing import Any

import pytest

import schemadiff
from schemadiff import LevelOverride, Options

DRAFT7 = "http://json-schema.org/draft-07/schema#"
NAME = {"name": {"type": "string"}}
TRUE: list[Any] = [
    True,
    {},
    {"description": "anything"},
    {"$comment": "for later", "title": "rest"},
    {"$ref": "#/$defs/any"},
]


def _object(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": NAME, "$defs": {"any": {"$ref": "#/$defs/all"}, "all": True}, **more}


def _report(old: Any, new: Any, **options: Any) -> schemadiff.Report:
    return schemadiff.compare(old, new, options=Options(**options))


@pytest.mark.parametrize("rest", TRUE)
@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
def test_an_optional_property_beside_it_is_additive(rest: Any, keyword: str) -> None:
    old = _object(**{keyword: rest})
    new = {**old, "properties": {**NAME, "age": {"type": "integer"}}}

    assert _report(old, new).verdict is schemadiff.Verdict.COMPATIBLE
    assert _report(old, new).outcome == "pass"
    assert _report(old, new, emission="any").verdict is schemadiff.Verdict.BREAKING


@pytest.mark.parametrize("rest", TRUE)
@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
@pytest.mark.parametrize("closed", [False, {"not": {}}])
def test_to_close_it_fails_although_the_verdict_is_compatible(rest: Any, keyword: str, closed: Any) -> None:
    report = _report(_object(**{keyword: rest}), _object(**{keyword: closed}))
    (finding,) = report.comparisons[0].findings

    assert (report.verdict, report.outcome, report.exit_code) == (schemadiff.Verdict.COMPATIBLE, "fail", 1)
    assert finding.level == "error"
    assert "rejected now: {" in finding.notes[0]


def test_to_close_what_was_silent_is_a_warning() -> None:
    report = _report(_object(), _object(additionalProperties=False))
    (finding,) = report.comparisons[0].findings

    assert (finding.level, report.outcome) == ("warning", "pass")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_object(additionalProperties=True), _object(unevaluatedProperties=False)),
        (
            {"prefixItems": [{"type": "string"}], "items": True},
            {"prefixItems": [{"type": "string"}], "items": False},
        ),
        (
            {"prefixItems": [{"type": "string"}], "unevaluatedItems": {}},
            {"prefixItems": [{"type": "string"}], "items": False},
        ),
        (
            {"$schema": DRAFT7, "items": [{"type": "string"}], "additionalItems": True},
            {"$schema": DRAFT7, "items": [{"type": "string"}], "additionalItems": False},
        ),
        (
            {"properties": {"inner": _object(additionalProperties=True)}, "$defs": _object()["$defs"]},
            {"properties": {"inner": _object(additionalProperties=False)}, "$defs": _object()["$defs"]},
        ),
    ],
)
def test_other_ways_to_close(old: Any, new: Any) -> None:
    report = _report(old, new)

    assert (report.verdict, report.exit_code) == (schemadiff.Verdict.COMPATIBLE, 1)


def test_to_close_a_free_map_breaks() -> None:
    """
    Nothing is declared there, so everything may be sent.
    """
    report = _report(
        {"type": "object", "additionalProperties": True}, {"type": "object", "additionalProperties": False}
    )

    assert report.verdict is schemadiff.Verdict.BREAKING


def test_a_place_that_no_instance_reaches_promises_nothing() -> None:
    """
    The level is that of a change that breaks nothing.
    """
    old = {"type": "string", "additionalProperties": True, "properties": NAME}
    report = _report(old, {**old, "additionalProperties": False})

    assert report.exit_code == 0


def test_policy_still_decides() -> None:
    old, new = _object(additionalProperties=True), _object(additionalProperties=False)

    assert _report(old, new, levels={"additional-properties-closed": "note"}).exit_code == 0
    assert _report(old, new, rules="confluent-lenient", emission="declared").exit_code == 0
    assert _report(old, new, promise="forward").exit_code == 0
    assert _report(old, new, fail_on="never").exit_code == 0


def test_a_level_error_fails_and_an_unpromised_direction_does_not() -> None:
    renamed = (
        {"properties": {"timeout_ms": {"type": "integer"}}},
        {"properties": {"timeout_seconds": {"type": "integer"}}},
    )
    error = {"property-renamed-with-new-unit": "error"}
    assert _report(*renamed).exit_code == 0
    assert _report(*renamed, levels=error).exit_code == 1
    assert _report({"default": 1}, {"default": 2}, rules="strict").exit_code == 1

    widened = ({"maximum": 3}, {"maximum": 4})
    override = (LevelOverride(rule="maximum-*", level="error"),)
    assert _report(*widened, overrides=override).exit_code == 0
    assert _report(*widened, overrides=override, promise="full").exit_code == 1
    assert _report(*widened, fail_on="warning").exit_code == 0


def test_a_branch_that_declares_a_property_is_not_denied() -> None:
    """
    The note says only that nothing valid there declares the property.
    """
    branches = [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "integer"}}}]
    flat = {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
    report = _report({"type": "object", "anyOf": branches}, {"type": "object", **flat})
    notes = [note for finding in report.comparisons[0].findings for note in finding.notes]

    assert report.outcome == "pass"
    assert notes
    assert all("no subschema valid there declares" in note for note in notes)
