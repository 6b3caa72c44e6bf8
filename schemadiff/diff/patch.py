"""
Old with some of the changes made, or new with some of them undone: the schemas that tell what one change does.

A value that is carried from one side to the other takes the definitions that it refers to with it, under names of
their own, so that a new subtree or a re-targeted reference means on its new ground what it meant on the old.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from schemadiff.diff.change import Change, Edit, Exchange, Put, Spot
from schemadiff.diff.identity import identity
from schemadiff.instance import Pointer, format_pointer, get_at
from schemadiff.keywords import ABSENT, identity_of, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema import Document, Node, Unresolved, World, walk


class Unpatchable(Exception):  # noqa: N818 - a limit that the caller answers with "undecided"
    """
    These changes cannot be made on their own; the text says why.
    """


def applied(changes: Iterable[Change], old: Node) -> Node:
    """
    Old with these changes made.

    Raises:
        Unpatchable: they reach into other files, or carry something that only has a meaning where it stands.
    """
    edits = [edit for change in changes for edit in change.edits]
    return _patched(old, edits)


def reverted(changes: Iterable[Change], new: Node) -> Node:
    """
    New with these changes undone.

    Raises:
        Unpatchable: as for ``applied``.
    """
    edits = [edit for change in changes for edit in change.edits]
    return _patched(new, [_backward(edit) for edit in edits])


def _backward(edit: Edit) -> Edit:
    if isinstance(edit, Put):
        return Put(edit.new_at, edit.old_at, edit.new, edit.old)
    return Exchange(edit.new_at, edit.old_at, edit.come, edit.gone)


def _patched(root: Node, edits: Sequence[Edit]) -> Node:
    document = root.document
    if not edits:
        return root
    for edit in edits:
        if edit.old_at.document is not document:
            raise Unpatchable("the change lies in another file")
        if edit.new_at.document.resource_at(()).dialect is not root.dialect:
            raise Unpatchable("the two sides are written in different dialects")
    ground = _Ground(document)
    # Lists are edited last, since that may shift the indices on which other edits rely.
    for put in sorted((e for e in edits if isinstance(e, Put)), key=lambda e: len(e.old_at.pointer)):
        ground.put(put)
    for exchange in (e for e in edits if isinstance(e, Exchange)):
        ground.exchange(exchange)
    world = World(document.world.fetch)
    patched = Document(document.name, ground.finished(), root.dialect, world, document.uri)
    return patched.node(root.pointer)


class _Ground:
    """
    A copy of a document that is being edited, with the definitions that came along.
    """

    def __init__(self, document: Document) -> None:
        self.value = copy.deepcopy(document.value)
        if isinstance(self.value, bool):
            self.value = {} if self.value else {kw.NOT: {}}
        self.base = document.resource_at(()).uri
        self.brought: dict[Node, str] = {}
        self.definitions: dict[str, Any] = {}

    def finished(self) -> Any:
        """
        The document with what came along.
        """
        if self.definitions:
            holder = self.value.setdefault(self.holder, {})
            holder.update(self.definitions)
        return self.value

    @property
    def holder(self) -> str:
        """
        Where definitions go; every dialect knows this place.
        """
        return "definitions"

    def put(self, edit: Put) -> None:
        pointer = edit.old_at.pointer
        if not pointer:
            self.value = self.carried(edit.new, edit.new_at)
            if isinstance(self.value, bool):
                self.value = {} if self.value else {kw.NOT: {}}
            return
        holder = self._reach(pointer[:-1], create=edit.new is not ABSENT)
        if holder is None:
            return
        step = pointer[-1]
        if edit.new is not ABSENT:
            holder[step] = self.carried(edit.new, edit.new_at)
        elif isinstance(holder, dict):
            holder.pop(step, None)

    def exchange(self, edit: Exchange) -> None:
        pointer = edit.old_at.pointer
        holder = self._reach(pointer[:-1], create=bool(edit.come))
        if holder is None:
            return
        items = list(holder.get(pointer[-1], ()))
        for value in edit.gone:
            number = identity(value)
            place = next((i for i, each in enumerate(items) if identity(each) == number), None)
            if place is not None:
                del items[place]
        items += [self.carried(value, _item_spot(edit.new_at, value)) for value in edit.come]
        if items:
            holder[pointer[-1]] = items
        elif pointer[-1] in (kw.ANY_OF, kw.ONE_OF):
            holder[pointer[-1]] = [{kw.NOT: {}}]
        elif pointer[-1] == kw.ENUM:
            holder[pointer[-1]] = []
        else:
            holder.pop(pointer[-1], None)

    def _reach(self, pointer: Pointer, *, create: bool) -> Any:
        """
        The container at a pointer. Containers on the way, and schemas that are ``true``, become objects if asked.
        """
        here: Any = self.value
        for depth, step in enumerate(pointer):
            if isinstance(here, list) and isinstance(step, int) and step < len(here):
                inside = here[step]
            elif isinstance(here, dict):
                inside = here.get(str(step), ABSENT)
            else:
                raise Unpatchable(f"nothing at {format_pointer(pointer[:depth])}")
            if inside is ABSENT and not create:
                return None
            if inside is ABSENT or inside is True:
                inside = {}
                here[step] = inside
            elif inside is False:
                inside = {kw.NOT: {}}
                here[step] = inside
            here = inside
        return here

    def carried(self, value: Any, place: Spot) -> Any:
        """
        A copy of a value of the other side, with its references turned to definitions that come along.
        """
        if not isinstance(value, (dict, list)):
            return value
        taken = copy.deepcopy(value)
        start = len(place.pointer)
        for node in _schemas_at(place):
            self._check(node)
            reference = node.value.get(kw.REF) if isinstance(node.value, dict) else None
            if isinstance(reference, str):
                get_at(taken, node.pointer[start:])[kw.REF] = self._bring(node, reference)
        return taken

    def _check(self, node: Node) -> None:
        names = identity_of(node.value, node.dialect)
        if names.uri or names.anchors or names.recursive:
            raise Unpatchable("it carries a schema with an identifier of its own")
        if kw.DYNAMIC_REF in node.facets or kw.RECURSIVE_REF in node.facets:
            raise Unpatchable("it carries a dynamic reference")

    def _bring(self, node: Node, reference: str) -> str:
        """
        Take the target of a reference along, once; returns the reference to it.
        """
        try:
            target = node.resolve(reference)
        except Unresolved as missing:
            return missing.uri
        name = self.brought.get(target)
        if name is None:
            name = f"carried-{len(self.brought)}"
            while isinstance(self.value.get(self.holder), dict) and name in self.value[self.holder]:
                name += "-"
            self.brought[target] = name
            self.definitions[name] = self.carried(target.value, Spot(target.document, target.pointer))
        return f"{self.base}#/{self.holder}/{name}"


def _schemas_at(place: Spot) -> list[Node]:
    """
    All schemas inside what a spot points at, whether that is a schema or a keyword's value.
    """
    document, pointer = place
    try:
        value = get_at(document.value, pointer)
    except LookupError:
        return []
    if isinstance(value, dict) and _is_schema_place(document, pointer):
        return list(walk(document.node(pointer)))
    owner = document.node(pointer[:-1])
    inside = (node for node in walk(owner) if node is not owner)
    return [node for node in inside if node.pointer[: len(pointer)] == pointer]


def _is_schema_place(document: Document, pointer: Pointer) -> bool:
    """
    Whether a schema stands at a pointer: the root, or a child of the schema one or two steps up.
    """
    if not pointer:
        return True
    for back in (1, 2):
        if len(pointer) >= back:
            try:
                owner = document.node(pointer[:-back])
            except LookupError:
                continue
            if any(steps == pointer[len(pointer) - back :] for steps, _ in subschemas_of(owner.value, owner.dialect)):
                return True
    return False


def _item_spot(place: Spot, value: Any) -> Spot:
    """
    Where in a list an item stands.
    """
    items = get_at(place.document.value, place.pointer)
    index = next((i for i, each in enumerate(items) if each is value), 0)
    return Spot(place.document, (*place.pointer, index))
