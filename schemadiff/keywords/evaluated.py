"""
The properties and items that a schema evaluates (core 2020-12 §11), as formulas, for ``unevaluated*`` and emission.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from schemadiff.formula.evaluate import Circular, Evaluator
from schemadiff.formula.listed_strings import beyond_strings, listed_strings
from schemadiff.formula.terms import STRING, Formula, StringIn
from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.scoped_schema import MissingTarget, ScopedSchema

if TYPE_CHECKING:
    from schemadiff.keywords.lower import Lowering


class _Items(NamedTuple):
    """
    Items that are evaluated where a condition holds: those before ``until`` (all if None) that satisfy ``where``.
    """

    condition: Formula
    until: int | None
    where: Formula


def _held(
    lowering: Lowering, schema: ScopedSchema, path: tuple[ScopedSchema, ...] = ()
) -> Iterator[tuple[Formula, ScopedSchema]]:
    """
    The schemas that apply to the same value as a given one, itself included, each with the condition under which it
    applies and holds, given that the outermost one holds. Nothing under ``not`` is among them.
    """
    if schema in path:
        raise Circular(schema.node)
    arena = lowering.arena
    yield arena.true, schema
    if isinstance(schema.node.value, bool):
        return
    for name, step, target in lowering.schemas.edges(schema):
        if isinstance(target, MissingTarget):
            continue
        condition = _condition(lowering, schema, name, step, target)
        if condition is not None:
            for inner, result in _held(lowering, target, (*path, schema)):
                yield arena.all_of((condition, inner)), result


def _condition(lowering: Lowering, schema: ScopedSchema, name: str, step: Any, target: ScopedSchema) -> Formula | None:
    """
    When an in-place applicator's subschema holds; None if the keyword is none.
    """
    if name in ("$ref", "$dynamicRef", "$recursiveRef", "allOf"):
        return lowering.arena.true
    if name in ("anyOf", "oneOf", "if"):
        return lowering.of(target)
    if name in ("then", "else"):
        condition = lowering.only(schema, "if")
        return condition if name == "then" else lowering.arena.dual(condition)
    if name == "dependentSchemas":
        return lowering.arena.dual(lowering.lacks(str(step)))
    return None


def _elsewhere(lowering: Lowering, schema: ScopedSchema, known: Hashable) -> Formula:
    """
    Formula for: what is left is evaluated by schemas behind unresolved references; false where there are none.
    ``known`` is all that decides what is left: equal ones, with equal unresolved references, leave the same.
    """
    absent = {
        (condition, name, target): result
        for condition, result in _held(lowering, schema)
        for name, _, target in lowering.schemas.edges(result)
        if isinstance(target, MissingTarget)
    }
    if not absent:
        return lowering.arena.false
    (_, keyword, first), result = next(iter(absent.items()))
    applying = frozenset((condition, target) for condition, _, target in absent)
    left = lowering.missing(first, keyword, result, (applying, known))
    return lowering.arena.all_of((lowering.arena.any_of(condition for condition, _ in applying), left))


def _evaluated_names(lowering: Lowering, schema: ScopedSchema) -> Iterator[tuple[Formula, Formula]]:
    """
    The names that a schema's ``unevaluatedProperties`` does not apply to, with the conditions under which they are
    evaluated otherwise.
    """
    for condition, result in _held(lowering, schema):
        normalized = lowering.schemas.normalized(result.node)
        if "additionalProperties" in normalized or ("unevaluatedProperties" in normalized and result != schema):
            yield condition, lowering.arena.true
        elif "properties" in normalized or "patternProperties" in normalized:
            yield condition, lowering.described(result)[1]


def unevaluated_properties(lowering: Lowering, schema: ScopedSchema) -> Formula:
    """
    Formula for: every property that is not evaluated otherwise is valid under the subschema.
    """
    arena = lowering.arena
    inside = lowering.only(schema, "unevaluatedProperties")
    # A name of a region is evaluated just when one of its conditions holds.
    regions = partition(lowering, _evaluated_names(lowering, schema))
    left = [(region, conditions) for region, conditions in regions if arena.true not in conditions]
    here = arena.all_of(
        arena.any_of((*conditions, arena.every_property(region, inside))) for region, conditions in left
    )
    return arena.any_of((here, _elsewhere(lowering, schema, (frozenset(left), inside))))


def partition(lowering: Lowering, pairs: Iterable[tuple[Any, Formula]]) -> list[tuple[Formula, tuple[Any, ...]]]:
    """
    A partition of all names by the tags of the name sets in which they lie; several sets may have one tag.
    """
    arena = lowering.arena
    merged: dict[Any, list[Formula]] = {}
    for tag, names in pairs:
        merged.setdefault(tag, []).append(names)
    sets = [(tag, arena.view(arena.any_of(names), STRING)) for tag, names in merged.items()]
    explicit = sorted(frozenset().union(*(listed_strings(names) for _, names in sets)))
    return [*_by_string(lowering, explicit, sets), *_by_pattern(lowering, frozenset(explicit), sets)]


def _by_string(
    lowering: Lowering, explicit: list[str], sets: list[tuple[Any, Formula]]
) -> Iterator[tuple[Formula, tuple[Any, ...]]]:
    evaluator = Evaluator(lowering.arena.step)
    listed: dict[str, list[int]] = {string: [] for string in explicit}
    for position, (_, names) in enumerate(sets):
        # Most sets just list their strings: they need no evaluation on all the others.
        listing = isinstance(names, StringIn)
        for string in names.strings if isinstance(names, StringIn) else explicit:
            if listing or evaluator.holds(names, string) is not False:
                listed[string].append(position)
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for string, positions in listed.items():
        grouped.setdefault(tuple(sets[position][0] for position in positions), []).append(string)
    for tags, group in grouped.items():
        yield lowering.names(group), tags


def _by_pattern(
    lowering: Lowering, explicit: frozenset[str], sets: list[tuple[Any, Formula]]
) -> list[tuple[Formula, tuple[Any, ...]]]:
    arena = lowering.arena
    rest = arena.view(arena.string_not_in(explicit), STRING)
    result: list[tuple[Formula, tuple[Any, ...]]] = [(rest, ())]
    for tag, names in sets:
        beyond = beyond_strings(arena, names)
        if beyond is arena.false:
            continue
        result = [
            split
            for region, tags in result
            for split in (
                (arena.all_of((region, beyond)), (*tags, tag)),
                (arena.all_of((region, arena.dual(beyond))), tags),
            )
            if split[0] is not arena.false and lowering.inhabited(arena.view(split[0], STRING))
        ]
    return result


def _evaluated_items(lowering: Lowering, schema: ScopedSchema) -> Iterator[_Items]:
    arena = lowering.arena
    for condition, result in _held(lowering, schema):
        normalized = lowering.schemas.normalized(result.node)
        if "items" in normalized or ("unevaluatedItems" in normalized and result != schema):
            yield _Items(condition, None, arena.true)
            continue
        if "prefixItems" in normalized:
            yield _Items(condition, len(result.node.children("prefixItems")), arena.true)
        if "contains" in normalized and (lowering.generous or result.node.dialect is Dialect.DRAFT2020):
            yield _Items(condition, None, lowering.only(result, "contains"))


def unevaluated_items(lowering: Lowering, schema: ScopedSchema) -> Formula:
    """
    Formula for: every item that is not evaluated otherwise is valid under the subschema.
    """
    arena = lowering.arena
    inside = lowering.only(schema, "unevaluatedItems")
    contributions = list(dict.fromkeys(_evaluated_items(lowering, schema)))
    bounds = sorted({contribution.until for contribution in contributions if contribution.until is not None} | {0})
    parts = []
    for start, end in zip(bounds, [*bounds[1:], None], strict=True):
        live = [each for each in contributions if each.until is None or each.until > start]
        parts.append(_between(lowering, start, end, live, inside))
    return arena.any_of((arena.all_of(parts), _elsewhere(lowering, schema, (frozenset(contributions), inside))))


def _between(lowering: Lowering, start: int, end: int | None, live: list[_Items], inside: Formula) -> Formula:
    """
    The items from ``start`` to before ``end``, to which the same contributions apply.

    For every choice of contributions that do not hold, what they alone would have evaluated satisfies the schema.
    """
    arena = lowering.arena
    outright = [each.condition for each in live if each.where is arena.true]
    selective = [each for each in live if each.where is not arena.true]
    sure = [each.where for each in selective if each.condition is arena.true]
    doubtful = [each for each in selective if each.condition is not arena.true]
    clauses = []
    for count in range(len(doubtful) + 1):
        for failing in combinations(doubtful, count):
            others = [each.where for each in doubtful if each not in failing]
            item = arena.any_of((inside, *sure, *others))
            conditions = (*outright, *(each.condition for each in failing))
            clauses.append(arena.any_of((*conditions, _items(lowering, start, end, item))))
    return arena.all_of(clauses)


def _items(lowering: Lowering, start: int, end: int | None, item: Formula) -> Formula:
    arena = lowering.arena
    if end is None:
        return arena.at_most(0, start, arena.dual(item))
    return arena.all_of(arena.optional_item(index, item) for index in range(start, end))
