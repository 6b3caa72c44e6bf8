"""
``schemadiff OLD NEW``: compare two targets.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, takes
from schemadiff.cli.output import Output, emit, pair_progress, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff v1 v2
  schemadiff old.json new.json --promise full
  schemadiff main:contracts contracts -f markdown
  git show HEAD:s.json | schemadiff - s.json --emission any
"""


@click.command(epilog=_EXAMPLES)
@click.argument("old", shell_complete=completed_by("targets"))
@click.argument("new", shell_complete=completed_by("targets"))
@writes("comparison")
@takes("pair", "contracts", "day")
def command(old: str, new: str, options: Options, output: Output) -> int:
    """
    Compare OLD with NEW: what changed, whom it breaks, and the payload that proves it.

    OLD and NEW are versions (v1: every contract that has both; order@v1), files, folders, REV:path, or - for
    standard input. A version's name wins over a path of the same name: ./v1 is the path.
    """
    from schemadiff.usecases.compare import compare_targets
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    report = compare_targets(workspace, old, new, preview=output.form == "html", progress=pair_progress())
    return emit(report, output)
