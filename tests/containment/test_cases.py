"""
Questions with known answers, one idea each.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from values import contains

from schemadiff.containment import (
    Contained,
    Operand,
    Reason,
    Refuted,
    Retag,
    Session,
    Unknown,
    contains_nodes,
    separate,
)
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value

BIG = 2**53

CONTAINED: dict[str, tuple[Any, Any]] = {
    "pattern implied by length": ({"type": "string", "maxLength": 3}, {"pattern": "^[^]{0,3}$"}),
    "length implied by pattern": ({"type": "string", "pattern": "^[a-z]{2,4}$"}, {"minLength": 2, "maxLength": 4}),
    "unanchored patterns": ({"type": "string", "pattern": "abc"}, {"pattern": "b"}),
    "long counted repetition": ({"pattern": "^[a-z]{1,512}$"}, {"pattern": "^[a-z0-9]{1,600}$"}),
    "union partition": ({"type": "integer"}, {"anyOf": [{"minimum": 0}, {"maximum": -1}]}),
    "overlapping branches of anyOf": ({"type": "integer"}, {"anyOf": [{"type": "integer"}, {"type": "number"}]}),
    "discriminated branch added": (
        {"type": "object", "oneOf": [{"required": ["k"], "properties": {"k": {"const": "a"}}}]},
        {"oneOf": [{"required": ["k"], "properties": {"k": {"const": word}}} for word in ("a", "b")]},
    ),
    "allOf refactored": (
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"allOf": [{"type": "object"}, {"properties": {"a": {"type": "integer"}}}, {"required": ["a"]}]},
    ),
    "unevaluatedProperties against closed": (
        {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
        {"properties": {"a": True}, "additionalProperties": False},
    ),
    "maxProperties implied by closed": (
        {"type": "object", "properties": {"a": True, "b": True}, "additionalProperties": False},
        {"maxProperties": 2},
    ),
    "dependentRequired implied by required": ({"required": ["a", "b"]}, {"dependentRequired": {"a": ["b"]}}),
    "uniqueItems with maxItems 1": ({"maxItems": 1}, {"uniqueItems": True}),
    "tuple to list": (
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "items": False},
        {"items": {"type": "number"}, "maxItems": 2},
    ),
    "finite domain of distinct items": (
        {"type": "array", "uniqueItems": True, "items": {"type": "boolean"}},
        {"maxItems": 2},
    ),
    "pigeons": ({"type": "array", "minItems": 4, "uniqueItems": True, "items": {"enum": [1, 2, 3]}}, False),
    "finer step": ({"multipleOf": Decimal("0.1")}, {"multipleOf": Decimal("0.01")}),
    "common multiple": ({"allOf": [{"multipleOf": 4}, {"multipleOf": 6}]}, {"multipleOf": 12}),
    "integers between": ({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, False),
    "bounds beyond doubles": ({"minimum": BIG + 1}, {"exclusiveMinimum": BIG}),
    "counting items": ({"contains": {"const": 1}, "minContains": 3}, {"minItems": 3}),
    "a member that cannot be": ({"type": "object", "properties": {"a": False}}, {"not": {"required": ["a"]}}),
    "if without then": ({}, {"if": {"type": "string"}}),
    "finitely many names": ({"type": "object", "propertyNames": {"pattern": "^[ab]{1,2}$"}}, {"maxProperties": 6}),
    "enum against const": ({"enum": [{"a": [1, 2.0]}]}, {"const": {"a": [1.0, 2]}}),
    "a recursive type renamed": (
        {"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}},
        {"$ref": "#/$defs/u", "$defs": {"u": {"type": "array", "items": {"$ref": "#/$defs/u"}}}},
    ),
    "a recursive type widened": (
        {"type": "object", "properties": {"n": {"$ref": "#"}, "v": {"type": "integer"}}},
        {"type": "object", "properties": {"n": {"$ref": "#"}, "v": {"type": "number"}}},
    ),
    "unrolled recursion": (
        {"type": "array", "items": {"$ref": "#"}},
        {"type": "array", "items": {"type": "array", "items": {"$ref": "#"}}},
    ),
    "no finite value": ({"properties": {"n": {"$ref": "#"}}, "required": ["n"], "type": "object"}, False),
    "contains that evaluates items": (
        {"type": "array", "contains": {"const": 1}, "unevaluatedItems": False},
        {"items": {"const": 1}, "minItems": 1},
    ),
    "closed against unevaluatedProperties": (
        {"properties": {"a": True, "b": True}, "additionalProperties": False},
        {"allOf": [{"properties": {"a": True}}, {"properties": {"b": True}}], "unevaluatedProperties": False},
    ),
    "a branch of anyOf moved out": (
        {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["a", "b"]}]},
        {"type": "object", "required": ["a"]},
    ),
    "lookahead": ({"type": "string", "pattern": "^(?=.*b)a.*$"}, {"minLength": 2, "pattern": "b"}),
    "lookbehind": ({"type": "string", "pattern": "(?<=ab)c"}, {"pattern": "abc"}),
    "word boundaries": ({"type": "string", "pattern": "^ab\\b"}, {"not": {"pattern": "^abc"}}),
    "a covering of all integers": (
        {"type": "integer"},
        {"anyOf": [{"multipleOf": 2}, {"multipleOf": 3}, {"not": {"anyOf": [{"multipleOf": 2}, {"multipleOf": 3}]}}]},
    ),
    "the same unresolved reference": (
        {"properties": {"a": {"$ref": "https://example.org/x"}, "b": {"type": "integer"}}},
        {"properties": {"a": {"$ref": "https://example.org/x"}, "b": {"type": "number"}}},
    ),
    "the same back-reference": ({"pattern": r"^(a)\1$", "maxLength": 2}, {"pattern": r"^(a)\1$"}),
    "a disjunction among the branches of oneOf": (
        {
            "type": "object",
            "oneOf": [{"required": ["a"]}, {"dependentRequired": {"b": ["a"]}}],
            "properties": {"a": False},
        },
        {"not": {"required": ["b"]}},
    ),
    "a branch of oneOf that holds of everything": (
        {"oneOf": [{"properties": {"a": True}}, {"required": ["b"]}]},
        {"properties": {"b": {"type": "null"}}},
    ),
    "equal branches of oneOf exclude each other": ({"oneOf": [{"type": "string"}, {"type": "string"}]}, False),
}

REFUTED: dict[str, tuple[Any, Any, Any]] = {
    "overlapping branch of oneOf added": (
        {"oneOf": [{"type": "integer"}]},
        {"oneOf": [{"type": "integer"}, {"multipleOf": 2, "type": "number"}]},
        0,
    ),
    "coarser step": ({"multipleOf": Decimal("0.01")}, {"multipleOf": Decimal("0.1")}, Decimal("0.01")),
    "bounds beyond doubles": ({"const": BIG + 1}, {"maximum": BIG}, BIG + 1),
    "distinct recursive items": (
        {"type": "array", "items": {"$ref": "#"}, "uniqueItems": True},
        {"maxItems": 1},
        [[], [[]]],
    ),
    "an optional member narrowed": (
        {"properties": {"a": True}},
        {"properties": {"a": {"type": "integer"}}},
        {"a": None},
    ),
    "repeated items": ({"minItems": 1}, {"uniqueItems": True}, [None, None]),
    "the tail behind a tuple": ({"type": "array"}, {"prefixItems": [True], "items": False}, [None, None]),
    "one more than allowed": ({"type": "string", "maxLength": 4}, {"maxLength": 3}, "aaaa"),
    "distinct items of which one has a single value": (
        {"type": "array", "uniqueItems": True, "contains": {"minItems": 1}},
        {"items": {"minItems": 1}},
        [None, []],
    ),
    "several branches of oneOf at once": (
        {"oneOf": [{"propertyNames": {"pattern": "^a"}}, {"dependentRequired": {"b": ["a"]}}], "type": "object"},
        {"maxProperties": 0},
        {"c": None},
    ),
    "nothing is required": ({}, {"required": ["id"]}, {}),
    "a recursive type narrowed": (
        {"type": "object", "properties": {"n": {"$ref": "#"}, "v": {"type": "number"}}},
        {"type": "object", "properties": {"n": {"$ref": "#"}, "v": {"type": "integer"}}},
        {"v": Decimal("0.1")},
    ),
    "a recursive type narrowed further down": (
        {"type": "object", "properties": {"n": {"$ref": "#"}}},
        {"type": "object", "properties": {"n": {"type": "object", "properties": {"n": {"maxProperties": 0}}}}},
        {"n": {"n": {"n": {}}}},
    ),
    "closed, seen through allOf": (
        {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
        {"maxProperties": 0},
        {"a": None},
    ),
}


def test_validators_are_asked_about_what_both_can_compute_with() -> None:
    answer = contains(inner={"multipleOf": Decimal("1e-400"), "type": "number"}, outer={"multipleOf": Decimal("1e400")})
    assert isinstance(answer, Refuted)
    assert answer.confirmed_by == ("jsonschema", "jsonschema-rs")


@pytest.mark.parametrize("name", CONTAINED)
def test_contained(name: str) -> None:
    inner, outer = CONTAINED[name]
    assert isinstance(contains(inner=inner, outer=outer), Contained)


@pytest.mark.parametrize("name", REFUTED)
def test_refuted_by_the_smallest_instance(name: str) -> None:
    inner, outer, witness = REFUTED[name]
    assert contains(inner=inner, outer=outer) == Refuted(
        counter_example=witness, retagged=None, confirmed_by=("jsonschema", "jsonschema-rs")
    )


def test_an_empty_inner_schema_is_contained_with_a_note() -> None:
    answer = contains(inner={"type": "string", "minLength": 2, "maxLength": 1}, outer={"type": "object"})
    assert answer == Contained(by="schemadiff", note="no instance exists")


@pytest.mark.parametrize(
    ("inner", "outer", "kind"),
    [
        ({"type": "string", "format": "ipv4"}, {"maxLength": 15}, Contained),
        ({"type": "string", "format": "date"}, {"pattern": "^[0-9]{4}-[01][0-9]-[0-3][0-9]$"}, Contained),
        ({"type": "string", "format": "uuid"}, {"minLength": 37}, Refuted),
        ({"type": "string"}, {"format": "date"}, Refuted),
        ({"type": "string", "format": "house-number"}, {"minLength": 1}, Refuted),
        ({"format": "uri"}, {"format": "uri"}, Contained),
        ({"type": "string", "format": "uri"}, {"minLength": 1}, Unknown),
    ],
)
def test_asserted_formats_are_languages(inner: Any, outer: Any, kind: type) -> None:
    assert isinstance(contains(inner=inner, outer=outer, formats=True), kind)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"$ref": "https://example.org/gone"}, Reason.REFERENCE),
        ({"not": {"$ref": "#"}}, Reason.CIRCULAR),
        ({"$ref": "#"}, Reason.CIRCULAR),
        ({"type": "string", "pattern": r"^(a|b)\1$"}, Reason.PATTERN),
        ({"type": "array", "minItems": 10**9}, Reason.TOO_LARGE),
        ({"$schema": "https://example.org/meta", "minimum": 3}, Reason.DIALECT),
    ],
)
def test_undecided_names_its_reason(schema: Any, reason: Reason) -> None:
    answer = contains(inner=schema, outer={"enum": [1, 2]})
    assert isinstance(answer, Unknown)
    assert answer.reason is reason


LOST = {"$ref": "https://example.com/missing.json"}


def test_a_question_about_something_else_is_decided_beside_an_unresolved_reference() -> None:
    inner = {"properties": {"a": {"$ref": "https://example.org/gone"}}, "required": ["b"]}
    assert isinstance(contains(inner=inner, outer={"type": "object"}), Refuted)


def test_a_counter_example_may_stand_where_a_reference_is_one_way_out_of_several() -> None:
    """
    Whatever the target accepts, the other way lets the instance through; both validators say so for either case.
    """
    inner = {"properties": {"a": {"anyOf": [{"type": "string"}, {"$ref": "https://example.com/missing.json"}]}}}
    outer = {"properties": {"a": {"type": "integer"}}}

    answer = contains(inner=inner, outer=outer)

    assert answer == Refuted(counter_example={"a": ""}, retagged=None, confirmed_by=("jsonschema", "jsonschema-rs"))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ({"items": LOST}, {"items": {"items": {"oneOf": [True]}}}),
        ({"items": LOST}, {"items": {"anyOf": [{"type": "string"}, {"not": {"type": "string"}}]}}),
        ({"prefixItems": [LOST, {"type": "integer"}], "minItems": 2}, {"prefixItems": [True, {"type": "number"}]}),
        ({"items": LOST, "contains": {"type": "integer"}, "type": "array"}, {"contains": {"type": "number"}}),
        ({"items": LOST, "minItems": 2, "type": "array"}, {"minItems": 1}),
        ({"additionalProperties": LOST}, {"additionalProperties": {"items": True}}),
        (
            {"properties": {"a": LOST}, "required": ["a"], "additionalProperties": {"type": "integer"}},
            {"properties": {"a": True}, "additionalProperties": {"type": "number"}},
        ),
        (
            {"patternProperties": {"^a": LOST, "^b": {"type": "integer"}}, "minProperties": 1},
            {"patternProperties": {"^b": {"type": "number"}}},
        ),
    ],
)
def test_what_there_can_be_none_of_is_not_in_doubt(inner: Any, outer: Any) -> None:
    assert isinstance(contains(inner=inner, outer=outer), Contained)


def test_what_is_not_at_hand_may_declare_a_name() -> None:
    """
    So nobody knows whether its producers send that member; what is declared beside it is sent for sure.
    """
    lost = {"$ref": "https://example.com/missing.json"}
    inner = {"type": "object", "anyOf": [lost, True], "properties": {"a": True}}

    doubtful = contains(inner=inner, outer={"properties": {"b": {"type": "integer"}}}, emission="declared")
    sure = contains(inner=inner, outer={"properties": {"a": {"type": "integer"}}}, emission="declared")
    below = contains(
        inner={"type": "object", "properties": {"a": lost}},
        outer={"properties": {"a": lost, "b": {"type": "integer"}}},
        emission="declared",
    )

    assert isinstance(doubtful, Unknown)
    assert doubtful.reason is Reason.REFERENCE
    assert isinstance(sure, Refuted)
    assert isinstance(below, Contained)


def test_what_hangs_on_an_unresolved_reference_is_undecided() -> None:
    """
    Nobody knows whether any instance is valid under the inner schema.
    """
    inner = {"required": ["a"], "properties": {"a": {"$ref": "https://example.com/missing.json"}}, "type": "object"}
    answer = contains(inner=inner, outer={"maxProperties": 1})

    assert isinstance(answer, Unknown)
    assert answer.reason is Reason.REFERENCE


def test_a_circle_is_named_as_people_know_it() -> None:
    answer = contains(inner={"properties": {"a": {"$ref": "#/properties/a"}}, "required": ["a"]}, outer={"enum": [1]})

    assert isinstance(answer, Unknown)
    assert answer.detail == "inner#/properties/a"


_GONE: dict[str, Any] = {"$ref": "https://example.com/missing.json"}


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        # It may evaluate a, which is then let through where nothing else would be, ...
        ({"type": "object", "anyOf": [_GONE, True], "unevaluatedProperties": False}, {"maxProperties": 0}),
        ({"type": "array", "anyOf": [_GONE, True], "unevaluatedItems": False}, {"maxItems": 0}),
        # ... or not, and then it is refused.
        ({"type": "object"}, {"anyOf": [_GONE, True], "unevaluatedProperties": False}),
        ({"type": "array"}, {"anyOf": [_GONE, True], "unevaluatedItems": False}),
    ],
)
def test_what_an_unresolved_reference_evaluates_is_unknown(inner: Any, outer: Any) -> None:
    answer = contains(inner=inner, outer=outer)

    assert isinstance(answer, Unknown)
    assert answer.reason is Reason.REFERENCE


def test_what_an_unresolved_reference_evaluates_is_the_same_on_both_sides() -> None:
    rest = {**_GONE, "unevaluatedProperties": {"type": "integer"}}
    inner = {"allOf": [rest, {"required": ["a"]}]}

    assert isinstance(contains(inner=inner, outer=rest), Contained)
    assert isinstance(contains(inner={"anyOf": [_GONE, True], "unevaluatedItems": False}, outer=True), Contained)


def test_a_newline_is_the_line_end_on_which_validators_agree() -> None:
    """
    Of the four that a dot does not match.
    """
    answer = contains(inner={"type": "string"}, outer={"pattern": "^.*$"})

    assert answer == Refuted(counter_example="\n", retagged=None, confirmed_by=("jsonschema", "jsonschema-rs"))


def test_far_bounds_on_a_length_cost_no_counting() -> None:
    """
    They decide nothing here, and a search that counts up to them would take some thousand times as long.
    """
    inner = {"type": "string", "pattern": "arn:(aws|aws-cn|aws-iso):s::\\d{12}:(x)?ins-[a-z.]{16}", "maxLength": 1224}
    outer = {"pattern": "arn:aws(-[a-z]{1,5}){0,3}:s::\\d{12}:(x)?ins-[a-z.]{16}", "maxLength": 2048}

    assert contains(inner=inner, outer=outer, budget=Budget(steps=20_000)) == Contained(by="schemadiff")
    assert isinstance(contains(inner=outer, outer=inner, budget=Budget(steps=40_000)), Refuted)


def test_dialects_decide_what_binds_beside_a_reference() -> None:
    schema = {"$ref": "#/definitions/t", "minimum": 5, "definitions": {"t": {"type": "integer"}}}
    for dialect, kind in (("draft4", Refuted), ("draft7", Refuted), ("2019-09", Contained), ("2020-12", Contained)):
        assert isinstance(contains(inner=schema, outer={"minimum": 5}, dialect=dialect), kind)


def test_dependencies_bind_up_to_draft_7_only() -> None:
    inner = {"required": ["a"], "type": "object", "dependencies": {"a": ["b"]}}
    assert isinstance(contains(inner=inner, outer={"required": ["b"]}, dialect="draft7"), Contained)
    assert isinstance(contains(inner=inner, outer={"required": ["b"]}, dialect="2020-12"), Refuted)


def test_draft_4_tells_one_from_one_point_zero() -> None:
    answer = contains(inner={"enum": [Decimal("1.0")]}, outer={"type": "integer"}, dialect="draft4")
    assert isinstance(answer, Unknown)
    assert isinstance(
        contains(inner={"enum": [Decimal("1.0")]}, outer={"type": "integer"}, dialect="draft6"), Contained
    )
    # What another question in the same session is about does not matter.
    session = Session()
    texts = {"enum": [Decimal("1.0")]}, {"type": "integer"}, {"minimum": 2}, {"minimum": 1}
    nodes = [load_value(each, dialect=Dialect.DRAFT4) for each in texts]
    assert isinstance(contains_nodes(nodes[1], nodes[0], session=session), Refuted)
    assert isinstance(contains_nodes(*nodes[2:], session=session), Contained)


def test_a_circle_of_another_question_is_no_matter() -> None:
    circular = {"q": {"$ref": "#/$defs/l"}}
    nodes = [
        load_value({"properties": {"a": {"type": kind}, **circular}, "$defs": {"l": {"$ref": "#/$defs/l"}}})
        for kind in ("integer", "number")
    ]
    session = Session()
    assert isinstance(contains_nodes(*nodes, session=session), Contained)
    found = contains_nodes(load_value({"type": "integer"}), load_value({"minimum": 3}), session=session)
    assert isinstance(found, Refuted)
    met = contains_nodes(*reversed(nodes), session=session)
    assert isinstance(met, Unknown)
    assert met.reason is Reason.CIRCULAR


def test_whether_contains_evaluates_items_in_2019_09_is_disputed() -> None:
    inner = {"contains": {"const": 1}, "unevaluatedItems": False, "type": "array"}
    for dialect, kind in (("2019-09", Unknown), ("2020-12", Refuted)):
        assert isinstance(contains(inner=inner, outer={"maxItems": 0}, dialect=dialect), kind)
        assert isinstance(contains(inner=inner, outer={"items": {"const": 1}}, dialect=dialect), Contained)
    assert isinstance(contains(inner={"contains": True}, outer={"contains": {}}, dialect="2019-09"), Contained)
    # The one beside the other matters, not what another question in the same session is about.
    session = Session()
    nodes = [load_value(each, dialect=Dialect.DRAFT2019) for each in (inner, {"contains": True}, {"contains": {}})]
    assert isinstance(contains_nodes(nodes[0], nodes[0], session=session), Contained)
    assert isinstance(contains_nodes(*nodes[1:], session=session), Contained)


def test_formats_and_content_are_annotations() -> None:
    for keyword, value in (("format", "date"), ("contentMediaType", "application/json")):
        answer = contains(inner={"type": "string"}, outer={keyword: value}, dialect="draft7")
        assert isinstance(answer, Contained)


def test_dynamic_references_are_bound_by_who_refers_to_them() -> None:
    def tree(strict: bool) -> dict[str, Any]:
        closing = {"unevaluatedProperties": False} if strict else {}
        return {
            "$id": "https://example.org/outer",
            "$dynamicAnchor": "node",
            "$ref": "tree",
            **closing,
            "$defs": {
                "tree": {
                    "$id": "tree",
                    "$dynamicAnchor": "node",
                    "type": "object",
                    "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
                }
            },
        }

    assert isinstance(contains(inner=tree(True), outer=tree(False)), Contained)
    answer = contains(inner=tree(False), outer=tree(True))
    assert isinstance(answer, Refuted)
    nested = {"properties": {"children": {"items": {"not": {"required": ["x"]}}}}}
    assert isinstance(contains(inner=tree(True), outer=nested), Contained)
    assert isinstance(contains(inner=tree(False), outer=nested), Refuted)


def test_the_version_tag_is_renamed_in_instances() -> None:
    def schema(tag: str, greatest: int) -> Any:
        properties = {"v": {"const": tag}, "n": {"type": "integer", "maximum": greatest}}
        return load_value({"type": "object", "properties": properties, "required": ["v"]})

    retag = Retag(("v",), {"v1": "v2"})
    assert isinstance(contains_nodes(schema("v1", 5), schema("v2", 5)), Refuted)
    assert isinstance(contains_nodes(schema("v1", 5), schema("v2", 6), retag=retag), Contained)
    answer = contains_nodes(schema("v1", 6), schema("v2", 5), retag=retag)
    assert isinstance(answer, Refuted)
    assert answer.counter_example == {"v": "v1", "n": 6}
    assert answer.retagged == {"v": "v2", "n": 6}


def test_separate_blames_one_of_two_changes() -> None:
    old = load_value({"properties": {"a": {"maximum": 9}, "b": {"maximum": 9}}})
    new = load_value({"properties": {"a": {"maximum": 5}, "b": {"maximum": 10}}})
    only_a = load_value({"properties": {"a": {"maximum": 5}, "b": {"maximum": 9}}})
    only_b = load_value({"properties": {"a": {"maximum": 9}, "b": {"maximum": 10}}})
    assert isinstance(separate([Operand(old)], [Operand(new), Operand(only_a)]), Refuted)
    assert isinstance(separate([Operand(old)], [Operand(new), Operand(only_b)]), Contained)


@pytest.mark.parametrize(
    ("inner", "outer", "declared"),
    [
        ({"properties": {"a": True}}, {"properties": {"a": True, "b": {"type": "integer"}}}, Contained),
        ({"type": "object"}, {"properties": {"b": {"type": "integer"}}}, Refuted),
        ({"properties": {"a": True}, "additionalProperties": True}, {"properties": {"b": False}}, Contained),
        (
            {"properties": {"a": True}, "additionalProperties": {"description": "whatever"}},
            {"properties": {"b": False}},
            Contained,
        ),
        (
            {
                "properties": {"a": True},
                "unevaluatedProperties": {"$ref": "#/$defs/all"},
                "$defs": {"all": {"$ref": "#/$defs/any"}, "any": True},
            },
            {"properties": {"b": False}},
            Contained,
        ),
        (
            {"properties": {"a": True}, "additionalProperties": {"type": ["string", "null"]}},
            {"properties": {"b": False}},
            Refuted,
        ),
        ({"type": "object", "additionalProperties": True}, {"properties": {"b": False}}, Refuted),
        (
            {"allOf": [{"properties": {"a": True}}, {"additionalProperties": {}}]},
            {"properties": {"b": False}},
            Contained,
        ),
        (
            {"properties": {"a": True}, "patternProperties": {"^x": True}, "additionalProperties": True},
            {"properties": {"x1": False}},
            Refuted,
        ),
        ({"prefixItems": [True], "items": {}}, {"maxItems": 1}, Contained),
        ({"prefixItems": [True], "unevaluatedItems": True}, {"maxItems": 1}, Contained),
        ({"prefixItems": [True], "items": {"minimum": 0}}, {"maxItems": 1}, Refuted),
        ({"properties": {"a": True}, "required": ["b"]}, {"properties": {"b": {"type": "integer"}}}, Refuted),
        ({"allOf": [{"properties": {"a": True}}, {"type": "object"}]}, {"additionalProperties": False}, Refuted),
        (
            {"anyOf": [{"properties": {"a": True}}, {"properties": {"b": True}}]},
            {"properties": {"c": False}},
            Contained,
        ),
        (
            {"properties": {"a": {"properties": {"x": True}}}},
            {"properties": {"a": {"properties": {"y": False}}}},
            Contained,
        ),
        ({"prefixItems": [True]}, {"maxItems": 1}, Contained),
        ({"items": True}, {"maxItems": 1}, Refuted),
    ],
)
def test_what_producers_declare(inner: Any, outer: Any, declared: type) -> None:
    assert isinstance(contains(inner=inner, outer=outer), Refuted)
    assert isinstance(contains(inner=inner, outer=outer, emission="declared"), declared) or outer == {
        "additionalProperties": False
    }


HOSTILE: dict[str, tuple[Any, Any]] = {
    "pigeonholes": (
        {
            "allOf": [
                *({"anyOf": [{"required": [f"{i}/{j}"]} for j in range(7)]} for i in range(8)),
                *(
                    {"not": {"required": [f"{i}/{j}", f"{k}/{j}"]}}
                    for j in range(7)
                    for i in range(8)
                    for k in range(i)
                ),
            ]
        },
        {"type": "string"},
    ),
    "overlapping patterns": (
        {"patternProperties": {f"^a{{{i}}}b*": {"minimum": i} for i in range(20)}},
        {"patternProperties": {f"^a{{{i}}}b*c": {"minimum": i + 1} for i in range(20)}},
    ),
    "shared witnesses": (
        {
            "$ref": "#/$defs/29",
            "$defs": {
                "0": {"type": "object"},
                **{
                    str(i): {"properties": {n: {"$ref": f"#/$defs/{i - 1}"} for n in "ab"}, "required": ["a", "b"]}
                    for i in range(1, 30)
                },
            },
        },
        {"type": "string"},
    ),
    "a pattern that makes others backtrack": (
        {"pattern": "^(x+x+)+y?z{40}$", "type": "string"},
        {"pattern": "^((x+)+)+$"},
    ),
    "a great number of items": ({"type": "array", "minItems": 10**12, "uniqueItems": True}, {"maxItems": 3}),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("emission", ["any", "declared"])
def test_budgets_end_everything(name: str, emission: Any) -> None:
    from time import monotonic

    inner, outer = HOSTILE[name]
    start = monotonic()
    contains(inner=inner, outer=outer, emission=emission, budget=Budget(seconds=1.0))
    assert monotonic() - start < 2.0


def test_deep_nesting_is_walked() -> None:
    inner: Any = {"type": "integer"}
    outer: Any = {"type": "number"}
    for level in range(300):
        inner, outer = ({"items": each} if level % 2 else {"properties": {"a": each}} for each in (inner, outer))
    assert isinstance(contains(inner=inner, outer=outer), Contained)
