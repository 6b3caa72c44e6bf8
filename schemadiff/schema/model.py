"""
The model of schemas: documents, schema resources, and nodes, which are subschemas with their context.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote, unquote, urldefrag, urljoin

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, format_pointer, get_at, key
from schemadiff.keywords import (
    Dialect,
    NormalizedKeyword,
    declares_dialect,
    dialect_of,
    identity_of,
    normalized_keywords,
    subschemas_of,
    unknown_meta_schema,
)
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import MissingTarget
from schemadiff.schema.reference_errors import dangling_fragment, duplicate, pointer_in
from schemadiff.sources.positions import Position

TREE = "file:///tree/"
"""The synthetic base URI of the files of a tree, under which a path out of the tree is visible in the URI."""


def tree_uri(path: str) -> str:
    """
    The URI of a file of a tree.
    """
    return TREE + quote(posixpath.normpath(path).encode("utf-8", "surrogateescape"))


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
        unknown_meta_schema: the meta-schema that it declares, if its dialect is not known.
    """

    __slots__ = (
        "_targets",
        "anchors",
        "dialect",
        "document",
        "dynamic",
        "pointer",
        "recursive",
        "unknown_meta_schema",
        "uri",
    )

    def __init__(
        self, document: Document, uri: str, pointer: Pointer, dialect: Dialect, unknown_meta_schema: str | None = None
    ) -> None:
        self.document = document
        self.uri = uri
        self.pointer = pointer
        self.dialect = dialect
        self.anchors: dict[str, Pointer] = {}
        self.dynamic: dict[str, Pointer] = {}
        self.recursive = False
        self.unknown_meta_schema = unknown_meta_schema
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
        uri, fragment = urldefrag(join(self.uri, reference))
        registry = self.document.registry
        fragment = unquote(fragment)
        resource = self if uri == self.uri else registry.find(uri, urldefrag(reference)[0], self)
        if resource is None:
            return MissingTarget(registry.display_uri(uri, fragment))
        if not fragment:
            return resource.root
        pointer = pointer_in(resource, fragment) if fragment.startswith("/") else resource.anchors.get(fragment)
        target = None if pointer is None else resource.document.node(pointer)
        if target is None or not isinstance(target.value, (dict, bool)):
            raise dangling_fragment(reference, resource, fragment, no_schema=target is not None)
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
        self._index(dialect)

    def __repr__(self) -> str:
        return f"Document({self.name!r})"

    def _index(self, dialect: Dialect) -> None:
        top = Resource(self, self.uri, (), *self.registry.dialect_of(self.value, dialect, self.uri))
        self._resources[()] = top
        self.registry.enter(self.uri, top)
        pending: list[tuple[Pointer, Any, Resource]] = [((), self.value, top)]
        while pending:
            pointer, schema, resource = pending.pop()
            identity = identity_of(schema, resource.dialect)
            if identity.uri is not None:
                resource = self._enter(pointer, schema, resource, identity.uri)
                identity = identity_of(schema, resource.dialect)
            for names, anchors in ((resource.anchors, identity.anchors), (resource.dynamic, identity.dynamic)):
                for name in anchors:
                    # A name that starts like a pointer is none: generators write such identifiers by the dozen.
                    if names.setdefault(name, pointer) != pointer and not name.startswith("/"):
                        raise duplicate(f"#{name} is the anchor of", (self, names[name]), (self, pointer))
            if identity.recursive and pointer == resource.pointer:
                resource.recursive = True
            pending.extend(
                ((*pointer, *steps), inside, resource) for steps, inside in subschemas_of(schema, resource.dialect)
            )

    def _enter(self, pointer: Pointer, schema: Any, outer: Resource, reference: str) -> Resource:
        try:
            uri = join(outer.uri, reference)
        except InputError as error:
            line, column = self.position(pointer) or (None, None)
            raise InputError(error.message, name=self.name, line=line, column=column) from None
        resource = outer
        if pointer:
            resource = Resource(self, uri, pointer, *self.registry.dialect_of(schema, outer.dialect, self.uri))
            self._resources[pointer] = resource
        resource.uri = uri
        self.registry.enter(uri, resource)
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


