"""
Milestones: the changes in what is read and written after a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemadiff.catalog import Catalog
from schemadiff.deployment.fleet import Fleet, releases_in
from schemadiff.deployment.plan import READS, READS_EVERYWHERE, READS_NO_MORE, WRITES, WRITES_NO_MORE, Milestone


def writers_of(catalog: Catalog, fleet: Fleet) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """
    The running writers of each version.
    """
    writers: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for each in releases_in(catalog, fleet):
        for version in _keys(each.release.emits):
            writers.setdefault(version, []).append(each.key)
    return writers


def milestones_between(catalog: Catalog, service: str, before: Fleet, after: Fleet) -> Iterator[Milestone]:
    """
    The milestones of a change of a service's releases.
    """
    read_before, read_everywhere_before = versions_read(catalog, service, before)
    read_after, read_everywhere_after = versions_read(catalog, service, after)
    written_before, written_after = (_versions_written(catalog, service, fleet) for fleet in (before, after))
    changes = (
        (READS, read_after - read_before),
        (READS_EVERYWHERE, read_everywhere_after - read_everywhere_before),
        (READS_NO_MORE, read_before - read_after),
        (WRITES, written_after - written_before),
        (WRITES_NO_MORE, written_before - written_after),
    )
    for what, versions in changes:
        for contract, version in in_order(catalog, versions):
            yield Milestone(what, contract, version, service)


def versions_read(catalog: Catalog, service: str, fleet: Fleet) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """
    The versions that some running release of a service reads, and those that all of them read.
    """
    read = [_keys(catalog.service(service).release(each).reads) for each in fleet.get(service, ())]
    return set().union(*read), set.intersection(*read) if read else set()


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


def _versions_written(catalog: Catalog, service: str, fleet: Fleet) -> set[tuple[str, str]]:
    return set().union(*(_keys(catalog.service(service).release(each).emits) for each in fleet.get(service, ())))


def _keys(messages: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(contract, version) for contract, versions in messages.items() for version in versions}
