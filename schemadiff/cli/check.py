"""
``schemadiff check``: the merge gate.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options, replay_options
from schemadiff.cli.writing import progress, style_of, write
from schemadiff.report.formats import FAIL_LEVELS, formats_of

_EXAMPLES = """\b
Examples:
  schemadiff check                              the working tree against the main branch
  schemadiff check --against origin/main -f markdown
  schemadiff check --staged                     what the next commit would hold
  schemadiff check --against v1.4.0 --head main --as-of 2027-01-31
"""

_MAINS = ("origin/main", "origin/master", "main", "master")


@click.command(epilog=_EXAMPLES)
@click.option("--against", metavar="REV", help="The revision that the change shall join [the main branch, or HEAD].")
@click.option("--staged", is_flag=True, help="Judge the index instead of the working tree.")
@click.option("--head", metavar="REV", help="Judge a revision instead of the working tree.")
@replay_options
@output_options(*formats_of("comparison"))
@click.option("--rules", metavar="NAME", help="The rule set [that of the settings, or default].")
@click.option("--config", metavar="FILE", help="A settings file that replaces the one of the base.")
@click.option("--emission", type=click.Choice(["declared", "any"]), help="What producers send [declared].")
@click.option("--formats", type=click.Choice(["annotate", "assert"]), help="What `format` does [annotate].")
@click.option("--fail-on", type=click.Choice(FAIL_LEVELS), help="When to fail [breaking].")
@click.option("--budget", type=click.FloatRange(min=0.05), metavar="SECONDS", help="For one question [10].")
@contracts_option
@as_of_option
def command(
    against: str | None,
    staged: bool,
    head: str | None,
    replayed: bool,
    worker: str | None,
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    rules: str | None,
    config: str | None,
    emission: str | None,
    formats: str | None,
    fail_on: str | None,
    budget: float | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Judge a change of contracts before it is merged, by the policy of the revision that it shall join.

    Compares every contract that the change touches: published versions within their promise, new versions with the
    one before; checks removals, support windows, house rules and the hygiene of changed schemas. Promises, rules,
    levels and waivers are those of the base, whatever the change says. Reads git's objects only.
    """
    from schemadiff.report import render
    from schemadiff.usecases.check.gate import Change, check

    folder = Path.cwd()
    flags = {"rules": rules, "emission": emission, "formats": formats, "fail_on": fail_on, "budget": budget}
    change = Change(
        folder,
        against or _main_branch(folder),
        head,
        staged,
        contracts,
        Path(config) if config else None,
        flags,
        as_of,
    )
    if (replayed or worker) and (head or staged):
        raise click.UsageError("--replay needs the working tree: neither --head nor --staged goes with it.")
    report = check(change, progress())
    if replayed or worker:
        from schemadiff.usecases.check.replay_evidence import with_replay

        report = with_replay(report, change, worker)
    write(render(report, form, style=style_of(color, everything=everything, output=output)), output)
    return report.exit_code


def _main_branch(folder: Path) -> str:
    """
    The base that GitHub names in a pull request, else the first usual name of a main branch; HEAD where none exists.
    """
    import os

    from schemadiff.sources import git

    base = os.environ.get("GITHUB_BASE_REF", "")
    for name in (f"origin/{base}", *_MAINS) if base else _MAINS:
        if git(folder, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", missing_ok=True):
            return name
    return "HEAD"
