"""
Laws that hold for all schemas: made up at random, judged by validators that know nothing of the comparison.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from schemadiff.changes import Change, applied, diff, reverted
from schemadiff.keywords import Dialect, Effect
from schemadiff.schema import Node, load_value
from schemadiff.validators.harness import Validators

pytestmark = pytest.mark.slow

NAMES = ("a", "b", "ab")
SCALARS: tuple[Any, ...] = (None, True, 0, 1, 2, 1.5, "", "a", "ab", "b")
LISTS = ([], [1], [1, 1], ["a", 1], [None, "a", 2], [[]], [{"a": 1}])
OBJECTS = tuple(
    {name: value for name, value in zip(NAMES, values, strict=True) if value is not ...}
    for values in product((..., 1, "a", None), (..., 2, "ab"), (..., "b", []))
)
INSTANCES: tuple[Any, ...] = (
    *SCALARS,
    *LISTS,
    *OBJECTS,
    {"a": {"a": 1}},
    {"b": {"b": "a", "a": "a"}},
    [{"a": 1, "b": 2}],
    [2, "a"],
    [None, None, None],
    [{"a": [1]}, 0],
    {"a": [1], "b": {"b": 1}},
)

types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
names = st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2)
counts = st.integers(0, 3)


@cache
def keywords_of(dialect: Dialect, depth: int, refers: bool) -> dict[str, st.SearchStrategy[Any]]:
    """
    For each keyword of a dialect its values, with subschemas of some depth.
    """
    inner = subschemas(dialect, depth, refers)
    some = st.lists(inner, min_size=1, max_size=2)
    by_name = st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    found: dict[str, st.SearchStrategy[Any]] = {
        "type": st.one_of(types, st.lists(types, unique=True, min_size=1, max_size=2)),
        "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3, unique_by=repr),
        "maximum": counts,
        "minimum": counts,
        "multipleOf": st.sampled_from([1, 2, 3]),
        "maxLength": counts,
        "minLength": counts,
        "pattern": st.sampled_from(["^a", "b$"]),
        "maxItems": counts,
        "minItems": counts,
        "uniqueItems": st.booleans(),
        "maxProperties": counts,
        "minProperties": counts,
        "required": names,
        "properties": by_name,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=1),
        "additionalProperties": st.one_of(st.booleans(), inner),
        "allOf": some,
        "anyOf": some,
        "oneOf": some,
        "not": inner,
    }
    if dialect.age <= Dialect.DRAFT2019.age:
        found["items"] = st.one_of(inner, some)
        found["additionalItems"] = st.one_of(st.booleans(), inner)
    if dialect.age <= Dialect.DRAFT7.age:
        found["dependencies"] = st.dictionaries(st.sampled_from(NAMES), st.one_of(names, inner), max_size=2)
    if dialect is Dialect.DRAFT4:
        found["exclusiveMaximum"] = st.booleans()
    else:
        found |= {
            "const": st.sampled_from(SCALARS),
            "exclusiveMinimum": counts,
            "contains": inner,
            "propertyNames": inner,
        }
    if dialect.age >= Dialect.DRAFT7.age:
        found |= {"if": inner, "then": inner, "else": inner}
    if dialect.age >= Dialect.DRAFT2019.age:
        found |= {"minContains": counts, "maxContains": counts, "dependentSchemas": by_name}
        found["dependentRequired"] = st.dictionaries(st.sampled_from(NAMES), names, max_size=2)
        found |= {"unevaluatedProperties": st.one_of(st.just(False), inner), "unevaluatedItems": st.just(False)}
    if dialect is Dialect.DRAFT2020:
        found |= {"prefixItems": some, "items": inner}
    return found


def container(dialect: Dialect) -> str:
    return "$defs" if dialect.age >= Dialect.DRAFT2019.age else "definitions"


@st.composite
def subschemas(draw: st.DrawFn, dialect: Dialect, depth: int, refers: bool) -> Any:
    """
    Schemas of some keywords, or references to one of two definitions.
    """
    kinds = ["plain", "plain", "plain", "type", "empty"]
    kinds += ["reference"] * refers + ["boolean"] * (dialect is not Dialect.DRAFT4)
    match draw(st.sampled_from(kinds)):
        case "reference":
            return {"$ref": f"#/{container(dialect)}/{draw(st.sampled_from(['one', 'two']))}"}
        case "boolean":
            return draw(st.booleans())
        case "empty":
            return {}
        case "plain" if depth:
            values = keywords_of(dialect, depth - 1, refers)
            chosen = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=4, unique=True))
            if dialect is Dialect.DRAFT4 and "exclusiveMaximum" in chosen:
                chosen.append("maximum")
            return {name: draw(values[name]) for name in chosen}
        case _:
            return {"type": draw(types)}


@st.composite
def schemas(draw: st.DrawFn, dialect: Dialect) -> dict[str, Any]:
    """
    Schemas with two definitions that anything may refer to; these refer to each other below a member only, so that no
    reference leads to itself without a step.
    """
    top, defined = parts_of(dialect)
    return with_definitions(dialect, draw(top), draw(defined), draw(defined))


@cache
def parts_of(dialect: Dialect) -> tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    flat = subschemas(dialect, 1, False)
    members = st.dictionaries(st.sampled_from(NAMES), subschemas(dialect, 0, True), max_size=2)
    return subschemas(dialect, 2, True), st.one_of(flat, members.map(lambda each: {"properties": each}))


def with_definitions(dialect: Dialect, top: Any, one: Any, two: Any) -> dict[str, Any]:
    body = top if isinstance(top, dict) else {"allOf": [top]}
    if "$ref" in body and dialect.ref_hides_siblings:
        body = {"allOf": [body]}
    return {"$schema": dialect.uri, **body, container(dialect): {"one": one, "two": two}}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Node, Node]:
    """
    Two schemas, mostly of one dialect, the second one often an edit of the first.
    """
    dialect = draw(st.sampled_from(Dialect))
    other = draw(st.one_of(st.just(dialect), st.just(dialect), st.sampled_from(Dialect)))
    old = draw(schemas(dialect))
    new = draw(schemas(other))
    if dialect is other and draw(st.booleans()):
        kept = draw(st.lists(st.sampled_from(sorted(old)), unique=True))
        new = {**new, **{name: old[name] for name in kept}}
        if dialect is Dialect.DRAFT4 and "exclusiveMaximum" in new:
            new.setdefault("maximum", 2)
    note(f"old {old}")
    note(f"new {new}")
    return load_value(old), load_value(new)


MARKING = (
    "properties",
    "patternProperties",
    "additionalProperties",
    "prefixItems",
    "items",
    "additionalItems",
    "contains",
    "minContains",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
    "unevaluatedItems",
)


@cache
def marking(dialect: Dialect, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """
    Schemas of keywords that bear on what is evaluated.
    """
    values = keywords_of(dialect, 0, False)
    inner = st.one_of(marking(dialect, depth - 1), values["not"]) if depth else values["not"]
    some, by_name = st.lists(inner, min_size=1, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    deep = {
        **dict.fromkeys(("contains", "not", "if", "then", "else", "items", "additionalProperties"), inner),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), some),
        **dict.fromkeys(("properties", "dependentSchemas"), by_name),
    }
    return st.fixed_dictionaries(
        {}, optional={word: deep.get(word, values[word]) for word in MARKING if word in values}
    )


@st.composite
def read_pairs(draw: st.DrawFn) -> tuple[Node, Node]:
    """
    Two schemas in which marks are read: the second one an edit of the first in a keyword or two.
    """
    dialect = draw(st.sampled_from([Dialect.DRAFT2019, Dialect.DRAFT2020]))
    reader = draw(st.sampled_from([{"unevaluatedItems": False}, {"unevaluatedProperties": False}]))
    kept, other = draw(marking(dialect, 1)), draw(marking(dialect, 1))
    words = draw(st.lists(st.sampled_from(MARKING), min_size=1, max_size=2))
    edited = {name: value for name, value in kept.items() if name not in words}
    edited |= {name: value for name, value in other.items() if name in words}
    old, new = ({"$schema": dialect.uri, **each, **reader} for each in (kept, edited))
    note(f"old {old}")
    note(f"new {new}")
    return load_value(old), load_value(new)


def accepted(node: Node) -> list[bool | None]:
    validators = Validators(node)
    return [validators.rust(instance) for instance in INSTANCES]


def agreed(node: Node) -> list[bool | None]:
    """
    As accepted, but None where validators differ.
    """
    validators = Validators(node)
    return [validators.check(instance).agreed for instance in INSTANCES]


usual = settings(max_examples=150, deadline=None, derandomize=True)


def told(changes: list[Change]) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.fact, change.path) for change in changes if change.edits]


@usual
@given(pairs())
def test_all_changes_together_make_old_new(pair: tuple[Node, Node]) -> None:
    old, new = pair
    changes = diff(old, new)

    assert accepted(applied(changes, old)) == accepted(new)
    assert accepted(reverted(changes, new)) == accepted(old)
    assert told(diff(applied(changes, old), new)) == []
    assert told(diff(reverted(changes, new), old)) == []


@usual
@given(st.one_of(pairs(), read_pairs()))
def test_each_change_alone_does_what_it_is_presumed_to_do(pair: tuple[Node, Node]) -> None:
    old, new = pair
    before = agreed(old)
    for change in diff(old, new):
        after = agreed(applied([change], old))
        note(f"{change.fact} {change.path} {change.whole_effect}")
        if change.whole_effect in (Effect.NARROWED, Effect.NONE):
            assert not any(was is False and now for was, now in zip(before, after, strict=True))
        if change.whole_effect in (Effect.WIDENED, Effect.NONE):
            assert not any(was and now is False for was, now in zip(before, after, strict=True))


@usual
@given(pairs())
def test_nothing_changed_between_equal_schemas(pair: tuple[Node, Node]) -> None:
    for side in pair:
        assert diff(side, side) == []
        assert diff(side, load_value(side.document.value)) == []


@usual
@given(pairs())
def test_no_change_means_that_nothing_tells_them_apart(pair: tuple[Node, Node]) -> None:
    old, new = pair
    if not told(diff(old, new)):
        assert accepted(old) == accepted(new)


@usual
@given(pairs())
def test_read_backwards_every_change_is_there_again(pair: tuple[Node, Node]) -> None:
    old, new = pair
    forth, back = diff(old, new), diff(new, old)

    assert {change.path for change in forth if change.edits} == {change.path for change in back if change.edits}
