"""
``schemadiff retire``: whether a version may be retired.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, running_flag, takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff retire order@v1
  schemadiff retire order@v1 --as-of 2027-01-03
"""


@click.command(epilog=_EXAMPLES)
@click.argument("version", shell_complete=completed_by("contract_versions"), metavar="CONTRACT@VERSION")
@running_flag
@writes("retirement")
@takes("contracts", "day")
def command(version: str, running: tuple[str, ...], options: Options, output: Output) -> int:
    """
    Decide whether a version of a contract may be retired, or who still needs it.

    Exits 0 for yes, 1 for no, 3 for undecided.
    """
    from schemadiff.usecases.graph import GraphQuery, check_retirement
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    query = GraphQuery(running=running)
    return emit(check_retirement(workspace, query, version), output)
