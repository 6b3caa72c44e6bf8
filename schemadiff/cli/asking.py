"""
What the questions about what runs have in common: graph, can-deploy, retire, rollout.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemadiff.cli.options import (
    as_of_option,
    contracts_option,
    fleet_of,
    output_options,
    replay_options,
    replay_progress,
)
from schemadiff.cli.writing import style_of, write
from schemadiff.report.formats import formats_of

if TYPE_CHECKING:
    from schemadiff.deployment import Replays
    from schemadiff.report.results import Result
    from schemadiff.report.style import Style
    from schemadiff.usecases.replay import Contracts
    from schemadiff.usecases.version_verdicts import KnownVerdicts


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The options of a question.

    Attributes:
        as_of: the day for which the answer holds.
        beside: releases that run instead of those that the manifest says run.
        contracts: the folder of contracts, if the user names one.
        form, output, everything, color: how to answer, and where.
        replayed: whether the fixtures shall go through the worker.
        worker: the program, instead of the repository's worker; naming one asks for a replay.
    """

    as_of: date
    beside: tuple[str, ...]
    contracts: str | None
    form: str
    output: str | None
    everything: bool
    color: str
    replayed: bool = False
    worker: str | None = None

    @property
    def fleet(self) -> dict[str, tuple[str, ...]]:
        """
        What runs by service, where the user says it.
        """
        return fleet_of(self.beside)

    def open(self) -> tuple[Contracts, KnownVerdicts]:
        """
        The contracts, and the verdicts between their versions.
        """
        from schemadiff.options import Settings
        from schemadiff.usecases.replay import open_contracts
        from schemadiff.usecases.version_verdicts import KnownVerdicts
        from schemadiff.workspace.targets import Surroundings

        opened = open_contracts(Surroundings(Path.cwd(), self.contracts))
        return opened, KnownVerdicts(opened, Settings(as_of=self.as_of))

    def replays(self, opened: Contracts) -> Replays:
        """
        What the worker does with the recorded messages; None unless the user asks.

        Raises:
            UsageError: the command line of the worker cannot be taken apart.
            WorkerError: the worker cannot be built or started, or the replay shows nothing.
        """
        if not self.replayed and self.worker is None:
            return None
        from schemadiff.catalog.fixtures import count_fixtures
        from schemadiff.options import Settings
        from schemadiff.usecases.replay import replay_contracts
        from schemadiff.usecases.version_verdicts import replay_evidence
        from schemadiff.workspace.targets import Surroundings

        around, settings = Surroundings(Path.cwd(), self.contracts), Settings(as_of=self.as_of)
        with replay_progress(functools.partial(count_fixtures, opened.tree, opened.catalog)) as progress:
            report, _ = replay_contracts(opened, around, settings, worker=self.worker, progress=progress)
        return replay_evidence(report)

    @property
    def style(self) -> Style:
        """
        The style that fits where the answer goes.
        """
        return style_of(self.color, everything=self.everything, output=self.output)

    def emit(self, result: Result) -> int:
        """
        Write a result.

        Returns:
            Its exit code.
        """
        from schemadiff.report import render

        write(render(result, self.form, style=self.style), self.output)
        return result.exit_code


def asking(kind: str, *, replays: bool = False) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """
    Gives a command the options of a question, which reach it as one value.

    Arguments:
        kind: of its result.
        replays: whether a replay can add to the answer.
    """

    def add(command: Callable[..., int]) -> Callable[..., int]:
        @click.option(
            "--with", "beside", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
        )
        @output_options(*formats_of(kind))
        @contracts_option
        @as_of_option
        @functools.wraps(command)
        def asked(**options: Any) -> int:
            common = {name: options.pop(name) for name in {each.name for each in fields(Asked)} if name in options}
            return command(Asked(**common), **options)

        return replay_options(asked) if replays else asked

    return add
