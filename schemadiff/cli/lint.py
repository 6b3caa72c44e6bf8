"""
``schemadiff lint``: risky patterns in single schemas.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff lint                               every version of every contract
  schemadiff lint schemas/ order.json --fail-on warning
"""


@click.command(epilog=_EXAMPLES)
@click.argument("paths", nargs=-1)
@writes("comparison")
@takes("lint", "contracts", "day")
def command(paths: tuple[str, ...], options: Options, output: Output) -> int:
    """
    Report risky patterns in the schemas at PATHS, or in all contracts here.

    Optional everything, timeouts without a bound, patterns that Go cannot compile, integers that JavaScript rounds,
    misspelt keywords. Exits 1 where a remark is an error; --fail-on warning makes it stricter.
    """
    from schemadiff.usecases.lint import lint
    from schemadiff.workspace import Workspace

    return emit(lint(Workspace.open(Path.cwd(), options), paths), output)
