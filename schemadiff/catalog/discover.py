"""
Discovery of contracts, with a manifest or without one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from schemadiff.catalog.account import MANIFESTS, USUAL_FOLDERS, Account, FileEntry, PassReason, Surveyor
from schemadiff.catalog.file_names import is_version_folder, read_name
from schemadiff.catalog.manifest import read_manifest
from schemadiff.catalog.model import UNVERSIONED, Catalog, Contract, Version, natural
from schemadiff.errors import InputError
from schemadiff.sources import Tree

_USUAL = USUAL_FOLDERS[0]


def load_catalog(tree: Tree, folder: str) -> Catalog:
    """
    The contracts of a folder.

    Arguments:
        tree: the tree with the folder.
        folder: its path in the tree; empty for the top. It may also be the path of a manifest.

    Returns:
        The catalog of the manifest, if there is one; else the contracts of the files by their names, see ``read_name``.

    Raises:
        InputError: the manifest is wrong, or there are no contracts at all.
    """
    folder = "" if folder in ("", ".") else posixpath.normpath(folder)
    if posixpath.basename(folder) in MANIFESTS:
        return read_manifest(tree, folder)
    path = _manifest_in(tree, folder)
    if path is not None:
        return read_manifest(tree, path)
    surveyor = Surveyor(tree, _files_of(tree, folder), roots=(folder,))
    contracts = contracts_of(entry for entry in map(surveyor.entry, surveyor.paths) if entry.folder == folder)
    if not contracts:
        raise InputError(
            "no contracts here",
            name=tree.name(folder),
            remedy="A contract is a JSON Schema in a file called NAME.vN.json; contracts.yaml tells more about it.",
        )
    return Catalog(contracts=contracts, folder=folder, name=tree.name(folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """
    All contracts of a tree, and the account of its files.

    Attributes:
        catalogs: by folder; what a manifest does not list is in the catalog as well, by its file's name.
        errors: by folder, why its manifest cannot be read.
        account: what became of every file.
        surveyor: what tells more about a file.
    """

    catalogs: dict[str, Catalog]
    errors: dict[str, InputError] = field(default_factory=dict)
    account: Account
    surveyor: Surveyor


def survey(
    tree: Tree,
    paths: Iterable[str],
    *,
    roots: Collection[str] = (),
    pass_by: Collection[str] = (),
    whole: bool = False,
) -> Survey:
    """
    Find all contracts of a tree. Each folder is read by itself, so that nothing in one hides another.

    Arguments:
        tree: the files.
        paths: those to account for.
        roots: the folders that the user names; none for the whole tree.
        pass_by: patterns of files that the settings pass by.
        whole: account also for files that are neither JSON nor YAML, and that lie outside of the folders of contracts.
    """
    surveyor = Surveyor(tree, paths, roots=roots, pass_by=pass_by)
    catalogs: dict[str, Catalog] = {}
    errors: dict[str, InputError] = {}
    for path in surveyor.manifests:
        folder = posixpath.dirname(path)
        try:
            catalogs[folder] = read_manifest(tree, _manifest_in(tree, folder) or path)
        except InputError as error:
            errors[folder] = error
    entries = _entries(surveyor, catalogs, whole=whole)
    listed = {
        version.path for each in catalogs.values() for contract in each.contracts for version in contract.versions
    }
    by_folder: dict[str, list[FileEntry]] = {}
    for entry in entries.values():
        if entry.reason is None and entry.path not in listed:
            by_folder.setdefault(entry.folder, []).append(entry)
    for folder, unlisted in by_folder.items():
        empty = Catalog(contracts=(), folder=folder, name=tree.name(folder))
        catalog = catalogs.get(folder, empty)
        catalogs[folder] = replace(catalog, contracts=contracts_of(unlisted, catalog.contracts))
    account = Account(tuple(entries[path] for path in sorted(entries)))
    return Survey(catalogs=dict(sorted(catalogs.items())), errors=errors, account=account, surveyor=surveyor)


def _entries(surveyor: Surveyor, catalogs: Mapping[str, Catalog], *, whole: bool) -> dict[str, FileEntry]:
    """
    What becomes of each file: what a manifest lists is taken as it says, what is recorded is no contract.
    """
    entries = {
        version.path: FileEntry(path=version.path, folder=folder, contract=contract.name, version=version.name)
        for folder, catalog in catalogs.items()
        for contract in catalog.contracts
        for version in contract.versions
    }
    recorded = tuple(f"{catalog.fixture_folder}/" for catalog in catalogs.values())
    for path in surveyor.paths:
        if path not in entries:
            fixture = bool(recorded) and path.startswith(recorded)
            entry = FileEntry(path=path, reason=PassReason.FIXTURE) if fixture else surveyor.entry(path)
            if whole or entry.reason is not PassReason.FORMAT or surveyor.in_contract_folder(path):
                entries[path] = entry
    return entries


def contracts_of(entries: Iterable[FileEntry], listed: tuple[Contract, ...] = ()) -> tuple[Contract, ...]:
    """
    The contracts of files, each with its versions in natural order; those that a manifest lists come first.

    A second file for one version is a contract of its own, called after the whole file name.
    """
    versions = {contract.name: {each.name: each for each in contract.versions} for contract in listed}
    for entry in entries:
        if entry.reason is None:
            known = versions.setdefault(entry.contract, {})
            if entry.version in known:
                known = versions.setdefault(posixpath.basename(entry.path), {})
                known[UNVERSIONED] = Version(UNVERSIONED, entry.path)
            else:
                known[entry.version] = Version(entry.version, entry.path)
    by_name = {contract.name: contract for contract in listed}
    names = (*by_name, *sorted(versions.keys() - by_name.keys()))
    return tuple(
        replace(by_name.get(name, Contract(name, ())), versions=_in_order(versions[name].values())) for name in names
    )


def _in_order(versions: Iterable[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions, key=lambda version: (version.name != UNVERSIONED, natural(version.name))))


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
    inside = posixpath.join(folder, _USUAL) if folder else _USUAL
    for each in (folder, inside):
        if _manifest_in(tree, each) is not None:
            return each
    for each in (inside, folder):
        names = (read_name(path) for path in _files_of(tree, each))
        if any(name and name.declared and name.version != UNVERSIONED for name in names):
            return each
    surveyor = Surveyor(tree, _files_of(tree, inside), roots=(inside,))
    return inside if any(surveyor.entry(path).reason is None for path in surveyor.paths) else None


def _with_manifest(tree: Tree, folder: str) -> str | None:
    inside = posixpath.join(folder, _USUAL)
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


def _files_of(tree: Tree, folder: str) -> list[str]:
    """
    The files of a folder, and of those directly in it that are called like versions.
    """
    paths = tree.files(folder)
    below = (path for path in paths if is_version_folder(posixpath.basename(path)))
    return [*paths, *(path for each in below for path in tree.files(each))]
