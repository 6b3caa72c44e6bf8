"""
The model of schemas: documents, schema resources, and nodes, which are subschemas with their context.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer, get_at
from schemadiff.keywords import Dialect, NormalizedKeyword, dialect_of, identity_of, normalized_keywords, subschemas_of
from schemadiff.keywords.scoped_schema import MissingTarget
from schemadiff.sources.positions import Position

TREE = "file:///tree/"
"""The synthetic base URI of the files of a tree, under which a path out of the tree is visible in the URI."""


_LOST = "urn:schemadiff:unresolvable_reference:"


def unresolvable_reference(uri: str) -> str:
    """
    A reference that is unresolvable in every document, even where its name would resolve.

    Arguments:
        uri: its display URI, see ``DocumentRegistry.display_uri``.
    """
    return _LOST + quote(uri, safe="")


class Resource:
    """
    A schema resource: the root of a document, or a subschema with an identifier of its own (core §4.3.5).

    Attributes:
        uri: absolute, without a fragment; synthetic for a document without an identifier.
        pointer: its location in the document.
        dialect: its dialect.
        anchors, dynamic: pointers (from the document's root) by plain name.
        recursive: whether its root has ``$recursiveAnchor: true``.
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
        self._targets: dict[str, Node | MissingTarget] = {}

    def __repr__(self) -> str:
        return f"Resource({self.uri!r})"

    @property
    def root(self) -> Node:
        """
        The root schema of the resource.
        """
        return self.document.node(self.pointer)

    def target(self, reference: str) -> Node | MissingTarget:
        """
        The target of a reference in this resource.
        """
        result = self._targets.get(reference)
        if result is None:
            result = self._targets[reference] = self._find(reference)
        return result

    def _find(self, reference: str) -> Node | MissingTarget:
        if reference.startswith(_LOST):
            return MissingTarget(unquote(reference.removeprefix(_LOST)))
        uri, fragment = urldefrag(_join(self.uri, reference))
        registry = self.document.registry
        resource = registry.resource(uri)
        fragment = unquote(fragment)
        if resource is None:
            return MissingTarget(registry.display_uri(uri, fragment))
        if not fragment:
            return resource.root
        pointer = _pointer_in(resource, fragment) if fragment.startswith("/") else resource.anchors.get(fragment)
        target = None if pointer is None else resource.document.node(pointer)
        if target is None or not isinstance(target.value, (dict, bool)):
            return MissingTarget(registry.display_uri(uri, fragment))
        return target


class Document:
    """
    A JSON document with a schema, and an index of its resources.

    Arguments:
        name: its name in messages: a path, ``REV:path`` or ``-``.
        value: its content, parsed exactly.
        dialect: where the content names none.
        registry: the documents that references may reach.
        uri: the retrieval URI, the base before any ``$id``.
        locate: from a pointer to line and column; None without a text.
        text: that it was parsed from; None for a value.
    """

    def __init__(
        self,
        name: str,
        value: Any,
        dialect: Dialect,
        registry: DocumentRegistry,
        uri: str,
        locate: Callable[[Pointer], Position | None] | None = None,
        text: str | None = None,
    ) -> None:
        self.name = name
        self.text = text
        self.value = value
        self.registry = registry
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
        self.registry.resources.setdefault(self.uri, top)
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
            self.registry.resources.setdefault(uri, outer)
            return outer
        resource = Resource(self, uri, pointer, dialect_of(schema) or outer.dialect)
        self._resources[pointer] = resource
        self.registry.resources.setdefault(uri, resource)
        return resource

    def node(self, pointer: Pointer) -> Node:
        """
        The schema at a pointer; the same object each time.

        Raises:
            LookupError: there is no value at the pointer.
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
        The innermost resource that contains a pointer.
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
        The line and column of the value at a pointer, or of its nearest ancestor in the text.
        """
        if self._locate is None:
            return None
        for end in range(len(pointer), -1, -1):
            result = self._locate(pointer[:end])
            if result is not None:
                return result
        return None


class DocumentRegistry:
    """
    The documents that the references of one schema may reach; nothing is fetched from the network.

    Arguments:
        fetch: from an absolute URI without fragment to a document, or None; called once per URI.
    """

    def __init__(self, fetch: Callable[[str, DocumentRegistry], Document | None] | None = None) -> None:
        self.resources: dict[str, Resource] = {}
        self.fetch = fetch
        self._missing: set[str] = set()

    def display_uri(self, uri: str, fragment: str) -> str:
        """
        The display form of a URI: absolute, or for a file of the tree its path relative to the first document, so that
        two copies of a folder lack the same file.
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
        The resource with an absolute URI, loaded if necessary; None if it is not available.
        """
        result = self.resources.get(uri)
        if result is None and uri not in self._missing and self.fetch is not None:
            document = self.fetch(uri, self)
            if document is None:
                self._missing.add(uri)
            else:
                result = self.resources.setdefault(uri, document.resource_at(()))
        return result


class Node:
    """
    A subschema with its context.

    Two nodes are equal only if they have the same location in the same document.

    Attributes:
        value: the schema: an object or a boolean.
        document, pointer: its location.
        resource: the resource that contains it.
        dialect: its dialect.
    """

    __slots__ = (
        "__weakref__",
        "_children",
        "_inside",
        "_normalized",
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
        self._normalized: dict[str, NormalizedKeyword] | None = None
        self._children: dict[str, tuple[tuple[str | int | None, Node], ...]] = {}
        self._inside: tuple[Node, ...] | None = None

    def __repr__(self) -> str:
        return f"Node({self.document.name}#{format_pointer(self.pointer)})"

    @property
    def normalized(self) -> Mapping[str, NormalizedKeyword]:
        """
        Its keywords, normalised to the 2020-12 vocabulary.
        """
        if self._normalized is None:
            self._normalized = normalized_keywords(self.value, self.dialect)
        return self._normalized

    def children(self, keyword: str) -> tuple[tuple[str | int | None, Node], ...]:
        """
        The subschemas of one keyword with their steps (None where there is just one); empty if it has none.

        The schema ``false`` is normalised to ``not`` without a child, which stands for ``true``.
        """
        result = self._children.get(keyword)
        if result is None:
            normalized_keyword = self.normalized.get(keyword)
            places = normalized_keyword.children if normalized_keyword and self.value is not False else ()
            result = tuple((step, self.at(*way)) for step, way in places)
            self._children[keyword] = result
        return result

    @property
    def inside(self) -> tuple[Node, ...]:
        """
        The direct subschemas as written, definitions included, in document order.
        """
        if self._inside is None:
            steps = [steps for steps, _ in subschemas_of(self.value, self.dialect)]
            self._inside = tuple([self.document.node(self.pointer + step) for step in steps]) if steps else ()
        return self._inside

    def child(self, keyword: str) -> Node | None:
        """
        The subschema of a keyword that has exactly one.
        """
        node = self.children(keyword)
        return node[0][1] if node else None

    def at(self, *steps: str | int) -> Node:
        """
        The subschema at a relative pointer.
        """
        return self.document.node((*self.pointer, *steps))

    def resolve(self, reference: str) -> Node | MissingTarget:
        """
        The target of a reference in this schema.

        Raises:
            InputError: the reference cannot be followed, or its target cannot be read.
        """
        try:
            return self.resource.target(reference)
        except InputError as error:
            if error.name:
                raise
            line, column = self.position or (None, None)
            placed = InputError(error.message, name=self.document.name, line=line, column=column, remedy=error.remedy)
            raise placed from None

    @property
    def position(self) -> Position | None:
        """
        The line and column of the schema in its file.
        """
        return self.document.position(self.pointer)


def _pointer_in(resource: Resource, fragment: str) -> Pointer | None:
    """
    Follow a JSON Pointer fragment; a step into an array is an integer in the value and text in the fragment.
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
    return pointer


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
    A node and all its subschemas as written, in document order, without following references.
    """
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.inside))
