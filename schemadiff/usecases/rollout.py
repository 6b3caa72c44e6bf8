"""
Plan in which order to deploy.
"""

from __future__ import annotations

from schemadiff.deployment.plan import Rollout
from schemadiff.deployment.rollout import shortest_rollout
from schemadiff.errors import InputError
from schemadiff.usecases.graph_query import GraphQuery, required_release
from schemadiff.workspace import Workspace


def plan_rollout(workspace: Workspace, query: GraphQuery, goals: tuple[str, ...] = ()) -> Rollout:
    """
    Plan a rollout: expand, migrate, contract.

    Arguments:
        workspace: the contracts and services, with the options.
        query: what runs, and whether a replay adds evidence.
        goals: what runs in the end, as ``service@release``; by default the newest release of each service.

    Raises:
        UsageError: a goal names no release, or there are no contracts here.
        InputError: the manifest names no services, or cannot be read.
        WorkerError: as for ``GraphQuery.replays``.
    """
    catalog = workspace.catalog
    if not catalog.services:
        raise InputError(
            "no services are named here, so there is nothing to roll out",
            name=catalog.name,
            remedy="Say under `services:` of contracts.yaml who emits and who reads what, release by release.",
        )
    return shortest_rollout(
        catalog,
        as_of=workspace.options.day,
        goals=dict(map(required_release, goals)),
        fleet=query.fleet,
        verdicts=workspace.verdicts,
        replays=query.replays(workspace),
    )
