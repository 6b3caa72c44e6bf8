"""
``schemadiff generate``: instances of a schema, boundaries first.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import completed_by, contracts_option, dialect_option
from schemadiff.cli.writing import write

_EXAMPLES = """\b
Examples:
  schemadiff generate s.json -n 20
  schemadiff generate order@v2 --invalid       what a reader must reject
  schemadiff generate order@v2 --fixtures >> contracts/fixtures/generated.ndjson
"""


@click.command(epilog=_EXAMPLES)
@click.argument("schema", shell_complete=completed_by("sides"))
@click.option("-n", "count", type=click.IntRange(1, 100_000), default=10, show_default=True, help="How many.")
@click.option("--valid/--invalid", default=True, help="Instances, or values that just miss being one [valid].")
@click.option("--fixtures", is_flag=True, help="Write fixtures rather than bare payloads.")
@click.option("--formats", type=click.Choice(["annotate", "assert"]), default="annotate", help="What `format` does.")
@click.option("--budget", type=click.FloatRange(min=0.05), default=30.0, metavar="SECONDS", help="Time for all.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@dialect_option
@contracts_option
def command(
    schema: str,
    count: int,
    valid: bool,
    fixtures: bool,
    formats: str,
    budget: float,
    output: str | None,
    dialect: str | None,
    contracts: str | None,
) -> int:
    """
    Write instances of SCHEMA (a file, REV:path, or CONTRACT@VERSION), one a line, boundaries first.

    Exits 3 where none was found, which is right for a schema that accepts nothing.
    """
    import json

    from schemadiff.containment import generate
    from schemadiff.instance import dumps
    from schemadiff.keywords import Dialect
    from schemadiff.runtime.budget import Budget
    from schemadiff.workspace.targets import Surroundings, side

    around = Surroundings(Path.cwd(), contracts, Dialect(dialect) if dialect else None)
    found = side(schema, around)
    if not found.single:
        raise click.UsageError(f"{schema} stands for many schemas; name one, such as order@v2.")
    (entry,) = found.entries.values()
    values = generate(entry.load(), count, valid=valid, formats=formats == "assert", budget=Budget(seconds=budget))
    lines = []
    for number, value in enumerate(values, 1):
        if fixtures:
            name = f"generated-{entry.name}-{'valid' if valid else 'invalid'}-{number}"
            row = {"name": name, "contract": entry.contract, "version": entry.name, "payload": dumps(value)}
            lines.append(json.dumps(row, ensure_ascii=False))
        else:
            lines.append(dumps(value))
    write("".join(line + "\n" for line in lines), output)
    return 0 if lines else 3
