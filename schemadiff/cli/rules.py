"""
``schemadiff rules``: the list of all rules.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import output_options
from schemadiff.cli.writing import write
from schemadiff.report.formats import formats_of


@click.command(epilog="\b\nExamples:\n  schemadiff rules\n  schemadiff rules -f json")
@output_options(*formats_of("rules"))
def command(form: str, output: str | None, everything: bool, color: str) -> int:  # noqa: ARG001
    """
    List the rules: id, level where it breaks, level where it does not, and what it is about.
    """
    from schemadiff.report import render
    from schemadiff.report.results import RuleList
    from schemadiff.ruleset import all_rules

    result = RuleList(tuple(all_rules().values()))
    write(render(result, form), output)
    return result.exit_code
