"""
The version-support graph: writers and readers of each version, with the evidence on each edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from schemadiff.catalog import Catalog, Release, Service
from schemadiff.deployment.evidence import ENDED, SAME, Replayed, Replays, Verdicts, fits, window
from schemadiff.deployment.fleet import Fleet, reads_of, releases_in, running_fleet

if TYPE_CHECKING:
    import networkx

WRITES, READS = "writes", "reads"

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


def support_graph(
    catalog: Catalog,
    *,
    as_of: date,
    fleet: Fleet | None = None,
    verdicts: Verdicts = None,
    replays: Replays = None,
) -> Graph:
    """
    The graph of the running releases on a day.

    Arguments:
        catalog: contracts and services.
        as_of: the day.
        fleet: the running releases, if other than in the manifest.
        verdicts, replays: containment verdicts and replay results, where available.
    """
    nodes = tuple(_nodes(catalog, running_fleet(catalog, fleet), as_of))
    edges = tuple(
        _edge(catalog, source, target, verdicts, replays)
        for source in nodes
        for target in nodes
        if (source.side, target.side, source.contract) == (WRITES, READS, target.contract)
    )
    return Graph(as_of, nodes, edges)


def to_networkx(graph: Graph) -> networkx.DiGraph[Any]:
    """
    The graph as a ``networkx`` graph; node and edge attributes are the fields of ``GraphNode`` and ``GraphEdge``.
    """
    import networkx

    exported: networkx.DiGraph[Any] = networkx.DiGraph(as_of=graph.as_of)
    for node in graph.nodes:
        exported.add_node(node.key, **_attributes(node))
    for edge in graph.edges:
        exported.add_edge(edge.source, edge.target, **_attributes(edge))
    return exported


def _attributes(record: GraphNode | GraphEdge) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def affected(graph: Graph, service: str) -> tuple[str, ...]:
    """
    The services reachable through a service's messages, directly or transitively, sorted by name.
    """
    import networkx

    flow: networkx.DiGraph[Any] = networkx.DiGraph()
    flow.add_nodes_from(node.service for node in graph.nodes)
    flow.add_edges_from((edge.source[0], edge.target[0]) for edge in graph.edges if edge.carried)
    return tuple(sorted(networkx.descendants(flow, service))) if service in flow else ()


def _nodes(catalog: Catalog, fleet: Fleet, as_of: date) -> Iterator[GraphNode]:
    running = list(releases_in(catalog, fleet))
    for service in catalog.services:
        own = [each.release for each in running if each.service is service]
        for side, contract in product((WRITES, READS), catalog.contracts):
            for version in contract.versions:
                users = [
                    release.name
                    for release in own
                    if version.name in _listed(catalog, service, release, side, contract.name)
                ]
                if users:
                    yield GraphNode(
                        service=service.name,
                        side=side,
                        contract=contract.name,
                        version=version.name,
                        releases=tuple(users),
                        everywhere=len(users) == len(own),
                        window=window(version, as_of),
                        sunset=version.sunset,
                    )


def _listed(catalog: Catalog, service: Service, release: Release, side: str, contract: str) -> tuple[str, ...]:
    if side == WRITES:
        return release.emits.get(contract, ())
    return reads_of(catalog, service.name, release).get(contract, ())


def _edge(catalog: Catalog, source: GraphNode, target: GraphNode, verdicts: Verdicts, replays: Replays) -> GraphEdge:
    verdict = fits(verdicts, catalog.contract(source.contract), source.version, target.version)
    return GraphEdge(
        source=source.key,
        target=target.key,
        contract=source.contract,
        written=source.version,
        read=target.version,
        verdict=verdict,
        carried=verdict == SAME and target.everywhere and source.window != ENDED,
        until=source.sunset if verdict == SAME else None,
        replay=replays.get((source.contract, source.version)) if replays else None,
    )
