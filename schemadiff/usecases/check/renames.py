"""
Contracts whose files a change renames.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.catalog import UNVERSIONED, Catalog, Contract, Version


def under_new_names(old: Catalog, new: Catalog, renamed: dict[str, str]) -> Catalog:
    """
    The old contracts under their new names. A contract without a version becomes the first of the versions that it
    has now.

    Arguments:
        old, new: the contracts of both sides.
        renamed: from the old path of a file to the new one, as git detects it.
    """
    by_path = {version.path: contract for contract in new.contracts for version in contract.versions}
    by_name = {contract.name: contract for contract in new.contracts}
    old_names = {contract.name for contract in old.contracts}
    contracts = []
    for contract in old.contracts:
        paths = (renamed.get(version.path) for version in contract.versions)
        targets = {by_path[path].name for path in paths if path in by_path}
        name = contract.name
        if name not in by_name and len(targets) == 1 and not targets & old_names:
            (name,) = targets
        now = by_name.get(name)
        versions = _with_first_version(contract, now, renamed) if now else contract.versions
        contracts.append(replace(contract, name=name, versions=versions))
    return replace(old, contracts=tuple(contracts))


def _with_first_version(contract: Contract, now: Contract, renamed: dict[str, str]) -> tuple[Version, ...]:
    (first, *rest) = contract.versions
    if rest or first.name != UNVERSIONED or any(version.name == UNVERSIONED for version in now.versions):
        return contract.versions
    paths = (first.path, renamed.get(first.path))
    same = next((version for version in now.versions if version.path in paths), now.versions[0])
    return (replace(first, name=same.name),)
