"""
Milestones: the changes in what is read and written after a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemadiff.catalog import Catalog
from schemadiff.deployment.fleet import Fleet, releases_in
from schemadiff.deployment.plan import READS, READS_EVERYWHERE, READS_NO_MORE, WRITES, WRITES_NO_MORE, Milestone


def writers_of(catalog: Catalog, fleet: Fleet) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """
    The running writers of each version.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for service, release in releases_in(catalog, fleet):
        for contract, versions in release.emits.items():
            for version in versions:
                found.setdefault((contract, version), []).append((service.name, release.name))
    return found


def milestones(catalog: Catalog, name: str, before: Fleet, after: Fleet) -> Iterator[Milestone]:
    """
    The milestones of a change of a service's releases.
    """
    words = ((READS, in_some, True), (READS_EVERYWHERE, in_all, True), (READS_NO_MORE, in_some, False))
    for what, quantity, gained in words:
        then, now = quantity(read_by(catalog, name, before)), quantity(read_by(catalog, name, after))
        for contract, version in in_order(catalog, now - then if gained else then - now):
            yield Milestone(what, contract, version, name)
    then, now = in_some(written_by(catalog, name, before)), in_some(written_by(catalog, name, after))
    for what, versions in ((WRITES, now - then), (WRITES_NO_MORE, then - now)):
        for contract, version in in_order(catalog, versions):
            yield Milestone(what, contract, version, name)


def read_by(catalog: Catalog, name: str, fleet: Fleet) -> list[set[tuple[str, str]]]:
    """
    The versions that each running release of a service reads.
    """
    service = catalog.service(name)
    return [
        {(contract, version) for contract, versions in service.release(each).reads.items() for version in versions}
        for each in fleet.get(name, ())
    ]


def written_by(catalog: Catalog, name: str, fleet: Fleet) -> list[set[tuple[str, str]]]:
    """
    The versions that each running release of a service writes.
    """
    service = catalog.service(name)
    return [
        {(contract, version) for contract, versions in service.release(each).emits.items() for version in versions}
        for each in fleet.get(name, ())
    ]


def in_some(sets: list[set[tuple[str, str]]]) -> set[tuple[str, str]]:
    """
    The union of the sets.
    """
    return set().union(*sets)


def in_all(sets: list[set[tuple[str, str]]]) -> set[tuple[str, str]]:
    """
    The intersection of the sets; empty if there are none.
    """
    return set.intersection(*sets) if sets else set()


def in_order(catalog: Catalog, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """
    Contracts and versions in the order of the manifest.
    """
    wanted = set(keys)
    return [
        (contract.name, version.name)
        for contract in catalog.contracts
        for version in contract.versions
        if (contract.name, version.name) in wanted
    ]
