"""
``schemadiff init``: set a repository up.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemadiff.cli.options import takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff init                               what would be written, and whether to write it
  schemadiff init --yes --contracts schemas
"""


@click.command(epilog=_EXAMPLES)
@click.option("--yes", is_flag=True, help="Write without asking.")
@writes("scaffold")
@takes("contracts", "day")
def command(yes: bool, options: Options, output: Output) -> int:
    """
    Find or write contracts, a manifest, a folder for fixtures, contract tests, GitHub workflows and a pre-commit hook.

    Contracts that are there are taken as they are. Prints what it will write, and asks; nothing that exists is
    overwritten, and a second run changes nothing.
    """
    from schemadiff.usecases.init.scaffold import PLANNED, scaffold
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    if not yes:
        plan = scaffold(workspace, write=False)
        code = emit(plan, output)
        planned = any(step.action == PLANNED for step in plan.steps)
        if not planned or not (sys.stdin.isatty() and sys.stdout.isatty()) or not click.confirm("Write these files?"):
            return code
    return emit(scaffold(workspace), output)
