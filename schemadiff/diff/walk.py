"""
Two schemas side by side: pairing their places and collecting what differs.

The walk keeps its own stack, so that neither deep nor recursive schemas become deep calls. References are looked
through; a pair of places that several references reach is looked into once.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.diff.branches import branch_changes, condition_changes
from schemadiff.diff.change import Change, Pair, Put, keyword_change, keyword_spots, spot, value_of
from schemadiff.diff.children import child_changes
from schemadiff.diff.identity import identity
from schemadiff.diff.objects import object_changes
from schemadiff.diff.values import annotation_changes, value_changes
from schemadiff.instance import Pointer
from schemadiff.keywords import ABSENT, Effect, Polarity, Role
from schemadiff.keywords import names as kw
from schemadiff.schema import Node, Unresolved, walk

_MOST_PATHS = 50
"""How many places are kept for an edit that many references reach."""


def diff(old: Node, new: Node, *, tag: Pointer | None = None) -> list[Change]:
    """
    What differs between two schemas, in the order in which a reader of old meets it.

    Arguments:
        old, new: the schemas.
        tag: the instance location of the version tag; that each side pins its own value there is no change.

    Returns:
        The changes; annotations among them. Empty if both are the same schema.
    """
    walker = _Walker(tuple(map(str, tag)) if tag is not None else None)
    return walker.run(Pair(old, new, Polarity.SAME, ()))


class _Walker:
    def __init__(self, tag: tuple[str, ...] | None) -> None:
        self.tag = tag
        self.changes: list[tuple[Change, tuple[Node, Node]]] = []
        self.arrivals: dict[tuple[Node, Node], list[Pair]] = {}
        self.has_references: dict[int, bool] = {}

    def run(self, top: Pair) -> list[Change]:
        if top.old.dialect is not top.new.dialect:
            self.changes.append((_dialect_change(top), (top.old, top.new)))
        pending = [top]
        while pending:
            pair = pending.pop()
            old, new = _looked_through(pair.old), _looked_through(pair.new)
            pair = pair._replace(old=old, new=new)
            arrivals = self.arrivals.setdefault((old, new), [])
            arrivals.append(pair)
            if len(arrivals) > 1 or self._same(old, new):
                continue
            inside: list[Pair] = []
            for found in _compared(pair):
                if isinstance(found, Pair):
                    inside.append(found)
                elif not self._is_tag(found):
                    self.changes.append((found, (old, new)))
            pending.extend(reversed(inside))
        return [self._with_places(*each) for each in self.changes]

    def _same(self, old: Node, new: Node) -> bool:
        """
        Whether two nodes are written alike and lead nowhere else.
        """
        if old is new:
            return True
        same = old.dialect is new.dialect and identity(old.value) == identity(new.value)
        return same and not self._refers(old)

    def _refers(self, node: Node) -> bool:
        number = identity(node.value)
        if number not in self.has_references:
            words = (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)
            self.has_references[number] = any(word in each.facets for each in walk(node) for word in words)
        return self.has_references[number]

    def _is_tag(self, change: Change) -> bool:
        return self.tag is not None and change.path == self.tag and change.keyword in (kw.CONST, kw.ENUM)

    def _with_places(self, change: Change, owner: tuple[Node, Node]) -> Change:
        """
        Add the other places from which the owner of a change is reached.
        """
        arrivals = self.arrivals.get(owner, [])
        if len(arrivals) < 2:
            return change._replace(paths=(change.path,))
        rest = change.path[len(arrivals[0].path) :]
        paths = tuple(dict.fromkeys((*each.path, *rest) for each in arrivals[:_MOST_PATHS]))
        polarities = {each.polarity for each in arrivals}
        return change._replace(paths=paths, polarity=polarities.pop() if len(polarities) == 1 else Polarity.EITHER)


def _looked_through(node: Node) -> Node:
    """
    The schema that a mere wrapper stands for: one reference, or an ``allOf`` of one, with nothing but annotations.
    """
    seen = {node}
    while True:
        target = _wrapped(node)
        if target is None or target in seen:
            return node
        seen.add(target)
        node = target


def _wrapped(node: Node) -> Node | None:
    if not isinstance(node.value, dict):
        return None
    telling = [name for name, facet in node.facets.items() if facet.keyword.role not in _SILENT]
    if telling == [kw.REF]:
        return _target(node)
    if telling == [kw.ALL_OF] and len(node.children(kw.ALL_OF)) == 1:
        return node.children(kw.ALL_OF)[0][1]
    return None


_SILENT = (Role.ANNOTATION, Role.IDENTIFIER, Role.LOCATION, Role.UNKNOWN)


def _target(node: Node) -> Node | None:
    try:
        return node.resolve(str(value_of(node, kw.REF)))
    except Unresolved:
        return None


def _compared(pair: Pair) -> Iterator[Change | Pair]:
    """
    All that differs at one pair of places, and the pairs inside it.
    """
    if False in (pair.old.value, pair.new.value):
        if pair.old.value is not pair.new.value:
            yield _became_false(pair)
        return
    yield from value_changes(pair)
    yield from object_changes(pair)
    yield from child_changes(pair)
    yield from branch_changes(pair)
    yield from condition_changes(pair)
    yield from _reference_changes(pair)
    yield from annotation_changes(pair)


def _became_false(pair: Pair) -> Change:
    fact, effect = (
        ("schema-became-false", Effect.NARROWED) if pair.new.value is False else ("schema-allowed", Effect.WIDENED)
    )
    old_at, new_at = spot(pair.old), spot(pair.new)
    put = Put(old_at, new_at, pair.old.value, pair.new.value)
    return Change(
        fact, kw.NOT, effect, pair.polarity, pair.path, pair.old.value, pair.new.value, old_at, new_at, (put,), {}
    )


def _reference_changes(pair: Pair) -> Iterator[Change | Pair]:
    """
    References beside other keywords, and those that cannot be looked through.
    """
    for word in (kw.DYNAMIC_REF, kw.RECURSIVE_REF):
        if value_of(pair.old, word) != value_of(pair.new, word):
            yield keyword_change(pair, word, Effect.INCOMPARABLE)
    old, new = value_of(pair.old, kw.REF), value_of(pair.new, kw.REF)
    if old is ABSENT and new is ABSENT:
        return
    if old is ABSENT or new is ABSENT:
        yield keyword_change(pair, kw.REF, Effect.NARROWED if old is ABSENT else Effect.WIDENED)
        return
    before, after = _target(pair.old), _target(pair.new)
    if before is not None and after is not None:
        yield pair.inner(before, after)
    elif before is not None or after is not None or _unresolved_uri(pair.old) != _unresolved_uri(pair.new):
        yield keyword_change(pair, kw.REF, Effect.INCOMPARABLE, fact="reference-unresolved")


def _unresolved_uri(node: Node) -> str:
    try:
        node.resolve(str(value_of(node, kw.REF)))
    except Unresolved as missing:
        return missing.uri
    return ""


def _dialect_change(pair: Pair) -> Change:
    old_at, new_at = keyword_spots(pair, kw.SCHEMA)
    old, new = pair.old.dialect.value, pair.new.dialect.value
    return Change("dialect-changed", kw.SCHEMA, Effect.NONE, pair.polarity, pair.path, old, new, old_at, new_at, (), {})
