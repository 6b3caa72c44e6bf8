"""
Schemas as values: documents, the resources in them, and nodes, which are subschemas with their surroundings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer, get_at
from schemadiff.keywords import Dialect, Facet, dialect_of, facets_of, identity_of, subschemas_of
from schemadiff.sources.positions import Position

TREE = "file:///tree/"
"""The made-up base under which the files of a tree have URIs: a way out of the tree is then visible in the URI."""


_LOST = "urn:schemadiff:lost:"


def lost(uri: str) -> str:
    """
    A reference that leads nowhere wherever it is written, though the same name may lead somewhere there.

    Arguments:
        uri: what it stands for, see ``Unresolved``; that is kept.
    """
    return _LOST + quote(uri, safe="")


class Unresolved(Exception):  # noqa: N818 - a state of a reference that its reader decides about
    """
    A reference leads to nothing that is at hand.

    Attributes:
        uri: what it stands for: an absolute URI, or for a file of the tree its path as seen from the schema that was
            asked for, so that two copies of a folder lack the same file.
    """

    def __init__(self, uri: str, node: Node) -> None:
        super().__init__(uri)
        self.uri = uri
        self.node = node


class Resource:
    """
    A schema resource: the root of a document, or a subschema with an identifier of its own (core §4.3.5).

    Attributes:
        uri: absolute, without a fragment; for a document without an identifier a name made up for it.
        pointer: where in the document it starts.
        dialect: in which it is written.
        anchors, dynamic: pointers (from the document's root) by plain name.
        recursive: whether its root says ``$recursiveAnchor: true``.
    """

    __slots__ = ("_targets", "anchors", "dialect", "document", "dynamic", "pointer", "recursive", "uri")

    def __init__(self, document: Document, uri: str, pointer: Pointer, dialect: Dialect) -> None:
        self.document = document
        self.uri = uri
        self.pointer = pointer
        self.dialect = dialect
        self.anchors: dict[str, Pointer] = {}
        self.dynamic: dict[str, Pointer] = {}
        self.recursive = False
        self._targets: dict[str, Node | str] = {}

    def __repr__(self) -> str:
        return f"Resource({self.uri!r})"

    @property
    def root(self) -> Node:
        """
        The schema at the resource's start.
        """
        return self.document.node(self.pointer)

    def target(self, reference: str) -> Node | str:
        """
        The schema that a reference written in this resource leads to, or the URI under which nothing is at hand: see
        ``Unresolved``.
        """
        found = self._targets.get(reference)
        if found is None:
            found = self._targets[reference] = self._find(reference)
        return found

    def _find(self, reference: str) -> Node | str:
        if reference.startswith(_LOST):
            return unquote(reference.removeprefix(_LOST))
        uri, fragment = urldefrag(_join(self.uri, reference))
        world = self.document.world
        resource = world.resource(uri)
        fragment = unquote(fragment)
        if resource is None:
            return world.told(uri, fragment)
        if not fragment:
            return resource.root
        target = _inside(resource, fragment) if fragment.startswith("/") else _anchored(resource, fragment)
        if target is None or not isinstance(target.value, (dict, bool)):
            return world.told(uri, fragment)
        return target


class Document:
    """
    One JSON document that holds a schema, with an index of what it contains.

    Arguments:
        name: what messages call it: a path, ``REV:path`` or ``-``.
        value: its content, parsed exactly.
        dialect: the dialect where the content names none.
        world: the other documents that references may reach.
        uri: the base URI before any ``$id`` counts.
        locate: from a pointer to line and column; None where there is no text.
        text: what it was read from; None where it was a value from the start.
    """

    def __init__(
        self,
        name: str,
        value: Any,
        dialect: Dialect,
        world: World,
        uri: str,
        locate: Callable[[Pointer], Position | None] | None = None,
        text: str | None = None,
    ) -> None:
        self.name = name
        self.text = text
        self.value = value
        self.world = world
        self.uri = uri
        self._locate = locate
        self._nodes: dict[Pointer, Node] = {}
        self._resources: dict[Pointer, Resource] = {}
        self._index(dialect_of(value) or dialect)

    def __repr__(self) -> str:
        return f"Document({self.name!r})"

    def _index(self, dialect: Dialect) -> None:
        top = Resource(self, self.uri, (), dialect)
        self._resources[()] = top
        self.world.resources.setdefault(self.uri, top)
        pending: list[tuple[Pointer, Any, Resource]] = [((), self.value, top)]
        while pending:
            pointer, schema, resource = pending.pop()
            identity = identity_of(schema, resource.dialect)
            if identity.uri is not None:
                resource = self._enter(pointer, schema, resource, identity.uri)
                identity = identity_of(schema, resource.dialect)
            for name in identity.anchors:
                resource.anchors.setdefault(name, pointer)
            for name in identity.dynamic:
                resource.dynamic.setdefault(name, pointer)
            if identity.recursive and pointer == resource.pointer:
                resource.recursive = True
            pending.extend(
                ((*pointer, *steps), inside, resource) for steps, inside in subschemas_of(schema, resource.dialect)
            )

    def _enter(self, pointer: Pointer, schema: Any, outer: Resource, reference: str) -> Resource:
        uri = _join(outer.uri, reference)
        if not pointer:
            outer.uri = uri
            self.world.resources.setdefault(uri, outer)
            return outer
        resource = Resource(self, uri, pointer, dialect_of(schema) or outer.dialect)
        self._resources[pointer] = resource
        self.world.resources.setdefault(uri, resource)
        return resource

    def node(self, pointer: Pointer) -> Node:
        """
        The schema at a pointer; the same object each time.

        Raises:
            LookupError: nothing is there.
        """
        node = self._nodes.get(pointer)
        if node is None:
            node = Node(self, pointer, get_at(self.value, pointer))
            self._nodes[pointer] = node
        return node

    @property
    def root(self) -> Node:
        """
        The whole document as a schema.
        """
        return self.node(())

    def resource_at(self, pointer: Pointer) -> Resource:
        """
        The innermost resource that a pointer lies in.
        """
        if len(self._resources) == 1:
            return self._resources[()]
        for end in range(len(pointer), -1, -1):
            resource = self._resources.get(pointer[:end])
            if resource is not None:
                return resource
        return self._resources[()]

    def position(self, pointer: Pointer) -> Position | None:
        """
        Line and column of what a pointer points at, or of the nearest thing around it that stands in the text.
        """
        if self._locate is None:
            return None
        for end in range(len(pointer), -1, -1):
            found = self._locate(pointer[:end])
            if found is not None:
                return found
        return None


class World:
    """
    All documents that the references of one schema may reach; the network is not among them.

    Arguments:
        fetch: from an absolute URI without fragment to a document, or None; asked once per URI.
    """

    def __init__(self, fetch: Callable[[str, World], Document | None] | None = None) -> None:
        self.resources: dict[str, Resource] = {}
        self.fetch = fetch
        self._missing: set[str] = set()

    def told(self, uri: str, fragment: str) -> str:
        """
        A URI as people know it: a file of the tree by its path from the first document, that document by nothing.
        """
        first = next(iter(self.resources.values())).document.uri
        text = uri
        if uri == first:
            text = ""
        elif uri.startswith(TREE):
            text = unquote(posixpath.relpath(uri, posixpath.dirname(first)) if first.startswith(TREE) else uri)
        return f"{text}#{fragment}" if fragment or not text else text

    def resource(self, uri: str) -> Resource | None:
        """
        The resource with an absolute URI, read if need be; None if there is none at hand.
        """
        found = self.resources.get(uri)
        if found is None and uri not in self._missing and self.fetch is not None:
            document = self.fetch(uri, self)
            if document is None:
                self._missing.add(uri)
            else:
                found = self.resources.setdefault(uri, document.resource_at(()))
        return found


class Node:
    """
    A subschema, with all that its meaning depends on.

    Two nodes are equal only if they are the same place of the same document.

    Attributes:
        value: the schema: an object or a boolean.
        document, pointer: where it stands.
        resource: the resource that it is part of.
        dialect: in which it is written.
    """

    __slots__ = (
        "__weakref__",
        "_children",
        "_facets",
        "_inside",
        "dialect",
        "document",
        "pointer",
        "resource",
        "value",
    )

    def __init__(self, document: Document, pointer: Pointer, value: Any) -> None:
        self.document = document
        self.pointer = pointer
        self.value = value
        self.resource = document.resource_at(pointer)
        self.dialect = self.resource.dialect
        self._facets: dict[str, Facet] | None = None
        self._children: dict[str, tuple[tuple[str | int | None, Node], ...]] = {}
        self._inside: tuple[Node, ...] | None = None

    def __repr__(self) -> str:
        return f"Node({self.document.name}#{format_pointer(self.pointer)})"

    @property
    def facets(self) -> Mapping[str, Facet]:
        """
        Its keywords in the modern vocabulary.
        """
        if self._facets is None:
            self._facets = facets_of(self.value, self.dialect)
        return self._facets

    def children(self, keyword: str) -> tuple[tuple[str | int | None, Node], ...]:
        """
        The subschemas of one facet with their steps (None where there is just one); empty if it has none.

        The ``not`` of a ``false`` schema has no child of its own: it holds the schema ``true``.
        """
        found = self._children.get(keyword)
        if found is None:
            facet = self.facets.get(keyword)
            places = facet.children if facet and self.value is not False else ()
            found = tuple((step, self.at(*way)) for step, way in places)
            self._children[keyword] = found
        return found

    @property
    def inside(self) -> tuple[Node, ...]:
        """
        The subschemas directly inside it as written, definitions included, in document order.
        """
        if self._inside is None:
            steps = [steps for steps, _ in subschemas_of(self.value, self.dialect)]
            self._inside = tuple([self.document.node(self.pointer + each) for each in steps]) if steps else ()
        return self._inside

    def child(self, keyword: str) -> Node | None:
        """
        The one subschema of a facet that holds one.
        """
        found = self.children(keyword)
        return found[0][1] if found else None

    def at(self, *steps: str | int) -> Node:
        """
        The subschema at some steps from here.
        """
        return self.document.node((*self.pointer, *steps))

    def resolve(self, reference: str) -> Node:
        """
        The schema that a reference written here leads to.

        Raises:
            Unresolved: nothing that is at hand has that name.
        """
        try:
            target = self.resource.target(reference)
        except InputError as error:
            raise self._placed(error) from None
        if isinstance(target, str):
            raise Unresolved(target, self)
        return target

    def _placed(self, error: InputError) -> InputError:
        """
        An error that names no file happened in this one.
        """
        if error.name:
            return error
        line, column = self.position or (None, None)
        return InputError(error.message, name=self.document.name, line=line, column=column, remedy=error.remedy)

    @property
    def position(self) -> Position | None:
        """
        Line and column of the schema in its file.
        """
        return self.document.position(self.pointer)


def _anchored(resource: Resource, name: str) -> Node | None:
    pointer = resource.anchors.get(name)
    return None if pointer is None else resource.document.node(pointer)


def _inside(resource: Resource, fragment: str) -> Node | None:
    """
    Follow a JSON Pointer fragment; a step into an array is a number there and text in the fragment.
    """
    pointer, value = resource.pointer, resource.root.value
    for part in fragment[1:].split("/"):
        name: str | int = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            if not (part.isascii() and part.isdecimal() and int(part) < len(value)):
                return None
            name = int(part)
            value = value[name]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return None
        pointer = (*pointer, name)
    return resource.document.node(pointer)


def _join(base: str, reference: str) -> str:
    """
    Resolve a reference against a base URI (RFC 3986 §5), bases such as ``urn:`` included.
    """
    if reference.startswith("#") or not reference:
        return urldefrag(base)[0] + reference
    try:
        return urljoin(base, reference)
    except ValueError:
        raise InputError(f"the reference {reference!r} is not a URI") from None


def walk(root: Node) -> Iterator[Node]:
    """
    A node and all subschemas inside it as written, in document order, without following references.
    """
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.inside))
