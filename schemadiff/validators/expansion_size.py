"""
The size of a schema after the expansion by ``jsonschema-rs``.

For ``unevaluated*`` jsonschema-rs expands all in-place applicators, once per path: schemas that are referred to twice
on every level double with each level, and the expansion cannot be interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.keywords import Role, rows_of, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import targets
from schemadiff.schema.model import Node

_READING = (kw.UNEVALUATED_PROPERTIES, kw.UNEVALUATED_ITEMS)

_LISTED = 16
"""Property subschemas that cost as much as one in-place subschema: they are listed, not expanded."""


def expanded_size(nodes: Iterable[Node]) -> int:
    """
    The approximate number of schemas that jsonschema-rs expands for the ``unevaluated*`` keywords of some schemas.
    """
    sizes: dict[Node, int] = {}
    reading = (node for node in nodes if isinstance(node.value, dict) and not node.value.keys().isdisjoint(_READING))
    return sum(_measure(each, sizes) for each in reading)


def _measure(root: Node, sizes: dict[Node, int]) -> int:
    """
    The size of one schema with its in-place applicators, counted once per path.
    """
    path: list[tuple[Node, list[Node], list[int]]] = []
    entered: set[Node] = set()

    def enter(node: Node) -> None:
        below, listed = _in_place(node)
        entered.add(node)
        path.append((node, below, [1 + listed // _LISTED]))

    if root not in sizes:
        enter(root)
    while path:
        node, below, total = path[-1]
        if below:
            target = below.pop()
            if target in sizes:
                total[0] += sizes[target]
            elif target not in entered:
                below.append(target)
                enter(target)
            continue
        sizes[node] = total[0]
        path.pop()
    return sizes[root]


def _in_place(node: Node) -> tuple[list[Node], int]:
    """
    The in-place subschemas of a schema, and the number of its property and item subschemas.
    """
    rows = rows_of(node.dialect)
    below, listed = targets(node), 0
    for steps, _ in subschemas_of(node.value, node.dialect):
        role = rows[str(steps[0])].role
        if role is Role.IN_PLACE and steps[0] != kw.NOT:
            below.append(node.at(*steps))
        listed += role is Role.CHILD
    return below, listed
