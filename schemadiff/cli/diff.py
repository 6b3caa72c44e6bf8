"""
``schemadiff OLD NEW``: compare and decide.
"""

from __future__ import annotations

from datetime import date

import click

from schemadiff.cli.comparing import compare_words
from schemadiff.cli.options import as_of_option, completed_by, contracts_option, dialect_option, output_options
from schemadiff.report.formats import FAIL_LEVELS, FORMATS

_EXAMPLES = """\b
Examples:
  schemadiff v1 v2
  schemadiff old.json new.json --promise full
  schemadiff main:contracts contracts -f markdown
  git show HEAD:s.json | schemadiff - s.json --emission any
"""


@click.command(epilog=_EXAMPLES)
@click.argument("old", shell_complete=completed_by("sides"))
@click.argument("new", shell_complete=completed_by("sides"))
@output_options(*FORMATS)
@click.option(
    "--promise",
    type=click.Choice(["backward", "forward", "full", "none"]),
    help="The directions that count; the manifest's, or backward (forward for a response).",
)
@click.option(
    "--emission",
    type=click.Choice(["declared", "any"]),
    help="What producers send: only members that some schema declares, or all that is accepted [declared].",
)
@click.option("--formats", type=click.Choice(["annotate", "assert"]), help="What `format` does [annotate].")
@click.option("--version-field", metavar="NAME|none", help="Where messages carry their version (a name or a pointer).")
@dialect_option
@click.option("--fail-on", type=click.Choice(FAIL_LEVELS), help="When to fail [breaking].")
@click.option("--rules", metavar="NAME", help="The rule set [that of the settings, or default].")
@click.option("--config", metavar="FILE", help="A settings file [schemadiff.toml, or pyproject.toml].")
@click.option("--budget", type=click.FloatRange(min=0.05), metavar="SECONDS", help="For one question [10].")
@click.option("--usage", is_flag=True, help="Tell how many recorded messages each breaking change touches.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes that share the work [all cores].",
)
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
    emission: str | None,
    formats: str | None,
    version_field: str | None,
    dialect: str | None,
    fail_on: str | None,
    rules: str | None,
    config: str | None,
    budget: float | None,
    usage: bool,
    jobs: int,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Compare OLD with NEW: what changed, whom it breaks, and the payload that proves it.

    A side is a version (v1: every contract that has both; order@v1), a file, a folder, REV:path, or - for
    standard input. A version's name wins over a path of the same name: ./v1 is the path.
    """
    return compare_words(
        old,
        new,
        form=form,
        output=output,
        everything=everything,
        color=color,
        promise=promise,
        emission=emission,
        formats=formats,
        version_field=version_field,
        dialect=dialect,
        fail_on=fail_on,
        rules=rules,
        config=config,
        budget=budget,
        usage=usage,
        jobs=jobs,
        contracts=contracts,
        as_of=as_of,
    )
