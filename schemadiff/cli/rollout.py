"""
``schemadiff rollout``: in which order to deploy.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import replay_flag, running_flag, takes
from schemadiff.cli.output import Output, emit, graph_query, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff rollout                                 from what runs to the newest release of each service
  schemadiff rollout shop@2.0                        to that release
  schemadiff rollout --with shop@1.0                 from another state
"""


@click.command(epilog=_EXAMPLES)
@click.argument("goals", nargs=-1, metavar="[SERVICE@RELEASE]...")
@running_flag
@replay_flag
@writes("rollout")
@takes("worker", "contracts", "day")
def command(goals: tuple[str, ...], running: tuple[str, ...], replay: bool, options: Options, output: Output) -> int:
    """
    Plan expand → migrate → contract: each step with why it is safe, what it waits for, and how it is taken back.

    Exits 0 with a plan, 1 where there is none, 3 where the search was given up.
    """
    from schemadiff.usecases.graph import plan_rollout

    with graph_query(running, options, replay=replay) as (workspace, query):
        return emit(plan_rollout(workspace, query, goals), output)
