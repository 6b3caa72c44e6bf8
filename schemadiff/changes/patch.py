"""
Old with some changes applied, or new with some reverted: the schemas that isolate the effect of single changes.

The schema is not edited as text but written anew along the sites of the comparison: each site is written as on its own
side, except for the keywords that an edit takes from the other side. So edits reach into other files, embedded
resources and other dialects, and where a definition is shared by locations that now differ, each gets its own copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from schemadiff.changes.change import ITSELF, Change, Edge, Edit, Site
from schemadiff.changes.identity import identity
from schemadiff.changes.normalized_view import REFERENCES, NormalizedView
from schemadiff.changes.shape import Shape, ShapeKeyword
from schemadiff.instance import key
from schemadiff.keywords import ABSENT, Dialect, Holds, Role, container_of, identity_of, spelled
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import MissingTarget, ScopedSchema
from schemadiff.schema import Document, DocumentRegistry, Node, walk
from schemadiff.schema.model import unresolvable_reference


class Unpatchable(Exception):  # noqa: N818 - a limit that the caller answers with "undecided"
    """
    These changes cannot be applied alone; the message says why.
    """


def applied(changes: Iterable[Change], old: Node) -> Node:
    """
    Old with these changes applied.

    Arguments:
        changes: some of those that ``diff`` found between old and another schema.
        old: the same schema that was compared.

    Raises:
        Unpatchable: they were not found by comparing this schema.
    """
    return _patched(changes, old, backward=False)


def reverted(changes: Iterable[Change], new: Node) -> Node:
    """
    New with these changes reverted.

    Raises:
        Unpatchable: as for ``applied``.
    """
    return _patched(changes, new, backward=True)


def _patched(changes: Iterable[Change], root: Node, *, backward: bool) -> Node:
    edits = [edit for change in changes for edit in change.edits]
    if not edits:
        return root
    top = edits[0].site
    while top.origin is not None:
        top = top.origin
    ground = top.new if backward else top.old
    reading = top.reading
    compared = reading.new if backward else reading.old
    if root is not compared and (
        root.dialect is not compared.dialect or identity(root.value) != identity(compared.value)
    ):
        raise Unpatchable("the changes were not found in this schema")
    other = top.old if backward else top.new
    dialect = max(ground.node.dialect, other.node.dialect, key=lambda each: each.age)
    value = _Writer(reading, edits, dialect, backward=backward).written(top)
    document = root.document
    return Document(document.name, value, dialect, DocumentRegistry(document.registry.fetch), document.uri).root


class _State(NamedTuple):
    """
    A subschema to write, and the site at which edits may change it.
    """

    place: ScopedSchema
    site: Site | None = None


class _Here(NamedTuple):
    """
    An edited site being written: its own side and the other one, and the nested sites by the edges on either side.
    """

    own: Shape
    other: Shape
    near: Mapping[Edge, Site]
    across: Mapping[Edge, Site]
    edits: list[Edit]
    whole: bool


class _Writer:
    def __init__(self, reading: NormalizedView, edits: list[Edit], dialect: Dialect, *, backward: bool) -> None:
        self.reading = reading
        self.dialect = dialect
        self.backward = backward
        self.edits: dict[Site, list[Edit]] = {}
        for edit in edits:
            self.edits.setdefault(edit.site, []).append(edit)
        self.active = self._active()
        self.names: dict[_State, str] = {}
        self.definitions: dict[str, Any] = {}
        self.pending: list[tuple[_State, dict[str, Any]]] = []

    def written(self, top: Site) -> dict[str, Any]:
        state = self._state(top)
        self.names[state] = "#"
        body: dict[str, Any] = {}
        self._fill(state, body)
        while self.pending:
            self._fill(*self.pending.pop())
        definitions = {container_of(self.dialect): self.definitions} if self.definitions else {}
        return {kw.SCHEMA: self.dialect.uri, **body, **definitions}

    def _active(self) -> set[Site]:
        result = set(self.edits)
        pending = list(result)
        while pending:
            for above, _, _ in pending.pop().ways:
                if above not in result:
                    result.add(above)
                    pending.append(above)
        return result

    def _sides(self, site: Site) -> tuple[Shape, Shape]:
        return (site.new, site.old) if self.backward else (site.old, site.new)

    def _state(self, site: Site) -> _State:
        own = self._sides(site)[0].place
        return _State(own, site if site in self.active else None)

    def _fill(self, state: _State, into: dict[str, Any]) -> None:
        """
        Write one schema into the object that represents it; subschemas are queued.
        """
        normalized = self._untouched(state.place) if state.site is None else self._edited(state.site)
        into.update(spelled(normalized, self.dialect))

    def _schema(self, state: _State, around: Node | None) -> Any:
        """
        A subschema as written where it is used: inline, or a reference to a definition.
        """
        if state.site is None:
            # Only references are looked through: whatever else is as it was is known by its number.
            place = self.reading.places.straight(state.place)
            if place != state.place:
                # What a reference leads to is written once, wherever it stands: it may lead back to here.
                state, around = _State(place), None
        node: Node = state.place.node
        if state.site is None and self._is_plain(node):
            return self._boolean(node.value)
        # A site that several paths lead to is written once.
        shared = state.site is not None and len(state.site.ways) > 1
        if state not in self.names and around is not None and _is_inside(node, around) and not shared:
            body: dict[str, Any] = {}
            self.pending.append((state, body))
            return body
        return {kw.REF: self._reference(state)}

    def _reference(self, state: _State) -> str:
        name = self.names.get(state)
        if name is None:
            label = f"part-{len(self.definitions)}"
            name = self.names[state] = f"#/{container_of(self.dialect)}/{label}"
            body: dict[str, Any] = {}
            self.definitions[label] = body
            self.pending.append((state, body))
        return name

    def _boolean(self, value: Any) -> Any:
        if isinstance(value, bool) and self.dialect is Dialect.DRAFT4:
            return {} if value else {kw.NOT: {}}
        return value

    def _is_plain(self, node: Node) -> bool:
        """
        Whether a schema's meaning is independent of its location, so that it can be copied as it is.
        """
        if node.dialect is not self.dialect:
            return isinstance(node.value, bool)
        known = self.reading.plain
        mark = (self.dialect, identity(node.value))
        if mark not in known:
            known[mark] = not any(_is_bound(each) for each in walk(node))
        return known[mark]

    def _untouched(self, place: ScopedSchema) -> dict[str, Any]:
        node: Node = place.node
        if node.value is False:
            return {kw.NOT: {}}
        edges: dict[str, list[tuple[Any, Any]]] = {}
        for name, step, target in self.reading.places.edges(place):
            inside = (
                {kw.REF: unresolvable_reference(target.uri)}
                if isinstance(target, MissingTarget)
                else self._schema(_State(target), None if name in REFERENCES else node)
            )
            edges.setdefault(name, []).append((step, inside))
        written: dict[str, Any] = {}
        for name, keyword in node.normalized.items():
            role = keyword.row.role
            # An unknown keyword of one dialect may be a known one of another.
            foreign = role is Role.UNKNOWN and node.dialect is not self.dialect
            if foreign or role in (Role.IDENTIFIER, Role.LOCATION, Role.REFERENCE):
                continue
            written[name] = _assembled(keyword.row.holds, edges[name]) if name in edges else keyword.value
        references = [inside for name in REFERENCES for _, inside in edges.get(name, ())]
        return self._finished(written, references, node.dialect)

    def _edited(self, site: Site) -> dict[str, Any]:
        own, other = self._sides(site)
        near: dict[Edge, Site] = {}
        across: dict[Edge, Site] = {}
        for old_edge, new_edge, inner, _ in site.within:
            near[new_edge if self.backward else old_edge] = inner
            across[old_edge if self.backward else new_edge] = inner
        edits = self.edits.get(site, [])
        whole = any(edit.keyword is None for edit in edits)
        if not whole and near.get(ITSELF) in self.active:
            return self._edited(near[ITSELF])
        if (other if whole else own).forbidden:
            return {kw.NOT: {}}
        here = _Here(own, other, near, across, edits, whole)
        names = dict.fromkeys((other if whole else own).normalized)
        names.update(dict.fromkeys(word for edit in edits if (word := edit.keyword) in other.normalized and word))
        values = {name: self._value(name, here) for name in names}
        written = {name: value for name, value in values.items() if value is not ABSENT}
        taken = whole or any(edit.keyword == kw.CONTAINS for edit in edits)
        merged = [edit for edit in edits if edit.keyword == kw.ALL_OF]
        conjuncts = [conjunct for _, conjunct in self._subschemas(kw.ALL_OF, here, merged, replaced=whole)]
        return self._finished(written, conjuncts, (other if taken else own).node.dialect)

    def _value(self, name: str, here: _Here) -> Any:
        edits = [edit for edit in here.edits if edit.keyword == name]
        replaced = here.whole or any(self._parts(edit) == (None, None) for edit in edits)
        mine, theirs = here.own.normalized.get(name), here.other.normalized.get(name)
        seen = theirs if replaced else mine or theirs
        if seen is None:
            return ABSENT
        if seen.keyword.holds is not Holds.NOTHING:
            return self._applicator(name, seen, self._subschemas(name, here, edits, replaced=replaced))
        if name in REFERENCES:
            # It leads nowhere, or else it would have been followed; in another document it might lead somewhere.
            return unresolvable_reference(seen.value)
        if replaced or not edits:
            return seen.value
        gone = {key(value) for edit in edits for value in self._parts(edit)[0]}
        come = [value for edit in edits for value in self._parts(edit)[1]]
        kept = [value for value in (mine.value if mine else ()) if key(value) not in gone]
        # Draft-04 forbids an empty list of required names; everywhere else it says as much as none.
        return [*kept, *come] or ABSENT

    def _parts(self, edit: Edit) -> tuple[Any, Any]:
        return (edit.come, edit.gone) if self.backward else (edit.gone, edit.come)

    def _applicator(self, name: str, seen: ShapeKeyword, parts: list[tuple[Any, Any]]) -> Any:
        if not parts and seen.keyword.holds is Holds.ONE:
            return seen.value
        if not parts and seen.keyword.holds is Holds.LIST:
            return [{kw.NOT: {}}] if name in (kw.ANY_OF, kw.ONE_OF) else ABSENT
        return _assembled(seen.keyword.holds, parts)

    def _subschemas(self, name: str, here: _Here, edits: list[Edit], *, replaced: bool) -> list[tuple[Any, Any]]:
        """
        The subschemas of a keyword by their steps: without the removed ones, and with the added ones.
        """
        mine, theirs = here.own.children(name), here.other.children(name)
        if replaced:
            return [(step, self._foreign(place, here, (name, step))) for step, place in theirs.items()]
        gone = {step for edit in edits for step in self._parts(edit)[0]}
        come = [step for edit in edits for step in self._parts(edit)[1]]
        kept = [(step, self._own(place, here, (name, step))) for step, place in mine.items() if step not in gone]
        return kept + [(step, self._foreign(theirs[step], here, None)) for step in come]

    def _own(self, place: ScopedSchema, here: _Here, edge: Edge) -> Any:
        site = here.near.get(edge)
        state = self._state(site) if site is not None and site in self.active else _State(place)
        return self._schema(state, here.own.node)

    def _foreign(self, place: ScopedSchema, here: _Here, edge: Edge | None) -> Any:
        """
        A subschema from the other side; parts that were compared with this side are written as on this side.
        """
        site = None if edge is None else here.across.get(edge)
        return self._schema(_State(place), here.other.node) if site is None else self._schema(self._state(site), None)

    def _finished(self, written: dict[str, Any], conjuncts: list[Any], origin: Dialect) -> dict[str, Any]:
        """
        Add conjuncts beside the other keywords, preserving the meaning that each keyword had at its origin.
        """
        if conjuncts:
            written[kw.ALL_OF] = [*written.get(kw.ALL_OF, ()), *conjuncts]
        newer = self.dialect is Dialect.DRAFT2020 and origin is not Dialect.DRAFT2020
        if newer and self.reading.watched and kw.CONTAINS in written:
            # Before 2020-12 ``contains`` did not mark items as evaluated; nothing under ``not`` does.
            words = (kw.CONTAINS, kw.MIN_CONTAINS, kw.MAX_CONTAINS)
            taken = {word: written.pop(word) for word in words if word in written}
            written[kw.ALL_OF] = [*written.get(kw.ALL_OF, ()), {kw.NOT: {kw.NOT: taken}}]
        return written


def _assembled(holds: Holds, parts: list[tuple[Any, Any]]) -> Any:
    if holds is Holds.LIST:
        return [inside for _, inside in parts]
    if holds is Holds.MAP:
        return dict(parts)
    return parts[0][1]


def _is_inside(node: Node, around: Node) -> bool:
    return node.document is around.document and node.pointer[: len(around.pointer)] == around.pointer


def _is_bound(node: Node) -> bool:
    # An identifier is what others may refer to.
    return any(word in node.normalized for word in REFERENCES) or any(identity_of(node.value, node.dialect))
