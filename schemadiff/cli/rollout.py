"""
``schemadiff rollout``: in which order to deploy.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, fleet_of, output_options
from schemadiff.cli.writing import style_of, write
from schemadiff.errors import UsageError

_EXAMPLES = """\b
Examples:
  schemadiff rollout                                 from what runs to the newest release of each service
  schemadiff rollout orchestrator@2026.12            to that release
  schemadiff rollout --with orchestrator@2026.06     from another state
"""


@click.command(epilog=_EXAMPLES)
@click.argument("goals", nargs=-1, metavar="[SERVICE@RELEASE]...")
@click.option(
    "--with", "beside", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
)
@output_options("terminal", "json")
@contracts_option
@as_of_option
def command(
    goals: tuple[str, ...],
    beside: tuple[str, ...],
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Plan expand → migrate → contract: each step with why it is safe, what it waits for, and how it is taken back.

    Exits 0 with a plan, 1 where there is none, 3 where the search was given up.
    """
    from schemadiff.pipeline.replaying import open_contracts
    from schemadiff.pipeline.run import Settings
    from schemadiff.pipeline.sides import Surroundings
    from schemadiff.pipeline.supporting import KnownVerdicts
    from schemadiff.report.answers import as_json, rollout_text
    from schemadiff.support import rollout, split_release

    opened = open_contracts(Surroundings(Path.cwd(), contracts))
    aims = {}
    for goal in goals:
        service, release = split_release(goal)
        if release is None:
            raise UsageError(f"{goal!r} names no release", remedy="A goal is written as SERVICE@RELEASE.")
        aims[service] = release
    verdicts = KnownVerdicts(opened, Settings(as_of=as_of))
    found = rollout(opened.catalog, as_of=as_of, goals=aims, fleet=fleet_of(beside), verdicts=verdicts)
    style = style_of(color, everything=everything, output=output)
    write(as_json(found) if form == "json" else rollout_text(found, style), output)
    return {"plan": 0, "none": 1}.get(found.answer, 3)
