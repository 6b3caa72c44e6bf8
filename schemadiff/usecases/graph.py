"""
The version-support graph: who works with whom, and until when.
"""

from __future__ import annotations

from schemadiff.deployment.graph import channels_between, support_graph
from schemadiff.report.results import SupportGraph
from schemadiff.usecases.graph_query import GraphQuery
from schemadiff.workspace import Workspace


def show_graph(workspace: Workspace, query: GraphQuery) -> SupportGraph:
    """
    Build the version-support graph.

    Arguments:
        workspace: the contracts and services, with the options.
        query: what runs, and whether a replay adds evidence.

    Raises:
        UsageError: there are no contracts here, or a release does not exist.
        InputError: a manifest or schema cannot be read.
        WorkerError: as for ``GraphQuery.replays``.
    """
    catalog, as_of, verdicts = workspace.catalog, workspace.options.day, workspace.verdicts
    fleet, replays = query.fleet, query.replays(workspace)
    graph = support_graph(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    channels = channels_between(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    return SupportGraph(as_of=as_of, graph=graph, channels=tuple(channels))
