"""
``schemadiff explain``: the page of one rule.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import completed_by
from schemadiff.cli.writing import write


@click.command(epilog="\b\nExamples:\n  schemadiff explain required-property-added")
@click.argument("rule", shell_complete=completed_by("rule_ids"))
def command(rule: str) -> int:
    """
    Print the page of RULE: what it is about, why, examples, and what to do instead.
    """
    from schemadiff.ruleset import find_rule

    found = find_rule(rule)
    body = found.text.split("\n---\n", 1)[1].lstrip("\n")
    head, _, rest = body.partition("\n")
    level = (
        found.level
        if found.level == found.floor
        else f"{found.level} where it breaks a promise, {found.floor} otherwise"
    )
    facts = f"`{found.id}` · {level} · since {found.since}"
    write(f"{head}\n\n{facts}\n{rest}", None)
    return 0
