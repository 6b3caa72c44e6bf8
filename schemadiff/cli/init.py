"""
``schemadiff init``: set a repository up.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options


@click.command(epilog="\b\nExamples:\n  schemadiff init\n  schemadiff init --contracts schemas")
@writes("scaffold")
@takes("contracts", "day")
def command(options: Options, output: Output) -> int:
    """
    Find or write contracts, a manifest, a folder for fixtures, contract tests, GitHub workflows and a pre-commit hook.

    Nothing that exists is overwritten, and a second run changes nothing.
    """
    from schemadiff.usecases.init.scaffold import scaffold
    from schemadiff.workspace import Workspace

    return emit(scaffold(Workspace.open(Path.cwd(), options)), output)
