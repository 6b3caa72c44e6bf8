"""
Lowering: from schemas to formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from schemadiff.algebra.int_ranges import between
from schemadiff.formula.arena import Arena
from schemadiff.formula.evaluate import Circular
from schemadiff.formula.terms import (
    ARRAY,
    FALSE,
    NULL,
    OBJECT,
    STRING,
    TRUE,
    And,
    AtLeastTwo,
    AtMostOne,
    Definition,
    Formula,
    Or,
    Reference,
)
from schemadiff.instance import Value
from schemadiff.keywords.lower_keyword import LOWER_KEYWORD
from schemadiff.keywords.scoped_schema import Identities, MissingTarget, ScopedSchema, ScopedSchemas, in_portions
from schemadiff.keywords.unsupported import UnsupportedKeyword, UnsupportedKind

_REFERENCES = 200
"""Chains of references that are longer are taken for circular."""


class Lowering:
    """
    Lowers schemas to formulas of one arena, each once.

    Arguments:
        arena: where the formulas live.
        schemas: steps from schema to schema.
        language: from an ECMA-262 pattern to a regular language; raises ValueError where there is none.
        inhabited: whether any string satisfies a formula in which no references are left.
        format_language: from a format's name to its language; None for a format that asserts nothing, ValueError
            for one that is not regular.
        generous: whether ``contains`` evaluates items in 2019-09 already, as validators have it.
    """

    def __init__(
        self,
        arena: Arena,
        schemas: ScopedSchemas,
        *,
        language: Callable[[str], Any],
        inhabited: Callable[[Formula], bool] = lambda _: True,
        format_language: Callable[[str], Any] | None = None,
        generous: bool = False,
    ) -> None:
        self.arena: Arena = arena
        self.schemas: ScopedSchemas = schemas
        self.identities = Identities(schemas)
        self.language = language
        self.inhabited = inhabited
        self.format_language = format_language
        self.generous = generous
        self._known: dict[int, Formula] = {}
        self._unsupported: dict[tuple[UnsupportedKind, Hashable], UnsupportedKeyword] = {}

    def of(self, schema: ScopedSchema) -> Formula:
        """
        The formula of a schema: a reference that is expanded on demand, unless the schema is simple.
        """
        number = self.identities.of(schema)
        formula = self._known.get(number)
        if formula is None:
            schema = self.schemas.straight(schema)
            if self.schemas.edges(schema):
                formula = self.arena.reference(number, lambda: self.lower(schema), schema.node)
            else:
                formula = self.lower(schema)
            self._known[number] = formula
        return formula

    def lower(self, schema: ScopedSchema) -> Formula:
        """
        The formula of a schema, in which its subschemas are references.
        """
        if isinstance(schema.node.value, bool):
            return self.arena.constant(schema.node.value)
        normalized = self.schemas.normalized(schema.node)
        return self.arena.all_of(LOWER_KEYWORD[name](self, schema, keyword) for name, keyword in normalized.items())

    def inside(self, schema: ScopedSchema, keyword: str) -> list[tuple[Any, Formula]]:
        """
        The formulas of one keyword's subschemas, with their steps.
        """
        return [
            (step, self.of(target))
            for name, step, target in self.schemas.edges(schema)
            if name == keyword and isinstance(target, ScopedSchema)
        ]

    def only(self, schema: ScopedSchema, keyword: str) -> Formula:
        """
        The formula of the one subschema of a keyword; true where the keyword is absent.
        """
        formula = self.inside(schema, keyword)
        return formula[0][1] if formula else self.arena.true

    def names(self, strings: Iterable[str]) -> Formula:
        """
        Formula for: the name is one of these.
        """
        return self.arena.view(self.arena.string_in(frozenset(strings)), STRING)

    def matching(self, pattern: str, keyword: str, schema: ScopedSchema) -> Formula:
        """
        Formula for: the string matches a pattern.
        """
        try:
            language = self.language(pattern)
        except ValueError as error:
            return self.non_regular(
                pattern, UnsupportedKeyword(UnsupportedKind.PATTERN, str(error), keyword, schema.node)
            )
        return self.arena.in_language(language)

    def non_regular(self, string: str, reason: UnsupportedKeyword) -> Formula:
        """
        Formula for: the string matches a pattern or format that is not known to be regular.
        """
        mark = (reason.kind, string)
        return self.arena.non_regular(mark, self._unsupported.setdefault(mark, reason))

    def missing(
        self, target: MissingTarget, keyword: str, schema: ScopedSchema, what: Hashable | None = None
    ) -> Formula:
        """
        Formula for: the value is valid under an unresolved reference, or something else that depends on its target; the
        same for equal targets, or equal ``what``.
        """
        mark = (UnsupportedKind.UNRESOLVED, target.uri if what is None else what)
        reason = UnsupportedKeyword(UnsupportedKind.UNRESOLVED, target.uri, keyword, schema.node)
        return self.arena.opaque(mark, self._unsupported.setdefault(mark, reason))

    def has(self, name: str) -> Formula:
        """
        Formula for: an object has a property of that name.
        """
        return self.arena.some_property(self.names([name]), self.arena.true)

    def lacks(self, name: str) -> Formula:
        """
        Formula for: an object has no property of that name.
        """
        return self.arena.every_property(self.names([name]), self.arena.false)

    def described(self, schema: ScopedSchema) -> tuple[frozenset[str], Formula]:
        """
        The names that ``properties`` lists, and all names that it or ``patternProperties`` matches.
        """
        listed = frozenset(str(step) for step, _ in schema.node.children("properties"))
        patterns = schema.node.children("patternProperties")
        matched = (self.matching(str(step), "patternProperties", schema) for step, _ in patterns)
        return listed, self.arena.view(self.arena.any_of((self.names(listed), *matched)), STRING)

    def strings(self, formula: Formula, path: tuple[Definition, ...] = ()) -> Formula:
        """
        The restriction of a formula to strings, the references outside of ``path`` expanded.

        Raises:
            Circular: it depends on itself.
        """
        arena = self.arena
        formula = arena.view(formula, STRING)
        if isinstance(formula, Reference):
            definition = formula.definition
            if definition in path or len(path) > _REFERENCES:
                raise Circular(definition.schema)
            result = self.strings(definition.formula(), (*path, definition))
            return arena.view(arena.dual(result), STRING) if formula.negated else result
        if isinstance(formula, (AtMostOne, AtLeastTwo)):
            formula = arena.pairwise(formula)
        if isinstance(formula, And):
            return arena.all_of([self.strings(part, path) for part in formula.parts])
        if isinstance(formula, Or):
            return arena.any_of([self.strings(part, path) for part in formula.parts])
        return formula

    def values(self, values: Iterable[Value]) -> Formula:
        """
        The formula that just these values satisfy.
        """
        mask, numbers, strings, others = 0, set(), set(), []
        for value in in_portions(values, self.schemas.tick):
            if value is None or isinstance(value, bool):
                mask |= NULL if value is None else TRUE if value else FALSE
            elif isinstance(value, (int, Decimal)):
                numbers.add(Fraction(value))
            elif isinstance(value, str):
                strings.add(value)
            else:
                others.append(self._array(value) if isinstance(value, list) else self._object(value))
        arena = self.arena
        simple = [
            arena.of_type(mask),
            arena.number_in(frozenset(numbers), for_other_types=False),
            arena.string_in(frozenset(strings), for_other_types=False),
        ]
        return arena.any_of((*simple, *others))

    def _array(self, value: list[Value]) -> Formula:
        arena = self.arena
        items = (arena.optional_item(index, self.values([item])) for index, item in enumerate(value))
        size = arena.item_count(between(len(value), len(value)))
        return arena.all_of((arena.of_type(ARRAY), size, *items))

    def _object(self, value: dict[str, Value]) -> Formula:
        arena = self.arena
        rest = arena.view(arena.string_not_in(frozenset(value)), STRING)
        parts = [arena.of_type(OBJECT), arena.every_property(rest, arena.false)]
        for name in sorted(value):
            parts += [self.has(name), arena.every_property(self.names([name]), self.values([value[name]]))]
        return arena.all_of(parts)
