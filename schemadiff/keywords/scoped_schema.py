"""
Subschemas with the dynamic scope in which they are evaluated, and their equivalence.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeAlias, TypeVar

from schemadiff.instance import Value, key
from schemadiff.keywords.dialects import Dialect
from schemadiff.keywords.model import Role
from schemadiff.keywords.normalized import NormalizedKeyword
from schemadiff.keywords.table import MODERN

T = TypeVar("T")

Scope: TypeAlias = "tuple[tuple[str, int, tuple[str | int, ...], Any], ...]"
"""For each dynamic anchor the outermost resource of the scope that defines it: (name, resource, pointer, node)."""


class ScopedSchema(NamedTuple):
    """
    A subschema and the dynamic scope in which it is evaluated.
    """

    node: Any
    scope: Scope = ()


class MissingTarget(NamedTuple):
    """
    The target of an unresolved reference.
    """

    uri: str


Edge: TypeAlias = "tuple[str, str | int | None, ScopedSchema | MissingTarget]"

_NODE = 8
"""Ticks per node."""

_VALUE = 4
"""Ticks per value of an enumeration."""

_PORTION = 64

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_RECURSIVE = "$recursiveAnchor"


class ScopedSchemas:
    """
    Navigation between scoped schemas.

    Arguments:
        formats: whether ``format`` is asserted.
        step: called for each visited schema.
        tick: called with the number of visited values; both may raise to stop.
    """

    def __init__(
        self,
        *,
        formats: bool = False,
        step: Callable[[], None] | None = None,
        tick: Callable[[int], None] | None = None,
    ) -> None:
        self._formats = formats
        self._step = step
        self.tick: Callable[[int], None] = tick or (lambda _: None)
        self._edges: dict[ScopedSchema, tuple[Edge, ...]] = {}
        self._straight: dict[ScopedSchema, ScopedSchema] = {}
        self._normalized: dict[Any, dict[str, NormalizedKeyword]] = {}

    def root(self, node: Any) -> ScopedSchema:
        """
        The scoped schema at which evaluation starts.
        """
        return ScopedSchema(node, _entered((), node.resource))

    def normalized(self, node: Any) -> dict[str, NormalizedKeyword]:
        """
        The keywords that affect validity, without annotations and containers.
        """
        result = self._normalized.get(node)
        if result is None:
            result = self._normalized[node] = {
                name: keyword for name, keyword in node.normalized.items() if self._counts(name, keyword)
            }
        return result

    def _counts(self, name: str, keyword: NormalizedKeyword) -> bool:
        role = keyword.row.role
        if role in (Role.ASSERTION, Role.IN_PLACE, Role.CHILD):
            return True
        if role is Role.REFERENCE:
            return isinstance(keyword.value, str)
        return name == "format" and self._formats

    def step(self, schema: ScopedSchema, node: Any) -> ScopedSchema:
        """
        The scoped schema of a subschema, or of a reference's target.
        """
        if node.resource is schema.node.resource:
            return ScopedSchema(node, schema.scope)
        return ScopedSchema(node, _entered(schema.scope, node.resource))

    def target(self, schema: ScopedSchema, keyword: str) -> ScopedSchema | MissingTarget:
        """
        The target of a reference in its dynamic scope.
        """
        reference = self.normalized(schema.node)[keyword].value
        node = schema.node.resolve(reference)
        if isinstance(node, MissingTarget):
            return node
        if keyword != "$ref":
            bound = _dynamic_name(node, keyword, reference)
            for name, _, _, first in schema.scope:
                if name == bound:
                    node = first
        return self.step(schema, node)

    def edges(self, schema: ScopedSchema) -> tuple[Edge, ...]:
        """
        The schemas on which a schema depends directly: (keyword, step, schema).
        """
        result = self._edges.get(schema)
        if result is None:
            if self._step is not None:
                self._step()
            result = self._edges[schema] = tuple(self._list(schema))
        return result

    def _list(self, schema: ScopedSchema) -> Iterable[Edge]:
        for name, keyword in self.normalized(schema.node).items():
            if keyword.row.role is Role.REFERENCE:
                yield name, None, self.target(schema, name)
            elif keyword.children:
                self.tick(_NODE * len(keyword.children))
                for step, node in schema.node.children(name):
                    yield name, step, self.step(schema, node)

    def reached(self, roots: Iterable[ScopedSchema]) -> Iterator[ScopedSchema]:
        """
        The closure of some schemas under dependency.
        """
        pending = list(roots)
        seen = set(pending)
        while pending:
            schema = pending.pop()
            yield schema
            for _, _, target in self.edges(schema):
                if isinstance(target, ScopedSchema) and target not in seen:
                    seen.add(target)
                    pending.append(target)

    def straight(self, schema: ScopedSchema) -> ScopedSchema:
        """
        The schema itself, or its target if it is a sole reference.
        """
        scoped_schema = self._straight.get(schema)
        if scoped_schema is None:
            scoped_schema = self._straight[schema] = self._followed(schema)
        return scoped_schema

    def _followed(self, schema: ScopedSchema) -> ScopedSchema:
        seen = set[ScopedSchema]()
        while True:
            normalized = self.normalized(schema.node)
            if len(normalized) != 1:
                return schema
            seen.add(schema)
            name = next(iter(normalized))
            if name not in _REFERENCES:
                return schema
            target = self.target(schema, name)
            self.tick(_NODE)
            if isinstance(target, MissingTarget) or target in seen:
                return schema
            schema = target


def in_portions(values: Iterable[T], tick: Callable[[int], None]) -> Iterator[T]:
    """
    The values, counted in batches.
    """
    left = iter(values)
    while portion := list(islice(left, _PORTION)):
        tick(_VALUE * len(portion))
        yield from portion


def _entered(scope: Scope, resource: Any) -> Scope:
    """
    The scope after entering a resource: anchors that it defines first are added.
    """
    if not resource.dynamic and not resource.recursive:
        return scope
    bound = {name for name, *_ in scope}
    added = [
        (name, id(resource), pointer, resource.document.node(pointer))
        for name, pointer in resource.dynamic.items()
        if name not in bound
    ]
    if resource.recursive and _RECURSIVE not in bound:
        added.append((_RECURSIVE, id(resource), resource.pointer, resource.root))
    return tuple(sorted((*scope, *added), key=lambda each: each[0])) if added else scope


def _dynamic_name(node: Any, keyword: str, reference: str) -> str | None:
    """
    The dynamic anchor of a dynamic reference; None if it behaves like ``$ref``.
    """
    resource = node.resource
    if keyword == "$recursiveRef":
        return _RECURSIVE if resource.recursive and node.pointer == resource.pointer else None
    _, _, fragment = reference.partition("#")
    return fragment if resource.dynamic.get(fragment) == node.pointer else None


class Identities:
    """
    Numbers for scoped schemas such that equal numbers imply equal formulas, across documents.

    Two schemas get the same number if their validity keywords are equal, references followed: moving a subschema
    behind a reference, renaming a definition or reordering properties makes no difference. The converse does not
    hold.

    Attributes:
        circles: numbered schemas that refer to themselves without descending into the instance.
    """

    def __init__(self, schemas: ScopedSchemas) -> None:
        self._schemas = schemas
        self._numbers: dict[ScopedSchema, int] = {}
        self._interned: dict[Hashable, int] = {}
        self._plain: dict[tuple[int, Dialect], tuple[Any, int]] = {}
        self.circles: list[ScopedSchema] = []

    def of(self, schema: ScopedSchema) -> int:
        """
        The number of a schema.
        """
        result = self._numbers.get(schema)
        if result is None:
            result = self._known(schema)
        if result is None:
            _settle_components(schema, self._numbers, self._successors, self._settle)
            result = self._numbers[schema]
        return result

    def seen(self) -> Iterable[ScopedSchema]:
        """
        All numbered schemas.
        """
        return self._numbers.keys()

    def _known(self, schema: ScopedSchema) -> int | None:
        """
        The number of a schema without references that is known as the identical object: variants of a schema share most
        of their parts.
        """
        result = self._plain.get((id(schema.node.value), schema.node.dialect))
        return None if result is None else result[1]

    def _is_plain(self, schema: ScopedSchema) -> bool:
        edges = self._schemas.edges(schema)
        inside = (target for name, _, target in edges if name not in _REFERENCES)
        return not any(name in _REFERENCES for name, _, _ in edges) and all(
            isinstance(each, ScopedSchema) and (isinstance(each.node.value, bool) or self._known(each) is not None)
            for each in inside
        )

    def _intern(self, content: Hashable) -> int:
        return self._interned.setdefault(content, len(self._interned))

    def _successors(self, schema: ScopedSchema) -> list[ScopedSchema]:
        if self._known(schema) is not None:
            return []
        straight = self._schemas.straight(schema)
        if straight != schema:
            return [straight]
        inside = (target for _, _, target in self._schemas.edges(schema))
        return [target for target in inside if isinstance(target, ScopedSchema) and self._known(target) is None]

    def _settle(self, component: list[ScopedSchema], circular: bool) -> None:
        if not circular:
            (schema,) = component
            self._numbers[schema] = self._single(schema)
            return
        self._note_circle(component)
        current = dict.fromkeys(component, -1)
        classes = 0
        while True:
            current = {schema: self._intern(self._content(schema, current)) for schema in component}
            if len(set(current.values())) == classes:
                break
            classes = len(set(current.values()))
        whole = frozenset(current.values())
        for schema in component:
            self._numbers[schema] = self._intern(("circle", current[schema], whole))

    def _single(self, schema: ScopedSchema) -> int:
        known = self._known(schema)
        if known is not None:
            return known
        straight = self._schemas.straight(schema)
        if straight != schema:
            return self._numbers[straight]
        number = self._intern(self._content(schema, {}))
        if self._is_plain(schema):
            # The value is kept, lest another one get its id.
            self._plain[id(schema.node.value), schema.node.dialect] = (schema.node.value, number)
        return number

    def _note_circle(self, component: list[ScopedSchema]) -> None:
        """
        Remove schemas without in-schema successors repeatedly; the rest is cyclic.
        """
        members = set(component)
        onward = {
            schema: {
                target
                for name, _, target in self._schemas.edges(schema)
                if target in members and (name in _REFERENCES or MODERN[name].role is Role.IN_PLACE)
            }
            for schema in component
        }
        while True:
            self._schemas.tick(len(onward))
            done = {schema for schema, targets in onward.items() if not targets}
            if not done:
                break
            onward = {schema: targets - done for schema, targets in onward.items() if schema not in done}
        self.circles.extend(schema for schema in component if schema in onward)

    def _content(self, schema: ScopedSchema, inside: Mapping[ScopedSchema, int]) -> Hashable:
        if isinstance(schema.node.value, bool):
            return schema.node.value
        straight = self._schemas.straight(schema)
        if straight != schema:
            return ("to", self._number(straight, inside))
        by_keyword: dict[str, list[Hashable]] = {}
        edges = self._schemas.edges(schema)
        self._schemas.tick(4 + len(edges))
        for name, step, target in edges:
            mark: Hashable = target if isinstance(target, MissingTarget) else self._number(target, inside)
            by_keyword.setdefault(name, []).append((step, mark))
        normalized = self._schemas.normalized(schema.node)
        return tuple(
            (name, content(name, normalized[name], by_keyword.get(name, ()), schema.node.dialect, self._schemas.tick))
            for name in sorted(normalized)
        )

    def _number(self, schema: ScopedSchema, inside: Mapping[ScopedSchema, int]) -> int:
        if schema in inside:
            return inside[schema]
        number = self._numbers.get(schema)
        # What has a number from elsewhere was passed over on the way here.
        return self._plain[id(schema.node.value), schema.node.dialect][1] if number is None else number


_SETS = ("required", "enum", "type")
_LISTS = ("prefixItems", "allOf", "anyOf", "oneOf")


def content(
    name: str, keyword: NormalizedKeyword, edges: Iterable[Hashable], dialect: Dialect, tick: Callable[[int], None]
) -> Hashable:
    """
    The content of a keyword, with its subschemas replaced by their numbers.
    """
    if name in _REFERENCES or keyword.row.role is not Role.ASSERTION:
        if name == "format":
            return str(keyword.value)
        # A ``contains`` marks items as evaluated from 2020-12 on only.
        extra = dialect is Dialect.DRAFT2020 if name == "contains" else None
        return (extra, tuple(edges) if name in _LISTS else frozenset(edges))
    if name in _SETS:
        values = keyword.value if isinstance(keyword.value, list) else [keyword.value]
        # Most are texts, which are their own keys.
        return frozenset(
            in_portion if type(in_portion) is str else _key(in_portion, tick)
            for in_portion in in_portions(values, tick)
        )
    return _key(keyword.value, tick)


def _key(value: Value, tick: Callable[[int], None]) -> Hashable:
    if isinstance(value, list):
        return ("a", *(_key(item, tick) for item in in_portions(value, tick)))
    if isinstance(value, dict):
        return ("o", frozenset((name, _key(member, tick)) for name, member in in_portions(value.items(), tick)))
    return key(value)


def _settle_components(
    root: ScopedSchema,
    done: Mapping[ScopedSchema, int],
    successors: Callable[[ScopedSchema], list[ScopedSchema]],
    settle: Callable[[list[ScopedSchema], bool], None],
) -> None:
    """
    Settle the strongly connected components on which a schema depends, as far as they are not done, in reverse
    topological order (Tarjan), without recursion. ``settle`` is told whether a component is cyclic.
    """
    index: dict[ScopedSchema, int] = {root: 0}
    low: dict[ScopedSchema, int] = {root: 0}
    stack: list[ScopedSchema] = [root]
    on_stack = {root}
    loops: set[ScopedSchema] = set()
    work = [(root, iter(successors(root)))]
    while work:
        schema, following = work[-1]
        for target in following:
            if target in done:
                continue
            if target not in index:
                index[target] = low[target] = len(index)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(successors(target))))
                break
            if target in on_stack:
                low[schema] = min(low[schema], index[target])
                if target == schema:
                    loops.add(schema)
        else:
            work.pop()
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[schema])
            if low[schema] == index[schema]:
                component: list[ScopedSchema] = []
                while not component or component[-1] != schema:
                    component.append(stack.pop())
                    on_stack.discard(component[-1])
                settle(component, len(component) > 1 or schema in loops)
