"""
What changed between two schemas: pairing and walking, without judging.
"""

from schemadiff.diff.change import Change, Edit
from schemadiff.diff.patch import Unpatchable, applied, reverted
from schemadiff.diff.shape import Spot
from schemadiff.diff.walk import diff

__all__ = [
    "Change",
    "Edit",
    "Spot",
    "Unpatchable",
    "applied",
    "diff",
    "reverted",
]