class Resolver(Protocol):
    """
    Where the references of schemas lead, beyond the documents that have been read.
    """

    def find(self, uri: str, written: str, referrer: Resource) -> Resource | None:
        """
        The resource that a reference leads to, read if necessary.

        Arguments:
            uri: absolute, without a fragment.
            written: the reference as it is written, without a fragment.
            referrer: the resource that holds the reference.

        Returns:
            None if the URI is not at hand.

        Raises:
            InputError: the target should be there and is not, or cannot be read.
        """
        ...

    def dialect(self, uri: str, base: str) -> Dialect | None:
        """
        The dialect of a meta-schema that is not one of the known ones.

        Arguments:
            uri: as ``$schema`` spells it.
            base: the URI of the document that declares it.
        """
        ...


class DocumentRegistry:
    """
    The documents that the references of one schema may reach; nothing is fetched from the network.

    Arguments:
        resolver: finds what is not one of them yet.

    Attributes:
        resources: what has been read, by absolute URI.
        reached: the paths of the files that were read, or looked for, in the tree.
    """

    def __init__(self, resolver: Resolver | None = None) -> None:
        self.resolver = resolver
        self.resources: dict[str, Resource] = {}
        self.reached: set[str] = set()

    def display_uri(self, uri: str, fragment: str = "") -> str:
        """
        The display form of a URI: absolute, or for a file of the tree its path relative to the first document, so that
        two copies of a folder lack the same file.
        """
        first = next(iter(self.resources.values())).document.uri
        text = uri
        if uri.startswith(TREE):
            text = unquote(posixpath.relpath(uri, posixpath.dirname(first)) if first.startswith(TREE) else uri)
        return f"{text}#{fragment}" if fragment else text

    def enter(self, uri: str, resource: Resource) -> None:
        """
        Add a resource.

        Raises:
            InputError: another schema has the same URI.
        """
        known = self.resources.setdefault(uri, resource)
        if known is not resource and key(known.root.value) != key(resource.root.value):
            places = ((each.document, each.pointer) for each in (known, resource))
            raise duplicate(f"{self.display_uri(uri)} is the identifier of", *places)

    def find(self, uri: str, written: str, referrer: Resource) -> Resource | None:
        """
        The resource that a reference leads to, see ``Resolver.find``.
        """
        result = self.resources.get(uri)
        if result is not None:
            require_same_meaning(result.root, referrer.dialect)
            return result
        return None if self.resolver is None else self.resolver.find(uri, written, referrer)

    def dialect_of(self, schema: Any, inherited: Dialect, base: str) -> tuple[Dialect, str | None]:
        """
        The dialect of a schema resource, and its meta-schema if that is not known.
        """
        known, unknown = dialect_of(schema), unknown_meta_schema(schema)
        if known is None and unknown is not None and self.resolver is not None:
            known = self.resolver.dialect(unknown, base)
        return known or inherited, None if known else unknown


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
            raise self._placed(error, reference) from None

    def _placed(self, error: InputError, reference: str) -> InputError:
        keyword = next((word for word, value in self.value.items() if value == reference), None)
        place = self.pointer if keyword is None else (*self.pointer, keyword)
        line, column = self.document.position(place) or (None, None)
        return InputError(error.message, name=self.document.name, line=line, column=column, remedy=error.remedy)

    @property
    def position(self) -> Position | None:
        """
        The line and column of the schema in its file.
        """
        return self.document.position(self.pointer)


def require_same_meaning(root: Node, dialect: Dialect) -> None:
    """
    Reject a file without ``$schema`` that schemas of two dialects refer to, if the dialects read it differently.

    Arguments:
        root: the root of the file, or of a resource in it.
        dialect: of a schema that refers to it.

    Raises:
        InputError: the dialects read it differently.
    """
    document = root.document
    declared = declares_dialect(root.value) or declares_dialect(document.value)
    if root.dialect is dialect or declared or not document.uri.startswith(TREE):
        return
    if all(normalized_keywords(node.value, dialect) == node.normalized for node in walk(root)):
        return
    raise InputError(
        f"schemas of {root.dialect.value} and of {dialect.value} refer to it, and they read it differently",
        name=document.name,
        line=1,
        column=1,
        remedy=f'Declare its dialect, such as {{"{kw.SCHEMA}": "{root.dialect.uri}"}}.',
    )


def join(base: str, reference: str) -> str:
    """
    Resolve a reference against a base URI (RFC 3986 §5), bases such as ``urn:`` included.
    """
    if reference.startswith("#") or not reference:
        return urldefrag(base)[0] + reference
    try:
        reference.encode()
        return urljoin(base, reference)
    except ValueError:
        raise InputError(f"{reference!r} is not a URI reference") from None


def walk(root: Node) -> Iterator[Node]:
    """
    A node and all its subschemas as written, in document order, without following references.
    """
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.inside))
