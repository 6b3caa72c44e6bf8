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
from schemadiff.keywords.normalized import Facet
from schemadiff.keywords.table import MODERN

T = TypeVar("T")

Scope: TypeAlias = "tuple[tuple[str, int, tuple[str | int, ...], Any], ...]"
"""For each dynamic anchor the outermost resource of the scope that defines it: (name, resource, pointer, node)."""


class Place(NamedTuple):
    """
    A subschema and the dynamic scope in which it is evaluated.
    """

    node: Any
    scope: Scope = ()


class Missing(NamedTuple):
    """
    The target of an unresolved reference.
    """

    uri: str


Resolve: TypeAlias = "Callable[[Any, str], Any]"
"""From a node and a reference in it to a node, or to Missing."""

Edge: TypeAlias = "tuple[str, str | int | None, Place | Missing]"

_NODE = 8
"""Ticks per node."""

_VALUE = 4
"""Ticks per value of an enumeration."""

_PORTION = 64

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_RECURSIVE = "$recursiveAnchor"


class Places:
    """
    Navigation between scoped schemas.

    Arguments:
        resolve: resolves a reference.
        formats: whether ``format`` is asserted.
        step: called for each visited schema.
        tick: called with the number of visited values; both may raise to stop.
    """

    def __init__(
        self,
        resolve: Resolve,
        *,
        formats: bool = False,
        step: Callable[[], None] | None = None,
        tick: Callable[[int], None] | None = None,
    ) -> None:
        self._resolve = resolve
        self._formats = formats
        self._step = step
        self.tick = tick or _uncounted
        self._edges: dict[Place, tuple[Edge, ...]] = {}
        self._straight: dict[Place, Place] = {}
        self._facets: dict[Any, dict[str, Facet]] = {}

    def root(self, node: Any) -> Place:
        """
        The scoped schema at which evaluation starts.
        """
        return Place(node, _entered((), node.resource))

    def facets(self, node: Any) -> dict[str, Facet]:
        """
        The keywords that affect validity, without annotations and containers.
        """
        found = self._facets.get(node)
        if found is None:
            found = self._facets[node] = {
                name: facet for name, facet in node.facets.items() if self._counts(name, facet)
            }
        return found

    def _counts(self, name: str, facet: Facet) -> bool:
        role = facet.keyword.role
        if role in (Role.ASSERTION, Role.IN_PLACE, Role.CHILD):
            return True
        if role is Role.REFERENCE:
            return isinstance(facet.value, str)
        return name == "format" and self._formats

    def step(self, place: Place, node: Any) -> Place:
        """
        The scoped schema of a subschema, or of a reference's target.
        """
        if node.resource is place.node.resource:
            return Place(node, place.scope)
        return Place(node, _entered(place.scope, node.resource))

    def target(self, place: Place, keyword: str) -> Place | Missing:
        """
        The target of a reference in its dynamic scope.
        """
        reference = self.facets(place.node)[keyword].value
        node = self._resolve(place.node, reference)
        if isinstance(node, Missing):
            return node
        if keyword != "$ref":
            bound = _dynamic_name(node, keyword, reference)
            for name, _, _, first in place.scope:
                if name == bound:
                    node = first
        return self.step(place, node)

    def edges(self, place: Place) -> tuple[Edge, ...]:
        """
        The schemas on which a schema depends directly: (keyword, step, schema).
        """
        found = self._edges.get(place)
        if found is None:
            if self._step is not None:
                self._step()
            found = self._edges[place] = tuple(self._list(place))
        return found

    def _list(self, place: Place) -> Iterable[Edge]:
        for name, facet in self.facets(place.node).items():
            if facet.keyword.role is Role.REFERENCE:
                yield name, None, self.target(place, name)
            elif facet.children:
                self.tick(_NODE * len(facet.children))
                for step, node in place.node.children(name):
                    yield name, step, self.step(place, node)

    def reached(self, roots: Iterable[Place]) -> Iterator[Place]:
        """
        Some schemas, and all on which they depend.
        """
        pending = list(roots)
        seen = set(pending)
        while pending:
            place = pending.pop()
            yield place
            for _, _, target in self.edges(place):
                if isinstance(target, Place) and target not in seen:
                    seen.add(target)
                    pending.append(target)

    def straight(self, place: Place) -> Place:
        """
        The schema itself, or its target if it is a sole reference.
        """
        found = self._straight.get(place)
        if found is None:
            found = self._straight[place] = self._followed(place)
        return found

    def _followed(self, place: Place) -> Place:
        seen = set[Place]()
        while True:
            facets = self.facets(place.node)
            if len(facets) != 1:
                return place
            seen.add(place)
            name = next(iter(facets))
            if name not in _REFERENCES:
                return place
            target = self.target(place, name)
            self.tick(_NODE)
            if isinstance(target, Missing) or target in seen:
                return place
            place = target


