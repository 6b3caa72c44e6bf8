"""
The levels that the user gives to findings, instead of those of the rules.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.decide import Comparison, Finding, Remark
from schemadiff.decide.messages import place_text
from schemadiff.options import LevelOverride, Options


def with_levels(comparison: Comparison, options: Options) -> Comparison:
    """
    A comparison whose findings have the levels of the options.
    """
    overrides = options.level_overrides
    if not overrides:
        return comparison
    findings = tuple(_relevelled(each, comparison.contract, overrides) for each in comparison.findings)
    return replace(comparison, findings=findings)


def _relevelled(finding: Finding, contract: str, overrides: tuple[LevelOverride, ...]) -> Finding:
    places = {place_text(path) for path in (finding.path, *finding.paths)}
    for override in reversed(overrides):
        if override.matches(finding.rule, contract) and all(map(override.matches_place, places)):
            return replace(finding, level=override.level)
    return finding


def remark_level(remark: Remark, options: Options) -> Remark:
    """
    A remark with the level of the options; an unreadable input stays an error.
    """
    for override in reversed(options.level_overrides):
        if not remark.unreadable and override.matches(remark.rule, remark.contract) and override.place == "*":
            return replace(remark, level=override.level)
    return remark
