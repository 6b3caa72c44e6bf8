"""
``schemadiff rules``: the list of all rules, and the file from which a new one starts.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import Output, emit, write, writes
from schemadiff.errors import UsageError

_EXAMPLES = """\b
Examples:
  schemadiff rules
  schemadiff rules -f json
  schemadiff rules --new max-length-added --keyword maxLength -o max-length-added.md
"""


@click.command(epilog=_EXAMPLES)
@click.option("--new", metavar="ID", help="Write the file from which a new rule starts.")
@click.option("--keyword", metavar="KEYWORD", help="The keyword that the new rule is about.")
@click.option(
    "--effect",
    type=click.Choice(["narrowed", "widened", "incomparable", "none"]),
    help="The effect that the new rule is about.",
)
@writes("rules")
def command(new: str | None, keyword: str | None, effect: str | None, output: Output) -> int:
    """
    List the rules: id, level where it breaks, level where it does not, and what it is about.
    """
    from schemadiff.usecases.rules import list_rules, start_rule

    if new is not None:
        write(start_rule(new, keyword=keyword, effect=effect), output.path)
        return 0
    if keyword or effect:
        raise UsageError("--keyword and --effect describe a new rule", remedy="Name it with --new ID.")
    return emit(list_rules(), output)
