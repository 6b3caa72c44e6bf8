"""
The rules: their list, and the page of one.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemadiff.report.results import RuleList
from schemadiff.ruleset import Rule, all_rules, find_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """
    The page of one rule.

    Attributes:
        rule: which.
    """

    rule: Rule

    @property
    def text(self) -> str:
        """
        The page in Markdown, its level and first release below the heading.
        """
        rule = self.rule
        body = rule.text.split("\n---\n", 1)[1].lstrip("\n")
        heading, _, rest = body.partition("\n")
        level = rule.level
        if rule.level != rule.floor:
            level = f"{rule.level} where it breaks a promise, {rule.floor} otherwise"
        return f"{heading}\n\n`{rule.id}` · {level} · since {rule.since}\n{rest}"


def list_rules() -> RuleList:
    """
    List all rules.
    """
    return RuleList(rules=tuple(all_rules().values()))


def explain_rule(name: str) -> RulePage:
    """
    The page of one rule.

    Raises:
        UsageError: there is no such rule.
    """
    return RulePage(rule=find_rule(name))
