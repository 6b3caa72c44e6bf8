"""
Rule sets: choices of levels, one Markdown file each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from schemadiff.errors import InputError, UsageError
from schemadiff.ruleset.catalogue import SETS, all_rules, rules_folder
from schemadiff.ruleset.front_matter import front_matter, refuse_unknown
from schemadiff.ruleset.rule import LEVELS, Rule

if TYPE_CHECKING:
    from schemadiff.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """
    A choice of levels.

    Attributes:
        name: as it is printed in reports.
        levels: by rule id, the level that replaces the rule's own one.
        floors: by rule id, the level of findings that break nothing, where it differs from the rule's own.
        emission: which properties writers are assumed to send by default; None leaves it to the caller.
        title, text: what the set is for.
    """

    name: str
    levels: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, str] = field(default_factory=dict)
    emission: str | None = None
    title: str = ""
    text: str = ""

    def rule_for(self, change: Change) -> Rule | None:
        """
        The rule that is about a change; None if no rule is.

        Raises:
            InternalError: two rules are, and neither refines the other.
        """
        return all_rules().about(change)

    def level(self, rule: Rule, *, breaking: bool) -> str:
        """
        The level of a finding of a rule.

        Arguments:
            rule: which.
            breaking: whether it breaks a promised direction, or may.
        """
        if breaking:
            return self.levels.get(rule.id, rule.level)
        return self.floors.get(rule.id, rule.floor)


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """
    The rule sets that come along, by name.
    """
    files = sorted((rules_folder() / SETS).glob("*.md"))
    return {file.stem: _parsed(file.read_text(encoding="utf-8"), file.name) for file in files}


def find_rule_set(name: str) -> RuleSet:
    """
    A rule set by name.

    Raises:
        UsageError: there is none.
    """
    rule_set = rule_sets().get(name)
    if rule_set is None:
        from difflib import get_close_matches

        close = get_close_matches(name, rule_sets(), n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(rule_sets())}."
        raise UsageError(f"no rule set is called {name!r}", remedy=hint)
    return rule_set


_ENTRIES = ("id", "emission", "levels", "floors")


def _parsed(text: str, name: str) -> RuleSet:
    meta, body = front_matter(text, name)
    refuse_unknown(meta, ("id",), _ENTRIES, name)
    if f"{meta['id']}.md" != name:
        raise InputError(f"the id {meta['id']!r} differs from the file's name", name=name)
    heading, _, reason = body.strip().partition("\n")
    return RuleSet(
        name=str(meta["id"]),
        levels=_levels(meta.get("levels", {}), name),
        floors=_levels(meta.get("floors", {}), name),
        emission=meta.get("emission"),
        title=heading.lstrip("# "),
        text=reason.strip(),
    )


def _levels(value: Mapping[str, str], name: str) -> dict[str, str]:
    """
    Levels by rule id; ``*`` stands for all rules that are not named, an alias for the rules that had the name.
    """
    rules = all_rules()
    rest = value.get("*")
    levels = {} if rest is None else dict.fromkeys(rules, rest)
    for rule, level in value.items():
        if level not in LEVELS:
            raise InputError(f"{level!r} is no level", name=name)
        if rule != "*":
            ids = rules.resolve(rule)
            if not ids:
                raise InputError(f"no rule is called {rule!r}", name=name)
            levels.update(dict.fromkeys(ids, level))
    return levels


DEFAULT = RuleSet(name="default")
