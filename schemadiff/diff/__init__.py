"""
What changed between two schemas: pairing and walking, without judging.
"""

from schemadiff.diff.branches import branch_label
from schemadiff.diff.change import Change, Edit, Exchange, Put, Spot
from schemadiff.diff.patch import Unpatchable, applied, reverted
from schemadiff.diff.walk import diff

__all__ = [
    "Change",
    "Edit",
    "Exchange",
    "Put",
    "Spot",
    "Unpatchable",
    "applied",
    "branch_label",
    "diff",
    "reverted",
]
