"""
``schemadiff can-deploy``: whether a release may run beside what runs.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import replay_flag, running_flag, takes
from schemadiff.cli.output import Output, emit, graph_query, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff can-deploy warehouse
  schemadiff can-deploy shop@2.0 --with warehouse@2.0
  schemadiff can-deploy shop --replay      ask the worker as well, with every recorded message
"""


@click.command(epilog=_EXAMPLES)
@click.argument("release", metavar="SERVICE[@RELEASE]")
@running_flag
@replay_flag
@writes("deployment")
@takes("worker", "contracts", "day")
def command(release: str, running: tuple[str, ...], replay: bool, options: Options, output: Output) -> int:
    """
    Decide whether a release may be started beside everything that runs, older releases of its own service included.

    Exits 0 for yes, 1 for no, 3 for undecided: there is evidence against it, such as valid messages that a replay
    shows to be refused, or no evidence at all. Without a release the newest is meant.
    """
    from schemadiff.usecases.graph import check_deployment

    with graph_query(running, options, replay=replay) as (workspace, query):
        return emit(check_deployment(workspace, query, release), output)
