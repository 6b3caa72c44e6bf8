"""
``schemadiff init``: set a repository up.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option
from schemadiff.cli.writing import write


@click.command(epilog="\b\nExamples:\n  schemadiff init\n  schemadiff init --contracts schemas")
@contracts_option
@as_of_option
def command(contracts: str | None, as_of: date) -> int:
    """
    Find or write contracts, a manifest, a folder for fixtures, contract tests, GitHub workflows and a pre-commit hook.

    Nothing that is there is overwritten, and a second run changes nothing.
    """
    from schemadiff.report import render
    from schemadiff.usecases.init.scaffold import start

    result = start(Path.cwd(), contracts, as_of=as_of)
    write(render(result, "terminal"), None)
    return result.exit_code
