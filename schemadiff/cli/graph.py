"""
``schemadiff graph``: the version-support graph.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import replay_flag, running_flag, takes
from schemadiff.cli.output import Output, emit, graph_query, writes
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
    from schemadiff.usecases.graph import show_graph

    with graph_query(running, options, replay=replay) as (workspace, query):
        return emit(show_graph(workspace, query), output)
