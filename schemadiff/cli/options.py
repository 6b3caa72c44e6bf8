"""
Options that several commands share, and how they write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click

from schemadiff.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date:
    return since_day(ctx, parameter, value) or date.today()


def since_day(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """
    The day that an option names; None without one.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-30") from None


def completed_by(name: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """
    What completes an argument: a function of ``schemadiff.cli.completion``, imported when a shell asks.
    """

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
        from schemadiff.cli import completion

        found: list[Any] = getattr(completion, name)(ctx, parameter, incomplete)
        return found

    return complete


def as_of_option(command: F) -> F:
    """
    ``--as-of``: the day for which the answer holds.
    """
    return click.option("--as-of", callback=_day, metavar="DATE", help="The day that counts as today (YYYY-MM-DD).")(
        command
    )


def contracts_option(command: F) -> F:
    """
    ``--contracts``: the folder of contracts.
    """
    return click.option(
        "--contracts", metavar="DIR", help="The folder of contracts; found by itself if it is called contracts/."
    )(command)


def worker_option(command: F) -> F:
    """
    ``--worker``: through which program to replay.
    """
    return click.option(
        "--worker", metavar="CMD", help="The program to replay through, instead of the manifest's worker."
    )(command)


def replay_options(command: F) -> F:
    """
    ``--replay`` and ``--worker``, where a replay is asked for; naming a worker asks for one as well.
    """
    flag = click.option("--replay", "replayed", is_flag=True, help="Replay the fixtures through the worker as well.")
    return flag(worker_option(command))


@contextmanager
def replay_progress(count: Callable[[], int] | None) -> Iterator[Callable[[int], None] | None]:
    """
    A bar where somebody watches; without a function that counts the fixtures it tells only how many are done.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from itertools import repeat

    length = None if count is None else count()
    with click.progressbar(repeat(None), length=length, label="replay", show_pos=True, file=sys.stderr) as bar:
        yield bar.update


DIALECTS = ("draft4", "draft6", "draft7", "2019-09", "2020-12")


def dialect_option(command: F) -> F:
    """
    ``--dialect``: for schemas that name none.
    """
    return click.option(
        "--dialect", type=click.Choice(DIALECTS), help="For schemas that name none in $schema [2020-12]."
    )(command)


def output_options(*formats: str) -> Callable[[F], F]:
    """
    ``-f``, ``-o``, ``--all`` and ``--color``.
    """

    def add(command: F) -> F:
        command = click.option(
            "-f", "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Format."
        )(command)
        command = click.option(
            "-o", "--output", metavar="FILE", help="Write to a file instead of standard output; whole or not at all."
        )(command)
        command = click.option("--all", "everything", is_flag=True, help="Fold nothing.")(command)
        return click.option(
            "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="ANSI colours."
        )(command)

    return add


def fleet_of(releases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """
    Releases of ``--with`` by service; several of one service run side by side.

    Raises:
        UsageError: one names no release.
    """
    from schemadiff.deployment import split_release

    fleet: dict[str, tuple[str, ...]] = {}
    for each in releases:
        service, release = split_release(each)
        if release is None:
            raise UsageError(f"{each!r} names no release", remedy="A release is written as SERVICE@RELEASE.")
        fleet[service] = (*fleet.get(service, ()), release)
    return fleet
