"""
The version-support graph and its queries: which releases share versions, what may be deployed or retired, and when.

Everything is computed from a catalog, containment verdicts and replay results; the only clock is the day of the
query.
"""

from schemadiff.deployment.channels import Channel, silence, talk
from schemadiff.deployment.deploy import NO, YES, Deployment, Problem, can_deploy
from schemadiff.deployment.evidence import (
    BREAKING,
    COMPATIBLE,
    CURRENT,
    DEPRECATED,
    OVER,
    PLANNED,
    SAME,
    UNDECIDED,
    Reason,
    Replayed,
    Replays,
    Verdicts,
    fits,
    window,
)
from schemadiff.deployment.fleet import Conflict, Fleet, conflicts_in, running_fleet, split_release
from schemadiff.deployment.graph import Graph, GraphEdge, GraphNode, affected, support_graph, to_networkx
from schemadiff.deployment.plan import Milestone, Rollout, Step, Undo, Wait
from schemadiff.deployment.retire import Retirement, can_retire, retirable
from schemadiff.deployment.rollout import rollout

__all__ = [
    "BREAKING",
    "COMPATIBLE",
    "CURRENT",
    "DEPRECATED",
    "NO",
    "OVER",
    "PLANNED",
    "SAME",
    "UNDECIDED",
    "YES",
    "Channel",
    "Conflict",
    "Deployment",
    "Fleet",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "Milestone",
    "Problem",
    "Reason",
    "Replayed",
    "Replays",
    "Retirement",
    "Rollout",
    "Step",
    "Undo",
    "Verdicts",
    "Wait",
    "affected",
    "can_deploy",
    "can_retire",
    "conflicts_in",
    "fits",
    "retirable",
    "rollout",
    "running_fleet",
    "silence",
    "split_release",
    "support_graph",
    "talk",
    "to_networkx",
    "window",
]
