"""
``schemadiff downgrade``: a payload of one version as a payload of the version before.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemadiff.cli.options import completed_by, contracts_option
from schemadiff.cli.writing import write
from schemadiff.errors import InputError, UsageError

_EXAMPLES = """\b
Examples:
  schemadiff downgrade order@v2 payload.json
  cat payload.json | schemadiff downgrade order@v2 -
"""


@click.command(epilog=_EXAMPLES)
@click.argument("version", shell_complete=completed_by("contract_versions"), metavar="CONTRACT@VERSION")
@click.argument("payload", metavar="FILE")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@contracts_option
def command(version: str, payload: str, output: str | None, contracts: str | None) -> int:
    """
    Apply the manifest's steps from a version to the one before it to a payload (a file, or - for standard input).

    The payload must be valid under its version, and the result is valid under the one before, or it is refused with
    the reason (exit 4).
    """
    from schemadiff.catalog import reference
    from schemadiff.catalog.downgrade import DowngradeRefused, checker, downgrade
    from schemadiff.instance import dumps, loads
    from schemadiff.usecases.replay import open_contracts
    from schemadiff.workspace.targets import Surroundings

    contract, name = reference(version)
    if name is None:
        raise UsageError(f"{version!r} names no version", remedy="A version is written as CONTRACT@VERSION.")
    opened = open_contracts(Surroundings(Path.cwd(), contracts))
    data = sys.stdin.buffer.read() if payload == "-" else _read(payload)
    value = loads(data, name=payload)
    entry = opened.catalog.contract(contract)
    wrong = checker(opened.tree, entry.version(name))(value)
    if wrong is not None:
        raise InputError(f"it is no valid {contract} {name}: {wrong}", name=payload)
    before = entry.before(name)
    check = checker(opened.tree, before) if before is not None else None
    try:
        lower = downgrade(entry, name, value, check=check)
    except DowngradeRefused as refused:
        raise InputError(f"it has no form in the version before: {refused.message}", name=payload) from None
    write(dumps(lower, indent=2) + "\n", output)
    return 0


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
