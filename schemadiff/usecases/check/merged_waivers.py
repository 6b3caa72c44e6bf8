"""
Waivers whose change has reached the base: the history of the manifest tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

from schemadiff.catalog import Catalog, Contract, Version, Waiver, load_catalog
from schemadiff.decide.comparison import fingerprints
from schemadiff.decide.contract_policy import policy_findings
from schemadiff.errors import InputError
from schemadiff.options import Settings
from schemadiff.schema import load_file
from schemadiff.sources import git
from schemadiff.sources.snapshots import Objects, Snapshot, committed
from schemadiff.usecases.compare import terms_of


def settled_waivers(
    repository: Path, base: str, catalog: Catalog, waivers: Iterable[Waiver], settings: Settings, as_of: date
) -> frozenset[Waiver]:
    """
    The waivers that cover a difference between the base and the state before they were written.

    Arguments:
        repository, base: the commit whose manifest holds the waivers.
        catalog: the contracts of the base.
        waivers: those that cover nothing of the change at hand.
        settings, as_of: by what the gate judges.
    """
    by_start: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        start = _start(repository, base, catalog.path or "", waiver.fingerprint or "")
        if start is not None:
            by_start.setdefault(start, []).append(waiver)
    found: set[Waiver] = set()
    with closing(Objects(repository)) as objects:
        now = committed(repository, base, objects, base[:10])
        for start, some in by_start.items():
            then = committed(repository, start, objects, start[:10])
            marks = _marks_between(then, now, catalog, settings, as_of)
            found.update(each for each in some if each.fingerprint in marks)
    return frozenset(found)


def _start(repository: Path, base: str, manifest: str, fingerprint: str) -> str | None:
    """
    The commit before the one that brought a fingerprint into the manifest; None if the history does not show it.
    """
    if not fingerprint.isalnum() or not manifest:
        return None
    words = ("log", "-1", "--format=%H", f"-S{fingerprint}", base, "--", manifest)
    try:
        commit = (git(repository, *words, missing_ok=True) or b"").decode().strip()
    except InputError:
        # A history that takes too long to search shows nothing.
        return None
    if not commit:
        return None
    before = git(repository, "rev-parse", "--quiet", "--verify", f"{commit}^", missing_ok=True)
    return (before or b"").decode().strip() or None


def _marks_between(then: Snapshot, now: Snapshot, catalog: Catalog, settings: Settings, as_of: date) -> set[str]:
    try:
        old = load_catalog(then, catalog.folder)
    except InputError:
        return set()
    marks = {each.fingerprint for each in policy_findings(old, catalog, as_of=as_of, rules=settings.rules)}
    before = {each.name: each for each in old.contracts}
    for contract in catalog.contracts:
        if contract.name in before:
            marks |= _marks_of(then, now, before[contract.name], contract, settings)
    return marks


def _marks_of(then: Snapshot, now: Snapshot, old: Contract, new: Contract, settings: Settings) -> set[str]:
    known = {each.name: each for each in old.versions}
    pairs: list[tuple[Snapshot, Version, Version]] = []
    for number, version in enumerate(new.versions):
        was = known.get(version.name)
        if was is None and number:
            pairs.append((now, new.versions[number - 1], version))
        elif was is not None and then.listing.get(was.path) != now.listing.get(version.path):
            pairs.append((then, was, version))
    marks: set[str] = set()
    for tree, was, version in pairs:
        name = was.name if was.name == version.name else f"{was.name}→{version.name}"
        try:
            before, after = load_file(tree, was.path), load_file(now, version.path)
        except InputError:
            continue
        marks |= fingerprints(before, after, contract=new.name, terms=terms_of(old, settings), version=name)
    return marks
