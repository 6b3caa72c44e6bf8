"""
Shapes: the normalised constraints of a subschema, independent of where and how they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from schemadiff.instance import Pointer, equal
from schemadiff.keywords import ABSENT, MODERN, Keyword
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.schema import Document, Node
from schemadiff.sources.positions import Position

Step: TypeAlias = "str | int | None"


class Spot(NamedTuple):
    """
    A location in a schema as written.
    """

    document: Document
    pointer: Pointer

    @property
    def position(self) -> Position | None:
        """
        The line and column, where the schema has a text.
        """
        return self.document.position(self.pointer)

    def inside(self, step: str | int | None) -> Spot:
        """
        A location one step inside this one; the same if there is no step.
        """
        return self if step is None else Spot(self.document, (*self.pointer, step))


class ShapeKeyword(NamedTuple):
    """
    One keyword of a shape.

    Attributes:
        keyword: its row.
        value: the effective JSON value; for applicators as written.
        children: the subschemas by their steps.
        at: its location.
    """

    keyword: Keyword
    value: Any
    children: tuple[tuple[Step, ScopedSchema], ...]
    at: Spot


class Shape(NamedTuple):
    """
    The normalised constraints of a subschema.

    Attributes:
        place: the constraining subschema, references and wrappers followed.
        normalized: its keywords by name, ``format`` among them; those of the conjuncts not.
        conjuncts: schemas that must also hold: the branches of ``allOf`` and the targets of references.
        forbidden: whether it is the schema ``false``.
    """

    place: ScopedSchema
    normalized: Mapping[str, ShapeKeyword]
    conjuncts: tuple[ScopedSchema, ...]
    forbidden: bool

    @property
    def node(self) -> Node:
        """
        The subschema itself.
        """
        node: Node = self.place.node
        return node

    @property
    def open(self) -> bool:
        """
        Whether every instance is valid.
        """
        return not self.normalized and not self.conjuncts and not self.forbidden

    def value(self, keyword: str) -> Any:
        """
        The value of a keyword, ABSENT if there is none.
        """
        seen = self.normalized.get(keyword)
        return ABSENT if seen is None else seen.value

    def children(self, keyword: str) -> dict[Any, ScopedSchema]:
        """
        The subschemas of a keyword by their steps; those of ``allOf`` are all conjuncts.
        """
        if keyword == kw.ALL_OF:
            return dict(enumerate(self.conjuncts))
        seen = self.normalized.get(keyword)
        return {} if seen is None else dict(seen.children)

    def child(self, keyword: str) -> ScopedSchema | None:
        """
        The subschema of a keyword that has exactly one.
        """
        seen = self.normalized.get(keyword)
        return seen.children[0][1] if seen and seen.children else None


def seen_like(seen: ShapeKeyword, keyword: str, value: Any) -> ShapeKeyword:
    """
    An equivalent keyword at the location of another one.
    """
    return ShapeKeyword(MODERN[keyword], value, (), seen.at)


def same_value(old: Any, new: Any) -> bool:
    """
    Whether two values of a keyword are equal; ABSENT equals itself only.
    """
    return old is new or (old is not ABSENT and new is not ABSENT and equal(old, new))
