"""
``schemadiff can-deploy``: may this release run beside what runs?
"""

from __future__ import annotations

from functools import partial

import click

from schemadiff.cli.asking import Asked, asking

_EXAMPLES = """\b
Examples:
  schemadiff can-deploy warehouse
  schemadiff can-deploy shop@2.0 --with warehouse@2.0
  schemadiff can-deploy shop --replay      ask the worker as well, with every recorded message
"""


@click.command(epilog=_EXAMPLES)
@click.argument("release", metavar="SERVICE[@RELEASE]")
@asking("terminal", "markdown", "json", replays=True)
def command(asked: Asked, release: str) -> int:
    """
    Tell whether a release may be started beside everything that runs, older releases of its own service included.

    Exits 0 for yes, 1 for no, 3 for undecided: there is evidence against it, such as valid messages that a replay
    shows to be refused, or nothing to ask. Without a release the newest is meant.
    """
    from schemadiff.deployment import can_deploy, split_release
    from schemadiff.report.graph_answers import deployment_text

    opened, verdicts = asked.open()
    service, name = split_release(release)
    found = can_deploy(
        opened.catalog,
        service,
        name,
        as_of=asked.as_of,
        fleet=asked.fleet,
        verdicts=verdicts,
        replays=asked.replays(opened),
    )
    asked.tell(found, partial(deployment_text, markdown=asked.form == "markdown"))
    return {"yes": 0, "no": 1}.get(found.answer, 3)
