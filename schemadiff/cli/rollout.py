"""
``schemadiff rollout``: in which order to deploy.
"""

from __future__ import annotations

import click

from schemadiff.cli.asking import Asked, asking
from schemadiff.errors import InputError, UsageError

_EXAMPLES = """\b
Examples:
  schemadiff rollout                                 from what runs to the newest release of each service
  schemadiff rollout shop@2.0                        to that release
  schemadiff rollout --with shop@1.0                 from another state
"""


@click.command(epilog=_EXAMPLES)
@click.argument("goals", nargs=-1, metavar="[SERVICE@RELEASE]...")
@asking("terminal", "json", replays=True)
def command(asked: Asked, goals: tuple[str, ...]) -> int:
    """
    Plan expand → migrate → contract: each step with why it is safe, what it waits for, and how it is taken back.

    Exits 0 with a plan, 1 where there is none, 3 where the search was given up.
    """
    from schemadiff.deployment import rollout, split_release
    from schemadiff.report.graph_answers import rollout_text

    opened, verdicts = asked.open()
    if not opened.catalog.services:
        raise InputError(
            "no services are named here, so there is nothing to roll out",
            name=opened.catalog.name,
            remedy="Say under `services:` of contracts.yaml who emits and who reads what, release by release.",
        )
    aims = {}
    for goal in goals:
        service, release = split_release(goal)
        if release is None:
            raise UsageError(f"{goal!r} names no release", remedy="A goal is written as SERVICE@RELEASE.")
        aims[service] = release
    found = rollout(
        opened.catalog,
        as_of=asked.as_of,
        goals=aims,
        fleet=asked.fleet,
        verdicts=verdicts,
        replays=asked.replays(opened),
    )
    asked.tell(found, rollout_text)
    return {"plan": 0, "none": 1}.get(found.answer, 3)
