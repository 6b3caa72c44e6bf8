"""
The rules: their list, the page of one, and the file from which a new one starts.
"""

from __future__ import annotations

from schemadiff import __version__
from schemadiff.report.results import RuleList
from schemadiff.ruleset import Rule, all_rules, find_rules, renaming_note
from schemadiff.ruleset.starter import starter


def list_rules() -> RuleList:
    """
    List all rules.
    """
    return RuleList(rules=tuple(all_rules().values()))


def explain_rule(name: str) -> str:
    """
    The page of a rule in Markdown; for a former id that several rules share, the page of each.
    """
    note = renaming_note(name)
    pages = [_page(rule) for rule in find_rules(name)]
    return "\n".join(pages if note is None else [f"{note}\n", *pages])


def _page(rule: Rule) -> str:
    body = rule.text.split("\n---\n", 1)[1].lstrip("\n")
    heading, _, rest = body.partition("\n")
    level = rule.level
    if rule.level != rule.floor:
        level = f"{rule.level} where it breaks a promise, {rule.floor} otherwise"
    facts = f"`{rule.id}` · {level} · since {rule.since}"
    if rule.aliases:
        facts += f" · formerly {', '.join(f'`{alias}`' for alias in rule.aliases)}"
    return f"{heading}\n\n{facts}\n{rest}"


def start_rule(name: str, *, keyword: str | None, effect: str | None) -> str:
    """
    The file from which a new rule starts, as Markdown with front matter.
    """
    return starter(name, keyword=keyword, effect=effect, since=".".join(__version__.split(".")[:2]))
