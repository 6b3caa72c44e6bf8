"""
Hypothesis strategies: schemas over all keywords, and small values to hold against them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "ab")
SCALARS: tuple[Any, ...] = (None, True, False, 0, 1, 2, -1, Decimal("0.5"), "", "a", "b", "ab", "aa")

scalars = st.sampled_from(SCALARS)
values = st.recursive(
    scalars,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from((*NAMES, "c")), inside, max_size=3),
    max_leaves=5,
)


def _one(name: str, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return strategy.map(lambda value: {name: value})


def _keywords(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    small = st.integers(0, 2)
    some = st.lists(inside, min_size=1, max_size=3)
    named = st.dictionaries(st.sampled_from(NAMES), inside, min_size=1, max_size=2)
    words = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)
    patterns = st.sampled_from(["^a", "b", "^a?b?$", "^(a|b)*$", "^..$"])
    return st.one_of(
        _one("type", st.sampled_from(["object", "array", "string", "number", "integer", ["object", "array"]])),
        _one("enum", st.lists(values, min_size=1, max_size=3)),
        _one("const", values),
        *(
            _one(word, st.sampled_from([-1, 0, 1, Decimal("0.5")]))
            for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        ),
        _one("multipleOf", st.sampled_from([1, 2, Decimal("0.5"), Decimal("1.5")])),
        *(
            _one(word, small)
            for word in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
        ),
        _one("pattern", patterns),
        _one("uniqueItems", st.just(True)),
        _one("prefixItems", some),
        *(
            _one(word, inside)
            for word in ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "not")
        ),
        st.fixed_dictionaries({"contains": inside}, optional={"minContains": small, "maxContains": small}),
        _one("properties", named),
        _one("patternProperties", st.dictionaries(patterns, inside, min_size=1, max_size=2)),
        _one("propertyNames", st.sampled_from([{"maxLength": 1}, {"pattern": "^a"}, {"enum": ["a", "b"]}])),
        _one("required", words),
        _one("dependentRequired", st.dictionaries(st.sampled_from(NAMES), words, min_size=1, max_size=2)),
        _one("dependentSchemas", named),
        *(_one(word, some) for word in ("allOf", "anyOf", "oneOf")),
        st.fixed_dictionaries({"if": inside}, optional={"then": inside, "else": inside}),
    )


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


schemas: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.sampled_from([{}, {"type": "string"}, {"type": "integer"}, {"const": 1}]),
    lambda inside: st.lists(_keywords(inside), min_size=1, max_size=3).map(_merged),
    max_leaves=6,
)
"""Schemas of 2020-12 without references."""


def _inside(hole: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """
    Schemas around another one, at places where narrowing it narrows the whole.
    """
    beside = st.sampled_from([{}, {"type": "object"}, {"maxItems": 2}, {"required": ["b"]}, {"minLength": 1}])
    around = st.sampled_from(
        [
            lambda each: {"properties": {"a": each}},
            lambda each: {"patternProperties": {"^a": each}},
            lambda each: {"additionalProperties": each, "properties": {"b": True}},
            lambda each: {"items": each},
            lambda each: {"prefixItems": [True, each]},
            lambda each: {"contains": each},
            lambda each: {"allOf": [each, {"type": ["object", "array", "string"]}]},
            lambda each: {"anyOf": [{"type": "null"}, each]},
            lambda each: {"dependentSchemas": {"a": each}},
            lambda each: {"if": {"type": "object"}, "then": each},
            lambda each: {"if": {"type": "object"}, "else": each},
            lambda each: {"propertyNames": each},
            lambda each: {"not": {"not": each}},
            lambda each: {"unevaluatedProperties": each, "properties": {"b": True}},
            lambda each: {"unevaluatedItems": each, "prefixItems": [True]},
            lambda each: {"$ref": "#/$defs/hole", "$defs": {"hole": each}},
        ]
    )
    return st.tuples(hole, around, beside).map(lambda three: {**three[1](three[0]), **three[2]})


@st.composite
def narrowed(draw: Any) -> tuple[Any, Any]:
    """
    A schema, and the same one with more demanded at one place of positive polarity.
    """
    before, more, mark = draw(schemas), draw(schemas), {"$comment": "here"}
    frame = draw(st.just(mark) | _inside(st.just(mark)) | _inside(_inside(st.just(mark)).filter(_without_references)))
    return _filled(frame, before), _filled(frame, {"allOf": [before, more]})


def _without_references(schema: Any) -> bool:
    return "$ref" not in schema


def _filled(frame: Any, content: Any) -> Any:
    if isinstance(frame, dict):
        if frame == {"$comment": "here"}:
            return content
        return {name: _filled(each, content) for name, each in frame.items()}
    return [_filled(each, content) for each in frame] if isinstance(frame, list) else frame


@st.composite
def referring(draw: Any) -> Any:
    """
    Schemas with references, to definitions and to themselves.
    """
    leaves = st.sampled_from([{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}, {"$ref": "#"}, {"type": "null"}, True])
    inside = st.recursive(
        leaves, lambda each: st.lists(_keywords(each), min_size=1, max_size=2).map(_merged), max_leaves=4
    )
    written = st.lists(_keywords(inside), min_size=1, max_size=2).map(_merged)
    definitions = {name: draw(written) for name in "ab"}
    return {**draw(written), "$defs": definitions}
