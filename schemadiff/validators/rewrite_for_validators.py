"""
Rewriting of schemas for third-party validators.

Some libraries assert keywords that a dialect has dropped, or that are annotations here; and all of them fail on an
unresolved reference, even where the result does not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urldefrag

from schemadiff.instance import Pointer, format_pointer
from schemadiff.instance.pointer import remove_at, set_at
from schemadiff.keywords import Dialect
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import Closure, closure, references_of
from schemadiff.schema.model import Node, join
from schemadiff.validators.expansion_size import expanded_size

STUB = "urn:schemadiff:not-at-hand"
"""The URI of the stub for unresolved references."""

_RESERVED = "#/?:@!$&'()*+,;=~%"
_URI = re.compile(rf"[A-Za-z0-9._{_RESERVED}-]*")

_NEVER_ASSERTED = (kw.CONTENT_MEDIA_TYPE, kw.CONTENT_ENCODING)


class ValidatorInput:
    """
    A schema prepared as the input of a validator: the documents on which it depends, rewritten.

    Arguments:
        node: the schema.
        stub: whether unresolved references accept every value, or none; None leaves them as they are, so that an
            instance that depends on them gets no answer.
        look: called for each visited schema; it may raise to stop.

    Attributes:
        schema, base: the argument for a library (the document, or a reference into it), and its base URI.
        dialect: its dialect.
        documents: by URI, the documents on which it depends.
        own: the URI of the schema itself among them; None where the schema is a part of a document.
        roots: the schema resources that declare a dialect: URI of the document, pointer and dialect.
        open: whether a reference is unresolved.
        schemas: the number of schemas.
        expanded_size: the number after expansion, see ``expansion_size``.
    """

    def __init__(self, node: Node, stub: bool | None = None, look: Callable[[], None] | None = None) -> None:
        reached = closure(node, look)
        self.dialect = node.dialect
        self.own = None if node.pointer else node.document.uri
        self.open = bool(reached.unresolved)
        self.schemas = len(reached.nodes)
        self.expanded_size = expanded_size(reached.nodes)
        self.documents = {each.document.uri: each.document.value for each in (node, *reached.nodes)}
        self.roots: list[tuple[str, Pointer, Dialect]] = []
        self._leave_out(reached)
        self._declare(node, reached)
        self._refer(reached)
        if stub is not None:
            for reference in reached.unresolved:
                self._edit(reference.node, (reference.keyword,), STUB)
            self.documents[STUB] = {} if stub else {"not": {}}
        # The node itself is not kept: what is built for it is dropped with it.
        self.schema, self.base = self._entry(node)

    def _entry(self, node: Node) -> tuple[Any, str]:
        if not node.pointer:
            return self.documents[node.document.uri], node.resource.uri
        reference = {kw.REF: node.document.uri + "#" + quote(format_pointer(node.pointer), safe="/~")}
        inside = {kw.ALL_OF: [reference]} if node.dialect.ref_hides_siblings else reference
        return {kw.SCHEMA: node.dialect.uri, **inside}, "file:///tree/entry.json"

    def _leave_out(self, reached: Closure) -> None:
        for node in reached.nodes:
            if isinstance(node.value, dict):
                gone = [*_NEVER_ASSERTED, kw.DEPENDENCIES] if node.dialect is Dialect.DRAFT2020 else _NEVER_ASSERTED
                if node.pointer != node.resource.pointer:
                    gone = [*gone, kw.SCHEMA]
                for keyword in gone:
                    if keyword in node.value:
                        uri = node.document.uri
                        self.documents[uri] = remove_at(self.documents[uri], (*node.pointer, keyword))

    def _declare(self, node: Node, reached: Closure) -> None:
        """
        Declare the dialect of each resource by the usual URI: others may name it by another one, or inherit it.
        """
        for resource in dict.fromkeys(each.resource for each in (node, *reached.nodes)):
            value = resource.root.value
            if isinstance(value, dict) and (kw.SCHEMA in value or not resource.pointer):
                self._edit(resource.root, (kw.SCHEMA,), resource.dialect.uri)
                self.roots.append((resource.document.uri, resource.pointer, resource.dialect))

    def _refer(self, reached: Closure) -> None:
        """
        Refer to each resource by its own URI, with characters outside of URI syntax percent-encoded.
        """
        for node in reached.nodes:
            for keyword, reference in references_of(node):
                target = node.resolve(reference)
                uri, _, fragment = reference.partition("#")
                if (
                    uri
                    and isinstance(target, Node)
                    and urldefrag(join(node.resource.uri, uri))[0] != target.resource.uri
                ):
                    reference = f"{target.resource.uri}#{fragment}"  # noqa: PLW2901 - the same reference, spelled anew
                if not _URI.fullmatch(reference):
                    reference = quote(reference, safe=_RESERVED)  # noqa: PLW2901
                self._edit(node, (keyword,), reference)

    def _edit(self, node: Node, steps: Pointer, value: Any) -> None:
        uri = node.document.uri
        self.documents[uri] = set_at(self.documents[uri], (*node.pointer, *steps), value)
