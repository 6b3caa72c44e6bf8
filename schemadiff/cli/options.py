"""
Options that several commands share, and how they write.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from schemadiff.errors import UsageError
from schemadiff.report.style import Style

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


def style_of(color: str, *, everything: bool, output: str | None) -> Style:
    """
    The style that fits where the text goes: colours only on a terminal that wants them.
    """
    terminal = output is None and sys.stdout.isatty()
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    colour = color == "always" or (color == "auto" and wanted)
    width = _columns() if terminal else 100
    return Style(width=width, colour=colour, everything=everything)


def _columns() -> int:
    try:
        return min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 140)
    except (OSError, ValueError):
        return 100


def write(text: str, output: str | None) -> None:
    """
    Write to standard output, or to a file that is replaced whole or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    if output is None or output == "-":
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="backslashreplace")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{output} cannot be written: {error.strerror}") from None


def fleet_of(releases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """
    Releases of ``--with`` by service; several of one service run side by side.

    Raises:
        UsageError: one names no release.
    """
    from schemadiff.support import split_release

    fleet: dict[str, tuple[str, ...]] = {}
    for each in releases:
        service, release = split_release(each)
        if release is None:
            raise UsageError(f"{each!r} names no release", remedy="A release is written as SERVICE@RELEASE.")
        fleet[service] = (*fleet.get(service, ()), release)
    return fleet


def progress() -> Callable[[int, int, str], None] | None:
    """
    A line on a terminal that tells how far a long run is; nothing where nobody watches.
    """
    if not sys.stderr.isatty():
        return None

    def show(number: int, total: int, name: str) -> None:
        from schemadiff.report.untrusted import cut, visible

        if total > 3:
            click.echo(f"\r\x1b[K[{number + 1}/{total}] {cut(visible(name), 60)}", err=True, nl=number + 1 == total)

    return show
