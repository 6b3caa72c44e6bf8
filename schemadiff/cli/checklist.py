"""
``schemadiff checklist``: what must be true before a release.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options, worker_option
from schemadiff.cli.writing import style_of, write
from schemadiff.errors import WorkerError
from schemadiff.report.formats import formats_of

_EXAMPLES = """\b
Examples:
  schemadiff checklist
  schemadiff checklist -f markdown -o checklist.md
  schemadiff checklist --release v1.4.0 -f html -o checklist.html
  schemadiff checklist --no-replay
"""


@click.command(epilog=_EXAMPLES)
@output_options(*formats_of("checklist"))
@click.option("--replay/--no-replay", "replayed", default=True, help="Replay the fixtures through the worker [yes].")
@worker_option
@click.option("--release", metavar="REV", help="The last release: a tag, branch or commit to compare with.")
@contracts_option
@as_of_option
def command(
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    replayed: bool,
    worker: str | None,
    release: str | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Print the release checklist: each item checked with its evidence, failed, or left to a person.

    Exits 1 if any item failed.
    """
    from schemadiff.options import Settings
    from schemadiff.report import render
    from schemadiff.usecases.checklist import Grounds, checklist
    from schemadiff.usecases.compare import compare_pairs
    from schemadiff.usecases.replay import last_pairs, open_contracts, pairs_since, replay_contracts
    from schemadiff.usecases.version_verdicts import KnownVerdicts
    from schemadiff.workspace.targets import Surroundings

    around, settings = Surroundings(Path.cwd(), contracts), Settings(as_of=as_of)
    opened = open_contracts(around)
    if replayed:
        try:
            report, comparisons = replay_contracts(opened, around, settings, worker=worker)
        except WorkerError as error:
            rest = f"{error.remedy or ''} --no-replay checks the other items.".strip()
            raise WorkerError(error.message, name=error.name, remedy=rest) from None
    else:
        report, comparisons = None, list(compare_pairs(last_pairs(opened), settings))
    since = list(compare_pairs(pairs_since(opened, release, around), settings)) if release is not None else []
    verdicts = KnownVerdicts(opened, settings)
    found = checklist(Grounds(opened, comparisons, report, as_of, release, since, verdicts))
    style = style_of(color, everything=everything, output=output)
    write(render(found, form, style=style), output)
    return found.exit_code
