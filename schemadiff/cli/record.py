"""
``schemadiff record``: real messages as fixtures.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, takes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  tail -f payloads.log | schemadiff record order -o contracts/fixtures/live.ndjson.gz
  schemadiff record order --worker ./worker -o contracts/fixtures/planned.ndjson < payloads.ndjson
  schemadiff record order --exchanges exchanges.ndjson -o contracts/fixtures/june.ndjson --redact /auth/token
"""


@click.command(epilog=_EXAMPLES)
@click.argument("contract", shell_complete=completed_by("contract_names"))
@click.option(
    "-o", "--output", required=True, metavar="FILE", help="The fixture file to add to (.ndjson or .ndjson.gz)."
)
@click.option(
    "--exchanges",
    metavar="FILE",
    help="Fixtures with responses, one a line, instead of bare payloads on standard input.",
)
@click.option("--redact", multiple=True, metavar="POINTER", help="A location of secrets; * stands for any step.")
@click.option("--service", metavar="NAME", help="The service that answered.")
@click.option("--release", metavar="NAME", help="Its release.")
@click.option("--recorded-at", metavar="TIME", help="When, ISO 8601; what the exchanges say, or now.")
@takes("worker", "contracts", "day")
def command(
    contract: str,
    output: str,
    exchanges: str | None,
    redact: tuple[str, ...],
    service: str | None,
    release: str | None,
    recorded_at: str | None,
    options: Options,
) -> int:
    """
    Add real messages of CONTRACT to a fixture file: exact bytes, deduplicated by content, secrets redacted.

    Reads one payload a line from standard input, or whole exchanges from a file. With --worker the payloads are sent
    to it, in its dry run, for the answers. Exits 5 where it left messages without an answer; the others are recorded.
    """
    from schemadiff.cli.new_file import file_mode
    from schemadiff.report import render
    from schemadiff.usecases.record import RecordRequest, record
    from schemadiff.workspace import Workspace

    file_mode(Path(output))  # a checkout may hold links and pipes that a change has planted
    request = RecordRequest(
        contract=contract,
        output=Path(output),
        exchanges=exchanges,
        redact=redact,
        service=service,
        release=release,
        recorded_at=recorded_at,
    )
    result = record(Workspace.open(Path.cwd(), options, settings=False), request)
    click.echo(render(result, "terminal"), err=True, nl=False)
    return result.exit_code
