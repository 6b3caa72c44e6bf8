"""
How large a schema becomes for a reader that unfolds it.

For ``unevaluated*`` jsonschema-rs writes out all that applies in place, once for every way that leads there: what is
referred to twice, level by level, doubles with each of them, and nothing stops it on its way.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemadiff.keywords import Role, rows_of, subschemas_of
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import targets
from schemadiff.schema.model import Node

_READING = (kw.UNEVALUATED_PROPERTIES, kw.UNEVALUATED_ITEMS)

_LISTED = 16
"""So many schemas for members weigh as much as one that applies in place: they are listed, not written out."""


def unfolded(nodes: Iterable[Node]) -> int:
    """
    How many schemas jsonschema-rs writes out for the ``unevaluated*`` among some schemas, roughly.
    """
    sizes: dict[Node, int] = {}
    reading = (each for each in nodes if isinstance(each.value, dict) and not each.value.keys().isdisjoint(_READING))
    return sum(_measure(each, sizes) for each in reading)


def _measure(root: Node, sizes: dict[Node, int]) -> int:
    """
    The size of one schema with all that applies in place, which is written out for each way to it.
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
    What applies to the same value as a schema does, and for how many members or items it has schemas.
    """
    rows = rows_of(node.dialect)
    below, listed = targets(node), 0
    for steps, _ in subschemas_of(node.value, node.dialect):
        role = rows[str(steps[0])].role
        if role is Role.IN_PLACE and steps[0] != kw.NOT:
            below.append(node.at(*steps))
        listed += role is Role.CHILD
    return below, listed
