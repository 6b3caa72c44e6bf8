"""
Schemas that are read once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemadiff.keywords import Dialect
from schemadiff.schema import Node, load_file
from schemadiff.sources import Tree

if TYPE_CHECKING:
    from referencing import Registry


class SchemaMemo:
    """
    The schemas of trees, each read when it is first needed.

    Arguments:
        dialect: of schemas that name none.
        registry: schemas that references may lead to, beside the files of the tree.
    """

    def __init__(self, dialect: Dialect | None = None, registry: Registry[Any] | None = None) -> None:
        self._dialect = dialect
        self._registry = registry
        self._nodes: dict[tuple[Tree, str], Node] = {}

    def load(self, tree: Tree, path: str) -> Node:
        """
        The schema of a file.
        """
        key = (tree, path)
        if key not in self._nodes:
            self._nodes[key] = load_file(tree, path, dialect=self._dialect, registry=self._registry)
        return self._nodes[key]
