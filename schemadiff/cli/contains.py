"""
``schemadiff contains``: whether every instance of one schema is an instance of another.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff contains old.json new.json         is everything valid under old valid under new?
  schemadiff contains HEAD~1:s.json s.json --emission declared
"""


@click.command(epilog=_EXAMPLES)
@click.argument("inner", shell_complete=completed_by("targets"))
@click.argument("outer", shell_complete=completed_by("targets"))
@writes("containment")
@takes("containment", "contracts")
def command(inner: str, outer: str, options: Options, output: Output) -> int:
    """
    Decide whether every instance of INNER is an instance of OUTER: a proof's outline, a counter-example, or why not.

    Pure containment: no version tag is mapped. Exits 0 if contained, 1 if refuted, 3 if undecided.
    """
    from schemadiff.usecases.contains import check_containment
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options, settings=False)
    return emit(check_containment(workspace, inner, outer), output)
