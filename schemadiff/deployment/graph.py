"""
The version-support graph: writers and readers of each version with the evidence on each edge, and the channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeAlias

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.deployment.model import (
    ENDED,
    SAME,
    Fleet,
    Justification,
    Replayed,
    Replays,
    RunningRelease,
    SupportModel,
    Verdicts,
    at,
    running_fleet,
)

WRITES, READS = "writes", "reads"

ALL, PARTLY, NOTHING = "all", "some", "none"
"""How many of the written versions are read and in their support window."""

Key: TypeAlias = "tuple[str, str, str, str]"
"""A node's identity: service, writes or reads, contract, version."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """
    One version of a contract at one service.

    Attributes:
        service, side, contract, version: the node's key; side is writes or reads.
        releases: the running releases that write or read it.
        everywhere: whether these are all running releases of the service.
        window: planned, current, deprecated or over.
        sunset: the first day on which it is no longer supported.
    """

    service: str
    side: str
    contract: str
    version: str
    releases: tuple[str, ...]
    everywhere: bool
    window: str
    sunset: date | None

    @property
    def key(self) -> Key:
        """
        Its identity.
        """
        return (self.service, self.side, self.contract, self.version)


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """
    An edge from a writing service to a reading one.

    Attributes:
        source, target: keys of nodes.
        contract, written, read: the contract, and the version at each end.
        verdict: same where both ends are one version; else whether what is written is valid in the version read.
        carried: whether messages pass: the same version, read by every running release, in its support window.
        until: the first day on which they no longer pass; None where no day is set.
        replay: the replay results of the written version.
    """

    source: Key
    target: Key
    contract: str
    written: str
    read: str
    verdict: str
    carried: bool
    until: date | None
    replay: Replayed | None


@dataclass(frozen=True, slots=True)
class Graph:
    """
    Nodes and edges, in the manifest's order.

    Raises:
        ValueError: an edge ends at no node.
    """

    as_of: date
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    def __post_init__(self) -> None:
        keys = {node.key for node in self.nodes}
        if any(edge.source not in keys or edge.target not in keys for edge in self.edges):
            raise ValueError("an edge ends at no node of the graph")


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


def support_graph(
    catalog: Catalog, *, as_of: date, fleet: Fleet | None = None, verdicts: Verdicts = None, replays: Replays = None
) -> Graph:
    """
    The graph of the running releases on a day; the arguments are those of ``SupportModel``, the fleet by default the
    manifest's.
    """
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet), verdicts, replays)
    nodes = tuple(_nodes(model))
    edges = tuple(
        _edge(model, source, target)
        for source in nodes
        for target in nodes
        if (source.side, target.side, source.contract) == (WRITES, READS, target.contract)
    )
    return Graph(as_of, nodes, edges)


def channels_between(
    catalog: Catalog, *, as_of: date, fleet: Fleet | None = None, verdicts: Verdicts = None, replays: Replays = None
) -> tuple[Channel, ...]:
    """
    The channels from each running writer to each running reader, in the manifest's order; the arguments are those of
    ``support_graph``.
    """
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet), verdicts, replays)
    running = model.running()
    return tuple(
        _channel(model, contract, writer, reader)
        for contract in catalog.contracts
        for writer in running
        for reader in running
        if contract.name in writer.writes and contract.name in reader.reads
    )


def first_day_without_common_version(channels: tuple[Channel, ...]) -> date | None:
    """
    The first day on which a channel of today has no common version; None if no such day is set.
    """
    days = [channel.silent_from for channel in channels if channel.common and channel.silent_from is not None]
    return min(days, default=None)


def _nodes(model: SupportModel) -> Iterator[GraphNode]:
    running = model.running()
    for service in model.catalog.services:
        own = [each for each in running if each.service == service.name]
        for side, contract in product((WRITES, READS), model.catalog.contracts):
            for version in contract.versions:
                listed = {each.name: each.writes if side == WRITES else each.reads for each in own}
                users = [name for name, messages in listed.items() if version.name in messages.get(contract.name, ())]
                if users:
                    yield GraphNode(
                        service=service.name,
                        side=side,
                        contract=contract.name,
                        version=version.name,
                        releases=tuple(users),
                        everywhere=len(users) == len(own),
                        window=model.state(version),
                        sunset=version.sunset,
                    )


def _edge(model: SupportModel, source: GraphNode, target: GraphNode) -> GraphEdge:
    verdict = model.fits(source.contract, source.version, target.version)
    return GraphEdge(
        source=source.key,
        target=target.key,
        contract=source.contract,
        written=source.version,
        read=target.version,
        verdict=verdict,
        carried=verdict == SAME and target.everywhere and source.window != ENDED,
        until=source.sunset if verdict == SAME else None,
        replay=model.replays.get((source.contract, source.version)) if model.replays else None,
    )


def _channel(model: SupportModel, contract: Contract, writer: RunningRelease, reader: RunningRelease) -> Channel:
    written = [version for version in contract.versions if version.name in writer.writes[contract.name]]
    read = [version for version in written if version.name in reader.reads[contract.name]]
    common = tuple(version.name for version in read if model.state(version) != ENDED)
    sunsets = [version.sunset for version in read if version.sunset is not None]
    return Channel(
        contract=contract.name,
        writer=writer.key,
        reader=reader.key,
        answer=ALL if len(common) == len(written) else PARTLY if common else NOTHING,
        common=common,
        silent_from=max(sunsets) if sunsets and len(sunsets) == len(read) else None,
        reasons=tuple(_reasons(model, contract.name, written, writer, reader)),
    )


def _reasons(
    model: SupportModel, contract: str, written: list[Version], writer: RunningRelease, reader: RunningRelease
) -> Iterator[Justification]:
    conflicts = model.conflicts_between(writer, reader)
    unread = {conflict.version: conflict.reason for conflict in conflicts if conflict.contract == contract}
    for version in written:
        if version.name in unread:
            yield unread[version.name]
            continue
        path = (at(writer.key), f"{contract}@{version.name}", at(reader.key))
        support = ""
        if model.state(version) == ENDED:
            support = f", but its support ended on {version.sunset}"
        elif version.sunset:
            support = f", supported until {version.sunset}"
        yield Justification(f"{contract} {version.name} is written and read{support}", path)
        replayed = model.replay(contract, version.name)
        if replayed:
            yield Justification(replayed, path)
