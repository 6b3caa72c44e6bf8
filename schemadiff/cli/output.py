"""
How commands write their results.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemadiff.cli.new_file import write_file
from schemadiff.errors import UsageError
from schemadiff.report.formats import formats_of

if TYPE_CHECKING:
    from schemadiff.options import Options
    from schemadiff.report import Style
    from schemadiff.report.results import Result
    from schemadiff.usecases.graph import GraphQuery
    from schemadiff.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """
    In which form a result is written, and where.

    Attributes:
        form: the format.
        path: the file; None or ``-`` for standard output.
        everything: whether parts that are usually folded are shown as well.
        color: auto, always or never.
    """

    form: str
    path: str | None
    everything: bool
    color: str

    @property
    def style(self) -> Style:
        """
        Colours on a terminal that supports them, or where FORCE_COLOR asks for them, as in the log of a build;
        NO_COLOR wins.
        """
        from schemadiff.report import Style

        terminal = self.path is None and sys.stdout is not None and sys.stdout.isatty()
        forced = self.path is None and os.environ.get("FORCE_COLOR", "0") not in ("", "0")
        wanted = (terminal and os.environ.get("TERM") != "dumb") or forced
        colour = self.color == "always" or (self.color == "auto" and wanted and not os.environ.get("NO_COLOR"))
        return Style(width=_columns() if terminal else 100, colour=colour, everything=self.everything)


path_flag = click.option(
    "-o", "--output", "path", metavar="FILE", help="Write to a file instead of standard output; whole or not at all."
)


def writes(*kinds: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """
    Give a command ``-f`` with the formats of its kinds, ``-o``, ``--all`` and ``--color``; it receives an ``output``.
    """
    formats = formats_of(*kinds)

    def add(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def with_output(*, form: str, path: str | None, everything: bool, color: str, **values: Any) -> int:
            output = Output(form=form, path=path, everything=everything, color=color)
            return command(output=output, **values)

        choice = click.Choice(formats)
        for flag in (
            click.option(
                "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="ANSI colours."
            ),
            click.option("--all", "everything", is_flag=True, help="Fold nothing."),
            path_flag,
            click.option("-f", "--format", "form", type=choice, default=formats[0], show_default=True, help="Format."),
        ):
            with_output = flag(with_output)
        return with_output

    return add


def emit(result: Result, output: Output) -> int:
    """
    Write a result, and return the exit code of the command.
    """
    from schemadiff.report import render

    write(render(result, output.form, style=output.style), output.path)
    return result.exit_code


def _columns() -> int:
    try:
        return min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 140)
    except (OSError, ValueError):
        return 100


def write(text: str, output: str | None) -> None:
    """
    Write to standard output (None or ``-``), or to a file that is replaced whole or not at all.

    Raises:
        UsageError: it cannot be written, or it is a link, a pipe or a folder.
    """
    if output is None or output == "-":
        try:
            _print(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"standard output cannot be written: {error.strerror}") from None
    else:
        write_file(Path(output), text.encode("utf-8", "backslashreplace"))


def _print(text: str) -> None:
    if sys.stdout is None:
        raise UsageError("standard output is closed", remedy="Name a file with -o.")
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def pair_progress() -> Callable[[int, int, str], None] | None:
    """
    A line on a terminal that shows how far a comparison of many pairs is; None without a terminal.
    """
    if not sys.stderr.isatty():
        return None

    def show(number: int, total: int, name: str) -> None:
        from schemadiff.report.escaping import cut, visible

        if total > 3:
            end = "\n" if number + 1 == total else ""
            print(f"\r\x1b[K[{number + 1}/{total}] {cut(visible(name), 60)}", end=end, file=sys.stderr)  # noqa: T201

    return show


@contextmanager
def graph_query(running: tuple[str, ...], options: Options, *, replay: bool) -> Iterator[tuple[Workspace, GraphQuery]]:
    """
    The workspace and the query of a command about the graph; the bar shows how far its replay is.
    """
    from schemadiff.catalog.fixtures import count_fixtures
    from schemadiff.usecases.graph import GraphQuery
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    with message_progress(functools.partial(count_fixtures, workspace.tree, workspace.catalog)) as progress:
        yield workspace, GraphQuery(running=running, replay=replay or options.worker is not None, progress=progress)


@contextmanager
def message_progress(count: Callable[[], int] | None = None) -> Iterator[Callable[[int], None] | None]:
    """
    A bar on a terminal that shows how many messages are done, without an end unless they are counted; else None.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(
        repeat(None), length=count() if count else None, label="replay", show_pos=True, file=sys.stderr
    ) as bar:
        yield bar.update
