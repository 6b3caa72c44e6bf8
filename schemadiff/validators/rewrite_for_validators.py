"""
Schemas as validators that are not ours have to see them.

Some libraries go on asserting what a dialect has given up, or what is an annotation by contract; and all of them
stumble over a reference to something that is not at hand, even where the instance decides the matter without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from schemadiff.instance import Pointer
from schemadiff.instance.pointer import remove_at, set_at
from schemadiff.keywords import Dialect
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import Closure, closure
from schemadiff.schema.model import Document, Node
from schemadiff.validators.expansion_size import unfolded

STUB = "urn:schemadiff:not-at-hand"
"""The URI of what stands for everything that is not at hand."""

_RESERVED = "#/?:@!$&'()*+,;=~%"
_URI = re.compile(rf"[A-Za-z0-9._{_RESERVED}-]*")

_NEVER_ASSERTED = (kw.CONTENT_MEDIA_TYPE, kw.CONTENT_ENCODING)


class Adapted:
    """
    The documents that a schema depends on, adapted.

    Arguments:
        node: the schema.
        stub: whether everything that is not at hand accepts every value, or none; None leaves its references alone.
        look: called for each schema that is looked at; it may raise to stop.

    Attributes:
        open: whether something is not at hand.
        schemas: how many schemas there are in all.
        unfolded: see there.
    """

    def __init__(self, node: Node, stub: bool | None = None, look: Callable[[], None] | None = None) -> None:
        reached = closure(node, look)
        self.open = bool(reached.dangling)
        self.schemas = len(reached.nodes)
        self.unfolded = unfolded(reached.nodes)
        self._values = {each.document.uri: each.document.value for each in (node, *reached.nodes)}
        self._leave_out(reached)
        self._quote(reached)
        if stub is not None:
            for reference in reached.dangling:
                self._edit(reference.node, (reference.keyword,), STUB)
            self._values[STUB] = {} if stub else {"not": {}}

    def of(self, document: Document) -> Any:
        """
        The content of one of the documents.
        """
        return self._values[document.uri]

    def items(self) -> list[tuple[str, Any]]:
        """
        All documents, with their URIs.
        """
        return list(self._values.items())

    def _leave_out(self, reached: Closure) -> None:
        for node in reached.nodes:
            if isinstance(node.value, dict):
                gone = [*_NEVER_ASSERTED, kw.DEPENDENCIES] if node.dialect is Dialect.DRAFT2020 else _NEVER_ASSERTED
                for keyword in gone:
                    if keyword in node.value:
                        self._values[node.document.uri] = remove_at(self.of(node.document), (*node.pointer, keyword))

    def _quote(self, reached: Closure) -> None:
        """
        Write references as URIs where they hold characters that are none of a URI's, as generated names do.
        """
        for node in reached.nodes:
            reference = node.value.get(kw.REF) if isinstance(node.value, dict) else None
            if isinstance(reference, str) and not _URI.fullmatch(reference):
                self._edit(node, (kw.REF,), quote(reference, safe=_RESERVED))

    def _edit(self, node: Node, steps: Pointer, value: Any) -> None:
        self._values[node.document.uri] = set_at(self.of(node.document), (*node.pointer, *steps), value)
