"""
Which releases run, and which of them cannot live with each other.

A release reads a version if the manifest lists it: a reader that would accept another version's messages but for
their tag still does not know that tag. Any message may meet any running release of the service that reads it, so old
and new releases side by side must each read whatever is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from schemadiff.catalog import Catalog, Release, Service
from schemadiff.deployment.evidence import BREAKING, COMPATIBLE, Reason, Verdicts, fits
from schemadiff.errors import UsageError

Fleet: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""By service, the names of the releases that run."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    A release writes what another one does not read.

    Attributes:
        contract, version: what is written.
        writer, reader: service and release.
        reads: the versions that the reader reads instead.
        verdict: whether one of these would accept it but for the tag: compatible, breaking or undecided.
    """

    contract: str
    version: str
    writer: tuple[str, str]
    reader: tuple[str, str]
    reads: tuple[str, ...]
    verdict: str

    @property
    def reason(self) -> Reason:
        """
        The conflict as a sentence.
        """
        instead = f"it reads {', '.join(self.reads)}" if self.reads else "it reads none"
        text = (
            f"{' '.join(self.writer)} writes {self.contract} {self.version}, "
            f"which {' '.join(self.reader)} does not read ({instead})"
        )
        return Reason(text, (at(self.writer), f"{self.contract}@{self.version}", at(self.reader)))

    @property
    def remedy(self) -> str:
        """
        What would end it.
        """
        if self.verdict == COMPATIBLE:
            return (
                f"Its messages would be valid in a version that {' '.join(self.reader)} reads, "
                f"so a release that also takes the tag {self.version} is enough."
            )
        return f"Let a release of {self.reader[0]} that reads {self.contract} {self.version} run everywhere first."


def at(release: tuple[str, str]) -> str:
    """
    A release as one word.
    """
    return "@".join(release)


def running_fleet(catalog: Catalog, changed: Fleet | None = None) -> dict[str, tuple[str, ...]]:
    """
    What runs by the manifest, with some services replaced.

    Raises:
        UsageError: a service or release that does not exist.
    """
    fleet = {service.name: service.running for service in catalog.services}
    for name, releases in (changed or {}).items():
        service = catalog.service(name)
        for release in releases:
            service.release(release)
        fleet[name] = tuple(dict.fromkeys(releases))
    return fleet


def releases_in(catalog: Catalog, fleet: Fleet) -> Iterator[tuple[Service, Release]]:
    """
    The running releases, in the manifest's order.
    """
    for service in catalog.services:
        for release in service.releases:
            if release.name in fleet.get(service.name, ()):
                yield service, release


def reads_of(catalog: Catalog, service: str, release: Release) -> dict[str, tuple[str, ...]]:
    """
    By contract, what a release reads; a contract that its service consumes is there even if it reads none of it.
    """
    consumed = {each.name: () for each in catalog.contracts if each.consumer == service}
    return {**consumed, **release.reads}


def conflicts_between(
    catalog: Catalog, writer: tuple[Service, Release], reader: tuple[Service, Release], verdicts: Verdicts = None
) -> Iterator[Conflict]:
    """
    What one release writes that another one does not read.
    """
    reads = reads_of(catalog, reader[0].name, reader[1])
    for name, versions in writer[1].emits.items():
        for version in versions if name in reads else ():
            if version not in reads[name]:
                yield Conflict(
                    contract=name,
                    version=version,
                    writer=(writer[0].name, writer[1].name),
                    reader=(reader[0].name, reader[1].name),
                    reads=reads[name],
                    verdict=_nearest(catalog, verdicts, name, version, reads[name]),
                )


def conflicts_in(catalog: Catalog, fleet: Fleet, verdicts: Verdicts = None) -> tuple[Conflict, ...]:
    """
    All conflicts among what runs.
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


def _nearest(catalog: Catalog, verdicts: Verdicts, contract: str, version: str, reads: tuple[str, ...]) -> str:
    found = {fits(verdicts, catalog.contract(contract), version, each) for each in reads}
    if COMPATIBLE in found:
        return COMPATIBLE
    return BREAKING if found == {BREAKING} else "undecided"
