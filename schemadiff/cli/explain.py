"""
``schemadiff explain``: the page of one rule.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import completed_by
from schemadiff.cli.output import write


@click.command(epilog="\b\nExamples:\n  schemadiff explain required-property-added")
@click.argument("rule", shell_complete=completed_by("rule_ids"))
def command(rule: str) -> int:
    """
    Print the page of RULE: what it is about, why, examples, and what to do instead.
    """
    from schemadiff.usecases.rules import explain_rule

    write(explain_rule(rule), None)
    return 0
