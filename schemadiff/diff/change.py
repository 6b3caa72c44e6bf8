"""
What a change is: one keyword that differs at one place, with its effect and the edit that makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from schemadiff.instance import Pointer, Position
from schemadiff.keywords import ABSENT, Effect, Polarity
from schemadiff.schema import Document, Node


class Spot(NamedTuple):
    """
    A place in a schema as written.
    """

    document: Document
    pointer: Pointer

    @property
    def position(self) -> Position | None:
        """
        Line and column, where the schema has a text.
        """
        return self.document.position(self.pointer)


class Put(NamedTuple):
    """
    An edit: what stands at a place of old becomes what stands at a place of new.

    Read backwards it undoes itself in new. ABSENT stands for a member that is not there.
    """

    old_at: Spot
    new_at: Spot
    old: Any
    new: Any


class Exchange(NamedTuple):
    """
    An edit of a list whose order does not matter: some items go, others come.
    """

    old_at: Spot
    new_at: Spot
    gone: tuple[Any, ...]
    come: tuple[Any, ...]


Edit: TypeAlias = "Put | Exchange"


class Change(NamedTuple):
    """
    One keyword that differs at one place.

    Attributes:
        fact: the named event, such as ``property-added``; for most keywords just the keyword's name.
        keyword: the modern keyword that differs.
        effect: on the set of instances that are valid at its place.
        polarity: of the place.
        path: the place by names: members, ``[]`` for items, branches by content; the same on both sides.
        old, new: the values as written, ABSENT where there is none.
        old_at, new_at: where they are written, or would be.
        edits: how to make this change alone.
        details: what a message needs to name (``name``, ``values``, ``factor``, …).
        paths: all places that the same edit reaches through references, ``path`` first.
    """

    fact: str
    keyword: str
    effect: Effect
    polarity: Polarity
    path: tuple[str, ...]
    old: Any
    new: Any
    old_at: Spot
    new_at: Spot
    edits: tuple[Edit, ...]
    details: Mapping[str, Any]
    paths: tuple[tuple[str, ...], ...] = ()

    @property
    def whole_effect(self) -> Effect:
        """
        The effect on the whole document's instances, as far as polarity tells.
        """
        if self.effect is Effect.NONE or self.polarity is Polarity.SAME:
            return self.effect
        return self.effect.mirrored if self.polarity is Polarity.REVERSED else Effect.INCOMPARABLE


class Pair(NamedTuple):
    """
    Two subschemas that describe the same place, and what is known of that place.
    """

    old: Node
    new: Node
    polarity: Polarity
    path: tuple[str, ...]

    def inner(self, old: Node, new: Node, *steps: str, polarity: Polarity = Polarity.SAME) -> Pair:
        """
        A pair further inside.
        """
        return Pair(old, new, self.polarity * polarity, (*self.path, *steps))


def spot(node: Node, *steps: str | int) -> Spot:
    """
    A place at some steps from a schema.
    """
    return Spot(node.document, (*node.pointer, *steps))


def keyword_spots(pair: Pair, keyword: str) -> tuple[Spot, Spot]:
    """
    Where a keyword is written on both sides, or would be.
    """
    old, new = pair.old.facets.get(keyword), pair.new.facets.get(keyword)
    fallback = old.written if old else new.written if new else (keyword,)
    return (
        spot(pair.old, *(old.written if old else fallback)),
        spot(pair.new, *(new.written if new else fallback)),
    )


def value_of(node: Node, keyword: str) -> Any:
    """
    The value of a facet, ABSENT if there is none.
    """
    facet = node.facets.get(keyword)
    return ABSENT if facet is None else facet.value


def keyword_change(
    pair: Pair,
    keyword: str,
    effect: Effect,
    *,
    fact: str | None = None,
    edits: tuple[Edit, ...] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Change:
    """
    The change of a whole keyword: its old value becomes its new one.
    """
    old_at, new_at = keyword_spots(pair, keyword)
    old, new = value_of(pair.old, keyword), value_of(pair.new, keyword)
    return Change(
        fact or keyword,
        keyword,
        effect,
        pair.polarity,
        pair.path,
        old,
        new,
        old_at,
        new_at,
        (Put(old_at, new_at, old, new),) if edits is None else edits,
        details or {},
    )
