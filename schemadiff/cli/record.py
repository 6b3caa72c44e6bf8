"""
``schemadiff record``: real exchanges as fixtures.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click

from schemadiff.cli.options import completed_by, contracts_option
from schemadiff.errors import InputError, UsageError

_EXAMPLES = """\b
Examples:
  tail -f payloads.log | schemadiff record job_request -o contracts/fixtures/live.ndjson.gz
  schemadiff record job_request --exchanges exchanges.ndjson -o contracts/fixtures/june.ndjson --redact /auth/token
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
@click.option("--redact", multiple=True, metavar="POINTER", help="A place of secrets; * stands for any step.")
@click.option("--service", metavar="NAME", help="Who answered.")
@click.option("--release", metavar="NAME", help="Which release of it.")
@click.option("--recorded-at", metavar="TIME", help="When, ISO 8601; what the exchanges say, or now.")
@contracts_option
def command(
    contract: str,
    output: str,
    exchanges: str | None,
    redact: tuple[str, ...],
    service: str | None,
    release: str | None,
    recorded_at: str | None,
    contracts: str | None,
) -> int:
    """
    Add real messages of CONTRACT to a fixture file: exact bytes, deduplicated by content, secrets redacted.

    Reads one payload a line from standard input, or whole exchanges from a file.
    """
    from schemadiff.pipeline.recording import record
    from schemadiff.pipeline.sides import Surroundings

    if not output.endswith((".ndjson", ".ndjson.gz")):
        raise UsageError(f"{output} is no fixture file", remedy="Call it *.ndjson or *.ndjson.gz.")
    source = sys.stdin.buffer if exchanges is None else _open(exchanges)
    counts = record(
        Surroundings(Path.cwd(), contracts),
        contract,
        source,
        Path(output),
        whole=exchanges is not None,
        redact=redact,
        stamp=(service, release, recorded_at),
    )
    click.echo(", ".join(f"{count} {word}" for word, count in counts.items()) or "nothing to record", err=True)
    return 0


def _open(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
