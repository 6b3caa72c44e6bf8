"""
``schemadiff schema``: the form of the JSON output.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import write
from schemadiff.report.formats import KINDS


@click.command(epilog="\b\nExamples:\n  schemadiff schema > schemadiff.schema.json\n  schemadiff schema rollout")
@click.argument("kind", type=click.Choice(tuple(KINDS)), required=False)
def command(kind: str | None) -> int:
    """
    Print the JSON Schema of what `-f json` writes, for one KIND of result or for all.
    """
    from schemadiff.report.escaping import json_text
    from schemadiff.report.json_schema import schema_of

    write(json_text(schema_of(*(() if kind is None else (kind,)))) + "\n", None)
    return 0
