"""
Where a command runs: a folder, its settings, contracts and schemas, and what the words OLD and NEW stand for.
"""

from schemadiff.workspace.targets import (
    Pairing,
    SchemaPair,
    SchemaSource,
    Target,
    pair_of,
    pairs_of,
    source_of,
    target_of,
)
from schemadiff.workspace.workspace import Workspace

__all__ = [
    "Pairing",
    "SchemaPair",
    "SchemaSource",
    "Target",
    "Workspace",
    "pair_of",
    "pairs_of",
    "source_of",
    "target_of",
]
