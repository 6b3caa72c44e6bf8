"""
The running releases, and the conflicts between them.

A release reads a version if the manifest lists it: a reader that would accept another version's messages except for
their tag does not know that tag. Any message may reach any running release of the consuming service, so co-resident
old and new releases must each read whatever is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from schemadiff.catalog import Catalog, Release, Service, Version
from schemadiff.deployment.evidence import BREAKING, COMPATIBLE, UNDECIDED, Justification, Verdicts, fits
from schemadiff.errors import UsageError

Fleet: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""By service, the names of the running releases."""


class RunningRelease(NamedTuple):
    """
    A release with its service.
    """

    service: Service
    release: Release

    @property
    def key(self) -> tuple[str, str]:
        """
        The names of both.
        """
        return self.service.name, self.release.name


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    A version written by a release and not read by another.

    Attributes:
        contract, version: the written version.
        writer, reader: service and release.
        reads: the versions that the reader reads instead.
        verdict: whether one of these would accept it except for the tag: compatible, breaking or undecided.
    """

    contract: str
    version: str
    writer: tuple[str, str]
    reader: tuple[str, str]
    reads: tuple[str, ...]
    verdict: str

    @property
    def reason(self) -> Justification:
        """
        The conflict as a sentence.
        """
        instead = f"it reads {', '.join(self.reads)}" if self.reads else "it reads none"
        text = (
            f"{' '.join(self.writer)} writes {self.contract} {self.version}, "
            f"which {' '.join(self.reader)} does not read ({instead})"
        )
        return Justification(text, (at(self.writer), f"{self.contract}@{self.version}", at(self.reader)))

    @property
    def remedy(self) -> str:
        """
        The change that would remove it.
        """
        if self.verdict == COMPATIBLE:
            return (
                f"Its messages would be valid in a version that {' '.join(self.reader)} reads, "
                f"so a release that also takes the tag {self.version} is enough."
            )
        return f"Let a release of {self.reader[0]} that reads {self.contract} {self.version} run everywhere first."


def at(release: tuple[str, str]) -> str:
    """
    A release as ``service@release``.
    """
    return "@".join(release)


def running_fleet(catalog: Catalog, changed: Fleet | None = None) -> dict[str, tuple[str, ...]]:
    """
    The running releases of the manifest, with some services replaced.

    Raises:
        UsageError: no such service or release.
    """
    fleet = {service.name: service.running for service in catalog.services}
    for name, releases in (changed or {}).items():
        service = catalog.service(name)
        for release in releases:
            service.release(release)
        fleet[name] = tuple(dict.fromkeys(releases))
    return fleet


def goal_fleet(goals: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """
    The fleet in which each service runs its goal alone.
    """
    return {service: (release,) for service, release in goals.items()}


def versions_in(catalog: Catalog, messages: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Version]]:
    """
    The contract and version of each kind of message that a release writes or reads.
    """
    for contract, versions in messages.items():
        for version in versions:
            yield contract, catalog.contract(contract).version(version)


def releases_in(catalog: Catalog, fleet: Fleet) -> Iterator[RunningRelease]:
    """
    The running releases, in the manifest's order.
    """
    for service in catalog.services:
        for release in service.releases:
            if release.name in fleet.get(service.name, ()):
                yield RunningRelease(service, release)


def reads_of(catalog: Catalog, service: str, release: Release) -> dict[str, tuple[str, ...]]:
    """
    By contract, the versions that a release reads; empty for a consumed contract of which it reads none.
    """
    consumed = {contract.name: () for contract in catalog.contracts if contract.consumer == service}
    return {**consumed, **release.reads}


def conflicts_between(
    catalog: Catalog, writer: RunningRelease, reader: RunningRelease, verdicts: Verdicts = None
) -> Iterator[Conflict]:
    """
    The versions that one release writes and another does not read.
    """
    reads = reads_of(catalog, reader.service.name, reader.release)
    for name, versions in writer.release.emits.items():
        for version in versions if name in reads else ():
            if version not in reads[name]:
                yield Conflict(
                    contract=name,
                    version=version,
                    writer=writer.key,
                    reader=reader.key,
                    reads=reads[name],
                    verdict=_best_verdict(catalog, verdicts, name, version, reads[name]),
                )


def conflicts_in(catalog: Catalog, fleet: Fleet, verdicts: Verdicts = None) -> tuple[Conflict, ...]:
    """
    All conflicts among the running releases.
    """
    running = list(releases_in(catalog, fleet))
    return tuple(
        conflict
        for writer in running
        for reader in running
        for conflict in conflicts_between(catalog, writer, reader, verdicts)
    )


def split_release(text: str) -> tuple[str, str | None]:
    """
    Service and release of ``warehouse@2.0``; the release is None in a bare name.

    Raises:
        UsageError: one half is empty.
    """
    name, sign, release = text.partition("@")
    if not name or (sign and not release):
        raise UsageError(f"{text!r} is no release", remedy="A release is written as SERVICE@RELEASE.")
    return name, release or None


def _best_verdict(catalog: Catalog, verdicts: Verdicts, contract: str, version: str, reads: tuple[str, ...]) -> str:
    results = {fits(verdicts, catalog.contract(contract), version, each) for each in reads}
    if COMPATIBLE in results:
        return COMPATIBLE
    return BREAKING if results == {BREAKING} else UNDECIDED
