"""
The release checklist: the items of the manifest, each checked with evidence, failed, or left to a person.
"""

from schemadiff.report.results import CHECKED, FAILED, OPEN, Checklist, ChecklistItem
from schemadiff.usecases.checklist.built_in import BUILT_IN, BuiltIn
from schemadiff.usecases.checklist.items import ChecklistInput
from schemadiff.usecases.checklist.run import checklist, release_checklist

__all__ = [
    "BUILT_IN",
    "CHECKED",
    "FAILED",
    "OPEN",
    "BuiltIn",
    "Checklist",
    "ChecklistInput",
    "ChecklistItem",
    "checklist",
    "release_checklist",
]
