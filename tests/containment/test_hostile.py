"""
Pairs that would take forever: each ends within its budget, and within a gigabyte.
"""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from schemadiff.containment import Emission, Refuted, contains_nodes
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value

pytestmark = pytest.mark.slow

SECONDS = 0.5
EMISSIONS: tuple[Emission, ...] = ("any", "declared")


def nested_one_of(depth: int, leaf: Any) -> Any:
    """
    Written out, it doubles with every level.
    """
    for level in range(depth):
        leaf = {"oneOf": [{"properties": {name: leaf}, "required": [name]} for name in (f"p{level}", f"q{level}")]}
    return leaf


def doubled(depth: int, leaf: Any, keyword: str) -> Any:
    """
    Short to write, but followed from reference to reference it doubles with every level.
    """
    definitions = {
        str(level): {
            keyword: [
                {"$ref": f"#/$defs/{level + 1}"},
                {"allOf": [{"$ref": f"#/$defs/{level + 1}"}, {"required": [f"x{level}"]}]},
            ]
        }
        for level in range(depth)
    }
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(depth): leaf}}


def nested(depth: int, leaf: Any, around: Callable[[Any, int], Any]) -> Any:
    """
    A value inside values.
    """
    for level in range(depth):
        leaf = around(leaf, level)
    return leaf


def required(*names: str) -> Any:
    return {"required": list(names)}


