"""
Changes: one keyword that differs at one location, with its effect and the edit that makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemadiff.changes.evaluated_by import NOTHING, made_at, made_by
from schemadiff.changes.normalized_view import NormalizedView
from schemadiff.changes.shape import Shape, Spot, Step
from schemadiff.keywords import ABSENT, Effect, Polarity, rows_of, spellings_of
from schemadiff.keywords.scoped_schema import ScopedSchema

Edge: TypeAlias = "tuple[str | None, Step]"
"""From a shape to a subschema: the keyword and the step in it; (None, None) leads to the shape itself."""

ITSELF: Edge = (None, None)


class Site:
    """
    A pair of subschemas that apply to the same instance location.

    Attributes:
        old, new: the shapes.
        origin: the site from which the walk came here first; None for the one at which it started.
        within: the nested sites: the edges to each on both sides, the site, the polarity of the way.
        ways: where this site lies inside others: (site, path from there, polarity of the way).
    """

    __slots__ = ("new", "old", "origin", "reading", "ways", "within")

    def __init__(self, reading: NormalizedView, old: Shape, new: Shape, origin: Site | None) -> None:
        self.origin = origin
        self.reading = reading
        self.old = old
        self.new = new
        self.within: list[tuple[Edge, Edge, Site, Polarity]] = []
        self.ways: list[tuple[Site, tuple[str, ...], Polarity]] = []

    def __repr__(self) -> str:
        return f"Site({self.old.node!r}, {self.new.node!r})"


@dataclass(frozen=True, slots=True)
class Edit:
    """
    The edit that makes a change: at a site, a keyword or a part of its value is taken from the other side.

    Applied backwards it reverts the change in new.

    Attributes:
        site: where.
        keyword: the modern keyword; None for the whole schema.
        gone, come: the steps (of subschemas) or values removed and added; None stands for the whole value.
    """

    site: Site
    keyword: str | None
    gone: tuple[Any, ...] | None = None
    come: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One keyword that differs at one location.

    Attributes:
        fact: the named event, such as ``property-added``; for many keywords just the keyword's name.
        keyword: the modern keyword that differs.
        effect: on the set of instances valid at its location.
        polarity: of the location.
        path: the location by names: properties, ``[]`` for items, branches by content; the same on both sides.
        old, new: the values as written, ABSENT where there is none.
        old_at, new_at: where they are written, or would be.
        edits: how to make this change alone.
        details: what a message needs to name (``name``, ``values``, ``factor``, …).
        paths: all locations that the edit reaches through references, ``path`` first.
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


@dataclass(frozen=True, slots=True)
class Descent:
    """
    Two subschemas that are to be compared.

    Attributes:
        old, new: the subschemas.
        old_edge, new_edge: the edges from the site to them.
        steps: the path from the site.
        polarity: what narrowing the subschema does to the site.
        in_place: whether they apply to the same instance location as the site.
    """

    old: ScopedSchema
    new: ScopedSchema
    old_edge: Edge
    new_edge: Edge
    steps: tuple[str, ...]
    polarity: Polarity = Polarity.SAME
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """
    A site under comparison.

    Attributes:
        site: the site, with both shapes.
        read: the types whose evaluated properties or items an ``unevaluated*`` keyword of the site itself reads.
        read_outside: the same for ``unevaluated*`` keywords of schemas to which the site is applied in place.
    """

    site: Site
    read: frozenset[str] = NOTHING
    read_outside: frozenset[str] = NOTHING

    @property
    def old(self) -> Shape:
        """
        The old shape.
        """
        return self.site.old

    @property
    def new(self) -> Shape:
        """
        The new shape.
        """
        return self.site.new

    @property
    def reading(self) -> NormalizedView:
        """
        The comparison that it is part of.
        """
        return self.site.reading

    def is_read(self, keyword: str, *, outside: bool = False) -> bool:
        """
        Whether an ``unevaluated*`` keyword reads the annotations of a keyword here, or in an outer schema.
        """
        return bool(made_by(keyword) & (self.read | self.read_outside if outside else self.read))

    def beside(self, effect: Effect, *places: ScopedSchema | None) -> Effect:
        """
        The effect of adding or removing in-place subschemas: not presumed if ``unevaluated*`` reads their annotations.
        """
        if not self.read:
            return effect
        made = made_at(self.reading, *(place for place in places if place is not None))
        return Effect.INCOMPARABLE if made & self.read else effect

    def read_in(self, *places: ScopedSchema) -> frozenset[str]:
        """
        The types whose annotations, made in place by some subschemas, are read here or in an outer schema.
        """
        read = self.read | self.read_outside
        return read & made_at(self.reading, *places) if read else NOTHING

    def edit(self, keyword: str | None, gone: Any = None, come: Any = None) -> Edit:
        """
        An edit of this site; of the whole keyword unless parts are named.
        """
        return Edit(self.site, keyword, gone, come)


Found: TypeAlias = "Iterator[Change | Descent]"


Written: TypeAlias = "tuple[Any, Spot]"
"""A value and its location, written there or not."""


def written(place: ScopedSchema) -> Written:
    """
    A subschema and its location.
    """
    return place.node.value, Spot(place.node.document, place.node.pointer)


def keyword_name(shape: Shape, keyword: str) -> str:
    """
    The name of a keyword in the dialect of a shape.
    """
    rows = rows_of(shape.node.dialect)
    return next((name for name in spellings_of(keyword) if name in rows), keyword)


def _spot_of(shape: Shape, keyword: str, *steps: str | int) -> Spot:
    """
    The location of a keyword of a shape, or of a part of its value, written there or not.
    """
    seen = shape.normalized.get(keyword)
    at = Spot(shape.node.document, (*shape.node.pointer, keyword_name(shape, keyword))) if seen is None else seen.at
    return Spot(at.document, (*at.pointer, *steps))


def change_of(
    fact: str,
    keyword: str,
    effect: Effect,
    old: Written,
    new: Written,
    *,
    steps: tuple[str, ...] = (),
    edits: tuple[Edit, ...] = (),
    details: Mapping[str, Any] | None = None,
) -> Change:
    """
    A change at a site; the walk adds the path to the site, and its polarity.
    """
    return Change(
        fact=fact,
        keyword=keyword,
        effect=effect,
        polarity=Polarity.SAME,
        path=steps,
        old=old[0],
        new=new[0],
        old_at=old[1],
        new_at=new[1],
        edits=edits,
        details=details or {},
    )


def at_keyword(
    pair: Pair,
    keyword: str,
    effect: Effect,
    *,
    fact: str | None = None,
    edits: tuple[Edit, ...] | None = None,
    details: Mapping[str, Any] | None = None,
    steps: tuple[str, ...] = (),
) -> Change:
    """
    The change of a keyword from its old value to its new one. Unless told otherwise the fact is the keyword's name, and
    the edit takes the whole keyword. ``details`` is what a message needs to name, ``steps`` the path from the pair to
    what the change is about.
    """
    old, new = ((shape.value(keyword), _spot_of(shape, keyword)) for shape in (pair.old, pair.new))
    edits = (pair.edit(keyword),) if edits is None else edits
    return change_of(fact or keyword, keyword, effect, old, new, steps=steps, edits=edits, details=details)


def at_part(
    pair: Pair,
    keyword: str,
    fact: str,
    effect: Effect,
    *,
    sides: tuple[ScopedSchema | None, ScopedSchema | None],
    step: str | int,
    path: str,
    more: tuple[Edit, ...] = (),
    details: Mapping[str, Any],
) -> Change:
    """
    The addition or removal of one subschema of a keyword, such as a property; one of ``sides`` is None. ``step`` leads
    to it in the keyword's value, ``path`` in the change's path; ``more`` are further edits that belong to the change.
    """
    # An index says nothing about the other side.
    rest = (step,) if isinstance(step, str) else ()
    old, new = (
        (ABSENT, _spot_of(shape, keyword, *rest)) if place is None else written(place)
        for place, shape in zip(sides, (pair.old, pair.new), strict=True)
    )
    edit = pair.edit(keyword, *(() if place is None else (step,) for place in sides))
    return change_of(fact, keyword, effect, old, new, steps=(path,), edits=(edit, *more), details=details)
