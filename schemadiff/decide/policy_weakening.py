"""
Weakenings of policy that a change brings into a manifest, beside those of promises and windows.

Policy is what a change is judged by, so a change cannot weaken it for itself: each weakening is a finding that fails.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from schemadiff.catalog import UNVERSIONED, Catalog, ChecklistEntry, Contract, ErrorContract, Service
from schemadiff.catalog.operations import CHECKLIST_ITEMS


def weakenings(old: Catalog, new: Catalog) -> Iterator[tuple[str, str, int | None]]:
    """
    The parts of a manifest that are weaker than before.

    Arguments:
        old: the contracts of the base.
        new: those of the change.

    Returns:
        What is weaker, the contract that it is about (empty for none), and the line in the manifest of the change.
    """
    after = {contract.name: contract for contract in new.contracts}
    for contract in old.contracts:
        now = after.get(contract.name)
        if now is not None:
            for text in _of_contract(contract, now, adopts=old.path is None):
                yield f"{contract.name}: {text}", contract.name, now.line
    if old.path is None:
        return
    if new.path is None:
        if new.contracts:
            yield f"{old.name} was removed, and with it all promises and support windows", "", None
        return
    for text in (*_of_services(old, new), *_of_operations(old, new)):
        yield text, "", None


def _of_contract(old: Contract, new: Contract, *, adopts: bool) -> Iterator[str]:
    stated = (
        ("role", old.role, new.role),
        ("producer", old.producer, new.producer),
        ("consumer", old.consumer, new.consumer),
    )
    for what, was, now in stated:
        if was is not None and was != now:
            yield f"the {what} was {was}, and is {now or 'not stated'} now"
    was, now = old.version_field, new.version_field
    if was != now and not (adopts and was is None):
        yield f"the version field was {was or 'not stated'}, and is {now or 'not stated'} now"
    for place in new.volatile:
        if place not in old.volatile:
            yield f"{place} is volatile now, so a replay no longer compares it"
    versions = {version.name: version for version in new.versions}
    for version in old.versions:
        after = versions.get(version.name)
        if after is not None and version.downgrade is not None and version.downgrade != after.downgrade:
            yield f"the downgrade of {version.name} was {'removed' if after.downgrade is None else 'changed'}"


def _of_services(old: Catalog, new: Catalog) -> Iterator[str]:
    known = {contract.name for contract in old.contracts if contract.versions[0].name != UNVERSIONED}
    services = {service.name: service for service in new.services}
    for service in old.services:
        after = services.get(service.name)
        if after is None:
            if service.running:
                yield f"the service {service.name} was removed while it runs"
            continue
        yield from _of_releases(service, after, known)


def _of_releases(old: Service, new: Service, known: set[str]) -> Iterator[str]:
    releases = {release.name: release for release in new.releases}
    for release in old.releases:
        name = f"{old.name}@{release.name}"
        after = releases.get(release.name)
        if after is None:
            if release.name in old.running:
                yield f"the release {name} was removed while it runs"
            continue
        for verb, was, now in (("writes", release.emits, after.emits), ("reads", release.reads, after.reads)):
            for contract in sorted(known & {*was, *now}):
                before, listed = was.get(contract, ()), now.get(contract, ())
                if before != listed:
                    text = [", ".join(versions) or "nothing" for versions in (before, listed)]
                    yield f"{name} {verb} {text[1]} of {contract} now, and {text[0]} before: a release does not change"


def _of_operations(old: Catalog, new: Catalog) -> Iterator[str]:
    if _inside(old) != _inside(new):
        yield f"the fixtures were in {old.fixture_folder}, and are in {new.fixture_folder} now"
    if old.worker is not None and (
        new.worker is None or replace(old.worker, line=None) != replace(new.worker, line=None)
    ):
        yield f"the worker was {'removed' if new.worker is None else 'changed'}"
    if old.errors is not None and not _as_strict(old.errors, new.errors):
        yield f"the error contract was {'removed' if new.errors is None else 'changed'}"
    if old.checklist is not None or new.checklist is not None:
        for item in _lost_items(old.checklist, new.checklist):
            yield f"the checklist no longer has the item {item}"


def _inside(catalog: Catalog) -> str:
    """
    The folder of fixtures, seen from that of the contracts.
    """
    return posixpath.relpath(catalog.fixture_folder or ".", catalog.folder or ".")


def _as_strict(old: ErrorContract, new: ErrorContract | None) -> bool:
    if new is None or not {*old.required} <= {*new.required}:
        return False
    kept = replace(new, required=old.required, line=old.line)
    decisions = {each.error_type: each for each in new.retry}
    if not all(decisions.get(each.error_type) == each for each in old.retry):
        return False
    return replace(kept, retry=old.retry) == old


def _lost_items(old: tuple[ChecklistEntry, ...] | None, new: tuple[ChecklistEntry, ...] | None) -> Iterator[str]:
    """
    The items of the old checklist that the new one lacks; without a list, all that are built in are checked.
    """
    if new is None:
        entries = [
            each for each in old or () if each.item is None or each != ChecklistEntry(item=each.item, line=each.line)
        ]
        yield from (str(each.item or each.title) for each in entries)
        return
    if old is None:
        listed = {each.item for each in new}
        yield from (item for item in CHECKLIST_ITEMS if item not in listed)
        return
    kept = [replace(each, line=None) for each in new]
    yield from (str(each.item or each.title) for each in old if replace(each, line=None) not in kept)
