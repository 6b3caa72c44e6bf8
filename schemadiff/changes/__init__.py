"""
The structural changes between two schemas, without any judgement of them.
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
