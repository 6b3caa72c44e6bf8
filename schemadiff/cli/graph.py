"""
``schemadiff graph``: the version-support graph.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from schemadiff.cli.options import replay_flag, running_flag, takes
from schemadiff.cli.output import Output, emit, message_progress, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff graph
  schemadiff graph --as-of 2027-01-03        what is left on that day
  schemadiff graph --replay                  with what the worker does with every recorded message
  schemadiff graph -f svg -o graph.svg
"""


@click.command(epilog=_EXAMPLES)
@running_flag
@replay_flag
@writes("graph")
@takes("worker", "contracts", "day")
def command(running: tuple[str, ...], replay: bool, options: Options, output: Output) -> int:
    """
    Show who works with whom and until when: services, contracts and versions, with the verdicts between versions.
    """
    from schemadiff.usecases.graph import GraphQuery, show_graph
    from schemadiff.usecases.replay import count_messages
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    with message_progress(partial(count_messages, workspace)) as progress:
        query = GraphQuery(running=running, replay=replay or options.worker is not None, progress=progress)
        return emit(show_graph(workspace, query), output)
