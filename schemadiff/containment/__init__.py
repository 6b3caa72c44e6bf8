"""
Is every instance of one schema an instance of another? Answers with witnesses, proofs or reasons.
"""

from schemadiff.containment.generation import generate
from schemadiff.containment.operands import Operand, Retag
from schemadiff.containment.portable_values import lossy_numbers
from schemadiff.containment.prover import contains_nodes, separate
from schemadiff.containment.results import Contained, Emission, Reason, Refuted, Result, Unknown
from schemadiff.containment.session import Session

__all__ = [
    "Contained",
    "Emission",
    "Operand",
    "Reason",
    "Refuted",
    "Result",
    "Retag",
    "Session",
    "Unknown",
    "contains_nodes",
    "generate",
    "lossy_numbers",
    "separate",
]
