"""
``schemadiff rules``: the list of all rules.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import Output, emit, writes


@click.command(epilog="\b\nExamples:\n  schemadiff rules\n  schemadiff rules -f json")
@writes("rules")
def command(output: Output) -> int:
    """
    List the rules: id, level where it breaks, level where it does not, and what it is about.
    """
    from schemadiff.usecases.rules import list_rules

    return emit(list_rules(), output)
