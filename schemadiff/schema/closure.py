"""
The closure of a schema: its subschemas, and those reached through references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from schemadiff.keywords import Dialect, Role, rows_of, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema.model import Node

_REFERENCES = (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)


class DanglingReference(NamedTuple):
    """
    A reference whose target does not exist.

    Attributes:
        node: the schema that has it.
        keyword: the referring keyword.
        uri: its target.
    """

    node: Node
    keyword: str
    uri: str


class Closure(NamedTuple):
    """
    All schemas on which the meaning of a schema may depend.

    Attributes:
        nodes: each once: the schema and its subschemas, and the targets of references with theirs.
        dangling: the references among them without a target.
    """

    nodes: tuple[Node, ...]
    dangling: tuple[DanglingReference, ...]


def closure(root: Node, look: Callable[[], None] | None = None) -> Closure:
    """
    Follow the references of a schema.

    Arguments:
        root: the schema.
        look: called for each visited schema; it may raise to stop.
    """
    nodes: dict[Node, None] = {}
    dangling: list[DanglingReference] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node in nodes:
            continue
        if look is not None:
            look()
        nodes[node] = None
        inside = list(node.inside)
        for keyword, reference in _references(node):
            target = node.resolve(reference)
            if isinstance(target, Node):
                inside.append(target)
            else:
                dangling.append(DanglingReference(node, keyword, target.uri))
        pending.extend(inside)
    return Closure(tuple(nodes), tuple(dangling))


def same_sources(one: Node, other: Node) -> bool:
    """
    Whether the closures of two schemas are the same texts, read in the same dialects.
    """
    if one.pointer != other.pointer or one.document.text is None or one.document.text != other.document.text:
        return False
    result = _texts(one)
    return None not in result.values() and result == _texts(other)


def _texts(root: Node) -> dict[tuple[str, Dialect], str | None]:
    documents = {id(node.document): node.document for node in closure(root).nodes}
    return {(document.uri, document.root.dialect): document.text for document in documents.values()}


def unresolved(root: Node) -> set[str]:
    """
    The unresolved references in the closure of a schema, see ``DocumentRegistry.display_uri``.
    """
    return {each.uri for each in closure(root).dangling}


def changed_unused_definitions(old: Node, new: Node) -> list[str]:
    """
    The root definitions that differ between two schemas, or exist in one only, although neither schema refers to them:
    no change reports them.
    """
    before, after = _definitions(old), _definitions(new)
    differing = [name for name, node in before.items() if name not in after or after[name].value != node.value]
    if not differing:
        return []
    used = _used(old) | _used(new)
    return [name for name in differing if name not in used]


def _definitions(root: Node) -> dict[str, Node]:
    definitions = (steps for steps, _ in subschemas_of(root.value, root.dialect) if _is_container(root, steps[0]))
    return {str(steps[-1]): root.at(*steps) for steps in definitions}


def _used(root: Node) -> set[str]:
    """
    The root definitions of a schema to which, or to a part of which, it refers.
    """
    seen: set[Node] = set()
    names: set[str] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.document is root.document and len(node.pointer) > 1 and _is_container(root, node.pointer[0]):
            names.add(str(node.pointer[1]))
        pending.extend(targets(node))
        inside = (steps for steps, _ in subschemas_of(node.value, node.dialect) if not _is_container(node, steps[0]))
        pending.extend(node.at(*steps) for steps in inside)
    return names


def _is_container(node: Node, word: str | int) -> bool:
    row = rows_of(node.dialect).get(str(word))
    return row is not None and row.role is Role.LOCATION


def targets(node: Node) -> list[Node]:
    """
    The targets of the references of one schema, as far as they are resolvable.
    """
    result = (node.resolve(reference) for _, reference in _references(node))
    return [each for each in result if isinstance(each, Node)]


def _references(node: Node) -> list[tuple[str, str]]:
    if not isinstance(node.value, dict) or node.value.keys().isdisjoint(_REFERENCES):
        return []
    normalized = ((word, node.normalized.get(word)) for word in _REFERENCES)
    return [
        (word, keyword.value)
        for word, keyword in normalized
        if keyword is not None and keyword.row.role is Role.REFERENCE and isinstance(keyword.value, str)
    ]
