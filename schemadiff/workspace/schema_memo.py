"""
Schemas that are read once, with what the settings say about references and dialects.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemadiff.options import Options
from schemadiff.options.model import find_dialect
from schemadiff.schema import Loader, LoadOptions, Node
from schemadiff.sources import Tree
from schemadiff.workspace.settings import SettingsFile

if TYPE_CHECKING:
    from referencing import Registry


class SchemaMemo:
    """
    The schemas of trees, each read when it is first needed.

    Arguments:
        flags: the options that are given for this run; their dialect holds for unknown meta-schemas too.
        settings: the settings file.
        registry: schemas that references may lead to, beside the files of the tree.
    """

    def __init__(self, flags: Options, settings: SettingsFile, registry: Registry[Any] | None = None) -> None:
        self._flags = flags
        self._settings = settings
        self._registry = registry
        self._loaders: dict[Path, Loader] = {}
        self._nodes: dict[tuple[Tree, str], Node] = {}

    def load(self, tree: Tree, path: str) -> Node:
        """
        The schema of a file.
        """
        key = (tree, path)
        if key not in self._nodes:
            self._nodes[key] = self.loader(tree.root).file(tree, path)
        return self._nodes[key]

    def check(self, tree: Tree, path: str) -> None:
        """
        Check that a file is a schema, see ``Loader.check``.
        """
        self.loader(tree.root).check(tree, path)

    def add_side(self, tree: Tree, folder: str) -> None:
        """
        Add a folder that is compared with others of its tree, see ``ParsedTree.sides``.
        """
        self.loader(tree.root).tree(tree).sides.add(folder)

    def add_referring(self, tree: Tree, paths: Iterable[str]) -> None:
        """
        Add schemas whose references count for the dialects of others, see ``Loader.add_referring``.
        """
        self.loader(tree.root).add_referring(tree, paths)

    def reached(self, tree: Tree, path: str) -> frozenset[str]:
        """
        The paths of the files that a schema reached when it was loaded, or looked for; also where it could not be.
        """
        return self.loader(tree.root).reached(tree, path)

    def loader(self, top: Path) -> Loader:
        """
        A loader for the trees with some root folder.
        """
        if top not in self._loaders:
            given = self._settings.options
            named = self._flags.dialects or given.dialects or {}
            folder = top if self._flags.resources else self._settings.folder
            mapped = self._flags.resources or given.resources or {}
            options = LoadOptions(
                dialect=self._flags.known_dialect,
                default_dialect=given.known_dialect,
                dialects={uri: find_dialect(name) for uri, name in named.items()},
                resources={uri: Path(os.path.relpath(folder / path, top)).as_posix() for uri, path in mapped.items()},
                registry=self._registry,
            )
            self._loaders[top] = Loader(options)
        return self._loaders[top]