def _uncounted(_: int) -> None:
    pass


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

    def __init__(self, places: Places) -> None:
        self._places = places
        self._numbers: dict[Place, int] = {}
        self._interned: dict[Hashable, int] = {}
        self._plain: dict[tuple[int, Dialect], tuple[Any, int]] = {}
        self.circles: list[Place] = []

    def of(self, place: Place) -> int:
        """
        The number of a schema.
        """
        found = self._numbers.get(place)
        if found is None:
            found = self._known(place)
        if found is None:
            _Components(self._successors, self._settle).visit(place, self._numbers)
            found = self._numbers[place]
        return found

    def seen(self) -> Iterable[Place]:
        """
        All numbered schemas.
        """
        return self._numbers.keys()

    def _known(self, place: Place) -> int | None:
        """
        The number of a schema without references that is known as the identical object: variants of a schema share most
        of their parts.
        """
        found = self._plain.get((id(place.node.value), place.node.dialect))
        return None if found is None else found[1]

    def _is_plain(self, place: Place) -> bool:
        edges = self._places.edges(place)
        inside = (target for name, _, target in edges if name not in _REFERENCES)
        return not any(name in _REFERENCES for name, _, _ in edges) and all(
            isinstance(each, Place) and (isinstance(each.node.value, bool) or self._known(each) is not None)
            for each in inside
        )

    def _intern(self, content: Hashable) -> int:
        return self._interned.setdefault(content, len(self._interned))

    def _successors(self, place: Place) -> list[Place]:
        if self._known(place) is not None:
            return []
        straight = self._places.straight(place)
        if straight != place:
            return [straight]
        inside = (target for _, _, target in self._places.edges(place))
        return [target for target in inside if isinstance(target, Place) and self._known(target) is None]

    def _settle(self, component: list[Place], circular: bool) -> None:
        """
        Number the schemas of one strongly connected component, whose successors are numbered.
        """
        if not circular:
            (place,) = component
            self._numbers[place] = self._single(place)
            return
        self._note_circle(component)
        current = dict.fromkeys(component, -1)
        classes = 0
        while True:
            current = {place: self._intern(self._content(place, current)) for place in component}
            if len(set(current.values())) == classes:
                break
            classes = len(set(current.values()))
        whole = frozenset(current.values())
        for place in component:
            self._numbers[place] = self._intern(("circle", current[place], whole))

    def _single(self, place: Place) -> int:
        known = self._known(place)
        if known is not None:
            return known
        straight = self._places.straight(place)
        if straight != place:
            return self._numbers[straight]
        number = self._intern(self._content(place, {}))
        if self._is_plain(place):
            # The value is kept, lest another one get its id.
            self._plain[id(place.node.value), place.node.dialect] = (place.node.value, number)
        return number

    def _note_circle(self, component: list[Place]) -> None:
        """
        Remove schemas without in-place successors repeatedly; the rest is cyclic.
        """
        members = set(component)
        onward = {
            place: {
                target
                for name, _, target in self._places.edges(place)
                if target in members and (name in _REFERENCES or MODERN[name].role is Role.IN_PLACE)
            }
            for place in component
        }
        while True:
            self._places.tick(len(onward))
            done = {place for place, targets in onward.items() if not targets}
            if not done:
                break
            onward = {place: targets - done for place, targets in onward.items() if place not in done}
        self.circles.extend(place for place in component if place in onward)

    def _content(self, place: Place, inside: Mapping[Place, int]) -> Hashable:
        if isinstance(place.node.value, bool):
            return place.node.value
        straight = self._places.straight(place)
        if straight != place:
            return ("to", self._number(straight, inside))
        by_keyword: dict[str, list[Hashable]] = {}
        edges = self._places.edges(place)
        self._places.tick(4 + len(edges))
        for name, step, target in edges:
            mark: Hashable = target if isinstance(target, Missing) else self._number(target, inside)
            by_keyword.setdefault(name, []).append((step, mark))
        facets = self._places.facets(place.node)
        return tuple(
            (name, content(name, facets[name], by_keyword.get(name, ()), place.node.dialect, self._places.tick))
            for name in sorted(facets)
        )

    def _number(self, place: Place, inside: Mapping[Place, int]) -> int:
        if place in inside:
            return inside[place]
        number = self._numbers.get(place)
        # What has a number from elsewhere was passed over on the way here.
        return self._plain[id(place.node.value), place.node.dialect][1] if number is None else number


