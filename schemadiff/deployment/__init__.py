"""
The version-support graph and its queries: which releases share versions, what may be deployed or retired, and when.

Everything is computed from a catalog, containment verdicts and replay results; the only clock is the day of the
query.
"""

from schemadiff.deployment.channels import Channel, channels_between, first_day_without_common_version
from schemadiff.deployment.deploy import NO, YES, Deployment, DeploymentProblem, can_deploy
from schemadiff.deployment.evidence import (
    BREAKING,
    COMPATIBLE,
    CURRENT,
    DEPRECATED,
    ENDED,
    PLANNED,
    SAME,
    UNDECIDED,
    Justification,
    Replayed,
    Replays,
    Verdicts,
    fits,
    window,
)
from schemadiff.deployment.fleet import Conflict, Fleet, conflicts_in, running_fleet, split_release
from schemadiff.deployment.graph import Graph, GraphEdge, GraphNode, affected, support_graph, to_networkx
from schemadiff.deployment.plan import Milestone, Rollout, RolloutStep, Undo, Wait
from schemadiff.deployment.retire import Retirement, can_retire, retirable
from schemadiff.deployment.rollout import shortest_rollout

__all__ = [
    "BREAKING",
    "COMPATIBLE",
    "CURRENT",
    "DEPRECATED",
    "ENDED",
    "NO",
    "PLANNED",
    "SAME",
    "UNDECIDED",
    "YES",
    "Channel",
    "Conflict",
    "Deployment",
    "DeploymentProblem",
    "Fleet",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "Justification",
    "Milestone",
    "Replayed",
    "Replays",
    "Retirement",
    "Rollout",
    "RolloutStep",
    "Undo",
    "Verdicts",
    "Wait",
    "affected",
    "can_deploy",
    "can_retire",
    "channels_between",
    "conflicts_in",
    "first_day_without_common_version",
    "fits",
    "retirable",
    "running_fleet",
    "shortest_rollout",
    "split_release",
    "support_graph",
    "to_networkx",
    "window",
]
