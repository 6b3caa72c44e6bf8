"""
``schemadiff graph``: the version-support graph.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options
from schemadiff.cli.writing import style_of, write

_EXAMPLES = """\b
Examples:
  schemadiff graph
  schemadiff graph --as-of 2027-01-03        what is left on that day
  schemadiff graph -f svg -o graph.svg
"""


@click.command(epilog=_EXAMPLES)
@output_options("terminal", "markdown", "json", "mermaid", "dot", "svg")
@contracts_option
@as_of_option
def command(
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Show who works with whom and until when: services, contracts and versions, with the verdicts between versions.
    """
    from schemadiff.pipeline.replaying import open_contracts
    from schemadiff.pipeline.run import Settings
    from schemadiff.pipeline.sides import Surroundings
    from schemadiff.pipeline.supporting import KnownVerdicts
    from schemadiff.report import graph as drawn
    from schemadiff.report.answers import graph_text
    from schemadiff.support import support_graph, talk

    opened = open_contracts(Surroundings(Path.cwd(), contracts))
    verdicts = KnownVerdicts(opened, Settings(as_of=as_of))
    found = support_graph(opened.catalog, as_of=as_of, verdicts=verdicts)
    style = style_of(color, everything=everything, output=output)
    if form in ("terminal", "markdown"):
        channels = talk(opened.catalog, as_of=as_of, verdicts=verdicts)
        text = graph_text(found, channels, style, markdown=form == "markdown")
    else:
        text = {"json": drawn.json_graph, "mermaid": drawn.mermaid, "dot": drawn.dot, "svg": drawn.svg}[form](found)
    write(text, output)
    return 0
