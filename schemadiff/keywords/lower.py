"""
What a schema means: from facets to formulas.

Every keyword's meaning is one function of this room, entered in ``MEANINGS``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, NamedTuple

from schemadiff.formula import Arena, Circular, Formula, between, terms
from schemadiff.formula.terms import STRING
from schemadiff.instance import Value
from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.normalized import Facet
from schemadiff.keywords.scoped_schema import Identities, Missing, Place, Places, in_portions


class Obstacle(Enum):
    """
    Why a part of a schema has no meaning that could be computed with.
    """

    UNRESOLVED = "unresolved reference"
    PATTERN = "pattern beyond regular languages"
    FORMAT = "format that is not regular"


class Hindrance(NamedTuple):
    """
    One such part.
    """

    obstacle: Obstacle
    detail: str
    keyword: str
    place: Any


class Meaning:
    """
    Lowers places to formulas of one arena, each once.

    Arguments:
        arena: where the formulas live.
        places: steps from place to place.
        formats: whether ``format`` is asserted.
        language: from an ECMA-262 pattern to a regular language; raises ValueError where there is none.
        inhabited: whether any text satisfies a formula in which no references are left.
        format_language: from a format's name to its language; None for a format that asserts nothing, ValueError
            for one that is not regular.
        generous: whether ``contains`` evaluates items in 2019-09 already, as validators have it.
    """

    def __init__(
        self,
        arena: Arena,
        places: Places,
        *,
        language: Callable[[str], Any],
        inhabited: Callable[[Formula], bool] = lambda _: True,
        format_language: Callable[[str], Any] | None = None,
        generous: bool = False,
    ) -> None:
        self.arena = arena
        self.places = places
        self.identities = Identities(places)
        self.language = language
        self.inhabited = inhabited
        self.format_language = format_language
        self.generous = generous
        self._known: dict[int, Formula] = {}
        self._hindrances: dict[tuple[Obstacle, Hashable], Hindrance] = {}

    def of(self, place: Place) -> Formula:
        """
        The formula of a place: a reference to be written out later, unless it is simple.
        """
        number = self.identities.of(place)
        found = self._known.get(number)
        if found is None:
            place = self.places.straight(place)
            if self.places.edges(place):
                found = self.arena.reference(number, lambda: self.lower(place), place.node)
            else:
                found = self.lower(place)
            self._known[number] = found
        return found

    def lower(self, place: Place) -> Formula:
        """
        The formula of a place, written out as far as its subschemas.
        """
        if isinstance(place.node.value, bool):
            return self.arena.constant(place.node.value)
        facets = self.places.facets(place.node)
        return self.arena.all_of(MEANINGS[name](self, place, facet) for name, facet in facets.items())

    def inside(self, place: Place, keyword: str) -> list[tuple[Any, Formula]]:
        """
        The formulas of one keyword's subschemas, with their steps.
        """
        return [
            (step, self.of(target))
            for name, step, target in self.places.edges(place)
            if name == keyword and isinstance(target, Place)
        ]

    def only(self, place: Place, keyword: str) -> Formula:
        """
        The formula of the one subschema of a keyword; true where the keyword is absent.
        """
        found = self.inside(place, keyword)
        return found[0][1] if found else self.arena.true

    def names(self, words: Iterable[str]) -> Formula:
        """
        The names among some words.
        """
        return self.arena.view(self.arena.atom("word-in", frozenset(words)), STRING)

    def matching(self, pattern: str, keyword: str, place: Place) -> Formula:
        """
        The texts that match a pattern.
        """
        try:
            language = self.language(pattern)
        except ValueError as error:
            return self.odd(pattern, Hindrance(Obstacle.PATTERN, str(error), keyword, place.node))
        return self.arena.atom("language", language)

    def odd(self, text: str, hindrance: Hindrance) -> Formula:
        """
        The texts that a pattern or format means that cannot be computed with: the same wherever it is written.
        """
        mark = (hindrance.obstacle, text)
        return self.arena.atom("odd", mark, self._hindrances.setdefault(mark, hindrance))

    def missing(self, target: Missing, keyword: str, place: Place) -> Formula:
        """
        What a reference that leads nowhere means: the same wherever it is written.
        """
        return self.unknown(target.uri, target, keyword, place)

    def unknown(self, what: Hashable, target: Missing, keyword: str, place: Place) -> Formula:
        """
        What only the target of a reference that leads nowhere could tell: the same for the same thing.
        """
        mark = (Obstacle.UNRESOLVED, what)
        hindrance = Hindrance(Obstacle.UNRESOLVED, target.uri, keyword, place.node)
        return self.arena.opaque(mark, self._hindrances.setdefault(mark, hindrance))

    def has(self, name: str) -> Formula:
        """
        The object has a member of that name; nothing is said of other types.
        """
        return self.arena.atom("some", self.names([name]), self.arena.true)

    def lacks(self, name: str) -> Formula:
        """
        The object has no member of that name; nothing is said of other types.
        """
        return self.arena.atom("every", self.names([name]), self.arena.false)

    def described(self, place: Place) -> tuple[frozenset[str], Formula]:
        """
        The names that ``properties`` lists, and all names that it or ``patternProperties`` matches.
        """
        listed = frozenset(str(step) for step, _ in place.node.children("properties"))
        patterns = [self.matching(str(step), "patternProperties", place) for step, _ in self._patterns(place)]
        return listed, self.arena.view(self.arena.any_of((self.names(listed), *patterns)), STRING)

    def _patterns(self, place: Place) -> Any:
        return place.node.children("patternProperties")

    def texts(self, formula: Formula) -> Formula:
        """
        What a formula says of texts, with references written out.

        Raises:
            Circular: it leans on itself.
        """
        return self._texts(formula, ())

    def _texts(self, formula: Formula, path: tuple[Any, ...]) -> Formula:
        arena = self.arena
        formula = arena.view(formula, STRING)
        if formula.op in ("ref", "ref-not"):
            reference = formula.args[0]
            if reference in path or len(path) > 200:
                raise Circular(reference.place)
            found = self._texts(reference.formula(), (*path, reference))
            return found if formula.op == "ref" else arena.view(arena.dual(found), STRING)
        if formula.op in ("lone", "lone-not"):
            formula = arena.spelled(formula)
        if formula.op in ("and", "or"):
            parts = [self._texts(part, path) for part in formula.args]
            return arena.all_of(parts) if formula.op == "and" else arena.any_of(parts)
        return formula

    def value(self, value: Value) -> Formula:
        """
        The formula that only one value satisfies.
        """
        return self.values([value])

    def values(self, values: Iterable[Value]) -> Formula:
        """
        The formula that just these values satisfy.
        """
        mask, numbers, words, others = 0, set(), set(), []
        for value in in_portions(values, self.places.tick):
            if value is None or isinstance(value, bool):
                mask |= terms.NULL if value is None else terms.TRUE if value else terms.FALSE
            elif isinstance(value, (int, Decimal)):
                numbers.add(Fraction(value))
            elif isinstance(value, str):
                words.add(value)
            else:
                others.append(self._array(value) if isinstance(value, list) else self._object(value))
        arena = self.arena
        simple = [
            arena.type(mask),
            arena.atom("number-in", frozenset(numbers), otherwise=False),
            arena.atom("word-in", frozenset(words), otherwise=False),
        ]
        return arena.any_of((*simple, *others))

    def _array(self, value: list[Value]) -> Formula:
        arena = self.arena
        items = (arena.atom("item", index, self.value(item)) for index, item in enumerate(value))
        size = arena.atom("size", between(len(value), len(value)))
        return arena.all_of((arena.type(terms.ARRAY), size, *items))

    def _object(self, value: dict[str, Value]) -> Formula:
        arena = self.arena
        rest = arena.view(arena.atom("word-out", frozenset(value)), STRING)
        parts = [arena.type(terms.OBJECT), arena.atom("every", rest, arena.false)]
        for name in sorted(value):
            parts += [self.has(name), arena.atom("every", self.names([name]), self.value(value[name]))]
        return arena.all_of(parts)


def spelling_counts(places: Iterable[Place]) -> bool:
    """
    Whether among some places integers are asked for in draft-04 while an enumeration holds a number such as 1.0, which
    is one by its value only: that dialect alone lets the way in which a number is written decide.
    """
    old = [
        place.node.facets
        for place in places
        if isinstance(place.node.value, dict) and place.node.dialect is Dialect.DRAFT4
    ]
    if not any("integer" in facets["type"].value for facets in old if "type" in facets):
        return False
    numbers = (each for facets in old if "enum" in facets for each in facets["enum"].value if isinstance(each, Decimal))
    return any(each == each.to_integral_value() for each in numbers)


def items_disputed(places: Iterable[Place]) -> bool:
    """
    Whether among some places ``contains`` stands where in 2019-09 ``unevaluatedItems`` may read it: by the
    specification it evaluates no items there, by the validators it does.
    """
    found = {
        name
        for place in places
        if isinstance(place.node.value, dict) and place.node.dialect is Dialect.DRAFT2019
        for name in ("contains", "unevaluatedItems")
        if name in place.node.facets
    }
    return len(found) == 2


_TYPES = {
    "null": terms.NULL,
    "boolean": terms.FALSE | terms.TRUE,
    "number": terms.NUMBER,
    "integer": terms.NUMBER,
    "string": terms.STRING,
    "array": terms.ARRAY,
    "object": terms.OBJECT,
}


def _type(this: Meaning, _place: Place, facet: Facet) -> Formula:
    named = facet.value if isinstance(facet.value, list) else [facet.value]
    mask = 0
    for name in named:
        mask |= _TYPES.get(name, 0)
    found = this.arena.type(mask)
    if "integer" in named and "number" not in named:
        return this.arena.all_of((found, this.arena.atom("multiple", Fraction(1))))
    return found


def _enum(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.values(facet.value)


def _const(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.value(facet.value)


def _bound(op: str, *, strict: bool) -> Callable[[Meaning, Place, Facet], Formula]:
    return lambda this, _place, facet: this.arena.atom(op, Fraction(facet.value), strict)


def _multiple_of(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.atom("multiple", Fraction(facet.value))


def _counted(op: str, *, least: bool) -> Callable[[Meaning, Place, Facet], Formula]:
    def meaning(this: Meaning, _place: Place, facet: Facet) -> Formula:
        number = int(facet.value)
        return this.arena.atom(op, between(number) if least else between(0, number))

    return meaning


def _pattern(this: Meaning, place: Place, facet: Facet) -> Formula:
    return this.matching(facet.value, "pattern", place)


def _format(this: Meaning, place: Place, facet: Facet) -> Formula:
    if this.format_language is None or not isinstance(facet.value, str):
        return this.arena.true
    try:
        language = this.format_language(facet.value)
    except ValueError as error:
        return this.odd(facet.value, Hindrance(Obstacle.FORMAT, str(error), "format", place.node))
    return this.arena.true if language is None else this.arena.atom("language", language)


def _all_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.all_of(formula for _, formula in this.inside(place, "allOf"))


def _any_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.any_of(formula for _, formula in this.inside(place, "anyOf"))


def _one_of(this: Meaning, place: Place, _facet: Facet) -> Formula:
    branches = [formula for _, formula in this.inside(place, "oneOf")]
    return this.arena.all_of((this.arena.any_of(branches), this.arena.lone(branches)))


def _not(this: Meaning, place: Place, _facet: Facet) -> Formula:
    return this.arena.dual(this.only(place, "not"))


def _if(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, condition = this.arena, this.only(place, "if")
    then, other = this.only(place, "then"), this.only(place, "else")
    return arena.all_of((arena.any_of((arena.dual(condition), then)), arena.any_of((condition, other))))


def _beside_if(this: Meaning, _place: Place, _facet: Facet) -> Formula:
    return this.arena.true


def _dependent_schemas(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.any_of((this.lacks(str(name)), formula)) for name, formula in this.inside(place, "dependentSchemas")
    )


def _dependent_required(this: Meaning, _place: Place, facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.any_of((this.lacks(name), arena.all_of(map(this.has, others)))) for name, others in facet.value.items()
    )


def _required(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.all_of(map(this.has, facet.value if isinstance(facet.value, (list, tuple)) else ()))


def _properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(
        arena.atom("every", this.names([str(name)]), formula) for name, formula in this.inside(place, "properties")
    )


def _pattern_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, parts = this.arena, []
    for pattern, formula in this.inside(place, "patternProperties"):
        names = arena.view(this.matching(str(pattern), "patternProperties", place), STRING)
        parts.append(arena.atom("every", names, formula))
    return arena.all_of(parts)


def _additional_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    _, described = this.described(place)
    return arena.atom("every", arena.dual(described), this.only(place, "additionalProperties"))


def _property_names(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    wrong = arena.view(arena.dual(this.texts(this.only(place, "propertyNames"))), STRING)
    return arena.atom("every", wrong, arena.false)


def _prefix_items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena = this.arena
    return arena.all_of(arena.atom("item", index, formula) for index, formula in this.inside(place, "prefixItems"))


def _items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    start = len(place.node.children("prefixItems"))
    return this.arena.atom("most", 0, start, this.arena.dual(this.only(place, "items")))


def _contains(this: Meaning, place: Place, _facet: Facet) -> Formula:
    arena, formula = this.arena, this.only(place, "contains")
    facets = this.places.facets(place.node)
    least = int(facets["minContains"].value) if "minContains" in facets else 1
    parts = [arena.atom("least", least, 0, formula)]
    if "maxContains" in facets:
        parts.append(arena.atom("most", int(facets["maxContains"].value), 0, formula))
    return arena.all_of(parts)


def _unique_items(this: Meaning, _place: Place, facet: Facet) -> Formula:
    return this.arena.atom("unique") if facet.value is True else this.arena.true


def _reference(this: Meaning, place: Place, facet: Facet) -> Formula:
    keyword = facet.keyword.name
    target = this.places.target(place, keyword)
    if isinstance(target, Missing):
        return this.missing(target, keyword, place)
    return this.of(target)


def _unevaluated_properties(this: Meaning, place: Place, _facet: Facet) -> Formula:
    from schemadiff.keywords.evaluated import unevaluated_properties

    return unevaluated_properties(this, place)


def _unevaluated_items(this: Meaning, place: Place, _facet: Facet) -> Formula:
    from schemadiff.keywords.evaluated import unevaluated_items

    return unevaluated_items(this, place)


MEANINGS: dict[str, Callable[[Meaning, Place, Facet], Formula]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "multipleOf": _multiple_of,
    "maximum": _bound("high", strict=False),
    "exclusiveMaximum": _bound("high", strict=True),
    "minimum": _bound("low", strict=False),
    "exclusiveMinimum": _bound("low", strict=True),
    "maxLength": _counted("length", least=False),
    "minLength": _counted("length", least=True),
    "pattern": _pattern,
    "format": _format,
    "maxItems": _counted("size", least=False),
    "minItems": _counted("size", least=True),
    "uniqueItems": _unique_items,
    "maxProperties": _counted("count", least=False),
    "minProperties": _counted("count", least=True),
    "required": _required,
    "dependentRequired": _dependent_required,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "then": _beside_if,
    "else": _beside_if,
    "dependentSchemas": _dependent_schemas,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "unevaluatedProperties": _unevaluated_properties,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "minContains": _beside_if,
    "maxContains": _beside_if,
    "unevaluatedItems": _unevaluated_items,
    "$ref": _reference,
    "$dynamicRef": _reference,
    "$recursiveRef": _reference,
}
"""The meaning of every facet that bears on validity."""
