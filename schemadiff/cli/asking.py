"""
What the questions about what runs have in common: can-deploy, retire, rollout.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from schemadiff.cli.options import as_of_option, contracts_option, fleet_of, output_options
from schemadiff.cli.writing import style_of, write

if TYPE_CHECKING:
    from schemadiff.pipeline.replaying import Contracts
    from schemadiff.pipeline.supporting import KnownVerdicts


class Asked(NamedTuple):
    """
    The options of a question.

    Attributes:
        as_of: the day for which the answer holds.
        beside: releases that run instead of those that the manifest says run.
        contracts: the folder of contracts, if the user names one.
        form, output, everything, color: how to answer, and where.
    """

    as_of: date
    beside: tuple[str, ...]
    contracts: str | None
    form: str
    output: str | None
    everything: bool
    color: str

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
        from schemadiff.pipeline.replaying import open_contracts
        from schemadiff.pipeline.run import Settings
        from schemadiff.pipeline.sides import Surroundings
        from schemadiff.pipeline.supporting import KnownVerdicts

        opened = open_contracts(Surroundings(Path.cwd(), self.contracts))
        return opened, KnownVerdicts(opened, Settings(as_of=self.as_of))

    def tell(self, found: Any, text: Callable[..., str]) -> None:
        """
        Write an answer, as text or as JSON.
        """
        from schemadiff.report.answers import as_json

        style = style_of(self.color, everything=self.everything, output=self.output)
        write(as_json(found) if self.form == "json" else text(found, style), self.output)


def asking(command: Callable[..., int]) -> Callable[..., int]:
    """
    Gives a command the options of a question, which reach it as one value.
    """

    @click.option(
        "--with", "beside", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
    )
    @output_options("terminal", "json")
    @contracts_option
    @as_of_option
    @functools.wraps(command)
    def asked(**options: Any) -> int:
        common = {name: options.pop(name) for name in Asked._fields}
        return command(Asked(**common), **options)

    return asked
