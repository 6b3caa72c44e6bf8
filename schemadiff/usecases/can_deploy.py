"""
Whether a release may run beside what runs.
"""

from __future__ import annotations

from schemadiff.deployment.model import split_release
from schemadiff.deployment.queries import Deployment, can_deploy
from schemadiff.usecases.graph_query import GraphQuery
from schemadiff.workspace import Workspace


def check_deployment(workspace: Workspace, query: GraphQuery, release: str) -> Deployment:
    """
    Decide whether a release may be started.

    Arguments:
        workspace: the contracts and services, with the options.
        query: what runs, and whether a replay adds evidence.
        release: as ``service@release``; a service alone stands for its newest release.

    Raises:
        UsageError: there is no such service or release, or there are no contracts here.
        InputError: a manifest or schema cannot be read.
        WorkerError: as for ``GraphQuery.replays``.
    """
    service, name = split_release(release)
    return can_deploy(
        workspace.catalog,
        service,
        name,
        as_of=workspace.options.day,
        fleet=query.fleet,
        verdicts=workspace.verdicts,
        replays=query.replays(workspace),
    )
