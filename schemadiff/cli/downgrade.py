"""
``schemadiff downgrade``: a payload of one version as a payload of the version before.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, takes
from schemadiff.cli.output import path_flag, write
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff downgrade order@v2 payload.json
  cat payload.json | schemadiff downgrade order@v2 -
"""


@click.command(epilog=_EXAMPLES)
@click.argument("version", shell_complete=completed_by("contract_versions"), metavar="CONTRACT@VERSION")
@click.argument("payload", metavar="FILE")
@path_flag
@takes("contracts")
def command(version: str, payload: str, path: str | None, options: Options) -> int:
    """
    Apply the manifest's steps from a version to the one before it to a payload (a file, or - for standard input).

    The payload must be valid under its version, and the result is valid under the one before, or it is refused with
    the reason (exit 4).
    """
    from schemadiff.usecases.downgrade import downgrade_payload
    from schemadiff.workspace import Workspace

    write(downgrade_payload(Workspace.open(Path.cwd(), options), version, payload), path)
    return 0
