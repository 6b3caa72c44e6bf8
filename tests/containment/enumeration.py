"""
All schemas over tiny vocabularies, and all values over a tiny universe.

A vocabulary is a list of keywords with the values that each of them may take; its schemas are all choices of up to so
many of them. A universe holds every value up to a size that can be made of a few scalars, letters and names, which
stand for all others: nothing in a vocabulary tells more of them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal, localcontext
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

from schemadiff.instance import size

Choices = dict[str, list[dict[str, Any]]]
"""By name, the ways to write a keyword, with those that it needs beside it."""

HALF = Decimal("0.5")
ATOMS: tuple[Any, ...] = (True, False, {"type": "null"}, {"const": 1}, {"minLength": 1}, {"minItems": 1})


class Universe(NamedTuple):
    """
    Of what values are made.

    Attributes:
        scalars: null, booleans and numbers.
        letters: of which texts are made.
        names: those of members.
    """

    scalars: tuple[Any, ...]
    letters: str
    names: tuple[str, ...]

    def of_size(self, total: int) -> list[Any]:
        """
        All values of a size.
        """
        return _of_size(self, total)

    def up_to(self, total: int) -> list[Any]:
        """
        All values up to a size, the small ones first.
        """
        return [value for each in range(1, total + 1) for value in self.of_size(each)]


@cache
def _of_size(universe: Universe, total: int) -> list[Any]:
    found: list[Any] = list(universe.scalars) if total == 1 else []
    if universe.letters or total == 1:
        found += ["".join(word) for word in product(universe.letters, repeat=total - 1)]
    found += [list(items) for items in _items(universe, total - 1)]
    found += [dict(members) for members in _members(universe, total - 1, universe.names)]
    return found


def _items(universe: Universe, total: int) -> Iterator[tuple[Any, ...]]:
    if total == 0:
        yield ()
    for first in range(1, total + 1):
        for rest in _items(universe, total - first):
            yield from ((item, *rest) for item in _of_size(universe, first))


def _members(universe: Universe, total: int, names: Sequence[str]) -> Iterator[tuple[tuple[str, Any], ...]]:
    if total == 0:
        yield ()
    for position, name in enumerate(names):
        left = total - size({name: None}) + 2
        for first in range(1, left + 1):
            for rest in _members(universe, left - first, names[position + 1 :]):
                yield from (((name, member), *rest) for member in _of_size(universe, first))


class Vocabulary(NamedTuple):
    """
    Keywords with what they may take, and what instances are made of.

    Attributes:
        name: what it is called.
        dialect: in which its schemas are written.
        choices: the keywords.
        base: what stands in every schema that refers to it.
        universe: all instances, the small ones first.
        exact: whether the slow validator has the say, since the fast one computes with doubles.
    """

    name: str
    dialect: str
    choices: Choices
    base: dict[str, Any]
    universe: list[Any]
    exact: bool = False

    def schemas(self, most: int) -> list[Any]:
        """
        All schemas of up to so many keywords, and the two booleans.
        """
        found: list[Any] = [True, False]
        for number in range(most + 1):
            for names in combinations(self.choices, number):
                for parts in product(*(self.choices[name] for name in names)):
                    schema = {word: value for part in parts for word, value in part.items()}
                    if self.dialect == "2019-09" and _disputed(schema):
                        continue
                    found.append({**self.base, **schema} if "ef'" in str(schema) else schema)
        return found

    def some(self, most: int, wanted: int) -> list[Any]:
        """
        So many of them, evenly spread.
        """
        every = self.schemas(most)
        if len(every) <= wanted:
            return every
        return [every[position * len(every) // wanted] for position in range(wanted)]


def _disputed(schema: dict[str, Any]) -> bool:
    """
    Whether ``unevaluatedItems`` may read ``contains``, which validators let evaluate items in 2019-09 already.
    """
    return "unevaluatedItems" in schema and "'contains'" in str(schema)


def _ways(name: str, values: Iterable[Any]) -> Choices:
    return {name: [{name: value} for value in values]}


def _named(name: str, keys: Iterable[str], inside: Iterable[Any]) -> Choices:
    return {name: [{name: {key: value}} for key in keys for value in inside]}


def _numbers() -> Vocabulary:
    bounds = (-1, 0, HALF, 1)
    choices: Choices = {}
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        choices |= _ways(name, bounds)
    choices |= _ways("multipleOf", (HALF, 1, Decimal("1.5"), 2))
    choices |= _ways("type", ("integer", "number", ["integer", "null"], "string"))
    choices |= _ways("enum", ([0, 1], [HALF, None], [Decimal("1.0"), 2]))
    choices |= _ways("const", (0, True, Decimal("1.50")))
    choices |= _ways(
        "not", ({"multipleOf": 1}, {"multipleOf": HALF}, {"minimum": 0}, {"type": "integer"}, {"const": 0})
    )
    choices |= {
        "anyOf": [{"anyOf": [{"maximum": -1}, {"minimum": 1}]}, {"anyOf": [{"multipleOf": 2}, {"type": "null"}]}]
    }
    quarters = [Decimal(each) / 4 for each in range(-13, 14)]
    scalars = (None, True, False, *sorted(quarters, key=abs), 4, 5, 6, -4, -6, 100, Decimal("0.1"), Decimal("-0.3"))
    return Vocabulary("numbers", "2020-12", choices, {}, [*scalars, "", "a", [], {}, [0], {"a": 0}])


def _strings() -> Vocabulary:
    choices: Choices = _ways("minLength", (0, 1, 2, 4)) | _ways("maxLength", (0, 1, 2, 3, 4))
    patterns = ("a", "^a", "b$", "^a*$", "^(ab)*$", "^[^a]", "^.{2,3}$", "^(?!ab)", "^(a|bb?)+$", "^$")
    choices |= _ways("pattern", patterns)
    choices |= _ways("enum", (["", "a"], ["ab", "b"], ["aaaa", None]))
    choices |= _ways("const", ("a", "abab"))
    choices |= _ways("type", ("string", ["null", "string"]))
    inside = [{"pattern": "a"}, {"minLength": 2}, {"const": ""}, {"type": "string"}, {"enum": ["a", "b", "c"]}]
    choices |= _ways("not", inside)
    choices |= _ways("anyOf", ([inside[0], inside[1]], [inside[2], {"pattern": "^b"}]))
    choices |= _ways("oneOf", ([inside[0], inside[1]], [inside[4], {"maxLength": 1}]))
    letters = [each for each in Universe((), "abc", ()).up_to(6) if isinstance(each, str)]
    return Vocabulary("strings", "2020-12", choices, {}, [None, 0, True, [], {}, *letters])


def _arrays(dialect: str = "2020-12") -> Vocabulary:
    inside = [True, False, {"type": "null"}, {"const": 1}, {"minItems": 1}, {"uniqueItems": True}]
    pairs = [[True], [False], [{"type": "null"}, {"const": 1}], [True, True], [{"const": 1}, {"type": "array"}]]
    choices: Choices = _ways("unevaluatedItems", inside)
    if dialect == "2020-12":
        choices |= _ways("items", inside) | _ways("prefixItems", pairs)
    else:
        choices |= {
            "items": [{"items": each} for each in (*inside, *pairs)]
            + [{"items": pair, "additionalItems": each} for pair in pairs[::2] for each in inside[1:4]]
        }
    counts = [{}, {"minContains": 0}, {"minContains": 2}, {"maxContains": 1}, {"minContains": 0, "maxContains": 0}]
    choices |= {"contains": [{"contains": each, **bounds} for each in inside for bounds in counts]}
    choices |= _ways("uniqueItems", (True,)) | _ways("minItems", (1, 2, 3)) | _ways("maxItems", (0, 1, 2, 3))
    applied = [{"prefixItems" if dialect == "2020-12" else "items": [True]}, {"contains": {"const": 1}}]
    choices |= _ways("anyOf", ([applied[0], applied[1]], [{"minItems": 2}, {"maxItems": 0}]))
    choices |= _ways("not", (applied[1], {"items": {"type": "null"}}, {"uniqueItems": True}))
    choices |= {"if": [{"if": applied[1], "then": applied[0]}, {"if": {"minItems": 2}, "else": {"items": False}}]}
    choices |= _ways("const", ([], [1], [None, None])) | _ways("enum", ([[], [1]], [[None], 1]))
    choices |= _ways("allOf", ([applied[0]], [{"items": True}]))
    choices |= _ways("$ref", ("#/$defs/list", "#/$defs/pair"))
    definitions = {"list": {"items": {"$ref": "#/$defs/list"}, "type": "array"}, "pair": {**applied[0], "minItems": 2}}
    values = Universe((None, 1), "", ()).up_to(6)
    return Vocabulary(f"arrays {dialect}", dialect, choices, {"$defs": definitions}, values)


def _objects() -> Vocabulary:
    inside = [True, False, {"type": "null"}, {"const": 1}, {"required": ["a"]}]
    choices: Choices = _named("properties", "ab", inside)
    choices["properties"] += [{"properties": {"a": one, "b": other}} for one in inside[1:4] for other in inside[:3]]
    choices |= _named("patternProperties", ("a", "^b", "^[ab]?$"), inside[:4])
    choices |= _ways("additionalProperties", inside) | _ways("unevaluatedProperties", inside)
    choices |= _ways("required", ([], ["a"], ["a", "b"], ["c"]))
    choices |= _ways("minProperties", (1, 2)) | _ways("maxProperties", (0, 1, 2))
    choices |= _ways("propertyNames", ({"maxLength": 1}, {"pattern": "a"}, {"enum": ["a", "b"]}, {"const": ""}, False))
    choices |= _ways("dependentRequired", ({"a": ["b"]}, {"b": ["a"], "": ["b"]}))
    choices |= _named("dependentSchemas", "ab", [{"properties": {"b": True}}, {"maxProperties": 1}, False])
    applied = [{"properties": {"a": True}}, {"required": ["b"]}, {"patternProperties": {"^b": {"const": 1}}}]
    choices |= _ways("allOf", ([applied[0]], [applied[1], applied[2]]))
    choices |= _ways("anyOf", (applied[:2], applied[1:])) | _ways("oneOf", (applied[:2], applied[1:]))
    choices |= _ways("not", (applied[1], {"required": ["a"], "properties": {"a": {"const": 1}}}, {"minProperties": 2}))
    choices |= {"if": [{"if": applied[1], "then": applied[0]}, {"if": applied[0], "else": applied[1]}]}
    choices |= _ways("$ref", ("#/$defs/tree", "#/$defs/closed"))
    choices |= _ways("const", ({}, {"a": 1})) | _ways("enum", ([{}, {"b": None}], [{"a": 1}, 1]))
    tree = {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}}}
    definitions = {"tree": tree, "closed": {"properties": {"b": True}, "additionalProperties": False}}
    small = Universe((None, 0, 1), "", ("", "a", "b", "c", "ab", "ba", "cc")).up_to(6)
    small = [each for each in small if not isinstance(each, list) or each == []]
    names = ("a", "b", "c", "ab")
    wide = [
        {name: value for name, value in zip(names, values, strict=True) if value is not ...}
        for values in product((..., None, 1, {}, {"a": 1}), repeat=len(names))
    ]
    return Vocabulary("objects", "2020-12", choices, {"$defs": definitions}, sorted([*small, *wide], key=size))


def _logic() -> Vocabulary:
    parts: list[Any] = [
        {"type": "null"},
        {"const": 1},
        {"minLength": 1},
        {"type": ["string", "number"]},
        {"$ref": "#/$defs/t"},
    ]
    pairs = [list(pair) for pair in product(parts, repeat=2)]
    choices: Choices = {}
    for name in ("allOf", "anyOf", "oneOf"):
        choices |= _ways(name, pairs)
    choices["oneOf"] += [{"oneOf": [True, *pair]} for pair in pairs[::3]]
    choices |= _ways("not", [*parts, {"not": parts[2]}, {"oneOf": parts[:3]}, {"anyOf": parts[1:3]}])
    choices |= {
        "if": [
            {
                "if": one,
                **({"then": then} if then is not None else {}),
                **({"else": other} if other is not None else {}),
            }
            for one in parts
            for then in (None, parts[1], False)
            for other in (None, parts[3], False)
        ]
    }
    choices |= _ways("$ref", ("#/$defs/t", "#/$defs/n"))
    choices |= _ways("type", ("string", "integer", "array"))
    nested = {"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#/$defs/t"}}]}
    base = {"$defs": {"t": nested, "n": {"not": {"$ref": "#/$defs/t"}}}}
    values = Universe((None, True, 0, 1, 2), "ab", ("a",)).up_to(4)
    return Vocabulary("logic", "2020-12", choices, base, values)


def _nested() -> Vocabulary:
    closed = {"properties": {"b": True}, "additionalProperties": False}
    inside = [True, {"properties": {"b": {"type": "null"}}}, {"required": ["b"]}, {"type": "object"}, closed]
    inside += [{"additionalProperties": {"type": "null"}}, {"prefixItems": [True]}, {"$ref": "#/$defs/tree"}]
    choices = _named("properties", "ab", inside) | _named("patternProperties", ("^a", "b"), inside[1:6])
    choices |= _ways("additionalProperties", inside[:6]) | _ways("unevaluatedProperties", (False, *inside[:6]))
    applied = [{"properties": {"a": each}} for each in inside[1:5]]
    for name in ("allOf", "anyOf", "oneOf"):
        choices |= _ways(
            name, ([applied[0], {"required": ["a"]}], [applied[1], applied[3]], [{"items": inside[1]}, closed])
        )
    choices |= {
        "if": [
            {"if": applied[0], "then": {"properties": {"b": True}}},
            {"if": {"required": ["a"]}, "then": applied[1], "else": {"properties": {"b": inside[1]}}},
            {"if": {"type": "array"}, "else": closed},
        ]
    }
    choices |= _named("dependentSchemas", "ab", applied[:3]) | _ways("dependentRequired", ({"b": ["a"]},))
    choices |= _ways("required", (["a"], ["c"])) | _ways("propertyNames", ({"maxLength": 1},))
    choices |= _ways("not", (applied[1], {"required": ["b"]})) | _ways("$ref", ("#/$defs/tree", "#/$defs/list"))
    choices |= _ways("items", inside[1:6]) | _ways("prefixItems", ([inside[1]], [True, inside[5]]))
    choices |= {"contains": [{"contains": each, "minContains": least} for each in inside[1:4] for least in (0, 1)]}
    choices |= _ways("unevaluatedItems", (False, *inside[:4]))
    tree = {"properties": {"a": {"$ref": "#/$defs/tree"}}}
    definitions = {"tree": tree, "list": {"prefixItems": [{"$ref": "#/$defs/tree"}]}}
    low = [
        None,
        1,
        [],
        [None],
        *({**one, **other} for one in ({}, {"a": None}) for other in ({}, {"b": None}, {"b": 1})),
    ]
    low += [{"c": None}, {"a": {"b": None}}]
    objects = [{"a": one} for one in low] + [{name: one} for name in "bc" for one in low[:8]]
    objects += [{"a": one, other: two} for one in low for other in "bc" for two in low[1:6:2]]
    lists = [[one] for one in low] + [[one, two] for one in low[::2] for two in low]
    values = [*low, *objects, *lists, *([one] for one in objects[:20]), *({"a": one} for one in objects[:40])]
    return Vocabulary("nested", "2020-12", choices, {"$defs": definitions}, sorted(values, key=size))


def _extremes() -> Vocabulary:
    """
    Numbers that no double tells apart, and those beyond all doubles.
    """
    big, huge, tiny = 2**53, Decimal("1e400"), Decimal("1e-400")
    bounds = (big, big + 1, huge, -huge, tiny, 0, Decimal("0.1"), Decimal("19.99"))
    choices: Choices = {}
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        choices |= _ways(name, bounds)
    choices |= _ways("multipleOf", (1, Decimal("0.01"), Decimal("0.3"), big, big + 1, huge, tiny, Decimal("12.5")))
    choices |= _ways("type", ("integer", "number", "null"))
    choices |= _ways("const", (big + 1, huge, tiny)) | _ways("enum", ([big, big + 1], [Decimal("1e400"), 1]))
    choices |= _ways("not", ({"multipleOf": 1}, {"maximum": big}, {"multipleOf": tiny}, {"minimum": huge}))
    values = [each * sign for each in (*bounds, 1, 3, Decimal("0.3"), Decimal("12.5")) for sign in (1, -1)]
    with localcontext(Context(prec=2_000)):
        near = [each + add for each in (big, huge, tiny, 0) for add in (1, -1, Decimal("0.01"), Decimal("0.003"), tiny)]
    return Vocabulary("extreme numbers", "2020-12", choices, {}, [None, "", True, *values, *near], True)


def _old(dialect: str) -> Vocabulary:
    """
    What older dialects write in their own way.
    """
    never: Any = {"not": {}} if dialect == "draft4" else False
    inside = [{}, never, {"type": "null"}, {"type": "integer", "minimum": 1}]
    choices: Choices = {}
    for name, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if dialect == "draft4":
            choices |= {name: [{name: bound, strict: each} for bound in (0, 1) for each in (True, False)]}
        else:
            choices |= _ways(name, (0, 1)) | _ways(strict, (0, 1))
    pairs = [[inside[2], inside[3]], [inside[0]]]
    choices |= {
        "items": [{"items": each} for each in (*inside, *pairs)]
        + [{"items": pair, "additionalItems": each} for pair in pairs for each in (False, *inside[2:])]
    }
    choices |= _ways("additionalItems", (False,)) | _ways("type", ("integer", ["array", "object"]))
    choices |= _ways(
        "dependencies", ({"a": ["b"]}, {"a": inside[1]}, {"a": {"properties": {"b": inside[2]}}, "b": ["a"]})
    )
    choices |= _named("properties", "ab", inside[1:]) | _ways("additionalProperties", (False, inside[2]))
    choices |= _named("patternProperties", ("^a",), inside[1:3]) | _ways("required", (["a"],))
    choices |= {"$ref": [{"$ref": "#/definitions/t"}, {"$ref": "#/definitions/t", "minimum": 5, "required": ["b"]}]}
    choices |= _ways("allOf", ([{"$ref": "#/definitions/t"}],)) | _ways("not", (inside[2], {"required": ["a"]}))
    choices |= _ways("oneOf", ([inside[2], {"$ref": "#/definitions/t"}],)) | _ways("enum", ([1, None], [{"a": 1}, []]))
    if dialect != "draft4":
        choices |= _ways("contains", inside[:3]) | _ways("propertyNames", ({"maxLength": 1}, False))
        choices |= _ways("const", (1, [None])) | {"if": [{"if": {"required": ["a"]}, "then": {"maxProperties": 1}}]}
    definitions = {"t": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/definitions/t"}}]}}
    values = Universe((None, True, 0, 1, 2, HALF, 6), "", ("a", "b", "ab")).up_to(4)
    wide = [{"a": one, "b": other} for one in (None, 1) for other in (None, 1, 0)]
    return Vocabulary(dialect, dialect, choices, {"definitions": definitions}, sorted([*values, *wide], key=size))


def _dynamic(dialect: str) -> Vocabulary:
    """
    Trees whose nodes are bound by who refers to them.
    """
    late = dialect == "2020-12"
    anchor = {"$dynamicAnchor": "node"} if late else {"$recursiveAnchor": True}
    again = {"$dynamicRef": "#node"} if late else {"$recursiveRef": "#"}
    applied = [{"required": ["a"]}, {"properties": {"b": {"type": "null"}}}, {"maxProperties": 1}, {"type": "object"}]
    choices: Choices = {"$ref": [{"$ref": "tree"}, {"$ref": "list"}, {"allOf": [{"$ref": "tree"}]}]}
    if not late:
        # Where it has no anchor, a dynamic reference of the later dialect leads nowhere.
        choices |= {"anchor": [anchor]}
    choices |= _ways("unevaluatedProperties", (False, {"type": "null"}, again))
    choices |= _ways("required", (["a"], ["b"])) | _ways("properties", ({"b": again}, {"a": applied[1]}, {"c": True}))
    choices |= _ways("anyOf", ([applied[1], {"type": "array"}], [{"$ref": "tree"}, {"$ref": "list"}]))
    choices |= _ways("type", ("object", "array")) | _ways("not", (applied[0], {"$ref": "tree"}))
    choices |= {"items": [{"items": {"$ref": "tree"}}, {"items": again}]} | _ways("maxItems", (0, 1))
    definitions = {
        "tree": {"$id": "tree", **anchor, "type": "object", "properties": {"a": again}},
        "list": {"$id": "list", **anchor, "type": "array", "items": again},
    }
    base = {"$id": "https://example.org/root", "$defs": definitions, **(anchor if late else {})}
    low: list[Any] = [
        None,
        1,
        {},
        [],
        {"a": None},
        {"a": {}},
        {"b": None},
        {"b": 1},
        {"a": [], "b": 1},
        [{}],
        [[]],
        [None],
    ]
    values = [*low, *({name: each} for name in "abc" for each in low), *([each] for each in low)]
    values += [{"a": {"a": each}} for each in low] + [{"a": {"b": each}, "b": None} for each in low[:6]]
    values += [[one, other] for one in low[2:7] for other in low] + [{"a": one, "b": {}} for one in low]
    return Vocabulary(f"dynamic {dialect}", dialect, choices, base, sorted(values, key=size))


def vocabularies() -> list[Vocabulary]:
    """
    All of them.
    """
    modern = [_numbers(), _extremes(), _strings(), _arrays(), _arrays("2019-09"), _objects(), _nested(), _logic()]
    return [*modern, *map(_old, ("draft4", "draft6", "draft7")), *map(_dynamic, ("2019-09", "2020-12"))]
