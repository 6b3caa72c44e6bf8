"""
Discovery of contracts, with a manifest or without one.
"""

from __future__ import annotations

import posixpath

from schemadiff.catalog.file_names import VersionedFile, plain_files, versioned_files
from schemadiff.catalog.manifest import read_manifest
from schemadiff.catalog.model import UNVERSIONED, Catalog, Contract, Version, natural
from schemadiff.errors import InputError
from schemadiff.schema.document_kind import DocumentKind, kind_of
from schemadiff.sources import Tree

MANIFESTS = ("contracts.yaml", "contracts.yml", "contracts.json")
"""The file names of a manifest."""

_FOLDER = "contracts"


def load_catalog(tree: Tree, folder: str) -> Catalog:
    """
    The contracts of a folder.

    Arguments:
        tree: the tree with the folder.
        folder: its path in the tree; empty for the top. It may also be the path of a manifest.

    Returns:
        The catalog of the manifest, if there is one; else one contract for each NAME in files called ``NAME.vN.json``;
        else one contract with one version for each ``*.json`` that is a schema.

    Raises:
        InputError: the manifest is wrong, or there are no contracts at all.
    """
    folder = "" if folder in ("", ".") else posixpath.normpath(folder)
    if posixpath.basename(folder) in MANIFESTS:
        return read_manifest(tree, folder)
    path = _manifest_in(tree, folder)
    if path is not None:
        return read_manifest(tree, path)
    contracts = _by_version(versioned_files(tree, folder))
    passed_by: tuple[tuple[str, DocumentKind], ...] = ()
    if not contracts:
        contracts, passed_by = _by_file(tree, folder)
    if not contracts:
        raise InputError(
            "no contracts here",
            name=tree.name(folder),
            remedy="A contract is a JSON Schema in a file called NAME.vN.json; contracts.yaml tells more about it.",
        )
    return Catalog(contracts=contracts, folder=folder, name=tree.name(folder), passed_by=passed_by)


def find_catalog(tree: Tree, start: str = "") -> str | None:
    """
    The folder of contracts that is nearest to a folder.

    Arguments:
        tree: the tree to search, never beyond its root.
        start: the folder; the search goes through it and every folder above it, then the folders directly below it.

    Returns:
        A folder for ``load_catalog``; None if there is none.

    Raises:
        InputError: several folders below have a manifest; the message names them.
    """
    here = "" if start in ("", ".") else posixpath.normpath(start)
    above = here
    while True:
        result = _at(tree, above)
        if result is not None:
            return result
        if not above:
            break
        above = posixpath.dirname(above)
    below = [result for file in tree.files(here) if (result := _with_manifest(tree, file)) is not None]
    if len(below) > 1:
        raise InputError(
            f"several folders of contracts: {', '.join(below)}", name=tree.name(here), remedy="Name the one you mean."
        )
    return below[0] if below else None


def _at(tree: Tree, folder: str) -> str | None:
    inside = posixpath.join(folder, _FOLDER) if folder else _FOLDER
    for each in (folder, inside):
        if _manifest_in(tree, each) is not None:
            return each
    for each in (inside, folder):
        if versioned_files(tree, each):
            return each
    return None


def _with_manifest(tree: Tree, folder: str) -> str | None:
    inside = posixpath.join(folder, _FOLDER)
    return next((each for each in (folder, inside) if _manifest_in(tree, each) is not None), None)


def _manifest_in(tree: Tree, folder: str) -> str | None:
    names = {posixpath.basename(path): path for path in tree.files(folder)}
    result = [names[name] for name in MANIFESTS if name in names]
    if len(result) > 1:
        raise InputError(
            f"several manifests: {', '.join(map(posixpath.basename, result))}",
            name=tree.name(folder),
            remedy="Keep one of them.",
        )
    return result[0] if result else None


def _by_version(files: list[VersionedFile]) -> tuple[Contract, ...]:
    versions: dict[str, dict[str, Version]] = {}
    for file in files:
        known = versions.setdefault(file.contract, {})
        if file.version in known:
            raise InputError(
                f"{file.contract} {file.version} has two schema files: {known[file.version].path} and {file.path}",
                remedy="Keep one of them.",
            )
        known[file.version] = Version(file.version, file.path)
    return tuple(
        Contract(name, tuple(sorted(known.values(), key=lambda version: natural(version.name))))
        for name, known in sorted(versions.items())
    )


def _by_file(tree: Tree, folder: str) -> tuple[tuple[Contract, ...], tuple[tuple[str, DocumentKind], ...]]:
    result, passed_by = [], []
    for name, path in plain_files(tree, folder):
        kind = kind_of(tree, path)
        if kind is DocumentKind.SCHEMA:
            result.append(Contract(name, (Version(UNVERSIONED, path),)))
        else:
            passed_by.append((path, kind))
    return tuple(result), tuple(passed_by)
