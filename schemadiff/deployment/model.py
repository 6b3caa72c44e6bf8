"""
The model that all queries share: the running releases, their conflicts, and the evidence about them on a day.

A release reads a version if the manifest lists it: a reader that would accept another version's messages except for
their tag does not know that tag. Any message may reach any running release of the consuming service, so co-resident
old and new releases must each read whatever is written.

Nothing here compares schemas or runs workers; the results are passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.errors import UsageError

COMPATIBLE, BREAKING, UNDECIDED = "compatible", "breaking", "undecided"

SAME = "same"
"""The verdict between a version and itself."""

PLANNED, CURRENT, DEPRECATED, ENDED = "planned", "current", "deprecated", "over"
"""The state of a version on a day: not yet published, current, deprecated, past its sunset."""

Fleet: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""By service, the names of the running releases."""

Messages: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""By contract, the names of versions."""

Verdicts: TypeAlias = (
    "Mapping[tuple[str, str, str], tuple[str, str]] | Callable[[str, str, str], tuple[str, str]] | None"
)
"""From contract, old version and new version to the backward and the forward verdict, version tags mapped."""

Replays: TypeAlias = "Mapping[tuple[str, str], Replayed] | None"
"""From contract and version to replay results."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    The replay results of the recorded messages of one version.

    Attributes:
        total: the number of messages.
        refused: valid under the schema, rejected by the worker.
        failed: crashed, timed out, garbled, or answered by an error unrelated to the message.
        odd: invalid under every schema, accepted; or answered by a response that violates its contract.
    """

    total: int
    refused: int = 0
    failed: int = 0
    odd: int = 0

    @property
    def contradicts(self) -> bool:
        """
        Whether it contradicts the claim that the version is read.
        """
        return bool(self.refused or self.failed)

    @property
    def deviations(self) -> str:
        """
        The unexpected results in words; empty if there are none.
        """
        counts = ((self.refused, "valid ones refused"), (self.failed, "failed"), (self.odd, "deviated"))
        return ", ".join(f"{count} {words}" for count, words in counts if count)

    @property
    def as_expected(self) -> int:
        """
        The number of expected results.
        """
        return self.total - self.refused - self.failed - self.odd


@dataclass(frozen=True, slots=True)
class Justification:
    """
    A justification: a sentence, and the path from which it follows.

    Attributes:
        text: the sentence; names in it are the manifest's.
        path: from the writer over the message to the reader, as
            ``("shop@2.0", "order@v2", "warehouse@2.0")``.
    """

    text: str
    path: tuple[str, ...] = ()


class RunningRelease(NamedTuple):
    """
    A release of a service; it reads an empty list of versions of a contract that the service only consumes by name.
    """

    service: str
    name: str
    writes: Messages
    reads: Messages

    @property
    def key(self) -> tuple[str, str]:
        """
        Service and release.
        """
        return self.service, self.name

    def __str__(self) -> str:
        return " ".join(self.key)


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


@dataclass(frozen=True, slots=True)
class SupportModel:
    """
    What runs on a day, and the evidence about it.

    Attributes:
        catalog: contracts and services.
        as_of: the day.
        fleet: the running releases by service.
        verdicts, replays: containment verdicts and replay results, where available.
    """

    catalog: Catalog
    as_of: date
    fleet: Fleet
    verdicts: Verdicts = None
    replays: Replays = None

    def release(self, service: str, name: str) -> RunningRelease:
        """
        A release of the manifest, whether or not it runs.

        Raises:
            UsageError: no such service or release.
        """
        release = self.catalog.service(service).release(name)
        consumed = {contract.name: () for contract in self.catalog.contracts if contract.consumer == service}
        return RunningRelease(service, name, release.emits, {**consumed, **release.reads})

    def running(self, fleet: Fleet | None = None) -> list[RunningRelease]:
        """
        The running releases, those of the model by default, in the manifest's order.
        """
        fleet = self.fleet if fleet is None else fleet
        return [
            self.release(service.name, release.name)
            for service in self.catalog.services
            for release in service.releases
            if release.name in fleet.get(service.name, ())
        ]

    def versions(self, messages: Messages) -> Iterator[tuple[str, Version]]:
        """
        The contract and version of each kind of message that a release writes or reads.
        """
        for contract, versions in messages.items():
            for version in versions:
                yield contract, self.version(contract, version)

    def version(self, contract: str, name: str) -> Version:
        """
        A version of a contract.
        """
        return self.catalog.contract(contract).version(name)

    def state(self, version: Version) -> str:
        """
        The state of a version on the day of the model.
        """
        return window(version, self.as_of)

    def in_order(self, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """
        Contracts and versions in the order of the manifest.
        """
        wanted = set(keys)
        every = ((contract.name, version.name) for contract in self.catalog.contracts for version in contract.versions)
        return [key for key in every if key in wanted]

    def writers(self, fleet: Fleet) -> dict[tuple[str, str], list[RunningRelease]]:
        """
        The running writers of each version, by contract and version.
        """
        writers: dict[tuple[str, str], list[RunningRelease]] = {}
        for each in self.running(fleet):
            for key in keys(each.writes):
                writers.setdefault(key, []).append(each)
        return writers

    def conflicts_between(self, writer: RunningRelease, reader: RunningRelease) -> Iterator[Conflict]:
        """
        The versions that one release writes and another does not read.
        """
        for name, versions in writer.writes.items():
            for version in versions if name in reader.reads else ():
                reads = reader.reads[name]
                if version not in reads:
                    yield Conflict(name, version, writer.key, reader.key, reads, self._best(name, version, reads))

    def conflicts(self, fleet: Fleet | None = None) -> tuple[Conflict, ...]:
        """
        All conflicts among the running releases.
        """
        running = self.running(fleet)
        return tuple(
            conflict for writer in running for reader in running for conflict in self.conflicts_between(writer, reader)
        )

    def fits(self, contract: str, written: str, read: str) -> str:
        """
        The verdict whether everything written in one version is valid in another (``fits``).
        """
        return fits(self.verdicts, self.catalog.contract(contract), written, read)

    def _best(self, contract: str, version: str, reads: tuple[str, ...]) -> str:
        results = {self.fits(contract, version, each) for each in reads}
        if COMPATIBLE in results:
            return COMPATIBLE
        return BREAKING if results == {BREAKING} else UNDECIDED

    def replay(self, contract: str, version: str) -> str:
        """
        What a replay adds to the claim that a version is read; empty without a replay.
        """
        replayed = self.replays.get((contract, version)) if self.replays else None
        if replayed is None or not replayed.total:
            return ""
        counts = f"{replayed.as_expected} of {replayed.total} replayed"
        text = f"{counts} {contract} {version} messages went through the worker as expected"
        return f"{text}, {replayed.deviations}" if replayed.deviations else text

    def objections(self, messages: set[str]) -> Iterator[Justification]:
        """
        The contradictions between a replay and the claim that some versions, as ``contract@version``, are read.
        """
        for contract, version in self.in_order(self.replays or ()):
            message, replayed = f"{contract}@{version}", (self.replays or {})[contract, version]
            if message in messages and replayed.contradicts:
                yield Justification(f"the replay speaks against it: {self.replay(contract, version)}", (message,))


def at(release: tuple[str, str]) -> str:
    """
    A release as ``service@release``.
    """
    return "@".join(release)


def keys(messages: Messages) -> set[tuple[str, str]]:
    """
    Contracts and versions in pairs.
    """
    return {(contract, version) for contract, versions in messages.items() for version in versions}


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


def fits(verdicts: Verdicts, contract: Contract, written: str, read: str) -> str:
    """
    The verdict whether everything written in one version is valid in another, version tag mapped.

    Returns:
        same, compatible, breaking or undecided.
    """
    if written == read:
        return SAME
    names = [version.name for version in contract.versions]
    forwards = names.index(written) > names.index(read)
    pair = (contract.name, *((read, written) if forwards else (written, read)))
    if verdicts is None:
        return UNDECIDED
    backward, forward = verdicts(*pair) if callable(verdicts) else verdicts.get(pair, (UNDECIDED, UNDECIDED))
    return forward if forwards else backward


def window(version: Version, as_of: date) -> str:
    """
    The state of a version on a day.
    """
    if version.sunset is not None and as_of >= version.sunset:
        return ENDED
    if version.deprecated is not None and as_of >= version.deprecated:
        return DEPRECATED
    if version.published is not None and as_of < version.published:
        return PLANNED
    return CURRENT
