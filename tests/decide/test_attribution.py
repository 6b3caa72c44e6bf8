"""
Which change is to blame: compensation, groups, combinations, unreachable places; and laws that hold for all pairs.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.decide import Classification, Comparison, Terms, Verdict, compare
from schemadiff.instance import loads
from schemadiff.keywords import Dialect
from schemadiff.options import Options
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators


def compared(old: Any, new: Any, **options: Any) -> Comparison:
    terms = Terms(options=Options(**{"emission": "any", "version_field": "none", **options}))
    return compare(load_value(old), load_value(new), contract="it", names=("old", "new"), terms=terms)


def classes(found: Comparison) -> dict[str, str]:
    return {each.rule: each.classification.value for each in found.findings}


def test_a_break_that_another_change_makes_up_for() -> None:
    """
    The lower limit of one number hides behind the lower limit of the other: only one of them is to blame.
    """
    old = {"type": "integer", "maximum": 10, "minimum": 0}
    new = {"type": "integer", "maximum": 20, "allOf": [{"maximum": 10}], "minimum": 0}
    found = compared(old, new)

    assert found.backward.verdict is Verdict.COMPATIBLE
    assert not [each for each in found.findings if each.classification is Classification.BREAKING]


def test_a_compensated_change_names_its_helper() -> None:
    """
    A property that is refused by name and allowed by pattern is refused no more.
    """
    kinds = {"type": ["integer", "object"], "additionalProperties": False}
    old = {**kinds, "properties": {"a": {"type": "integer"}}}
    new = {**kinds, "patternProperties": {"^a$": {"type": "integer"}}, "minimum": 0}
    found = compared(old, new)
    helped = [each for each in found.findings if each.backward.compensated_by]

    assert found.backward.verdict is Verdict.BREAKING
    assert helped
    assert all(each.classification is Classification.NEUTRAL for each in helped)
    broken = [each.rule for each in found.findings if each.classification is Classification.BREAKING]
    assert broken == ["minimum-raised"]


def test_properties_that_moved_to_a_pattern_in_a_closed_object() -> None:
    """
    Nothing that was valid is refused, so nothing breaks.
    """
    old = {"properties": {"x-a": {"type": "string"}}, "additionalProperties": False}
    new = {"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": False}
    found = compared(old, new)

    assert found.backward.verdict is Verdict.COMPATIBLE
    assert found.forward.verdict is Verdict.BREAKING
    assert Classification.BREAKING.value not in classes(found).values()


def test_a_reference_that_leads_elsewhere_comes_with_its_target() -> None:
    """
    The new target is applied together with the reference, and the break is found at the member.
    """
    old = {"properties": {"a": {"$ref": "#/$defs/one"}}, "$defs": {"one": {"type": "string"}}}
    new = {
        "properties": {"a": {"$ref": "#/$defs/two"}},
        "$defs": {"one": {"type": "string"}, "two": {"type": "string", "maxLength": 3}},
    }
    found = compared(old, new)
    (finding,) = [each for each in found.findings if each.classification is Classification.BREAKING]

    assert finding.path == ("a",)
    assert finding.backward.counter_example is not None
    assert len(finding.backward.counter_example.instance["a"]) == 4


def test_a_break_made_by_two_changes_that_are_harmless_one_by_one() -> None:
    """
    Either range may shrink, for the other one covers the gap; when both do, a finding of its own tells it.
    """
    old = {"type": "integer", "anyOf": [{"maximum": 10}, {"minimum": 0}]}
    new = {"type": "integer", "anyOf": [{"maximum": -1}, {"minimum": 5}]}
    found = compared(old, new)
    (combined,) = [each for each in found.findings if each.classification is Classification.BREAKING]

    assert found.backward.verdict is Verdict.BREAKING
    assert combined.rule == "combined-incompatibility"
    assert combined.backward.counter_example is not None
    assert 0 <= combined.backward.counter_example.instance <= 4


def test_changes_that_each_break_are_each_blamed() -> None:
    """
    With a payload that only the one in question refuses, where there is one.
    """
    old = {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
    new = {"properties": {"a": {"type": "integer", "maximum": 5}, "b": {"type": "integer", "maximum": 5}}}
    found = compared(old, new)
    blamed = {
        each.path: each.backward.counter_example for each in found.findings if each.backward.counter_example is not None
    }

    assert set(blamed) == {("a",), ("b",)}
    for path, payload in blamed.items():
        assert payload is not None
        assert list(payload.instance) == list(path)


def test_a_change_at_a_place_that_no_instance_reaches_is_harmless() -> None:
    """
    A member that may never be there may have any schema.
    """
    old = {"properties": {"a": {"type": "string"}}, "propertyNames": {"maxLength": 0}}
    new = {"properties": {"a": {"type": "null"}}, "propertyNames": {"maxLength": 0}}
    found = compared(old, new, promise="full")

    assert (found.backward.verdict, found.forward.verdict) == (Verdict.COMPATIBLE, Verdict.COMPATIBLE)
    assert Classification.BREAKING.value not in classes(found).values()


def test_a_format_counts_where_it_is_asserted() -> None:
    """
    And is an annotation elsewhere.
    """
    old, new = {"type": "string"}, {"type": "string", "format": "date"}

    assert compared(old, new).backward.verdict is Verdict.COMPATIBLE
    strict = compared(old, new, formats="assert")
    assert strict.backward.verdict is Verdict.BREAKING
    assert Classification.BREAKING.value in classes(strict).values()


REFACTORINGS: dict[str, tuple[Any, Any]] = {
    "order": ({"type": "object", "required": ["a", "b"]}, {"required": ["b", "a"], "type": "object"}),
    "moved behind a reference": (
        {"properties": {"a": {"type": "string", "maxLength": 3}}},
        {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string", "maxLength": 3}}},
    ),
    "one branch of allOf": ({"type": "string"}, {"allOf": [{"type": "string"}]}),
    "enum of one": ({"enum": ["a"]}, {"const": "a"}),
    "definitions": (
        {"$ref": "#/definitions/a", "definitions": {"a": {"type": "null"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}},
    ),
    "numbers": ({"maximum": 30}, loads('{"maximum": 30.0}')),
}


@pytest.mark.parametrize("name", REFACTORINGS)
def test_a_refactoring_breaks_nothing(name: str) -> None:
    """
    Neutral findings at most, and a proof both ways.
    """
    old, new = REFACTORINGS[name]
    found = compared(old, new, promise="full")

    assert (found.backward.verdict, found.forward.verdict) == (Verdict.COMPATIBLE, Verdict.COMPATIBLE)
    assert set(classes(found).values()) <= {"neutral"}


def test_a_careful_twin_in_a_newer_dialect_is_the_same() -> None:
    """
    Flags become bounds, tuples prefixes, dependencies two keywords; nothing changes.
    """
    old = {
        "$schema": Dialect.DRAFT4.uri,
        "type": "object",
        "properties": {
            "n": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            "t": {"type": "array", "items": [{"type": "string"}], "additionalItems": False},
        },
        "dependencies": {"n": ["t"]},
    }
    new = {
        "$schema": Dialect.DRAFT2020.uri,
        "type": "object",
        "properties": {
            "n": {"type": "number", "exclusiveMinimum": 0},
            "t": {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
        },
        "dependentRequired": {"n": ["t"]},
    }
    found = compared(old, new, promise="full")

    assert (found.backward.verdict, found.forward.verdict) == (Verdict.COMPATIBLE, Verdict.COMPATIBLE)
    assert set(classes(found).values()) <= {"neutral"}


def test_a_sibling_of_a_reference_starts_to_bind() -> None:
    """
    What draft-07 ignored, 2020-12 does not: a payload shows it.
    """
    body = {"properties": {"a": {"$ref": "#/definitions/s", "maxLength": 2}}, "definitions": {"s": {"type": "string"}}}
    found = compared({"$schema": Dialect.DRAFT7.uri, **body}, {"$schema": Dialect.DRAFT2020.uri, **body})
    payload = found.backward.counter_example

    assert found.backward.verdict is Verdict.BREAKING
    assert payload is not None
    assert len(payload.instance["a"]) > 2
    assert Classification.BREAKING.value in classes(found).values()


SCALARS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"type": "integer", "minimum": 1},
        {"type": "number", "maximum": 2},
        {"enum": ["a", 1]},
        {"const": "a"},
        {},
        True,
        False,
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"minimum": 3}]},
        {"not": {"type": "string"}},
    ]
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("object"),
        "properties": st.dictionaries(st.sampled_from(["a", "b"]), SCALARS, max_size=2),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True, max_size=2),
        "additionalProperties": SCALARS,
        "maxProperties": st.integers(0, 2),
    },
)


@settings(max_examples=60, deadline=None)
@given(OBJECTS, OBJECTS, st.sampled_from(["any", "declared"]))
def test_findings_and_verdict_never_contradict_each_other(old: Any, new: Any, emission: str) -> None:
    """
    No breaking finding on a proved pair, no all-harmless list on a refuted one, and every payload holds.
    """
    found = compared(old, new, emission=emission)
    broken = [each for each in found.findings if each.classification is Classification.BREAKING]
    if found.backward.verdict is Verdict.COMPATIBLE:
        assert not broken
    if found.backward.verdict is Verdict.BREAKING:
        assert broken or any(each.classification is Classification.UNDECIDED for each in found.findings)
    validators = [Validators(load_value(each)) for each in (old, new)]
    for finding in broken:
        payload = finding.backward.counter_example
        assert payload is not None
        instance = payload.instance
        assert [each.check(instance).agreed for each in validators] == [True, False]


@settings(max_examples=40, deadline=None)
@given(OBJECTS, OBJECTS)
def test_backward_of_a_pair_is_forward_of_its_mirror(old: Any, new: Any) -> None:
    """
    The two directions are one question with the sides exchanged.
    """
    there, back = compared(old, new), compared(new, old)

    assert there.backward.verdict is back.forward.verdict
    assert there.forward.verdict is back.backward.verdict
