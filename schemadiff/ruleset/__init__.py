"""
Rules read into values: which changes they are about, and how bad those are.
"""

from schemadiff.ruleset.catalogue import all_rules, find_rule, rules_folder, the_rule_for
from schemadiff.ruleset.rule import LEVELS, About, Example, Rule, parse_rule
from schemadiff.ruleset.sets import DEFAULT, RuleSet, find_rule_set, rule_sets

__all__ = [
    "DEFAULT",
    "LEVELS",
    "About",
    "Example",
    "Rule",
    "RuleSet",
    "all_rules",
    "find_rule",
    "find_rule_set",
    "parse_rule",
    "rule_sets",
    "rules_folder",
    "the_rule_for",
]
