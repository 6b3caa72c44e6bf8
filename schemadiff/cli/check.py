"""
``schemadiff check``: the merge gate.
"""

from __future__ import annotations

from pathlib import Path

import click

from schemadiff.cli.options import replay_flag, takes
from schemadiff.cli.output import Output, emit, pair_progress, writes
from schemadiff.options import Options

_EXAMPLES = """\b
Examples:
  schemadiff check                              the working tree against the base, which is found
  schemadiff check --against origin/main -f markdown
  schemadiff check --staged                     what the next commit would hold
  schemadiff check --against v1.4.0 --head main --as-of 2027-01-31
"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--against",
    metavar="REV",
    help="The revision that the change is to join [of the CI job; else origin/HEAD, HEAD].",
)
@click.option("--staged", is_flag=True, help="Check the index instead of the working tree.")
@click.option("--head", metavar="REV", help="Check a revision instead of the working tree.")
@click.option(
    "--accept",
    metavar="FINGERPRINT",
    multiple=True,
    help="Accept a finding of this run; the report keeps it. May be given several times.",
)
@replay_flag
@writes("comparison")
@takes("gate", "worker", "contracts", "day")
def command(
    against: str | None,
    staged: bool,
    head: str | None,
    accept: tuple[str, ...],
    replay: bool,
    options: Options,
    output: Output,
) -> int:
    """
    Check a change of contracts before it is merged, by the policy of the revision that it is to join.

    Compares every contract that the change touches: published versions within their promise, new versions with the
    one before; checks removals, support windows, contract policy, and lints changed schemas. Promises, rules,
    levels and waivers are those of the base, whatever the change says; a change that weakens them fails unless
    whoever runs the check accepts it. Reads git's objects only.
    """
    from schemadiff.sources.file_tree import require_revision
    from schemadiff.usecases.check.gate import check
    from schemadiff.usecases.check.proposed_change import ProposedChange

    if against is not None:
        require_revision(against)
    change = ProposedChange(
        folder=Path.cwd(), against=against or "", head=head, staged=staged, accept=accept, options=options
    )
    report = check(change, with_replay=replay or options.worker is not None, progress=pair_progress())
    return emit(report, output)
