"""
Changes × rules × answers → findings and verdicts.
"""

from schemadiff.decide.tags import find_tag
from schemadiff.decide.values import (
    Classification,
    Comparison,
    Direction,
    Evidence,
    Finding,
    Judgement,
    Payload,
    Place,
    Remark,
    Source,
    Tag,
    Verdict,
)
from schemadiff.decide.weigh import Terms, compare

__all__ = [
    "Classification",
    "Comparison",
    "Direction",
    "Evidence",
    "Finding",
    "Judgement",
    "Payload",
    "Place",
    "Remark",
    "Source",
    "Tag",
    "Terms",
    "Verdict",
    "compare",
    "find_tag",
]
