"""
``schemadiff retire``: may this version go?
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, completed_by, contracts_option, fleet_of, output_options
from schemadiff.cli.writing import style_of, write
from schemadiff.errors import UsageError

_EXAMPLES = """\b
Examples:
  schemadiff retire job_request@v1
  schemadiff retire job_request@v1 --as-of 2027-01-03
"""


@click.command(epilog=_EXAMPLES)
@click.argument("version", shell_complete=completed_by("contract_versions"), metavar="CONTRACT@VERSION")
@click.option(
    "--with", "beside", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
)
@output_options("terminal", "json")
@contracts_option
@as_of_option
def command(
    version: str,
    beside: tuple[str, ...],
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Tell whether a version of a contract may be retired, or who still needs it.

    Exits 0 for yes, 1 for no, 3 for undecided.
    """
    from schemadiff.catalog import reference
    from schemadiff.pipeline.replaying import open_contracts
    from schemadiff.pipeline.sides import Surroundings
    from schemadiff.report.answers import as_json, retirement_text
    from schemadiff.support import can_retire

    contract, name = reference(version)
    if name is None:
        raise UsageError(f"{version!r} names no version", remedy="A version is written as CONTRACT@VERSION.")
    opened = open_contracts(Surroundings(Path.cwd(), contracts))
    found = can_retire(opened.catalog, contract, name, as_of=as_of, fleet=fleet_of(beside))
    style = style_of(color, everything=everything, output=output)
    write(as_json(found) if form == "json" else retirement_text(found, style), output)
    return {"yes": 0, "no": 1}.get(found.answer, 3)
