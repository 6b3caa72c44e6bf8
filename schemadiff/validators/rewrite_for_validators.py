"""
Rewriting of schemas for third-party validators.

Some libraries assert keywords that a dialect has dropped, or that are annotations here; and all of them fail on an
unresolved reference, even where the result does not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from schemadiff.instance import Pointer, format_pointer
from schemadiff.instance.pointer import remove_at, set_at
from schemadiff.keywords import Dialect
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import Closure, closure
from schemadiff.schema.model import Node
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
        dialect: its dialect.
        documents: by URI, the documents on which it depends.
        base: the base URI of ``schema``.
        own: the URI of the schema itself among them; None where the schema is a part of a document.
        open: whether a reference is unresolved.
        schemas: the number of schemas.
        expanded_size: the number after expansion, see ``expansion_size``.
    """

    def __init__(self, node: Node, stub: bool | None = None, look: Callable[[], None] | None = None) -> None:
        reached = closure(node, look)
        # Not the node itself: validators that are kept as long as their schema must not keep it.
        self._pointer, self._uri = node.pointer, node.document.uri
        self.base = "file:///tree/entry.json" if node.pointer else node.resource.uri
        self.dialect = node.dialect
        self.own = None if node.pointer else node.document.uri
        self.open = bool(reached.dangling)
        self.schemas = len(reached.nodes)
        self.expanded_size = expanded_size(reached.nodes)
        self.documents = {each.document.uri: each.document.value for each in (node, *reached.nodes)}
        self._leave_out(reached)
        self._quote(reached)
        if stub is not None:
            for reference in reached.dangling:
                self._edit(reference.node, (reference.keyword,), STUB)
            self.documents[STUB] = {} if stub else {"not": {}}

    @property
    def schema(self) -> Any:
        """
        The argument for a library: the document, or a reference into it.
        """
        if not self._pointer:
            return self.documents[self._uri]
        reference = {kw.REF: self._uri + "#" + quote(format_pointer(self._pointer), safe="/~")}
        return {
            kw.SCHEMA: self.dialect.uri,
            **({kw.ALL_OF: [reference]} if self.dialect.ref_hides_siblings else reference),
        }

    def _leave_out(self, reached: Closure) -> None:
        for node in reached.nodes:
            if isinstance(node.value, dict):
                gone = [*_NEVER_ASSERTED, kw.DEPENDENCIES] if node.dialect is Dialect.DRAFT2020 else _NEVER_ASSERTED
                for keyword in gone:
                    if keyword in node.value:
                        uri = node.document.uri
                        self.documents[uri] = remove_at(self.documents[uri], (*node.pointer, keyword))

    def _quote(self, reached: Closure) -> None:
        """
        Percent-encode references with characters outside of URI syntax, as in generated names.
        """
        for node in reached.nodes:
            reference = node.value.get(kw.REF) if isinstance(node.value, dict) else None
            if isinstance(reference, str) and not _URI.fullmatch(reference):
                self._edit(node, (kw.REF,), quote(reference, safe=_RESERVED))

    def _edit(self, node: Node, steps: Pointer, value: Any) -> None:
        uri = node.document.uri
        self.documents[uri] = set_at(self.documents[uri], (*node.pointer, *steps), value)
