"""
Where a command runs: a folder with its settings, contracts and schemas.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemadiff.catalog import MANIFESTS, Catalog, Contract, find_catalog, load_catalog
from schemadiff.errors import UsageError
from schemadiff.options import Options, settled
from schemadiff.schema import Loader, Node
from schemadiff.sources import Folder, Tree
from schemadiff.workspace.schema_memo import SchemaMemo
from schemadiff.workspace.settings import SettingsFile, find_settings
from schemadiff.workspace.verdicts import VersionVerdicts

if TYPE_CHECKING:
    from referencing import Registry


class Workspace:
    """
    A folder with the options that hold in it; contracts, schemas and verdicts are read or found once.

    Arguments:
        root: the folder in which the command runs.
        options: of the run, settled.
        schemas: reads the schemas; by default without settings.

    Attributes:
        root, options: the arguments.
        tree: the files of the repository around the folder, or of the folder itself if there is none; those around the
            contracts that the options name, if they are elsewhere.
        inside: the path of the folder in the tree; empty for its root, or if it is not in the tree.
    """

    def __init__(self, root: Path, options: Options, schemas: SchemaMemo | None = None) -> None:
        self.root = root
        self.options = options
        self.tree = Folder(_top(root, options))
        here, top = _absolute(root), _absolute(self.tree.root)
        self.inside = here.relative_to(top).as_posix() if here.is_relative_to(top) and here != top else ""
        self._schemas = schemas or SchemaMemo(options, SettingsFile())
        self._catalogs: dict[tuple[Tree, str], Catalog] = {}

    @classmethod
    def open(
        cls, root: Path, options: Options | None = None, *, settings: bool = True, registry: Registry[Any] | None = None
    ) -> Workspace:
        """
        Open a folder.

        Arguments:
            root: the folder.
            options: what the user gives; the rest is taken from the settings file.
            settings: whether to look for a settings file; one that the options name is read in any case.
            registry: schemas that references may lead to, beside the files.

        Raises:
            InputError: the settings file cannot be read or is wrong.
            UsageError: there is no such rule set, dialect or value.
        """
        flags = options or Options()
        wanted = settings or flags.config is not None
        file = find_settings(root, flags.config) if wanted else SettingsFile()
        # Folders in a settings file count from the top of the repository, and are those of the gate.
        given = replace(file.options, contracts=None)
        return cls(root, settled(flags, given), SchemaMemo(flags, file, registry))

    def add_side(self, tree: Tree, folder: str) -> None:
        """
        Add a folder that is compared with others: identifiers in one do not stand for files in another.
        """
        self._schemas.add_side(tree, folder)

    def add_referring(self, tree: Tree, paths: Iterable[str]) -> None:
        """
        Add schemas whose references count for the dialects of the files that declare none.
        """
        self._schemas.add_referring(tree, paths)

    @property
    def loader(self) -> Loader:
        """
        Loads schemas that are in no tree, such as values.
        """
        return self._schemas.loader(self.root)

    def catalog_at(self, tree: Tree, folder: str) -> Catalog:
        """
        The contracts of one folder of a tree.
        """
        key = (tree, folder)
        if key not in self._catalogs:
            self._catalogs[key] = load_catalog(tree, folder)
        return self._catalogs[key]

    def find_catalog(self, tree: Tree | None = None, start: str = "") -> Catalog | None:
        """
        The contracts that are meant: of the folder that the options name, else of the nearest one.

        Arguments:
            tree: where to look; the workspace's files by default.
            start: the folder of the tree to start from.

        Returns:
            The contracts; None where no folder is named or found.

        Raises:
            InputError: the manifest is wrong, or there are no contracts in that folder.
        """
        if tree is None or tree is self.tree:
            tree, start = self.tree, start or self.inside
        stated = self.options.contracts_folder
        folder = find_catalog(tree, start) if stated is None else self._folder_in(tree, start, stated)
        return None if folder is None else self.catalog_at(tree, folder)

    def _folder_in(self, tree: Tree, start: str, stated: str) -> str:
        """
        The path in a tree of the folder that the options name.
        """
        if tree is not self.tree:
            return posixpath.normpath(posixpath.join(start, stated))
        return _absolute(self.root / stated).relative_to(_absolute(tree.root)).as_posix()

    @cached_property
    def catalog(self) -> Catalog:
        """
        The contracts here.
        """
        return self.require_catalog()

    def require_catalog(self, tree: Tree | None = None, start: str = "", *, word: str | None = None) -> Catalog:
        """
        The contracts that are meant, as ``find_catalog``.
        """
        catalog = self.find_catalog(tree, start)
        if catalog is None:
            raise UsageError(
                "there is no folder of contracts here",
                name=word,
                remedy="Run this where contracts/ is, name the folder (--contracts, or contracts= in Python), "
                "or name files.",
            )
        return catalog

    def contract(self, name: str) -> Contract:
        """
        One of the contracts here.
        """
        return self.catalog.contract(name)

    def load(self, tree: Tree, path: str) -> Node:
        """
        The schema of a file.
        """
        return self._schemas.load(tree, path)

    @cached_property
    def schemas(self) -> dict[tuple[str, str], Node]:
        """
        The schemas of all versions, by contract and version.
        """
        return {
            (contract.name, version.name): self.load(self.tree, version.path)
            for contract in self.catalog.contracts
            for version in contract.versions
        }

    @cached_property
    def verdicts(self) -> VersionVerdicts:
        """
        The verdicts between any two versions of a contract.
        """
        return VersionVerdicts(self.catalog, lambda path: self.load(self.tree, path), self.options)


def _top(root: Path, options: Options) -> Path:
    """
    The root of the files that a command may read: the repository around its folder, or around the contracts that the
    options name, if they are not in it.
    """
    top = _repository(root) or root
    stated = options.contracts_folder
    if stated is None:
        return top
    named = _absolute(root / stated)
    if named.is_relative_to(_absolute(top)):
        return top
    return _repository(named) or (named if named.name not in MANIFESTS else named.parent)


def _repository(folder: Path) -> Path | None:
    here = _absolute(folder)
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), None)


def _absolute(path: Path) -> Path:
    # Links stay: a folder of contracts may be one.
    return Path(os.path.normpath(path.absolute()))
