"""
Changes × rules × answers → findings and verdicts.
"""

from schemadiff.decide.comparison import compare
from schemadiff.decide.terms import Terms
from schemadiff.decide.values import (
    Classification,
    Comparison,
    CounterExample,
    Direction,
    Evidence,
    Finding,
    Judgement,
    Location,
    PolicyFinding,
    SourceText,
    Tag,
    Verdict,
)
from schemadiff.decide.version_tag import find_tag

__all__ = [
    "Classification",
    "Comparison",
    "CounterExample",
    "Direction",
    "Evidence",
    "Finding",
    "Judgement",
    "Location",
    "PolicyFinding",
    "SourceText",
    "Tag",
    "Terms",
    "Verdict",
    "compare",
    "find_tag",
]
