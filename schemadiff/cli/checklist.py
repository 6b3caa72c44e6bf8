"""
``schemadiff checklist``: what must be true before a release.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options, worker_option
from schemadiff.cli.writing import style_of, write

_EXAMPLES = """\b
Examples:
  schemadiff checklist
  schemadiff checklist -f markdown -o checklist.md
  schemadiff checklist --release v1.4.0 -f html -o checklist.html
  schemadiff checklist --no-replay
"""


@click.command(epilog=_EXAMPLES)
@output_options("terminal", "markdown", "html", "json")
@click.option("--replay/--no-replay", "replayed", default=True, help="Replay the fixtures through the worker [yes].")
@worker_option
@click.option("--release", metavar="REV", help="The last release: a tag, branch or commit to compare with.")
@contracts_option
@as_of_option
def command(
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    replayed: bool,
    worker: str | None,
    release: str | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Print the release checklist: each item checked with its evidence, failed, or left to a person.

    Exits 1 if any item failed.
    """
    from schemadiff.options import Settings
    from schemadiff.report.checklists import render_checklist
    from schemadiff.usecases.checklist import release_checklist
    from schemadiff.workspace.targets import Surroundings

    found = release_checklist(
        Surroundings(Path.cwd(), contracts),
        Settings(as_of=as_of),
        worker=worker,
        replayed=replayed,
        release=release,
    )
    style = style_of(color, everything=everything, output=output)
    write(render_checklist(found.as_of, found.items, form, style=style), output)
    return 1 if found.failed else 0
