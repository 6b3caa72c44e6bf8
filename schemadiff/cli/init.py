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
    from schemadiff.report.escaping import visible
    from schemadiff.usecases.init.scaffold import start

    done = start(Path.cwd(), contracts, as_of=as_of)
    lines = [f"{each.action:<5}  {visible(each.path)}  ({each.purpose})" for each in done.steps]
    lines += ["", "Next:"]
    for each in done.advice:
        first, *rest = each.split("\n")
        lines += [f"  - {visible(first)}", *(f"    {visible(line)}".rstrip() for line in rest)]
    write("\n".join(lines) + "\n", None)
    return 0
