"""
Is every instance of one schema an instance of another? Answers with witnesses, proofs or reasons.
"""

from schemadiff.containment.prover import Emission, Result, Retag, Session, Side, contains_nodes, separate
from schemadiff.containment.questions import contains, generate
from schemadiff.containment.results import Contained, Reason, Refuted, Unknown

__all__ = [
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
]
