"""
What a schema reaches: its subschemas, and through references those of others.
"""

from __future__ import annotations

from typing import NamedTuple

from schemadiff.keywords import Dialect, Role, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema.model import Node, Unresolved

_REFERENCES = (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)


class Dangling(NamedTuple):
    """
    A reference that leads nowhere.

    Attributes:
        node: where it is written.
        keyword: the one that makes it.
        uri: where it would lead.
    """

    node: Node
    keyword: str
    uri: str


class Closure(NamedTuple):
    """
    All on which the meaning of a schema may depend.

    Attributes:
        nodes: each once: the schema, what is written inside it, and the targets of references with what is written
            inside them.
        dangling: the references among them that lead nowhere.
    """

    nodes: tuple[Node, ...]
    dangling: tuple[Dangling, ...]


def closure(root: Node) -> Closure:
    """
    Follow a schema's references as far as its world reaches.
    """
    nodes: dict[Node, None] = {}
    dangling: list[Dangling] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node in nodes:
            continue
        nodes[node] = None
        inside = [node.at(*steps) for steps, _ in subschemas_of(node.value, node.dialect)]
        for keyword, reference in _references(node):
            target = _target(node, reference)
            if isinstance(target, Unresolved):
                dangling.append(Dangling(node, keyword, target.uri))
            else:
                inside.append(target)
        pending.extend(inside)
    return Closure(tuple(nodes), tuple(dangling))


def same_texts(one: Node, other: Node) -> bool:
    """
    Whether two schemas, with all that they reach, are the same texts read in the same way.
    """
    if one.pointer != other.pointer or one.document.text is None or one.document.text != other.document.text:
        return False
    found = _texts(one)
    return None not in found.values() and found == _texts(other)


def _texts(root: Node) -> dict[tuple[str, Dialect], str | None]:
    documents = {id(node.document): node.document for node in closure(root).nodes}
    return {(each.uri, each.root.dialect): each.text for each in documents.values()}


def unresolved(root: Node) -> set[str]:
    """
    Where references lead that lead nowhere, of a schema and of all that it reaches: see ``Unresolved``.
    """
    return {each.uri for each in closure(root).dangling}


def _target(node: Node, reference: str) -> Node | Unresolved:
    try:
        return node.resolve(reference)
    except Unresolved as missing:
        return missing


def _references(node: Node) -> list[tuple[str, str]]:
    if not isinstance(node.value, dict) or node.value.keys().isdisjoint(_REFERENCES):
        return []
    facets = ((word, node.facets.get(word)) for word in _REFERENCES)
    return [
        (word, facet.value)
        for word, facet in facets
        if facet is not None and facet.keyword.role is Role.REFERENCE and isinstance(facet.value, str)
    ]
