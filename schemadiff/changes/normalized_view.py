"""
Normalised views of two schemas.

References and single-branch wrappers are followed, and equivalent spellings become one: a choice of constants is a list
of values, a choice between a schema and null is a type with null in it. Between such views a refactoring is no change.
"""

from __future__ import annotations

from typing import Any

from schemadiff.changes.normalize_types import settled
from schemadiff.changes.shape import Shape, ShapeKeyword, Spot, Step
from schemadiff.keywords import ABSENT, Dialect, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import Identities, MissingTarget, ScopedSchema, ScopedSchemas
from schemadiff.schema import Node

REFERENCES = (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)
UNEVALUATED = (kw.UNEVALUATED_PROPERTIES, kw.UNEVALUATED_ITEMS)
_CONJUNCTIONS = (kw.ALL_OF, *REFERENCES)
_WRAPPERS = (kw.ALL_OF, kw.ANY_OF, kw.ONE_OF)
_CONSTRAINING = (Role.ASSERTION, Role.IN_PLACE, Role.CHILD)


class NormalizedView:
    """
    Both schemas of a comparison as shapes, each subschema normalised once.

    Attributes:
        old, new: the schemas.
        number: from a subschema to a number that only equivalent ones share; not all equivalent ones do.
        features: of branches, memoised for the measure of similarity.
        busy: the subschemas being normalised, outermost first.
        plain: by dialect and identity of values, whether their meaning is independent of their location.
        watched: whether an ``unevaluated*`` keyword occurs, so that evaluation of properties matters.
    """

    def __init__(self, old: Node, new: Node) -> None:
        self.old = old
        self.new = new
        self.places = ScopedSchemas(formats=True)
        self.watched = any(
            word in self.places.normalized(place.node)
            for place in self.places.reached(map(self.places.root, (old, new)))
            for word in UNEVALUATED
        )
        self.number = Identities(self.places).of
        self._shapes: dict[ScopedSchema, Shape] = {}
        self._straight: dict[ScopedSchema, ScopedSchema] = {}
        self.busy: list[ScopedSchema] = []
        self.features: dict[ScopedSchema, tuple[frozenset[Any], frozenset[Any]]] = {}
        self.plain: dict[tuple[Dialect, int], bool] = {}

    def same(self, left: ScopedSchema, right: ScopedSchema) -> bool:
        """
        Whether two subschemas are known to be equivalent.
        """
        return left == right or self.number(left) == self.number(right)

    def shape(self, place: ScopedSchema) -> Shape:
        """
        The normalised constraints of a subschema.
        """
        core = self.straight(place)
        result = self._shapes.get(core)
        if result is None:
            self.busy.append(core)
            result = self._shapes[core] = self._read(core)
            self.busy.pop()
        return result

    def straight(self, place: ScopedSchema) -> ScopedSchema:
        """
        The subschema behind wrappers: a sole reference, or a sole combinator with one branch.
        """
        scoped_schema = self._straight.get(place)
        if scoped_schema is None:
            scoped_schema = self._straight[place] = self.chain(place)[-1]
        return scoped_schema

    def chain(self, place: ScopedSchema) -> list[ScopedSchema]:
        """
        A subschema and those behind its wrappers, down to the constraining one.
        """
        links = [place]
        while (inside := self._wrapped(links[-1])) is not None and inside not in links:
            links.append(inside)
        return links

    def _wrapped(self, place: ScopedSchema) -> ScopedSchema | None:
        normalized = self.places.normalized(place.node)
        if len(normalized) != 1:
            return None
        name = next(iter(normalized))
        if name in REFERENCES or (name in _WRAPPERS and len(normalized[name].children) == 1):
            target = self.places.edges(place)[0][2]
            return target if isinstance(target, ScopedSchema) else None
        return None

    def _read(self, place: ScopedSchema) -> Shape:
        node: Node = place.node
        if node.value is False:
            return Shape(place, {}, (), True)
        children: dict[str, list[tuple[Step, ScopedSchema]]] = {}
        opaque: dict[str, str] = {}
        for name, step, target in self.places.edges(place):
            if isinstance(target, MissingTarget):
                opaque[name] = target.uri
            elif not self._joins(place, name):
                children.setdefault(name, []).append((step, target))
        normalized = {}
        for name, keyword in node.normalized.items():
            counts = keyword.row.role in _CONSTRAINING and not self._joins(place, name)
            if counts or name == kw.FORMAT or name in opaque:
                at = Spot(node.document, (*node.pointer, *keyword.written))
                normalized[name] = ShapeKeyword(
                    keyword.row, opaque.get(name, keyword.value), tuple(children.get(name, ())), at
                )
        conjuncts = tuple(self._conjuncts(place))
        if any(conjunct.node.value is False for conjunct in conjuncts) or self._refuses_all(normalized):
            return Shape(place, {}, (), True)
        return Shape(place, settled(normalized, self), conjuncts, False)

    def _conjuncts(self, place: ScopedSchema) -> list[ScopedSchema]:
        conjuncts: dict[ScopedSchema, None] = {}
        seen = {place}
        pending = [place]
        while pending:
            here = pending.pop()
            if here != place and self._tells(here):
                conjuncts[here] = None
                continue
            inside = []
            for name, _, target in self.places.edges(here):
                if isinstance(target, MissingTarget) or not self._joins(here, name):
                    continue
                core = self.straight(target)
                if core not in seen:
                    seen.add(core)
                    inside.append(core)
            pending.extend(reversed(inside))
        return list(conjuncts)

    def _joins(self, place: ScopedSchema, name: str) -> bool:
        """
        Whether a keyword's subschemas are conjuncts: ``allOf``, a reference, a choice with one branch.
        """
        if name in _CONJUNCTIONS:
            return True
        keyword = place.node.normalized.get(name) if name in _WRAPPERS else None
        return keyword is not None and len(keyword.children) == 1

    def _tells(self, place: ScopedSchema) -> bool:
        normalized = self.places.normalized(place.node)
        return any(not self._joins(place, name) for name in normalized) or any(
            isinstance(target, MissingTarget) for _, _, target in self.places.edges(place)
        )

    def _refuses_all(self, normalized: dict[str, ShapeKeyword]) -> bool:
        refused = normalized[kw.NOT].children if kw.NOT in normalized else ()
        return bool(refused) and not self.places.normalized(self.straight(refused[0][1]).node)


def annotation(reading: NormalizedView, place: ScopedSchema, keyword: str) -> tuple[Any, Spot]:
    """
    The value of an annotation and its location, the outermost schema first.
    """
    for link in reading.chain(place):
        normalized_keyword = link.node.normalized.get(keyword)
        if normalized_keyword is not None:
            return normalized_keyword.value, Spot(link.node.document, (*link.node.pointer, *normalized_keyword.written))
    return ABSENT, Spot(place.node.document, (*place.node.pointer, keyword))
