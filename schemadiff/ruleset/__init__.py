"""
Rules as values: which changes they are about, what they say, and at which level.
"""

from schemadiff.ruleset.about import About
from schemadiff.ruleset.catalogue import all_rules, find_rules, renaming_note, rules_folder, the_rule_for
from schemadiff.ruleset.rule import LEVELS, PLACEHOLDERS, Example, MessageTemplates, Rule
from schemadiff.ruleset.sets import DEFAULT, RuleSet, find_rule_set, rule_sets

__all__ = [
    "DEFAULT",
    "LEVELS",
    "PLACEHOLDERS",
    "About",
    "Example",
    "MessageTemplates",
    "Rule",
    "RuleSet",
    "all_rules",
    "find_rule_set",
    "find_rules",
    "renaming_note",
    "rule_sets",
    "rules_folder",
    "the_rule_for",
]
