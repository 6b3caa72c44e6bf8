"""
``schemadiff replay``: recorded messages through the worker that runs today.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from schemadiff.cli.options import as_of_option, contracts_option, output_options, replay_progress, since_day
from schemadiff.cli.writing import style_of, write

_EXAMPLES = """\b
Examples:
  schemadiff replay                                    the worker of the manifest, built if need be
  schemadiff replay --worker './worker --dry-run'      any program that speaks frames, or a payload a line
  schemadiff replay --worker http://127.0.0.1:8080     one that speaks HTTP
  schemadiff replay --exchanges answered.ndjson        none: hold answers that were recorded against the schemas
"""


@click.command(epilog=_EXAMPLES)
@output_options("terminal", "markdown", "json")
@click.option(
    "--worker", metavar="CMD|URL", help="The program to start, or where one speaks HTTP; else the manifest's worker."
)
@click.option("--exchanges", metavar="FILE", help="Judge the answers in a fixture file, and start no worker.")
@click.option("--timeout", type=click.FloatRange(min=0.01), default=5.0, metavar="SECONDS", help="For one message.")
@click.option("--overall", type=click.FloatRange(min=0.1), default=None, metavar="SECONDS", help="For everything.")
@click.option("--since", callback=since_day, metavar="DATE", help="Only what was recorded on this day or later.")
@click.option("--every-version", is_flag=True, help="Also send messages of versions outside of their window.")
@click.option("--journal", metavar="FILE", help="Remember here how far it came; the same command goes on from there.")
@contracts_option
@as_of_option
def command(
    form: str,
    output: str | None,
    everything: bool,
    color: str,
    worker: str | None,
    exchanges: str | None,
    timeout: float,
    overall: float | None,
    since: date | None,
    every_version: bool,
    journal: str | None,
    contracts: str | None,
    as_of: date,
) -> int:
    """
    Hand every recorded message, and every counter-example between the last two versions, to the worker.

    Prints a three-way table (old schema, new schema, worker), the dangerous and lenient rows first. Exits 5 where
    schema and worker differ, an answer is missing or breaks its contract, or nothing was replayed.
    """
    from schemadiff.catalog.fixtures import count_fixtures
    from schemadiff.options import Settings
    from schemadiff.report.replays import render_replay
    from schemadiff.usecases.replay import judge_exchanges, open_contracts, replay_contracts
    from schemadiff.wire.worker_spec import Limits
    from schemadiff.workspace.targets import Surroundings

    around = Surroundings(Path.cwd(), contracts)
    opened = open_contracts(around)
    if exchanges is not None:
        others = {
            "--worker": worker is not None,
            "--journal": journal is not None,
            "--overall": overall is not None,
            "--since": since is not None,
            "--every-version": every_version,
        }
        refused = next((name for name, given in others.items() if given), None)
        if refused is not None:
            raise click.UsageError(
                f"--exchanges starts no worker and judges the whole file, so {refused} is out of place."
            )
        with replay_progress(None) as progress:
            report = judge_exchanges(opened, Path(exchanges), progress=progress)
    else:
        with replay_progress(
            partial(count_fixtures, opened.tree, opened.catalog) if since is None else None
        ) as progress:
            report, _ = replay_contracts(
                opened,
                around,
                Settings(as_of=as_of),
                worker=worker,
                limits=Limits(timeout=timeout, overall=overall),
                since=since,
                every_version=every_version,
                journal=Path(journal) if journal is not None else None,
                progress=progress,
            )
    write(render_replay(report, form, style=style_of(color, everything=everything, output=output)), output)
    return 5 if report.failed else 0
