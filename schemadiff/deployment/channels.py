"""
Channels between running releases: the versions they have in common on a day, and until when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schemadiff.catalog import Catalog, Contract, Release, Service
from schemadiff.deployment.evidence import OVER, Reason, Replays, Verdicts, replay_reason, window
from schemadiff.deployment.fleet import Fleet, at, conflicts_between, reads_of, releases_in, running_fleet

ALL, SOME, NOTHING = "all", "some", "none"


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
    reasons: tuple[Reason, ...]


def talk(
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
        if contract.name in writer[1].emits and contract.name in reads_of(catalog, reader[0].name, reader[1])
    )


def silence(channels: tuple[Channel, ...]) -> date | None:
    """
    The first day on which a channel of today has no common version; None if no such day is set.
    """
    days = [each.silent_from for each in channels if each.common and each.silent_from is not None]
    return min(days, default=None)


def _channel(
    catalog: Catalog,
    contract: Contract,
    writer: tuple[Service, Release],
    reader: tuple[Service, Release],
    as_of: date,
    verdicts: Verdicts,
    replays: Replays,
) -> Channel:
    lost = {
        each.version: each.reason
        for each in conflicts_between(catalog, writer, reader, verdicts)
        if each.contract == contract.name
    }
    written = [each for each in contract.versions if each.name in writer[1].emits[contract.name]]
    shared = [each for each in written if each.name not in lost]
    common = tuple(each.name for each in shared if window(each, as_of) != OVER)
    ends = [each.sunset for each in shared]
    known = [day for day in ends if day is not None]
    return Channel(
        contract=contract.name,
        writer=(writer[0].name, writer[1].name),
        reader=(reader[0].name, reader[1].name),
        answer=ALL if len(common) == len(written) else SOME if common else NOTHING,
        common=common,
        silent_from=max(known) if known and len(known) == len(ends) else None,
        reasons=tuple(_reasons(contract, lost, writer, reader, as_of, replays)),
    )


def _reasons(
    contract: Contract,
    lost: dict[str, Reason],
    writer: tuple[Service, Release],
    reader: tuple[Service, Release],
    as_of: date,
    replays: Replays,
) -> Iterator[Reason]:
    ends = at((writer[0].name, writer[1].name)), at((reader[0].name, reader[1].name))
    for version in contract.versions:
        if version.name not in writer[1].emits[contract.name]:
            continue
        if version.name in lost:
            yield lost[version.name]
            continue
        path = (ends[0], f"{contract.name}@{version.name}", ends[1])
        state = window(version, as_of)
        limit = f", supported until {version.sunset}" if version.sunset and state != OVER else ""
        over = f", but its support ended on {version.sunset}" if state == OVER else limit
        yield Reason(f"{contract.name} {version.name} is written and read{over}", path)
        shown = replay_reason(replays, contract.name, version.name)
        if shown:
            yield Reason(shown.text, path)
