"""
``schemadiff contains``: is every instance of one schema an instance of another?
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

import click

from schemadiff.cli.options import completed_by, contracts_option, dialect_option, output_options
from schemadiff.cli.writing import write
from schemadiff.report.formats import formats_of

_EXAMPLES = """\b
Examples:
  schemadiff contains old.json new.json         is everything valid under old valid under new?
  schemadiff contains HEAD~1:s.json s.json --emission declared
"""


@click.command(epilog=_EXAMPLES)
@click.argument("inner", shell_complete=completed_by("sides"))
@click.argument("outer", shell_complete=completed_by("sides"))
@output_options(*formats_of("containment"))
@click.option(
    "--emission",
    type=click.Choice(["any", "declared"]),
    default="any",
    show_default=True,
    help="All that INNER accepts, or only what it declares.",
)
@click.option("--formats", type=click.Choice(["annotate", "assert"]), default="annotate", help="What `format` does.")
@click.option("--budget", type=click.FloatRange(min=0.05), default=10.0, metavar="SECONDS", help="Time for it all.")
@click.option("--steps", type=click.IntRange(min=1), default=None, metavar="N", help="Steps of the search at most.")
@dialect_option
@contracts_option
def command(
    inner: str,
    outer: str,
    form: str,
    output: str | None,
    everything: bool,  # noqa: ARG001 - nothing is folded here
    color: str,  # noqa: ARG001
    emission: Literal["any", "declared"],
    formats: str,
    budget: float,
    steps: int | None,
    dialect: str | None,
    contracts: str | None,
) -> int:
    """
    Tell whether every instance of INNER is an instance of OUTER: the proof's outline, a counter-example, or why not.

    Pure containment: no version tag is mapped. Exits 0 if contained, 1 if refuted, 3 if undecided.
    """
    from schemadiff.containment import contains_nodes
    from schemadiff.keywords import Dialect
    from schemadiff.report import render
    from schemadiff.report.results import containment
    from schemadiff.runtime.budget import Budget
    from schemadiff.workspace.targets import Surroundings, single

    around = Surroundings(Path.cwd(), contracts, Dialect(dialect) if dialect else None)
    until = time.monotonic() + budget
    sides = single(inner, around), single(outer, around)
    left = max(0.0, until - time.monotonic())
    worth = Budget(seconds=left) if steps is None else Budget(seconds=left, steps=steps)
    found = contains_nodes(*sides, emission=emission, formats=formats == "assert", budget=worth, outlined=True)
    result = containment(found, inner=inner, outer=outer)
    write(render(result, form), output)
    return result.exit_code
