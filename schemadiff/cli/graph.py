"""
``schemadiff graph``: the version-support graph.
"""

from __future__ import annotations

import click

from schemadiff.cli.asking import Asked, asking
from schemadiff.cli.writing import write

_EXAMPLES = """\b
Examples:
  schemadiff graph
  schemadiff graph --as-of 2027-01-03        what is left on that day
  schemadiff graph --replay                  with what the worker does with every recorded message
  schemadiff graph -f svg -o graph.svg
"""


@click.command(epilog=_EXAMPLES)
@asking("terminal", "markdown", "json", "mermaid", "dot", "svg", replays=True)
def command(asked: Asked) -> int:
    """
    Show who works with whom and until when: services, contracts and versions, with the verdicts between versions.
    """
    from schemadiff.deployment import channels_between, support_graph
    from schemadiff.report import graph as drawn
    from schemadiff.report.graph_answers import graph_text

    opened, verdicts = asked.open()
    catalog, as_of, fleet, replays = opened.catalog, asked.as_of, asked.fleet, asked.replays(opened)
    found = support_graph(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
    if asked.form in ("terminal", "markdown"):
        channels = channels_between(catalog, as_of=as_of, fleet=fleet, verdicts=verdicts, replays=replays)
        text = graph_text(found, channels, asked.style, markdown=asked.form == "markdown")
    else:
        draw = {"json": drawn.json_graph, "mermaid": drawn.mermaid, "dot": drawn.dot, "svg": drawn.svg}[asked.form]
        text = draw(found)
    write(text, asked.output)
    return 0
