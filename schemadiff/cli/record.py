"""
``schemadiff record``: real exchanges as fixtures.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click

from schemadiff.cli.options import as_of_option, completed_by, contracts_option
from schemadiff.errors import InputError, UsageError

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
@click.option("--worker", metavar="CMD|URL", help="Send the payloads to this worker, in its dry run, for the answers.")
@click.option("--redact", multiple=True, metavar="POINTER", help="A place of secrets; * stands for any step.")
@click.option("--service", metavar="NAME", help="Who answered.")
@click.option("--release", metavar="NAME", help="Which release of it.")
@click.option("--recorded-at", metavar="TIME", help="When, ISO 8601; what the exchanges say, or now.")
@contracts_option
@as_of_option
def command(
    contract: str,
    output: str,
    exchanges: str | None,
    worker: str | None,
    redact: tuple[str, ...],
    service: str | None,
    release: str | None,
    recorded_at: str | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Add real messages of CONTRACT to a fixture file: exact bytes, deduplicated by content, secrets redacted.

    Reads one payload a line from standard input, or whole exchanges from a file. Exits 5 where a worker that was asked
    left messages without an answer; the others are recorded.
    """
    from schemadiff.report.escaping import visible
    from schemadiff.usecases.record import record, record_through
    from schemadiff.workspace.targets import Surroundings

    if not output.endswith((".ndjson", ".ndjson.gz")):
        raise UsageError(f"{output} is no fixture file", remedy="Call it *.ndjson or *.ndjson.gz.")
    if worker is not None:
        if exchanges is not None or service is not None or release is not None:
            raise UsageError("with --worker the answers are its own: no --exchanges, --service or --release")
        done = record_through(
            Surroundings(Path.cwd(), contracts),
            contract,
            sys.stdin.buffer,
            Path(output),
            worker=worker,
            redact=redact,
            recorded_at=recorded_at,
            as_of=as_of,
        )
        _tell({"added": done.added, "known": done.known, "refused": done.refused, "lost": done.lost})
        for each in done.incidents:
            click.echo(f"the worker {each.kind}: {visible(each.detail)}", err=True)
        return 5 if done.lost or done.incidents or done.gave_up is not None else 0
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
    _tell(counts)
    return 0


def _tell(counts: Mapping[str, int]) -> None:
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    click.echo(told or "nothing to record", err=True)


def _open(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
