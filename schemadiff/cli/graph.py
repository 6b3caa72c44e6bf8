"""
``schemadiff graph``: the version-support graph.
"""

from __future__ import annotations

import click

from schemadiff.cli.asking import Asked, asking

_EXAMPLES = """\b
Examples:
  schemadiff graph
  schemadiff graph --as-of 2027-01-03        what is left on that day
  schemadiff graph --replay                  with what the worker does with every recorded message
  schemadiff graph -f svg -o graph.svg
"""


@click.command(epilog=_EXAMPLES)
@asking("graph", replays=True)
def command(asked: Asked) -> int:
    """
    Show who works with whom and until when: services, contracts and versions, with the verdicts between versions.
    """
    from schemadiff.deployment import support_graph, talk
    from schemadiff.report.results import SupportGraph

    opened, verdicts = asked.open()
    catalog, as_of, fleet, replays = opened.catalog, asked.as_of, asked.fleet, asked.replays(opened)
    graph = support_graph(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    channels = talk(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    return asked.emit(SupportGraph(as_of, graph, tuple(channels)))
