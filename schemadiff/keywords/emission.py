"""
Emission: the values in which every property and item is declared by the schemas that hold at its location.

A property is declared where a schema that holds there evaluates its name (core 2020-12 §11) or requires it. Which
schemas hold is decided applicator by applicator, so that the names declared at a location are those of all schemas
that hold there together. Where none of them declares a name, or fixes a tuple, every valid value counts as declared.

A schema for the undeclared rest that equals ``true`` tolerates it and declares nothing, as if it were absent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from schemadiff.algebra.int_ranges import between
from schemadiff.formula.terms import STRING, Formula
from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.evaluated import partition
from schemadiff.keywords.model import Role
from schemadiff.keywords.scoped_schema import MissingTarget, ScopedSchema
from schemadiff.keywords.table import TABLE

if TYPE_CHECKING:
    from schemadiff.keywords.lower import Lowering

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_PLAIN = (*_REFERENCES, "allOf")
_RESTS = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems")
"""The keywords that apply to what their siblings leave."""

_SPEAKING = {row.name for row in TABLE if row.role is Role.CHILD} - {"propertyNames"} | {
    "required",
    "dependentRequired",
    "dependentSchemas",
}


class _Decisions(NamedTuple):
    """
    The decisions made for one location.

    Attributes:
        roots: schemas that hold there for sure.
        maybe: schemas that apply there if they hold.
        held, refused: the decisions, by their keys.
    """

    roots: tuple[ScopedSchema, ...]
    maybe: tuple[ScopedSchema, ...]
    held: frozenset[Hashable]
    refused: frozenset[Hashable]


_REST = ("items", "contains", "unevaluatedItems")
"""What else applies to items, wherever they stand."""


class Emitted:
    """
    Formulas for what is declared.
    """

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._arena = lowering.arena
        self._schemas = lowering.schemas
        self._silent: dict[int, bool] = {}

    def of(self, schema: ScopedSchema) -> Formula:
        """
        All that a value valid under a schema holds is declared; nothing is said of values that are not valid.
        """
        return self._at((schema,), ())

    def _at(self, roots: Iterable[ScopedSchema], maybe: Iterable[ScopedSchema]) -> Formula:
        roots = tuple(each for each in self._distinct(roots) if not self.declares_nothing(each))
        maybe = tuple(each for each in self._distinct(maybe) if not self.declares_nothing(each))
        if not roots and not maybe:
            return self._arena.true
        return self._reference(_Decisions(roots, maybe, frozenset(), frozenset()))

    def _distinct(self, schemas: Iterable[ScopedSchema]) -> list[ScopedSchema]:
        return list({self._number(schema): schema for schema in schemas}.values())

    def _number(self, schema: ScopedSchema) -> int:
        return self._lowering.identities.of(schema)

    def _reference(self, state: _Decisions) -> Formula:
        roots = frozenset(map(self._number, state.roots))
        maybe = frozenset(map(self._number, state.maybe))
        key = ("emitted", roots, maybe, state.held, state.refused)
        return self._arena.reference(key, lambda: self._decided(state), (state.roots + state.maybe)[0].node)

    def declares_nothing(self, schema: ScopedSchema) -> bool:
        """
        Whether a schema, with all that applies in place with it, says nothing about properties and items.
        """
        number = self._number(schema)
        result = self._silent.get(number)
        if result is None:
            result = self._silent[number] = not any(
                any(self._speaks(each, name) for name in self._schemas.normalized(each.node))
                for each in self._around(schema)
            )
        return result

    def _speaks(self, schema: ScopedSchema, name: str) -> bool:
        return name in _SPEAKING and (name not in _RESTS or self._governs(schema, name))

    def _governs(self, schema: ScopedSchema, name: str) -> bool:
        """
        Whether a schema has a keyword for the undeclared rest whose value does not equal ``true``.
        """
        rest = next((target for word, _, target in self._schemas.edges(schema) if word == name), None)
        return rest is not None and not self._equals_true(rest)

    def _equals_true(self, schema: ScopedSchema | MissingTarget) -> bool:
        """
        Whether a schema is ``true``, references followed and annotations dropped.
        """
        seen: set[ScopedSchema] = set()
        while isinstance(schema, ScopedSchema) and schema not in seen:
            seen.add(schema)
            edges = self._schemas.edges(schema)
            if not self._schemas.normalized(schema.node):
                return schema.node.value is not False
            if len(self._schemas.normalized(schema.node)) > 1 or len(edges) != 1 or edges[0][0] not in _REFERENCES:
                return False
            schema = edges[0][2]
        return False

    def _around(self, schema: ScopedSchema) -> Iterator[ScopedSchema]:
        pending, seen = [schema], {schema}
        while pending:
            current = pending.pop()
            self._schemas.tick(1)
            yield current
            for name, _, target in self._schemas.edges(current):
                in_place = name in _PLAIN or name in ("anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
                if in_place and isinstance(target, ScopedSchema) and target not in seen:
                    seen.add(target)
                    pending.append(target)

    def _decided(self, state: _Decisions) -> Formula:
        """
        The formula after the decisions of a state: a split on the next decision, or what is declared if all are made.
        """
        arena = self._arena
        holding: dict[ScopedSchema, None] = {}
        options = self._walk(state, holding)
        if not options:
            return self._declared(tuple(holding))
        keys = frozenset(options)
        alternatives = []
        for key, condition in options.items():
            after = state._replace(held=state.held | {key}, refused=state.refused | (keys - {key}))
            alternatives.append(arena.all_of((condition, self._reference(after))))
        none = self._reference(state._replace(refused=state.refused | keys))
        alternatives.append(arena.all_of((*map(arena.dual, options.values()), none)))
        return arena.any_of(alternatives)

    def _walk(self, state: _Decisions, holding: dict[ScopedSchema, None]) -> dict[Hashable, Formula]:
        """
        Collect the schemas that hold, as far as decided. The first thing that is not decided: the keys and conditions
        of which one at most holds.
        """
        pending = list(state.roots)
        for each in state.maybe:
            key = self._number(each)
            if key in state.held:
                pending.append(each)
            elif key not in state.refused:
                return {key: self._lowering.of(each)}
        while pending:
            schema = pending.pop(0)
            self._schemas.tick(1)
            if schema in holding:
                continue
            holding[schema] = None
            if not isinstance(schema.node.value, bool) and (options := self._beside(state, schema, pending)):
                return options
        return {}

    def _beside(self, state: _Decisions, schema: ScopedSchema, pending: list[ScopedSchema]) -> dict[Hashable, Formula]:
        one_of: dict[Hashable, Formula] = {}
        settled = False
        for name, step, target in self._schemas.edges(schema):
            if isinstance(target, MissingTarget):
                continue
            if name in _PLAIN:
                pending.append(target)
            elif name == "oneOf" and not self.declares_nothing(target):
                key = self._number(target)
                if key in state.held:
                    pending.append(target)
                    settled = True
                elif key not in state.refused:
                    one_of[key] = self._lowering.of(target)
            elif name in ("anyOf", "if", "dependentSchemas"):
                options = self._conditional(state, schema, (name, step, target), pending)
                if options:
                    return options
        return {} if settled else one_of

    def _conditional(
        self, state: _Decisions, schema: ScopedSchema, edge: tuple[str, Any, ScopedSchema], pending: list[ScopedSchema]
    ) -> dict[Hashable, Formula]:
        name, step, target = edge
        branches = {
            word: each
            for word, _, each in self._schemas.edges(schema)
            if name == "if" and word in ("then", "else") and isinstance(each, ScopedSchema)
        }
        if all(self.declares_nothing(each) for each in (target, *branches.values())):
            return {}
        if name == "dependentSchemas":
            key: Hashable = ("has", str(step))
            condition = self._arena.dual(self._lowering.lacks(str(step)))
        else:
            key, condition = self._number(target), self._lowering.of(target)
        if key not in state.held and key not in state.refused:
            return {key: condition}
        if key in state.held:
            pending.append(target)
        following = branches.get("then" if key in state.held else "else")
        if following is not None:
            pending.append(following)
        return {}

    def _declared(self, holding: tuple[ScopedSchema, ...]) -> Formula:
        schemas = [each for each in holding if not isinstance(each.node.value, bool)]
        formula = self._arena.all_of((*self._properties(schemas), *self._items(schemas)))
        # An unresolved reference may declare anything; what is declared without it is declared in any case.
        lost = next((each for schema in schemas for each in self._lost(schema)), None)
        return formula if lost is None else self._arena.any_of((formula, lost))

    def _lost(self, schema: ScopedSchema) -> Iterator[Formula]:
        """
        The unresolved references that apply in place with a schema.
        """
        for each in self._around(schema):
            for name, _, target in self._schemas.edges(each):
                if isinstance(target, MissingTarget):
                    yield self._lowering.missing(target, name, each)

    def _properties(self, schemas: list[ScopedSchema]) -> Iterator[Formula]:
        arena, lowering = self._arena, self._lowering
        declared = arena.view(arena.any_of(self._declared_names(schema) for schema in schemas), STRING)
        if declared is not arena.false:
            yield arena.every_property(arena.dual(declared), arena.false)
        pairs = [pair for schema in schemas for pair in self._property_schemas(schema, schemas)]
        for region, children in partition(lowering, pairs):
            inside = self._at(children, ())
            if inside is not arena.true:
                yield arena.every_property(region, inside)

    def _declared_names(self, schema: ScopedSchema) -> Formula:
        lowering, arena = self._lowering, self._arena
        normalized = self._schemas.normalized(schema.node)
        for name in ("additionalProperties", "unevaluatedProperties"):
            if name in normalized and normalized[name].value is not False and self._governs(schema, name):
                return arena.true
        strings = {str(each) for each in normalized["required"].value} if "required" in normalized else set()
        if "dependentRequired" in normalized:
            for trigger, demanded in normalized["dependentRequired"].value.items():
                strings |= {trigger, *demanded}
        strings |= {str(step) for step, _ in schema.node.children("dependentSchemas")}
        return arena.any_of((lowering.described(schema)[1], lowering.names(strings)))

    def _property_schemas(
        self, schema: ScopedSchema, schemas: list[ScopedSchema]
    ) -> Iterator[tuple[ScopedSchema, Formula]]:
        lowering, arena = self._lowering, self._arena
        for name, step, target in self._schemas.edges(schema):
            if isinstance(target, MissingTarget):
                continue
            if name == "properties":
                yield target, lowering.names([str(step)])
            elif name == "patternProperties":
                yield target, arena.view(lowering.matching(str(step), name, schema), STRING)
            elif name == "additionalProperties":
                yield target, arena.dual(lowering.described(schema)[1])
            elif name == "unevaluatedProperties":
                evaluated = arena.any_of(self._evaluated_names(each, schema) for each in self._below(schema, schemas))
                yield target, arena.view(arena.dual(evaluated), STRING)

    def _below(self, schema: ScopedSchema, schemas: list[ScopedSchema]) -> Iterator[ScopedSchema]:
        """
        The schemas that hold and apply through a schema, itself included.
        """
        known = set(schemas)
        return (each for each in self._around(schema) if each in known)

    def _evaluated_names(self, schema: ScopedSchema, reader: ScopedSchema) -> Formula:
        normalized = self._schemas.normalized(schema.node)
        if "additionalProperties" in normalized or ("unevaluatedProperties" in normalized and schema != reader):
            return self._arena.true
        return self._lowering.described(schema)[1]

    def _items(self, schemas: list[ScopedSchema]) -> Iterator[Formula]:
        arena = self._arena
        tuples = [len(schema.node.children("prefixItems")) for schema in schemas]
        last = max(tuples, default=0)
        if last and not any(self._opens_tail(schema) for schema in schemas):
            counted = [
                self._lowering.only(schema, "contains")
                for schema in schemas
                if schema.node.dialect is Dialect.DRAFT2020 and "contains" in self._schemas.normalized(schema.node)
            ]
            if counted:
                yield arena.at_most(0, last, arena.dual(arena.any_of(counted)))
            else:
                yield arena.item_count(between(0, last))
        fixed = [[node for _, node in schema.node.children("prefixItems")] for schema in schemas]
        for index in range(last + 1):
            roots, maybe = self._item_schemas(schemas, fixed, index)
            inside = self._at(roots, maybe)
            if index < last:
                yield arena.optional_item(index, inside)
            else:
                yield arena.at_most(0, last, arena.dual(inside))

    def _opens_tail(self, schema: ScopedSchema) -> bool:
        normalized = self._schemas.normalized(schema.node)
        return any(
            name in normalized and normalized[name].value is not False and self._governs(schema, name)
            for name in ("items", "unevaluatedItems")
        )

    def _item_schemas(
        self, schemas: list[ScopedSchema], fixed: list[list[Any]], index: int
    ) -> tuple[list[ScopedSchema], list[ScopedSchema]]:
        """
        The schemas that hold for an item at an index, and those that apply to it if they hold; ``fixed`` are those for
        the first items of each.
        """
        roots: list[ScopedSchema] = []
        maybe: list[ScopedSchema] = []
        for schema, first in zip(schemas, fixed, strict=True):
            node = schema.node
            here = [("prefixItems", first[index])] if index < len(first) else []
            here += [(name, each) for name in _REST for _, each in node.children(name)]
            for name, child in here:
                target = self._schemas.step(schema, child)
                if name == "prefixItems" or (name == "items" and index >= len(first)):
                    roots.append(target)
                elif name == "contains" or (name == "unevaluatedItems" and not self._passed(schema, schemas, index)):
                    maybe.append(target)
        return roots, maybe

    def _passed(self, schema: ScopedSchema, schemas: list[ScopedSchema], index: int) -> bool:
        """
        Whether an item is evaluated already for the ``unevaluatedItems`` of a schema.
        """
        for each in self._below(schema, schemas):
            normalized = self._schemas.normalized(each.node)
            if "items" in normalized or ("unevaluatedItems" in normalized and each != schema):
                return True
            if index < len(each.node.children("prefixItems")):
                return True
        return False
