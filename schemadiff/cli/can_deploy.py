"""
``schemadiff can-deploy``: may this release run beside what runs?
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, fleet_of, output_options
from schemadiff.cli.writing import style_of, write

_EXAMPLES = """\b
Examples:
  schemadiff can-deploy job-worker
  schemadiff can-deploy orchestrator@2026.12 --with job-worker@0.1.0
"""


@click.command(epilog=_EXAMPLES)
@click.argument("release", metavar="SERVICE[@RELEASE]")
@click.option(
    "--with", "beside", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
)
@output_options("terminal", "json")
@contracts_option
@as_of_option
def command(
    release: str,
    beside: tuple[str, ...],
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Tell whether a release may be started beside everything that runs, older releases of its own service included.

    Exits 0 for yes, 1 for no, 3 for undecided. Without a release the newest is meant.
    """
    from schemadiff.pipeline.replaying import open_contracts
    from schemadiff.pipeline.run import Settings
    from schemadiff.pipeline.sides import Surroundings
    from schemadiff.pipeline.supporting import KnownVerdicts
    from schemadiff.report.answers import as_json, deployment_text
    from schemadiff.support import can_deploy, split_release

    opened = open_contracts(Surroundings(Path.cwd(), contracts))
    service, name = split_release(release)
    verdicts = KnownVerdicts(opened, Settings(as_of=as_of))
    found = can_deploy(opened.catalog, service, name, as_of=as_of, fleet=fleet_of(beside), verdicts=verdicts)
    style = style_of(color, everything=everything, output=output)
    write(as_json(found) if form == "json" else deployment_text(found, style), output)
    return {"yes": 0, "no": 1}.get(found.answer, 3)
