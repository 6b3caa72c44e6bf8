"""
Changes × rules × answers → findings and verdicts.
"""

from schemadiff.decide.comparison import Terms, compare
from schemadiff.decide.values import (
    Classification,
    Comparison,
    Direction,
    Evidence,
    Finding,
    Judgement,
    Location,
    Payload,
    PolicyFinding,
    SourceText,
    Tag,
    Verdict,
)
from schemadiff.decide.version_tag import find_tag

__all__ = [
    "Classification",
    "Comparison",
    "Direction",
    "Evidence",
    "Finding",
    "Judgement",
    "Location",
    "Payload",
    "PolicyFinding",
    "SourceText",
    "Tag",
    "Terms",
    "Verdict",
    "compare",
    "find_tag",
]
