"""
``schemadiff replay``: recorded messages through the worker that runs today.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from schemadiff.cli.options import day, takes
from schemadiff.cli.output import Output, emit, message_progress, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff replay                                    the worker of the manifest, built if need be
  schemadiff replay --worker './worker --dry-run'      any program that speaks frames, or a payload a line
  schemadiff replay --worker http://127.0.0.1:8080     one that speaks HTTP
  schemadiff replay --exchanges answered.ndjson        none: hold answers that were recorded against the schemas
"""


@click.command(epilog=_EXAMPLES)
@click.option("--exchanges", metavar="FILE", help="Check the recorded answers in a fixture file; start no worker.")
@click.option("--timeout", type=click.FloatRange(min=0.01), default=5.0, metavar="SECONDS", help="For one message [5].")
@click.option("--overall", type=click.FloatRange(min=0.1), metavar="SECONDS", help="For everything.")
@click.option("--since", type=day, metavar="DATE", help="Only what was recorded on this day or later.")
@click.option("--every-version", is_flag=True, help="Also send messages of versions outside of their window.")
@click.option("--journal", metavar="FILE", help="Note here how far it came; the same command continues from there.")
@writes("replay")
@takes("worker", "contracts", "day")
def command(
    exchanges: str | None,
    timeout: float,
    overall: float | None,
    since: date | None,
    every_version: bool,
    journal: str | None,
    options: Options,
    output: Output,
) -> int:
    """
    Send every recorded message, and every counter-example between the last two versions, to the worker.

    Prints a three-way table (old schema, new schema, worker), the dangerous and lenient rows first. Exits 5 where
    schema and worker differ, an answer is missing or breaks its contract, or nothing was replayed.
    """
    from schemadiff.catalog.fixtures import count_fixtures
    from schemadiff.usecases.replay import ReplayRequest, replay
    from schemadiff.workspace import Workspace

    request = ReplayRequest(
        exchanges=Path(exchanges) if exchanges is not None else None,
        timeout=timeout,
        overall=overall,
        since=since,
        every_version=every_version,
        journal=Path(journal) if journal is not None else None,
    )
    workspace = Workspace.open(Path.cwd(), options)
    is_counted = exchanges is None and since is None
    count = partial(count_fixtures, workspace.tree, workspace.catalog) if is_counted else None
    with message_progress(count) as progress:
        return emit(replay(workspace, request, progress=progress), output)
