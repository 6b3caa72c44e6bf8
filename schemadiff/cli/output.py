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
from typing import TYPE_CHECKING, Any, TypeVar

import click

from schemadiff.errors import UsageError
from schemadiff.report.formats import formats_of

if TYPE_CHECKING:
    from schemadiff.options import Options
    from schemadiff.report import Style
    from schemadiff.report.results import Result
    from schemadiff.usecases.graph import GraphQuery
    from schemadiff.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


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
        The style for the place where the text goes.
        """
        return style_of(self.color, everything=self.everything, output=self.path)


def writes(*kinds: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """
    Give a command ``-f``, ``-o``, ``--all`` and ``--color``; it receives them as ``output``.

    Arguments:
        kinds: of the result; their formats are the choices.
    """
    formats = formats_of(*kinds)

    def add(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def with_output(*, form: str, path: str | None, everything: bool, color: str, **values: Any) -> int:
            output = Output(form=form, path=path, everything=everything, color=color)
            return command(output=output, **values)

        for flag in (
            click.option(
                "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="ANSI colours."
            ),
            click.option("--all", "everything", is_flag=True, help="Fold nothing."),
            path_flag,
            click.option(
                "-f",
                "--format",
                "form",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help="Format.",
            ),
        ):
            with_output = flag(with_output)
        return with_output

    return add


def path_flag(command: F) -> F:
    """
    ``-o``: the file to write to.
    """
    return click.option(
        "-o",
        "--output",
        "path",
        metavar="FILE",
        help="Write to a file instead of standard output; whole or not at all.",
    )(command)


def emit(result: Result, output: Output) -> int:
    """
    Write a result.

    Returns:
        The exit code of the command.

    Raises:
        UsageError: the file cannot be written.
    """
    from schemadiff.report import render

    write(render(result, output.form, style=output.style), output.path)
    return result.exit_code


def style_of(color: str, *, everything: bool, output: str | None) -> Style:
    """
    The style for the place where the text goes: colours on a terminal that supports them, or where FORCE_COLOR asks
    for them, as in the log of a build; NO_COLOR wins.

    Arguments:
        color: auto, always or never.
        everything: whether parts that are usually folded are shown as well.
        output: the file; None for standard output.
    """
    from schemadiff.report import Style

    terminal = output is None and sys.stdout is not None and sys.stdout.isatty()
    forced = output is None and os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    wanted = (terminal and os.environ.get("TERM") != "dumb") or forced
    colour = color == "always" or (color == "auto" and wanted and not os.environ.get("NO_COLOR"))
    return Style(width=_columns() if terminal else 100, colour=colour, everything=everything)


def _columns() -> int:
    try:
        return min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 140)
    except (OSError, ValueError):
        return 100


def write(text: str, output: str | None) -> None:
    """
    Write to standard output, or to a file that is replaced whole or not at all. Devices, pipes and links are kept.

    Arguments:
        text: what to write.
        output: the file; None or ``-`` for standard output.

    Raises:
        UsageError: it cannot be written.
    """
    to_standard_output = output is None or output == "-"
    try:
        if to_standard_output:
            _print(text)
        else:
            _replace_file(text, Path(str(output)))
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if to_standard_output else output
        raise UsageError(f"{name} cannot be written: {error.strerror}") from None


def _print(text: str) -> None:
    if sys.stdout is None:
        raise UsageError("standard output is closed", remedy="Name a file with -o.")
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _replace_file(text: str, target: Path) -> None:
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        return
    target = target.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="backslashreplace")
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


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
def message_progress(count: Callable[[], int] | None = None) -> Iterator[Callable[[int], None] | None]:
    """
    A bar on a terminal that shows how many messages are done; None without a terminal.

    Arguments:
        count: counts the messages; without it the bar has no end.
    """
    if not sys.stderr.isatty():
        yield None
        return

    length = None if count is None else count()
    with click.progressbar(repeat(None), length=length, label="replay", show_pos=True, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def graph_query(options: Options, running: tuple[str, ...], replay: bool) -> Iterator[tuple[Workspace, GraphQuery]]:
    """
    What a question about the graph starts from, with the bar of ``message_progress``; a named worker is replayed too.
    """
    from schemadiff.catalog.fixtures import count_fixtures
    from schemadiff.usecases.graph import GraphQuery
    from schemadiff.workspace import Workspace

    workspace = Workspace.open(Path.cwd(), options)
    with message_progress(functools.partial(count_fixtures, workspace.tree, workspace.catalog)) as progress:
        replay = replay or options.worker is not None
        yield workspace, GraphQuery(running=running, replay=replay, progress=progress)
