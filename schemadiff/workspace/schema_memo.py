"""
Schemas that are read once.
"""

from __future__ import annotations

from schemadiff.schema import Loader, LoadOptions, Node
from schemadiff.sources import Tree


class SchemaMemo:
    """
    The schemas of trees, each read when it is first needed.

    Arguments:
        options: what they are read with.
    """

    def __init__(self, options: LoadOptions | None = None) -> None:
        self._loader = Loader(options)
        self._nodes: dict[tuple[Tree, str], Node] = {}

    def load(self, tree: Tree, path: str) -> Node:
        """
        The schema of a file.

        Raises:
            InputError: as for ``Loader.file``.
        """
        key = (tree, path)
        if key not in self._nodes:
            self._nodes[key] = self._loader.file(tree, path)
        return self._nodes[key]
