"""
Discovery of contracts, with a manifest or without one.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from schemadiff.catalog.cursor import is_name
from schemadiff.catalog.model import UNVERSIONED, Catalog, Contract, Version, natural
from schemadiff.errors import InputError
from schemadiff.schema.document_kind import Kind, kind_of
from schemadiff.sources import Tree

MANIFESTS = ("contracts.yaml", "contracts.yml", "contracts.json")
"""The file names of a manifest."""

_FOLDER = "contracts"
_VERSIONED = re.compile(r"(?P<contract>.+)\.(?P<version>[vV]?\d+(?:\.\d+)*)\.(?:json|yaml|yml)\Z", re.ASCII)
_PLAIN = re.compile(r"(?P<contract>.+?)(?:\.schema)?\.json\Z")


@dataclass(frozen=True, slots=True)
class VersionedFile:
    """
    A schema file whose name has the form NAME.vN.

    Attributes:
        contract: the contract's name.
        version: the version's name.
        path: the path in the tree.
    """

    contract: str
    version: str
    path: str


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
    from schemadiff.catalog.manifest import read_manifest

    folder = "" if folder in ("", ".") else posixpath.normpath(folder)
    if posixpath.basename(folder) in MANIFESTS:
        return read_manifest(tree, folder)
    path = _manifest_in(tree, folder)
    if path is not None:
        return read_manifest(tree, path)
    contracts = _by_version(versioned_files(tree, folder))
    passed_by: tuple[tuple[str, Kind], ...] = ()
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
        found = _at(tree, above)
        if found is not None:
            return found
        if not above:
            break
        above = posixpath.dirname(above)
    below = [found for each in tree.files(here) if (found := _with_manifest(tree, each)) is not None]
    if len(below) > 1:
        raise InputError(
            f"several folders of contracts: {', '.join(below)}", name=tree.name(here), remedy="Name the one you mean."
        )
    return below[0] if below else None


def versioned_files(tree: Tree, folder: str) -> list[VersionedFile]:
    """
    The files directly in a folder whose names have the form NAME.vN.
    """
    found = []
    for path in tree.files(folder):
        match = _VERSIONED.match(posixpath.basename(path))
        if match and is_name(match["contract"]):
            found.append(VersionedFile(match["contract"], match["version"], path))
    return found


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
    found = [names[name] for name in MANIFESTS if name in names]
    if len(found) > 1:
        raise InputError(
            f"several manifests: {', '.join(map(posixpath.basename, found))}",
            name=tree.name(folder),
            remedy="Keep one of them.",
        )
    return found[0] if found else None


def _by_version(files: list[VersionedFile]) -> tuple[Contract, ...]:
    versions: dict[str, dict[str, Version]] = {}
    for each in files:
        known = versions.setdefault(each.contract, {})
        if each.version in known:
            raise InputError(
                f"{each.contract} {each.version} has two schema files: {known[each.version].path} and {each.path}",
                remedy="Keep one of them.",
            )
        known[each.version] = Version(each.version, each.path)
    return tuple(
        Contract(name, tuple(sorted(known.values(), key=lambda version: natural(version.name))))
        for name, known in sorted(versions.items())
    )


def plain_files(tree: Tree, folder: str) -> list[tuple[str, str]]:
    """
    The files directly in a folder whose names could be those of contracts without a version, each with the contract's
    name.
    """
    names = ((path, _PLAIN.match(posixpath.basename(path))) for path in tree.files(folder))
    return [(match["contract"], path) for path, match in names if match and is_name(match["contract"])]


def _by_file(tree: Tree, folder: str) -> tuple[tuple[Contract, ...], tuple[tuple[str, Kind], ...]]:
    found, passed_by = [], []
    for name, path in plain_files(tree, folder):
        kind = kind_of(tree, path)
        if kind is Kind.SCHEMA:
            found.append(Contract(name, (Version(UNVERSIONED, path),)))
        else:
            passed_by.append((path, kind))
    return tuple(found), tuple(passed_by)
