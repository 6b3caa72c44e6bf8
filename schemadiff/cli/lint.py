"""
``schemadiff lint``: the hygiene of schemas.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options
from schemadiff.cli.writing import style_of, write
from schemadiff.report.formats import FAIL_LEVELS, formats_of

_EXAMPLES = """\b
Examples:
  schemadiff lint                               every version of every contract
  schemadiff lint schemas/ order.json --fail-on warning
"""


@click.command(epilog=_EXAMPLES)
@click.argument("paths", nargs=-1)
@output_options(*formats_of("comparison"))
@click.option("--version-field", metavar="NAME|none", help="Where messages carry their version (a name or a pointer).")
@click.option("--rules", metavar="NAME", help="The rule set [that of the settings, or default].")
@click.option("--config", metavar="FILE", help="A settings file [schemadiff.toml, or pyproject.toml].")
@click.option("--fail-on", type=click.Choice(FAIL_LEVELS), help="When to fail: warning fails on each [breaking].")
@contracts_option
@as_of_option
def command(
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    version_field: str | None,
    rules: str | None,
    config: str | None,
    fail_on: str | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Tell what the schemas at PATHS, or all contracts here, ask for trouble with.

    Optional everything, waits without a bound, patterns that Go cannot compile, integers that JavaScript rounds,
    misspelt keywords. Exits 1 where a remark is an error; --fail-on warning makes it stricter.
    """
    from schemadiff.keywords import Dialect
    from schemadiff.report import render
    from schemadiff.usecases.lint import lint
    from schemadiff.workspace.settings import config_here, settings_of
    from schemadiff.workspace.targets import Surroundings

    read = config_here(Path.cwd(), config)
    settings = settings_of(read, as_of=as_of, version_field=version_field, rules=rules, fail_on=fail_on)
    around = Surroundings(Path.cwd(), contracts, Dialect(read.dialect) if read.dialect else None)
    report = lint(paths, around, settings, read.overrides)
    write(render(report, form, style=style_of(color, everything=everything, output=output)), output)
    return report.exit_code
