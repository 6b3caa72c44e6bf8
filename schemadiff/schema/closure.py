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


class UnresolvedReference(NamedTuple):
    """
    A reference to a URI that is not at hand.

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
        unresolved: the references among them to URIs that are not at hand.
    """

    nodes: tuple[Node, ...]
    unresolved: tuple[UnresolvedReference, ...]


def closure(root: Node, look: Callable[[], None] | None = None) -> Closure:
    """
    Follow the references of a schema.

    Arguments:
        root: the schema.
        look: called for each visited schema; it may raise to stop.
    """
    nodes: dict[Node, None] = {}
    unresolved: list[UnresolvedReference] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node in nodes:
            continue
        if look is not None:
            look()
        nodes[node] = None
        inside = list(node.inside)
        for keyword, reference in references_of(node):
            target = node.resolve(reference)
            if isinstance(target, Node):
                inside.append(target)
            else:
                unresolved.append(UnresolvedReference(node, keyword, target.uri))
        pending.extend(inside)
    return Closure(tuple(nodes), tuple(unresolved))


def circular(root: Node) -> Node | None:
    """
    A schema whose references lead back to itself without descending into the instance (core 2020-12 §9.4.1), in the
    closure of a schema; None if there is none.
    """
    finished: set[Node] = set()
    for start in closure(root).nodes:
        path: dict[Node, list[Node]] = {}
        if start not in finished:
            path[start] = _in_place(start)
        while path:
            node, pending = next(reversed(path.items()))
            if not pending:
                finished.add(node)
                del path[node]
                continue
            target = pending.pop()
            if target in path:
                return target
            if target not in finished:
                path[target] = _in_place(target)
    return None


def _in_place(node: Node) -> list[Node]:
    rows = rows_of(node.dialect)
    inside = subschemas_of(node.value, node.dialect)
    return targets(node) + [node.at(*steps) for steps, _ in inside if rows[str(steps[0])].role is Role.IN_PLACE]


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
    result = (node.resolve(reference) for _, reference in references_of(node))
    return [each for each in result if isinstance(each, Node)]


def references_of(node: Node) -> list[tuple[str, str]]:
    """
    The references of one schema: keyword and URI reference.
    """
    if not isinstance(node.value, dict) or node.value.keys().isdisjoint(_REFERENCES):
        return []
    normalized = ((word, node.normalized.get(word)) for word in _REFERENCES)
    return [
        (word, keyword.value)
        for word, keyword in normalized
        if keyword is not None and keyword.row.role is Role.REFERENCE and isinstance(keyword.value, str)
    ]
