"""
Rules read into values: which changes they are about, and how bad those are.
"""

from schemadiff.ruleset.catalogue import DEFAULT, RuleSet, all_rules, find_rule, rules_folder, the_rule_for
from schemadiff.ruleset.rule import LEVELS, About, Example, Rule, parse_rule

__all__ = [
    "DEFAULT",
    "LEVELS",
    "About",
    "Example",
    "Rule",
    "RuleSet",
    "all_rules",
    "find_rule",
    "parse_rule",
    "rules_folder",
    "the_rule_for",
]