_SETS = ("required", "enum", "type")
_LISTS = ("prefixItems", "allOf", "anyOf", "oneOf")


def content(
    name: str, facet: Facet, edges: Iterable[Hashable], dialect: Dialect, tick: Callable[[int], None]
) -> Hashable:
    """
    The content of a keyword, with its subschemas replaced by their numbers.
    """
    if name in _REFERENCES or facet.keyword.role is not Role.ASSERTION:
        if name == "format":
            return str(facet.value)
        # A ``contains`` marks items as evaluated from 2020-12 on only.
        extra = dialect is Dialect.DRAFT2020 if name == "contains" else None
        return (extra, tuple(edges) if name in _LISTS else frozenset(edges))
    if name in _SETS:
        values = facet.value if isinstance(facet.value, list) else [facet.value]
        # Most are texts, which are their own keys.
        return frozenset(each if type(each) is str else _key(each, tick) for each in in_portions(values, tick))
    return _key(facet.value, tick)


def _key(value: Value, tick: Callable[[int], None]) -> Hashable:
    """
    The ``key`` of a possibly large value.
    """
    if isinstance(value, list):
        return ("a", *(_key(item, tick) for item in in_portions(value, tick)))
    if isinstance(value, dict):
        return ("o", frozenset((name, _key(member, tick)) for name, member in in_portions(value.items(), tick)))
    return key(value)


class _Components:
    """
    Strongly connected components in reverse topological order (Tarjan), without recursion.

    Arguments:
        successors: the direct dependencies of a schema.
        settle: called with each component, and whether it is cyclic.
    """

    def __init__(self, successors: Callable[[Place], list[Place]], settle: Callable[[list[Place], bool], None]) -> None:
        self._successors = successors
        self._settle = settle

    def visit(self, root: Place, done: Mapping[Place, int]) -> None:
        index: dict[Place, int] = {root: 0}
        low: dict[Place, int] = {root: 0}
        stack: list[Place] = [root]
        on_stack = {root}
        loops: set[Place] = set()
        work = [(root, iter(self._successors(root)))]
        while work:
            place, following = work[-1]
            for target in following:
                if target in done:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(self._successors(target))))
                    break
                if target in on_stack:
                    low[place] = min(low[place], index[target])
                    if target == place:
                        loops.add(place)
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[place])
                if low[place] == index[place]:
                    component: list[Place] = []
                    while not component or component[-1] != place:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    self._settle(component, len(component) > 1 or place in loops)
