"""
What a schema means: and/or over typed constraints, closed under negation.
"""

from schemadiff.formula.evaluate import Circular, Evaluator, kind_bit
from schemadiff.formula.relabel import relabel
from schemadiff.formula.terms import ANY, KINDS, Arena, Formula, Reference, TooLarge, between, complement

__all__ = [
    "ANY",
    "KINDS",
    "Arena",
    "Circular",
    "Evaluator",
    "Formula",
    "Reference",
    "TooLarge",
    "between",
    "complement",
    "kind_bit",
    "relabel",
]
