"""
``schemadiff render``: a saved report in another format.
"""

from __future__ import annotations

import click

from schemadiff.cli.options import output_options
from schemadiff.cli.saved import saved_result
from schemadiff.cli.writing import style_of, write
from schemadiff.report.formats import KINDS, formats_of

_EXAMPLES = """\b
Examples:
  schemadiff check -f json -o report.json
  schemadiff render report.json
  schemadiff render report.json -f sarif -o schemadiff.sarif
  schemadiff v1 v2 -f json | schemadiff render - -f junit
"""


@click.command(epilog=_EXAMPLES)
@click.argument("report")
@output_options(*formats_of(*KINDS))
def command(report: str, form: str, output: str | None, everything: bool, color: str) -> int:
    """
    Write REPORT, a file that `-f json` wrote (- for standard input), in another format.

    One comparison thus serves a terminal, annotations, SARIF and a page. Nothing is compared again, and no schema is
    read: a page shows findings, payloads and pictures, but not the schemas' own text. Exits 0 once it is written; the
    outcome is the exit code of the command that compared.
    """
    from schemadiff.report import render

    found = saved_result(report)
    write(render(found, form, style=style_of(color, everything=everything, output=output)), output)
    return 0
