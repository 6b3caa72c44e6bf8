"""
``schemadiff files``: what is guarded.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff files                              what the gate guards in the working tree
  schemadiff files --against origin/main --all  and at the revision that a change is to join
"""


@click.command(epilog=_EXAMPLES)
@click.option("--against", metavar="REV", help="Look at a revision instead of the working tree.")
@writes("files")
@takes("contracts")
def command(against: str | None, options: Options, output: Output) -> int:
    """
    Account for every file below the contracts: the contract and version that it is taken as, or why it is passed by.

    Shows each setting as well, and where its value comes from. --all lists what is passed by.
    """
    from schemadiff.usecases.files import account

    return emit(account(Path.cwd(), options, against=against), output)
