"""
Channels between running releases: the versions they have in common on a day, and until when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.deployment.evidence import ENDED, Justification, Replays, Verdicts, replay_reason, window
from schemadiff.deployment.fleet import (
    Fleet,
    RunningRelease,
    at,
    conflicts_between,
    reads_of,
    releases_in,
    running_fleet,
)

ALL, PARTLY, NOTHING = "all", "some", "none"
"""How many of the written versions are read and in their support window."""


@dataclass(frozen=True, slots=True)
class Channel:
    """
    One contract between two running releases.

    Attributes:
        contract: its name.
        writer, reader: service and release.
        answer: whether all, some or none of the written versions are read and in their support window.
        common: the versions in common.
        silent_from: the first day without a common version; None where no such day is set, or where
            there never was one.
        reasons: a justification for each written version.
    """

    contract: str
    writer: tuple[str, str]
    reader: tuple[str, str]
    answer: str
    common: tuple[str, ...]
    silent_from: date | None
    reasons: tuple[Justification, ...]


def channels_between(
    catalog: Catalog,
    *,
    as_of: date,
    fleet: Fleet | None = None,
    verdicts: Verdicts = None,
    replays: Replays = None,
) -> tuple[Channel, ...]:
    """
    The channels from each running writer to each running reader, in the manifest's order.

    Arguments:
        catalog: contracts and services.
        as_of: the day.
        fleet: the running releases, if other than in the manifest.
        verdicts, replays: containment verdicts and replay results, where available.
    """
    running = list(releases_in(catalog, running_fleet(catalog, fleet)))
    return tuple(
        _channel(catalog, contract, writer, reader, as_of, verdicts, replays)
        for contract in catalog.contracts
        for writer in running
        for reader in running
        if contract.name in writer.release.emits
        and contract.name in reads_of(catalog, reader.service.name, reader.release)
    )


def first_day_without_common_version(channels: tuple[Channel, ...]) -> date | None:
    """
    The first day on which a channel of today has no common version; None if no such day is set.
    """
    days = [channel.silent_from for channel in channels if channel.common and channel.silent_from is not None]
    return min(days, default=None)


def _channel(
    catalog: Catalog,
    contract: Contract,
    writer: RunningRelease,
    reader: RunningRelease,
    as_of: date,
    verdicts: Verdicts,
    replays: Replays,
) -> Channel:
    unread = {
        conflict.version: conflict.reason
        for conflict in conflicts_between(catalog, writer, reader, verdicts)
        if conflict.contract == contract.name
    }
    written = [version for version in contract.versions if version.name in writer.release.emits[contract.name]]
    read = [version for version in written if version.name not in unread]
    common = tuple(version.name for version in read if window(version, as_of) != ENDED)
    sunsets = [version.sunset for version in read if version.sunset is not None]
    return Channel(
        contract=contract.name,
        writer=writer.key,
        reader=reader.key,
        answer=ALL if len(common) == len(written) else PARTLY if common else NOTHING,
        common=common,
        silent_from=max(sunsets) if sunsets and len(sunsets) == len(read) else None,
        reasons=tuple(_reasons(contract, written, unread, (at(writer.key), at(reader.key)), as_of, replays)),
    )


def _reasons(
    contract: Contract,
    written: list[Version],
    unread: dict[str, Justification],
    ends: tuple[str, str],
    as_of: date,
    replays: Replays,
) -> Iterator[Justification]:
    for version in written:
        if version.name in unread:
            yield unread[version.name]
            continue
        path = (ends[0], f"{contract.name}@{version.name}", ends[1])
        support = ""
        if window(version, as_of) == ENDED:
            support = f", but its support ended on {version.sunset}"
        elif version.sunset:
            support = f", supported until {version.sunset}"
        yield Justification(f"{contract.name} {version.name} is written and read{support}", path)
        replayed = replay_reason(replays, contract.name, version.name)
        if replayed:
            yield Justification(replayed.text, path)
