"""
``schemadiff schema``: the form of the JSON output.
"""

from __future__ import annotations

import click

from schemadiff.cli.writing import write


@click.command(epilog="\b\nExamples:\n  schemadiff schema > report.schema.json")
def command() -> int:
    """
    Print the JSON Schema of what `-f json` writes.
    """
    from schemadiff.report.json_ import schema_text

    write(schema_text(), None)
    return 0
