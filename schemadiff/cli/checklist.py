"""
``schemadiff checklist``: what must be true before a release.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import takes
from schemadiff.cli.output import Output, emit, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff checklist
  schemadiff checklist -f markdown -o checklist.md
  schemadiff checklist --release v1.4.0 -f html -o checklist.html
  schemadiff checklist --no-replay
"""


@click.command(epilog=_EXAMPLES)
@click.option("--replay/--no-replay", default=True, help="Replay the fixtures through the worker [yes].")
@click.option("--release", metavar="REV", help="The last release: a tag, branch or commit to compare with.")
@writes("checklist")
@takes("worker", "contracts", "day")
def command(replay: bool, release: str | None, options: Options, output: Output) -> int:
    """
    Print the release checklist: each item checked with its evidence, failed, or left to a person.

    Exits 1 if any item failed.
    """
    from schemadiff.usecases.checklist.run import release_checklist
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    return emit(release_checklist(workspace, release=release, replay=replay), output)
