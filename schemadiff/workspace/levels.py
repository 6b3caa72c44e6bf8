"""
The levels that the user gives to findings, instead of those of the rules.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.decide import Comparison, Finding, PolicyFinding
from schemadiff.decide.messages import place_text
from schemadiff.decide.outcome import with_level
from schemadiff.options import LevelOverride, Options
from schemadiff.ruleset import renaming_note


def with_levels(comparison: Comparison, options: Options) -> Comparison:
    """
    A comparison whose findings have the levels of the options.
    """
    overrides = options.level_overrides
    if not overrides:
        return comparison
    findings = tuple(_relevelled(finding, comparison.contract, overrides) for finding in comparison.findings)
    return replace(comparison, findings=findings)


def _relevelled(finding: Finding, contract: str, overrides: tuple[LevelOverride, ...]) -> Finding:
    places = {place_text(path) for path in (finding.path, *finding.paths)}
    for override in reversed(overrides):
        if override.matches(finding.rule, contract) and all(map(override.matches_place, places)):
            return with_level(finding, override.level, "settings")
    return finding


def remark_level(remark: PolicyFinding, options: Options) -> PolicyFinding:
    """
    A remark with the level of the options; an unreadable input stays an error.
    """
    for override in reversed(options.level_overrides):
        if not remark.unreadable and override.matches(remark.rule, remark.contract) and override.place == "*":
            return replace(remark, level=override.level)
    return remark


def renaming_notes(options: Options) -> tuple[str, ...]:
    """
    A note for each former rule id that the options use, which names the new one.
    """
    rule_set = options.rule_set
    used = dict.fromkeys((*(each.rule for each in options.level_overrides), *rule_set.levels, *rule_set.floors))
    return tuple(note for rule in used if (note := renaming_note(rule)) is not None)
