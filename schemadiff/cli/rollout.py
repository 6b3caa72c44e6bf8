"""
``schemadiff rollout``: in which order to deploy.
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
    from schemadiff.usecases.graph import GraphQuery, plan_rollout
    from schemadiff.usecases.replay import count_messages
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    with message_progress(partial(count_messages, workspace)) as progress:
        query = GraphQuery(running=running, replay=replay or options.worker is not None, progress=progress)
        return emit(plan_rollout(workspace, query, goals), output)
