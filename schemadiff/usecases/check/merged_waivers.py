"""
Waivers whose change is merged already, found in the history of the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from schemadiff.catalog import Catalog, Contract, Version, Waiver, load_catalog
from schemadiff.decide.comparison import fingerprints
from schemadiff.decide.contract_policy import policy_findings
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.schema import load_file
from schemadiff.sources import git
from schemadiff.sources.snapshots import Objects, Snapshot, commit_snapshot
from schemadiff.workspace.verdicts import terms_of


def merged_waivers(
    repository: Path, base: str, catalog: Catalog, waivers: Iterable[Waiver], options: Options
) -> frozenset[Waiver]:
    """
    The waivers that cover a difference between the base and the state before they were written.
    """
    by_start: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        start = _start(repository, base, catalog.path or "", waiver.fingerprint or "")
        if start is not None:
            by_start.setdefault(start, []).append(waiver)
    merged: set[Waiver] = set()
    with closing(Objects(repository)) as objects:
        now = commit_snapshot(repository, base, objects, base[:10])
        for start, candidates in by_start.items():
            then = commit_snapshot(repository, start, objects, start[:10])
            known = _fingerprints_between(then, now, catalog, options)
            merged.update(waiver for waiver in candidates if waiver.fingerprint in known)
    return frozenset(merged)


def _start(repository: Path, base: str, manifest: str, fingerprint: str) -> str | None:
    """
    The commit before the one that brought a fingerprint into the manifest; None if the history does not show it.
    """
    if not fingerprint.isalnum() or not manifest:
        return None
    words = ("log", "-1", "--no-textconv", "--no-ext-diff", "--format=%H", f"-S{fingerprint}", base, "--", manifest)
    try:
        commit = (git(repository, *words, missing_ok=True) or b"").decode().strip()
    except InputError:
        # A history that takes too long to search shows nothing.
        return None
    if not commit:
        return None
    before = git(repository, "rev-parse", "--quiet", "--verify", f"{commit}^", missing_ok=True)
    return (before or b"").decode().strip() or None


def _fingerprints_between(then: Snapshot, now: Snapshot, catalog: Catalog, options: Options) -> set[str]:
    try:
        old = load_catalog(then, catalog.folder)
    except InputError:
        return set()
    known = {
        policy_finding.fingerprint
        for policy_finding in policy_findings(old, catalog, as_of=options.day, rules=options.rule_set)
    }
    before = {contract.name: contract for contract in old.contracts}
    for contract in catalog.contracts:
        if contract.name in before:
            known |= _contract_fingerprints(then, now, before[contract.name], contract, options)
    return known


def _contract_fingerprints(then: Snapshot, now: Snapshot, old: Contract, new: Contract, options: Options) -> set[str]:
    before_versions = {version.name: version for version in old.versions}
    pairs: list[tuple[Snapshot, Version, Version]] = []
    for number, version in enumerate(new.versions):
        was = before_versions.get(version.name)
        if was is None and number:
            pairs.append((now, new.versions[number - 1], version))
        elif was is not None and then.listing.get(was.path) != now.listing.get(version.path):
            pairs.append((then, was, version))
    result: set[str] = set()
    for tree, was, version in pairs:
        name = was.name if was.name == version.name else f"{was.name}→{version.name}"
        try:
            before, after = load_file(tree, was.path), load_file(now, version.path)
        except InputError:
            continue
        terms = terms_of(old, options, one_version=was.name == version.name, versions=(was.name, version.name))
        result |= fingerprints(before, after, contract=new.name, terms=terms, version=name)
    return result
