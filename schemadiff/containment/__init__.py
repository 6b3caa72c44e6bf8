"""
Is every instance of one schema an instance of another? Answers with witnesses, proofs or reasons.
"""

from schemadiff.containment.answers import Contained, Reason, Refuted, Unknown
from schemadiff.containment.budget import Budget
from schemadiff.containment.deep import with_deep_stack
from schemadiff.containment.library import contains, generate
from schemadiff.containment.prover import Emission, Result, Retag, Session, Side, contains_nodes, separate

__all__ = [
    "Budget",
    "Contained",
    "Emission",
    "Reason",
    "Refuted",
    "Result",
    "Retag",
    "Session",
    "Side",
    "Unknown",
    "contains",
    "contains_nodes",
    "generate",
    "separate",
    "with_deep_stack",
]
