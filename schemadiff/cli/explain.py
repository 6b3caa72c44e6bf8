"""
``schemadiff explain``: the page of one rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemadiff.cli.options import completed_by
from schemadiff.cli.writing import write

if TYPE_CHECKING:
    from schemadiff.ruleset import Rule


@click.command(epilog="\b\nExamples:\n  schemadiff explain required-property-added")
@click.argument("rule", shell_complete=completed_by("rule_ids"))
def command(rule: str) -> int:
    """
    Print the page of RULE: what it is about, why, examples, and what to do instead.
    """
    from schemadiff.ruleset import find_rules, renaming_note

    note = renaming_note(rule)
    pages = [_page(found) for found in find_rules(rule)]
    write("\n".join(pages if note is None else [f"{note}\n", *pages]), None)
    return 0


def _page(rule: Rule) -> str:
    body = rule.text.split("\n---\n", 1)[1].lstrip("\n")
    head, _, rest = body.partition("\n")
    level = (
        rule.level if rule.level == rule.floor else f"{rule.level} where it breaks a promise, {rule.floor} otherwise"
    )
    facts = f"`{rule.id}` · {level} · since {rule.since}"
    if rule.aliases:
        facts += f" · formerly {', '.join(f'`{alias}`' for alias in rule.aliases)}"
    return f"{head}\n\n{facts}\n{rest}"
