"""
``schemadiff generate``: instances of a schema, boundaries first.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, takes
from schemadiff.cli.output import path_flag, write
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff generate s.json -n 20
  schemadiff generate order@v2 --invalid       what a reader must reject
  schemadiff generate order@v2 --fixtures >> contracts/fixtures/generated.ndjson
"""


@click.command(epilog=_EXAMPLES)
@click.argument("schema", shell_complete=completed_by("targets"))
@click.option("-n", "count", type=click.IntRange(1, 100_000), default=10, show_default=True, help="How many.")
@click.option("--valid/--invalid", default=True, help="Instances, or values that just miss being one [valid].")
@click.option("--fixtures", is_flag=True, help="Write fixtures rather than bare payloads.")
@path_flag
@takes("instances", "contracts")
def command(schema: str, count: int, valid: bool, fixtures: bool, path: str | None, options: Options) -> int:
    """
    Write instances of SCHEMA (a file, REV:path, or CONTRACT@VERSION), one a line, boundaries first.

    Exits 3 where none was found, which is right for a schema that accepts nothing.
    """
    from schemadiff.usecases.generate import generate_instances
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options, settings=False)
    lines = generate_instances(workspace, schema, count, valid=valid, fixtures=fixtures)
    write("".join(f"{line}\n" for line in lines), path)
    return 0 if lines else 3
