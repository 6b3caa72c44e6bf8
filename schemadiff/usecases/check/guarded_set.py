"""
The guarded set: every contract version of the base, each with what the change makes of it.

What is guarded at the base is guarded in the change, wherever its file went: each version is compared, renamed, or
gone.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from schemadiff.catalog import MANIFESTS, UNVERSIONED, Catalog, Contract, Survey, Version, survey
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.sources.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class ContractFolder:
    """
    A folder of contracts on both sides of a change; a side without contracts has an empty catalog.

    Attributes:
        old, new: what the base and the head hold. The head's contracts have the names of the base's, and lie where the
            base has them, wherever their files went.
        errors: why the old and the new side cannot be read; None for a side that can.
        moved: the folder in which the head has the contracts, if it is another one.
        renamed: from the name of a contract in the base to its name in the head, as the head's manifest declares it.
        left: base versions whose files are in the head still, where they are no longer what the base took them for:
            the contract, the version, and the same file as the head has it.
    """

    old: Catalog
    new: Catalog
    errors: tuple[InputError | None, InputError | None] = (None, None)
    moved: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str, Version], ...] = ()

    @property
    def names(self) -> set[str]:
        """
        The names of its contracts on either side.
        """
        return {contract.name for contract in (*self.old.contracts, *self.new.contracts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """
    The contracts of the base and of the head, and those of the branch as it is now, whose policy counts.
    """

    old: Survey
    new: Survey
    tip: Survey


def survey_side(
    tree: Snapshot,
    stated: tuple[str, ...],
    pass_by: tuple[str, ...] = (),
    *,
    changed: Collection[str] = (),
    whole: bool = False,
) -> Survey:
    """
    The contracts of one side of a change.

    Arguments:
        tree: the files.
        stated: folders or patterns that the user names; the whole tree if there are none.
        pass_by: patterns of files that the settings pass by.
        changed: the paths that differ between the sides. The files of the tree are listed where they are; a link to
            their folder counts besides where the user names it, or where the change turns it to other files.
        whole: see ``survey``.
    """
    if not stated:
        through = (path for link in changed for path in tree.through(link))
        return survey(tree, {*tree.listing, *through}, pass_by=pass_by, whole=whole)
    paths = {*tree.listing, *_linked(tree, _roots(tree.listing, stated))}
    roots = _roots(paths, stated)
    return survey(tree, paths if roots else (), roots=roots, pass_by=pass_by, whole=whole)


def _roots(paths: Iterable[str], stated: tuple[str, ...]) -> list[str]:
    return [folder for folder in _folders(paths) if any(_is_stated(folder, word) for word in stated)]


def _linked(tree: Snapshot, roots: list[str]) -> Iterator[str]:
    """
    The files to which symbolic links lead, except those that are below one of some folders in any case.
    """
    for path in tree.listing:
        target = tree.link(path)
        if target is not None and not any(f"{target}/".startswith(f"{root}/" if root else "") for root in roots):
            yield from tree.through(path)


def named_folders(options: Options, settings: Options, repository: Path, inside: str) -> tuple[str, ...]:
    """
    The folders or patterns that narrow the guarded set, from the top of the repository: those that the user names,
    relative to where the command runs or absolute, else those of the settings.
    """
    if options.contracts is None:
        stated = settings.contracts or ()
        return (stated,) if isinstance(stated, str) else stated
    words = options.contracts if isinstance(options.contracts, tuple) else (options.contracts,)
    here = repository.resolve() / inside
    return tuple(Path(os.path.relpath(here / word, repository.resolve())).as_posix() for word in words)


def _is_stated(folder: str, pattern: str) -> bool:
    pattern = "" if pattern in (".", "./") else posixpath.normpath(pattern)
    if posixpath.basename(pattern) in MANIFESTS:
        pattern = posixpath.dirname(pattern)
    return folder == pattern or fnmatchcase(folder, pattern)


def _folders(paths: Iterable[str]) -> set[str]:
    folders = {""}
    for path in paths:
        above = posixpath.dirname(path)
        while above not in folders:
            folders.add(above)
            above = posixpath.dirname(above)
    return folders


def guarded_folders(old: Survey, new: Survey, renamed: dict[str, str], head: Snapshot) -> list[ContractFolder]:
    """
    Pair the contracts of the base with those of the head.

    Arguments:
        old, new: the contracts of both sides.
        renamed: from the old path of a file to the new one, as git detects it.
        head: the files of the head.

    Returns:
        One a folder of either side, sorted; a folder whose contracts all moved counts as the one that they left.
    """
    pairing = _Pairing(old, new, renamed, head)
    folders = [pairing.of(folder) for folder in sorted({*old.catalogs, *old.errors})]
    for folder in sorted({*new.catalogs, *new.errors} - {*old.catalogs, *old.errors}):
        catalog = pairing.unclaimed(folder)
        empty = Catalog(contracts=(), folder=folder, name=catalog.name)
        if catalog.contracts or folder in new.errors:
            folders.append(ContractFolder(empty, catalog, (None, new.errors.get(folder))))
    return folders


class _Pairing:
    """
    The search for each contract of the base in the head.
    """

    def __init__(self, old: Survey, new: Survey, renamed: dict[str, str], head: Snapshot) -> None:
        self._old = old
        self._new = new
        self._renamed = renamed
        self._head = head
        self._base_paths = {entry.path for entry in old.account.taken}
        self._taken = {
            version.path: (folder, contract.name, version.name)
            for folder, catalog in new.catalogs.items()
            for contract in catalog.contracts
            for version in contract.versions
        }
        self._claimed: set[tuple[str, str]] = set()
        """Folder and name of each contract of the head that one of the base has become."""
        self._targets: dict[tuple[str, str], tuple[str, str]] = {}
        for folder, catalog in old.catalogs.items():
            for contract in catalog.contracts:
                self._claim(folder, contract)

    def _claim(self, folder: str, contract: Contract) -> None:
        target = self._find(folder, contract)
        if target is not None:
            self._claimed.add(target)
            self._targets[folder, contract.name] = target

    def _find(self, folder: str, contract: Contract) -> tuple[str, str] | None:
        here = self._new.catalogs.get(folder)
        if here is not None and any(each.name == contract.name for each in here.contracts):
            return folder, contract.name
        paths = {version.path for version in contract.versions}
        best: list[tuple[bool, bool, int, str, str]] = []
        for place, catalog in self._new.catalogs.items():
            for each in catalog.contracts:
                declared = contract.name in each.formerly
                if not self._is_free(place, each) or not (declared or each.name == contract.name):
                    continue
                shared = {version.name for version in contract.versions} & {version.name for version in each.versions}
                same = any(self._renamed.get(path, path) == version.path for path in paths for version in each.versions)
                best.append((not declared, not same, -len(shared), place, each.name))
        return min(best)[3:] if best else None

    def _is_free(self, folder: str, contract: Contract) -> bool:
        """
        Whether the base has no contract of that name in that folder, and no other one has become it.
        """
        base = self._old.catalogs.get(folder)
        known = base is not None and any(each.name == contract.name for each in base.contracts)
        return not known and (folder, contract.name) not in self._claimed

    def of(self, folder: str) -> ContractFolder:
        """
        The contracts of a folder of the base, and what became of each.
        """
        old = self._old.catalogs.get(folder, Catalog(contracts=(), folder=folder, name=folder))
        targets = {each.name: self._targets.get((folder, each.name)) for each in old.contracts}
        here = self._new.catalogs.get(folder)
        elsewhere = {target[0] for target in targets.values() if target is not None and target[0] != folder}
        home = here if here is not None or len(elsewhere) != 1 else self._new.catalogs[min(elsewhere)]
        home = home if home is not None else Catalog(contracts=(), folder=folder, name=folder)
        contracts, bases, left = [], [], []
        for contract in old.contracts:
            target = targets[contract.name]
            after = None if target is None else self._contract(*target)
            base = contract if after is None else self._with_first_version(contract, after)
            after = self._with_moved_versions(folder, base, after)
            bases.append(base)
            if after is not None:
                contracts.append(replace(after, name=contract.name, formerly=()))
            left += [(base.name, version.name, now) for version in base.versions if (now := self._left(version, after))]
        names = {each.name for each in bases}
        contracts += [replace(each, formerly=()) for each in self.unclaimed(folder).contracts if each.name not in names]
        renames = tuple((name, target[1]) for name, target in targets.items() if target and target[1] != name)
        return ContractFolder(
            replace(old, contracts=tuple(bases)),
            _under_old_names(replace(home, contracts=tuple(contracts)), {now: was for was, now in renames}),
            (self._old.errors.get(folder), self._new.errors.get(folder)),
            home.folder if home.folder != folder else None,
            renames,
            tuple(left),
        )

    def _contract(self, folder: str, name: str) -> Contract:
        return next(each for each in self._new.catalogs[folder].contracts if each.name == name)

    def unclaimed(self, folder: str) -> Catalog:
        """
        The contracts of a folder of the head that no contract of the base has become.
        """
        catalog = self._new.catalogs.get(folder, Catalog(contracts=(), folder=folder, name=folder))
        mine = (each for each in catalog.contracts if (folder, each.name) not in self._claimed)
        return replace(catalog, contracts=tuple(mine))

    def _with_moved_versions(self, folder: str, contract: Contract, after: Contract | None) -> Contract | None:
        """
        The head's contract with the versions that moved to another folder than the rest.
        """
        names = {version.name for version in after.versions} if after is not None else set()
        moved = tuple(
            version
            for wanted in contract.versions
            if wanted.name not in names
            for place, catalog in self._new.catalogs.items()
            if place != folder
            for each in catalog.contracts
            if each.name == contract.name
            for version in each.versions
            if version.name == wanted.name and version.path not in self._base_paths
        )
        if after is None or not moved:
            return after
        return replace(after, versions=(*after.versions, *moved))

    def _with_first_version(self, contract: Contract, after: Contract) -> Contract:
        """
        The base's contract; if it had no version and the head gives it some, its state is the first of them.
        """
        known = {version.name for version in contract.versions}
        names = {version.name for version in after.versions}
        plain = next((version for version in contract.versions if version.name == UNVERSIONED), None)
        if plain is None or UNVERSIONED in names:
            return contract
        paths = (plain.path, self._renamed.get(plain.path))
        added = [version for version in after.versions if version.name not in known]
        same = next((version for version in added if version.path in paths), None)
        if same is None and len(known) == 1 and added:
            same = added[0]
        if same is None:
            return contract
        versions = (replace(version, name=same.name) if version is plain else version for version in contract.versions)
        return replace(contract, versions=tuple(versions))

    def _left(self, version: Version, after: Contract | None) -> Version | None:
        """
        The file of a base version as the head has it, if the head takes it for something that the base did not know,
        or for nothing.
        """
        path = version.path
        if path not in self._head.listing or self._compares(version, after):
            return None
        taken = self._taken.get(path)
        guarded = self._new.surveyor.holds_schema(path) if taken is None else not self._is_of_base(*taken)
        return Version(version.name, path) if guarded else None

    @staticmethod
    def _compares(version: Version, after: Contract | None) -> bool:
        """
        Whether the comparison of a version with itself is that of its file.
        """
        return after is not None and any(
            each.name == version.name and each.path == version.path for each in after.versions
        )

    def _is_of_base(self, folder: str, name: str, version: str) -> bool:
        catalog = self._old.catalogs.get(folder)
        contracts = catalog.contracts if catalog is not None else ()
        return any(each.name == name and any(one.name == version for one in each.versions) for each in contracts)


def _under_old_names(catalog: Catalog, names: dict[str, str]) -> Catalog:
    """
    The head's catalog, in which releases and the error contract call renamed contracts as the base does.
    """

    def renamed(messages: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {names.get(name, name): versions for name, versions in messages.items()}

    if not names:
        return catalog
    services = tuple(
        replace(
            service,
            releases=tuple(
                replace(release, emits=renamed(release.emits), reads=renamed(release.reads))
                for release in service.releases
            ),
        )
        for service in catalog.services
    )
    errors = catalog.errors
    if errors is not None:
        errors = replace(errors, contracts=tuple(names.get(name, name) for name in errors.contracts))
    return replace(catalog, services=services, errors=errors)
