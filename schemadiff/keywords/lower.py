"""
Lowering: from schemas to formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from schemadiff.algebra.int_ranges import between
from schemadiff.formula import (
    ARRAY,
    FALSE,
    NULL,
    OBJECT,
    STRING,
    TRUE,
    And,
    Arena,
    AtLeastTwo,
    AtMostOne,
    Circular,
    Definition,
    Formula,
    Or,
    Reference,
)
from schemadiff.instance import Value
from schemadiff.keywords.lower_keyword import LOWER_KEYWORD
from schemadiff.keywords.scoped_schema import Identities, Missing, Place, Places, in_portions
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind

_REFERENCES = 200
"""Chains of references that are longer are taken for circular."""


class Lowering:
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
        self._unsupported: dict[tuple[UnsupportedKind, Hashable], UnsupportedKeyword] = {}

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
        return self.arena.all_of(LOWER_KEYWORD[name](self, place, facet) for name, facet in facets.items())

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
        return self.arena.view(self.arena.string_in(frozenset(words)), STRING)

    def matching(self, pattern: str, keyword: str, place: Place) -> Formula:
        """
        The texts that match a pattern.
        """
        try:
            language = self.language(pattern)
        except ValueError as error:
            return self.non_regular(
                pattern, UnsupportedKeyword(UnsupportedKind.PATTERN, str(error), keyword, place.node)
            )
        return self.arena.in_language(language)

    def non_regular(self, text: str, reason: UnsupportedKeyword) -> Formula:
        """
        The texts that a pattern or format means that cannot be computed with: the same wherever it is written.
        """
        mark = (reason.kind, text)
        return self.arena.non_regular(mark, self._unsupported.setdefault(mark, reason))

    def missing(self, target: Missing, keyword: str, place: Place) -> Formula:
        """
        What a reference that leads nowhere means: the same wherever it is written.
        """
        return self.unknown(target.uri, target, keyword, place)

    def unknown(self, what: Hashable, target: Missing, keyword: str, place: Place) -> Formula:
        """
        What only the target of a reference that leads nowhere could tell: the same for the same thing.
        """
        mark = (UnsupportedKind.UNRESOLVED, what)
        reason = UnsupportedKeyword(UnsupportedKind.UNRESOLVED, target.uri, keyword, place.node)
        return self.arena.opaque(mark, self._unsupported.setdefault(mark, reason))

    def has(self, name: str) -> Formula:
        """
        The object has a member of that name; nothing is said of other types.
        """
        return self.arena.some_property(self.names([name]), self.arena.true)

    def lacks(self, name: str) -> Formula:
        """
        The object has no member of that name; nothing is said of other types.
        """
        return self.arena.every_property(self.names([name]), self.arena.false)

    def described(self, place: Place) -> tuple[frozenset[str], Formula]:
        """
        The names that ``properties`` lists, and all names that it or ``patternProperties`` matches.
        """
        listed = frozenset(str(step) for step, _ in place.node.children("properties"))
        patterns = [self.matching(str(step), "patternProperties", place) for step, _ in self._patterns(place)]
        return listed, self.arena.view(self.arena.any_of((self.names(listed), *patterns)), STRING)

    def _patterns(self, place: Place) -> Any:
        return place.node.children("patternProperties")

    def strings(self, formula: Formula) -> Formula:
        """
        What a formula says of texts, with references written out.

        Raises:
            Circular: it leans on itself.
        """
        return self._strings(formula, ())

    def _strings(self, formula: Formula, path: tuple[Definition, ...]) -> Formula:
        arena = self.arena
        formula = arena.view(formula, STRING)
        if isinstance(formula, Reference):
            definition = formula.definition
            if definition in path or len(path) > _REFERENCES:
                raise Circular(definition.place)
            found = self._strings(definition.formula(), (*path, definition))
            return arena.view(arena.dual(found), STRING) if formula.negated else found
        if isinstance(formula, (AtMostOne, AtLeastTwo)):
            formula = arena.pairwise(formula)
        if isinstance(formula, And):
            return arena.all_of([self._strings(part, path) for part in formula.parts])
        if isinstance(formula, Or):
            return arena.any_of([self._strings(part, path) for part in formula.parts])
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
                mask |= NULL if value is None else TRUE if value else FALSE
            elif isinstance(value, (int, Decimal)):
                numbers.add(Fraction(value))
            elif isinstance(value, str):
                words.add(value)
            else:
                others.append(self._array(value) if isinstance(value, list) else self._object(value))
        arena = self.arena
        simple = [
            arena.of_type(mask),
            arena.number_in(frozenset(numbers), for_other_types=False),
            arena.string_in(frozenset(words), for_other_types=False),
        ]
        return arena.any_of((*simple, *others))

    def _array(self, value: list[Value]) -> Formula:
        arena = self.arena
        items = (arena.optional_item(index, self.value(item)) for index, item in enumerate(value))
        size = arena.item_count(between(len(value), len(value)))
        return arena.all_of((arena.of_type(ARRAY), size, *items))

    def _object(self, value: dict[str, Value]) -> Formula:
        arena = self.arena
        rest = arena.view(arena.string_not_in(frozenset(value)), STRING)
        parts = [arena.of_type(OBJECT), arena.every_property(rest, arena.false)]
        for name in sorted(value):
            parts += [self.has(name), arena.every_property(self.names([name]), self.value(value[name]))]
        return arena.all_of(parts)
