"""
What changed between two schemas: pairing and walking, without judging.
"""

from schemadiff.changes.change import Change, Edit
from schemadiff.changes.patch import Unpatchable, applied, reverted
from schemadiff.changes.shape import Spot
from schemadiff.changes.walk import diff

__all__ = [
    "Change",
    "Edit",
    "Spot",
    "Unpatchable",
    "applied",
    "diff",
    "reverted",
]
