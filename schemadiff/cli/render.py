"""
``schemadiff render``: a saved report in another format.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import Output, emit, writes
from schemadiff.report.formats import KINDS

_EXAMPLES = """\b
Examples:
  schemadiff check -f json -o report.json
  schemadiff render report.json
  schemadiff render report.json -f sarif -o schemadiff.sarif
  schemadiff v1 v2 -f json | schemadiff render - -f junit
"""


@click.command(epilog=_EXAMPLES)
@click.argument("report")
@writes(*KINDS)
def command(report: str, output: Output) -> int:
    """
    Write REPORT, a file that `-f json` wrote (- for standard input), in another format.

    One comparison thus serves a terminal, annotations, SARIF and a page. Nothing is compared again, and no schema is
    read: a page shows findings, payloads and pictures, but not the schemas' own text. Exits 0 once it is written; the
    outcome is the exit code of the command that compared.
    """
    from schemadiff.usecases.saved_result import load_result

    emit(load_result(report), output)
    return 0
