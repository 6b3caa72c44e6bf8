"""
``schemadiff OLD NEW``: compare and decide.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from schemadiff.cli.options import (
    as_of_option,
    contracts_option,
    dialect_option,
    output_options,
    progress,
    style_of,
    write,
)
from schemadiff.report.names import FAIL_LEVELS, FORMATS

_EXAMPLES = """\b
Examples:
  schemadiff v1 v2
  schemadiff old.json new.json --promise full
  schemadiff main:contracts contracts -f markdown
  git show HEAD:s.json | schemadiff - s.json --emission any
"""


@click.command(epilog=_EXAMPLES)
@click.argument("old")
@click.argument("new")
@output_options(*FORMATS)
@click.option(
    "--promise",
    type=click.Choice(["backward", "forward", "full", "none"]),
    help="The directions that count; the manifest's, or backward (forward for a response).",
)
@click.option(
    "--emission",
    type=click.Choice(["declared", "any"]),
    default="declared",
    show_default=True,
    help="What producers send: only members that some schema declares, or all that is accepted.",
)
@click.option("--formats", type=click.Choice(["annotate", "assert"]), default="annotate", help="What `format` does.")
@click.option("--version-field", metavar="NAME|none", help="Where messages carry their version (a name or a pointer).")
@dialect_option
@click.option("--fail-on", type=click.Choice(FAIL_LEVELS), default="breaking", show_default=True, help="When to fail.")
@click.option("--budget", type=click.FloatRange(min=0.05), default=10.0, metavar="SECONDS", help="For one question.")
@contracts_option
@as_of_option
def command(
    old: str,
    new: str,
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    promise: str | None,
    emission: Literal["any", "declared"],
    formats: str,
    version_field: str | None,
    dialect: str | None,
    fail_on: str,
    budget: float,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Compare OLD with NEW: what changed, whom it breaks, and the payload that proves it.

    A side is a version (v1: every contract that has both; job_request@v1), a file, a folder, REV:path, or - for
    standard input. A version's name wins over a path of the same name: ./v1 is the path.
    """
    from schemadiff.keywords import Dialect
    from schemadiff.pipeline import Settings, Surroundings, compare_sides
    from schemadiff.report import render

    around = Surroundings(Path.cwd(), contracts, Dialect(dialect) if dialect else None)
    settings = Settings(
        as_of=as_of,
        promise=promise,
        emission=emission,
        formats=formats == "assert",
        version_field=version_field,
        fail_on=fail_on,
        budget=budget,
    )
    report = compare_sides(old, new, around, settings, progress())
    write(render(report, form, style=style_of(color, everything=everything, output=output)), output)
    return report.exit_code
