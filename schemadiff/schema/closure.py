"""
What a schema reaches: its subschemas, and through references those of others.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.keywords import Role, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema.load import shown
from schemadiff.schema.model import Node, Unresolved

_REFERENCES = (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)


def reachable(root: Node) -> Iterator[Node]:
    """
    The nodes that the meaning of a schema may depend on, each once: itself, what is written inside it, and the
    targets of references with what is written inside them. References that lead nowhere are passed over.
    """
    seen: set[tuple[int, object]] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        mark = (id(node.document), node.pointer)
        if mark in seen:
            continue
        seen.add(mark)
        yield node
        pending.extend(_targets(node))
        pending.extend(reversed([node.at(*steps) for steps, _ in subschemas_of(node.value, node.dialect)]))


def unresolved(root: Node) -> set[str]:
    """
    Where references lead that lead nowhere, of a schema and of all that it reaches: URIs, or paths in the tree.
    """
    ends = (_end(node, reference) for node in reachable(root) for reference in _references(node))
    return {shown(each.uri) for each in ends if isinstance(each, Unresolved)}


def _targets(node: Node) -> Iterator[Node]:
    ends = (_end(node, reference) for reference in _references(node))
    return (each for each in ends if isinstance(each, Node))


def _end(node: Node, reference: str) -> Node | Unresolved:
    try:
        return node.resolve(reference)
    except Unresolved as missing:
        return missing


def _references(node: Node) -> Iterator[str]:
    for word in _REFERENCES:
        facet = node.facets.get(word)
        if facet is not None and facet.keyword.role is Role.REFERENCE and isinstance(facet.value, str):
            yield facet.value
