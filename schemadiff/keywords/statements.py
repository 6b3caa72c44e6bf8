"""
What a schema states, keyword by keyword: for explanations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from schemadiff.formula.terms import Formula
from schemadiff.instance import dumps, format_pointer
from schemadiff.keywords.lower_keyword import LOWER_KEYWORD
from schemadiff.keywords.normalized import NormalizedKeyword
from schemadiff.keywords.scoped_schema import ScopedSchema

if TYPE_CHECKING:
    from schemadiff.keywords.lower import Lowering

_SHORT = 40
"""Values of no more characters are written in labels."""

_TRANSPARENT = ("allOf", "$ref", "$dynamicRef", "$recursiveRef")


class Statement(NamedTuple):
    """
    One keyword of a schema, or one property of ``properties``.

    Attributes:
        label: its pointer, and its value if that is short.
        formula: its meaning.
        inside: its one subschema, with the property's name or the first item's index to which that applies; None if
            it has no such subschema.
    """

    label: str
    formula: Formula
    inside: tuple[tuple[str, str | int | None], ScopedSchema] | None = None


def statements_of(lowering: Lowering, schema: ScopedSchema, path: tuple[ScopedSchema, ...] = ()) -> list[Statement]:
    """
    All that a schema says, ``allOf`` and references taken apart.
    """
    schemas = lowering.schemas
    if isinstance(schema.node.value, bool):
        return [] if schema.node.value else [Statement(pointer_of(schema), lowering.arena.false)]
    result: list[Statement] = []
    for name, keyword in schemas.normalized(schema.node).items():
        edges = ((step, target) for label, step, target in schemas.edges(schema) if label == name)
        targets = [(step, target) for step, target in edges if isinstance(target, ScopedSchema)]
        if name in _TRANSPARENT and targets and schema not in path:
            for _, target in targets:
                result.extend(statements_of(lowering, target, (*path, schema)))
        else:
            result.extend(_of_keyword(lowering, schema, keyword, targets))
    return result


def _of_keyword(
    lowering: Lowering,
    schema: ScopedSchema,
    keyword: NormalizedKeyword,
    targets: Sequence[tuple[str | int | None, ScopedSchema]],
) -> list[Statement]:
    name = keyword.row.name
    formula = LOWER_KEYWORD[name](lowering, schema, keyword)
    if formula is lowering.arena.true:
        return []
    if name == "properties":
        return list(_of_properties(lowering, targets))
    inside = None
    if name == "items" and targets:
        inside = ((name, len(schema.node.children("prefixItems"))), targets[0][1])
    return [Statement(_label(schema, keyword), formula, inside)]


def _of_properties(lowering: Lowering, targets: Sequence[tuple[str | int | None, ScopedSchema]]) -> Iterator[Statement]:
    for step, target in targets:
        formula = lowering.arena.every_property(lowering.names([str(step)]), lowering.of(target))
        if formula is not lowering.arena.true:
            yield Statement(pointer_of(target), formula, (("properties", str(step)), target))


def pointer_of(schema: ScopedSchema) -> str:
    """
    The pointer of a schema in its document.
    """
    return format_pointer(schema.node.pointer) or "the schema"


def _label(schema: ScopedSchema, keyword: NormalizedKeyword) -> str:
    pointer = format_pointer((*schema.node.pointer, *keyword.written))
    if keyword.children:
        return pointer
    value = dumps(keyword.value)
    return f"{pointer} {value}" if len(value) <= _SHORT else pointer
