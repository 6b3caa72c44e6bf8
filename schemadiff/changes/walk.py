"""
The parallel walk over two schemas that pairs their subschemas and collects the changes.

The walk keeps its own stack, so that deep or recursive schemas do not become deep calls. A pair of subschemas that
several references reach is compared once; a difference there is one change with many paths.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import NamedTuple

from schemadiff.changes.alignment import aligned
from schemadiff.changes.annotations import annotation_changes, document_changes
from schemadiff.changes.change import ITSELF, Change, Descent, Pair, Site
from schemadiff.changes.child_applicators import array_changes, object_changes
from schemadiff.changes.evaluated_by import NOTHING, read_by
from schemadiff.changes.identity import identity
from schemadiff.changes.in_place_applicators import branch_changes, condition_changes, whole_changes
from schemadiff.changes.normalized_view import REFERENCES, NormalizedView
from schemadiff.changes.objects import property_changes
from schemadiff.changes.values import value_changes
from schemadiff.instance import Pointer
from schemadiff.keywords import Polarity
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.schema import Node, walk

_MOST_PATHS = 50
"""The greatest number of paths kept for an edit that many references reach."""

_MOST_STEPS = 500
"""The greatest number of edges followed in search of them."""


def diff(old: Node, new: Node, *, tag: Pointer | None = None) -> list[Change]:
    """
    The changes between two schemas, in the order of old.

    Arguments:
        old, new: the schemas.
        tag: the instance location of the version tag; different values pinned there are no change.

    Returns:
        The changes; annotations among them. Empty if both are the same schema.
    """
    return _Walker(old, new, tuple(map(str, tag)) if tag is not None else None).run()


class _Visit(NamedTuple):
    descent: Descent
    above: Site | None
    read_outside: frozenset[str]


class _Walker:
    def __init__(self, old: Node, new: Node, tag: tuple[str, ...] | None) -> None:
        self.old = old
        self.new = new
        self.tag = tag
        self.reading = NormalizedView(old, new)
        self.sites: dict[tuple[ScopedSchema, ScopedSchema, frozenset[str]], Site] = {}
        self.annotated: set[tuple[ScopedSchema, ScopedSchema]] = set()
        self.found: list[tuple[Site, Change]] = []
        self.refers: dict[int, bool] = {}

    def run(self) -> list[Change]:
        root = self.reading.places.root
        pending = self._visit(_Visit(Descent(root(self.old), root(self.new), ITSELF, ITSELF, ()), None, NOTHING))[::-1]
        top = next(iter(self.sites.values()))
        while pending:
            pending += reversed(self._visit(pending.pop()))
        about = [(top, change) for change in document_changes(self.old, self.new)]
        return list(_Finished(top, self.tag).changes([*about, *self.found]))

    def _visit(self, visit: _Visit) -> list[_Visit]:
        reading, above, descent = self.reading, visit.above, visit.descent
        places = (descent.old, descent.new)
        if above is not None and self._untouched(*places):
            return []
        old, new = aligned(reading, *map(reading.shape, places))
        mark = (old.place, new.place, visit.read_outside)
        first = mark not in self.sites
        site = self.sites.setdefault(mark, Site(reading, old, new, above))
        if above is not None:
            site.ways.append((above, descent.steps, descent.polarity))
            above.within.append((descent.old_edge, descent.new_edge, site, descent.polarity))
        if places not in self.annotated:
            self.annotated.add(places)
            pair = Pair(above or site)
            self.found += ((pair.site, change) for change in annotation_changes(pair, *places, descent.steps))
        return self._compare(Pair(site, read_by(old, new), visit.read_outside)) if first else []

    def _compare(self, pair: Pair) -> list[_Visit]:
        unchanged = self.reading.same(pair.old.place, pair.new.place)
        inside: list[_Visit] = []
        for result in _compared(pair):
            if isinstance(result, Descent):
                read = pair.read_in(result.old, result.new) if result.in_place else NOTHING
                descent = replace(result, polarity=Polarity.EITHER) if read else result
                inside.append(_Visit(descent, pair.site, read))
            elif not unchanged:
                # What is known to mean the same can only differ in its annotations.
                self.found.append((pair.site, result))
        return inside

    def _untouched(self, old: ScopedSchema, new: ScopedSchema) -> bool:
        """
        Whether two subschemas are written alike and refer to nothing.
        """
        if old == new:
            return True
        same = old.node.dialect is new.node.dialect and identity(old.node.value) == identity(new.node.value)
        return same and not self._refers(old.node)

    def _refers(self, node: Node) -> bool:
        number = identity(node.value)
        if number not in self.refers:
            self.refers[number] = any(word in each.normalized for each in walk(node) for word in REFERENCES)
        return self.refers[number]


def _compared(pair: Pair) -> Iterator[Change | Descent]:
    if pair.old.forbidden and pair.new.forbidden:
        return
    whole = list(whole_changes(pair))
    yield from whole
    if any(isinstance(result, Descent) for result in whole) or pair.old.forbidden or pair.new.forbidden:
        return
    yield from value_changes(pair)
    yield from property_changes(pair)
    yield from object_changes(pair)
    yield from array_changes(pair)
    yield from branch_changes(pair)
    yield from condition_changes(pair)


class _Finished:
    """
    Gives changes the paths and the polarity of their sites, and merges changes that are the same edit.
    """

    def __init__(self, top: Site, tag: tuple[str, ...] | None) -> None:
        self.top = top
        self.tag = tag
        self.paths: dict[Site, list[tuple[str, ...]]] = {}
        self.polarities: dict[Site, Polarity] = {}
        self._spread()

    def changes(self, found: list[tuple[Site, Change]]) -> Iterator[Change]:
        merged: dict[Hashable, Change] = {}
        for site, change in found:
            paths = tuple(dict.fromkeys((*path, *change.path) for path in self._paths(site)))
            if self._is_tag(change, paths):
                continue
            polarity = self.polarities.get(site, Polarity.SAME)
            here = replace(change, path=paths[0], paths=paths, polarity=polarity)
            mark = _mark(change)
            known = merged.get(mark)
            merged[mark] = here if known is None else _joined(known, here)
        yield from merged.values()

    def _is_tag(self, change: Change, paths: tuple[tuple[str, ...], ...]) -> bool:
        if self.tag is None or change.keyword not in (kw.CONST, kw.ENUM):
            return False
        return all(tuple(step for step in path if not _BRANCH.match(step)) == self.tag for path in paths)

    def _spread(self) -> None:
        """
        The polarity of each site: one sign where all paths agree, otherwise neither.
        """
        self.polarities[self.top] = Polarity.SAME
        pending = [self.top]
        while pending:
            site = pending.pop()
            for _, _, inner, way in site.within:
                here = self.polarities[site] * way
                known = self.polarities.get(inner, here)
                joined = here if known is here else Polarity.EITHER
                if self.polarities.get(inner) is not joined:
                    self.polarities[inner] = joined
                    pending.append(inner)

    def _paths(self, site: Site) -> list[tuple[str, ...]]:
        """
        The acyclic paths from the root to a site, in the order of the walk.
        """
        if site not in self.paths:
            result: list[tuple[str, ...]] = []
            pending: list[tuple[Site, tuple[str, ...], frozenset[Site]]] = [(site, (), frozenset([site]))]
            steps_taken = 0
            while pending and len(result) < _MOST_PATHS and (not result or steps_taken < _MOST_STEPS):
                steps_taken += 1
                here, rest, seen = pending.pop()
                if here is self.top:
                    result.append(rest)
                    continue
                ways = [(above, steps) for above, steps, _ in here.ways if above not in seen]
                pending.extend((above, (*steps, *rest), seen | {above}) for above, steps in reversed(ways))
            self.paths[site] = result or [()]
        return self.paths[site]


_BRANCH = re.compile(r"(anyOf|oneOf|patternProperties|dependentSchemas|dependencies)\(|(if|then|else|not)\Z")


def _mark(change: Change) -> Hashable:
    spots = [(id(at.document), at.pointer) for at in (change.old_at, change.new_at)]
    return (change.fact, change.keyword, change.effect, *spots, repr(sorted(map(repr, change.details.items()))))


def _joined(known: Change, other: Change) -> Change:
    paths = tuple(dict.fromkeys((*known.paths, *other.paths)))[:_MOST_PATHS]
    edits = tuple(dict.fromkeys((*known.edits, *other.edits)))
    polarity = known.polarity if known.polarity is other.polarity else Polarity.EITHER
    return replace(known, paths=paths, edits=edits, polarity=polarity)
