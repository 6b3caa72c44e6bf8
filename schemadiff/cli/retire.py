"""
``schemadiff retire``: may this version go?
"""

from __future__ import annotations

import click

from schemadiff.cli.asking import Asked, asking
from schemadiff.cli.options import completed_by
from schemadiff.errors import UsageError

_EXAMPLES = """\b
Examples:
  schemadiff retire order@v1
  schemadiff retire order@v1 --as-of 2027-01-03
"""


@click.command(epilog=_EXAMPLES)
@click.argument("version", shell_complete=completed_by("contract_versions"), metavar="CONTRACT@VERSION")
@asking("terminal", "json")
def command(asked: Asked, version: str) -> int:
    """
    Tell whether a version of a contract may be retired, or who still needs it.

    Exits 0 for yes, 1 for no, 3 for undecided.
    """
    from schemadiff.catalog import reference
    from schemadiff.deployment import can_retire
    from schemadiff.report.graph_answers import retirement_text

    contract, name = reference(version)
    if name is None:
        raise UsageError(f"{version!r} names no version", remedy="A version is written as CONTRACT@VERSION.")
    opened, _ = asked.open()
    found = can_retire(opened.catalog, contract, name, as_of=asked.as_of, fleet=asked.fleet)
    asked.tell(found, retirement_text)
    return {"yes": 0, "no": 1}.get(found.answer, 3)