HOSTILE: dict[str, tuple[Any, ...]] = {
    "a large tree of oneOf": (nested_one_of(12, {"type": "integer"}), nested_one_of(12, {"type": "number"})),
    "references that double under oneOf": (doubled(30, {"type": "object"}, "oneOf"), {"type": "array"}),
    "references that double under anyOf": (doubled(40, {"type": "string"}, "anyOf"), {"type": "array"}),
    "references that double for validators": (doubled(40, {"type": "object"}, "allOf"), {"maxProperties": 39}),
    "references that double outside": ({"type": "object"}, doubled(40, {"type": "string"}, "anyOf")),
    "unevaluated members behind references": (
        {**doubled(20, {"properties": {"k": True}}, "anyOf"), "unevaluatedProperties": False},
        {"maxProperties": 3},
    ),
    "many kinds of items": (
        {
            "type": "array",
            "maxItems": 20,
            "allOf": [{"contains": {"type": "object", **required(f"k{each}")}} for each in range(40)],
        },
        {"minItems": 2},
    ),
    "many distinct items of a long enumeration": (
        {"type": "array", "uniqueItems": True, "minItems": 2_000, "items": {"enum": list(range(5_000))}},
        {"maxItems": 2_001},
    ),
    "many distinct objects": (
        {"type": "array", "uniqueItems": True, "minItems": 1_500, "items": {"type": "object", **required("id")}},
        {"maxItems": 1_500},
    ),
    "many distinct items of one kind": (
        {"type": "array", "contains": {"type": "integer"}, "minContains": 2_500, "uniqueItems": True},
        {"minItems": 2_501},
    ),
    "many items of two kinds": (
        {
            "type": "array",
            "allOf": [{"contains": {"multipleOf": each}, "minContains": 500} for each in (2, 3)],
        },
        {"minItems": 501},
    ),
    "counted repetition in counted repetition": (
        {"type": "string", "pattern": "^((a{1,100}b{1,100}){1,100}c){1,100}$"},
        {"pattern": "^((a{1,100}b{1,100}){1,99}c){1,100}$"},
    ),
    "lengths that are multiples of many primes": (
        {"type": "string", "minLength": 1, "allOf": [{"pattern": f"^(a{{{n}}})*$"} for n in (2, 3, 5, 7, 11, 13, 17)]},
        {"maxLength": 510_510},
    ),
    "many lookaheads": ({"type": "string", "pattern": "".join(f"(?=.*{c})" for c in "abcdefghijklmnop")}, False),
    "names of exactly one of many kinds": (
        {
            "type": "object",
            "propertyNames": {"oneOf": [{"pattern": f"{c}.{{{k}}}"} for k, c in enumerate("abcdefghijkl")]},
            "minProperties": 3,
        },
        {"propertyNames": {"maxLength": 14}},
    ),
    "many overlapping kinds of names": (
        {"patternProperties": {f"{chr(97 + i % 26)}.*{chr(97 + i * 7 % 26)}": {"minimum": i} for i in range(30)}},
        {"patternProperties": {f"{chr(97 + i % 26)}.*{chr(97 + (i * 7 + 1) % 26)}": {"minimum": i} for i in range(30)}},
    ),
    "a chain of references": (
        {"$ref": "#/$defs/0", "$defs": {str(i): {"$ref": f"#/$defs/{i + 1}"} for i in range(3_000)} | {"3000": {}}},
        {"minimum": 0},
    ),
    "long enumerations": (
        {"enum": [f"value-{i}" for i in range(50_000)]},
        {"enum": [f"value-{i}" for i in range(49_999, -1, -1)]},
    ),
    "a long enumeration against a pattern": (
        {"enum": [f"value-{i}" for i in range(50_000)]},
        {"pattern": "^value-[0-9]{1,5}$"},
    ),
    "a long enumeration of arrays": ({"enum": [[i, i] for i in range(20_000)]}, {"uniqueItems": True}),
    "many members": (
        {"type": "object", "properties": {f"p{i}": {"type": "number"} for i in range(5_000)}},
        {"properties": {f"p{i}": {"type": "integer"} for i in range(5_000)}},
    ),
    **{
        f"{many} members that are required": (
            {"type": "object", "properties": {f"p{i}": {"type": "number"} for i in range(many)}}
            | required(*(f"p{i}" for i in range(many))),
            {"properties": {f"p{i}": {"type": "integer"} for i in range(many)}},
        )
        for many in (500, 5_000)
    },
    "many conditions": (
        {
            "type": "object",
            "allOf": [
                {"if": required(f"a{i}"), "then": required(f"a{i + 1}"), "else": required(f"b{i}")} for i in range(60)
            ],
        },
        {"minProperties": 61},
    ),
    "a long tuple": (
        {"type": "array", "prefixItems": [{"type": "integer"}] * 3_000, "minItems": 3_000},
        {"prefixItems": [{"type": "number"}] * 3_000, "maxItems": 3_000},
    ),
    "a pattern that is long whatever matches it": (
        {"type": "string", "minLength": 50_000, "pattern": "^(ab|ba)*$"},
        {"maxLength": 50_001},
    ),
    "a value that is short to build and long to write": (
        {"const": nested(400, 1, lambda inside, level: {"a": inside, "b": [inside] if level < 12 else level})},
        {"not": {"const": nested(400, 2, lambda inside, level: {"a": inside, "b": [inside] if level < 12 else level})}},
    ),
    "a long constant": ({"const": {f"k{i}": {"v": i} for i in range(50_000)}}, {"maxProperties": 49_999}),
    "a long enumeration of objects": ({"enum": [{"a": i, "b": {"c": [i]}} for i in range(10_000)]}, required("d")),
    "a long enumeration of numbers": ({"enum": list(range(100_000))}, {"multipleOf": 1, "maximum": 99_998}),
    "a long enumeration of fractions": (
        {"enum": [Decimal(i).scaleb(-7) for i in range(50_000)]},
        {"multipleOf": Decimal("1e-6")},
    ),
    "long texts": (
        {"enum": ["a" * 100_000 + str(i) for i in range(50)]},
        {"pattern": "^(aa|a)*[0-9]{1,3}$"},
    ),
    "a pattern of many alternatives": tuple(
        {"pattern": f"^({'|'.join(f'{i * factor:b}' for i in range(2_000, 6_000))})$"} for factor in (3, 5)
    ),
    "a text that may be read in many ways": ({"const": "ab" * 50_000}, {"pattern": "^((a|b|ab)*c?)*$"}),
    "one schema many times under oneOf": ({"oneOf": [{"minimum": i % 5} for i in range(20_000)]}, {"type": "string"}),
    "a ring of references that are hard to tell apart": (
        {
            "$ref": "#/$defs/0",
            "$defs": {
                str(i): {
                    "properties": {"a": {"$ref": f"#/$defs/{(i + 1) % 3_000}"}},
                    **({"minimum": 1} if i == 0 else {}),
                }
                for i in range(3_000)
            },
        },
        {"minimum": 0},
    ),
    "unevaluated members that only a validator looks at": (
        {
            "properties": {
                "a": {
                    "$id": "urn:a",
                    **doubled(40, {"properties": {"k": True}}, "anyOf"),
                    "unevaluatedProperties": False,
                }
            }
        },
        {"type": "string"},
    ),
    "as many required members as fit": ({"required": [f"p{i}" for i in range(100_000)]}, {"maxProperties": 5}),
    "many alternatives that are objects": tuple(
        {"anyOf": [{"properties": {f"p{i}": {"enum": [i, i + more]}}, **required(f"p{i}")} for i in range(5_000)]}
        for more in (0, 1)
    ),
    "many members of any name": ({"type": "object", "minProperties": 50_000}, {"maxProperties": 50_000}),
}


@pytest.mark.timing
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pair_ends_within_its_budget(name: str) -> None:
    """
    Time is that of the processor, which other processes take less from than from the clock.
    """
    inner, outer = map(load_value, HOSTILE[name])
    assert isinstance(contains_nodes(load_value({}), load_value(False)), Refuted), "what is loaded lazily is there now"
    for emission in EMISSIONS:
        start = process_time()
        contains_nodes(inner, outer, emission=emission, budget=Budget(seconds=SECONDS))
        took = process_time() - start
        assert took < 1.2 * SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**20


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_left_for_the_collector_of_garbage(name: str) -> None:
    """
    Full collections are put off while a question is open: what it leaves behind has to be gone without them, and how
    the collector was set has to be as before.
    """
    inner, outer = map(load_value, HOSTILE[name])
    thresholds = gc.get_threshold()
    contains_nodes(inner, outer, budget=Budget(seconds=0.1))
    gc.collect()
    gc.disable()
    try:
        contains_nodes(inner, outer, budget=Budget(seconds=0.1))
        assert gc.collect() < 1_000
    finally:
        gc.enable()
    assert gc.get_threshold() == thresholds
