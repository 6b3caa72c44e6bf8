"""
The command line: the commands, and the entry point.

Commands live in modules of their own and are imported when they are called, so that each starts fast.
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from schemadiff import __version__
from schemadiff.cli.commands import COMMANDS
from schemadiff.errors import InputError, SchemadiffError

_EXAMPLES = """\b
Examples:
  schemadiff v1 v2                          every contract that has both versions
  schemadiff order@v1 order@v2  one contract
  schemadiff old.json new.json              two files, JSON or YAML
  schemadiff HEAD~1:s.json s.json           a revision of git against the working tree
  schemadiff schemas/ ../next/schemas/      two folders, file by file
  schemadiff v1 v2 -f markdown -o comment.md

\b
Exit codes: 0 nothing at the fail level, 1 breaking, 3 undecided and nothing worse,
4 bad input, 5 worker or replay failure, 2 usage, 70 a bug of ours.
"""


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""The errors of a stream that takes nothing more."""

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class _Ended(BaseException):
    """
    A signal has ended the command; the argument is the exit code.
    """


class _Commands(click.Group):
    """
    A group whose commands are imported on demand, and whose default command is ``diff``.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"schemadiff.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """
        Insert ``diff`` before a first word that is not a command.
        """
        first = next((word for word in args if not word.startswith("-") or word == "-"), None)
        if first is not None and first not in COMMANDS:
            meant = _mistyped(first)
            if meant is not None:
                raise click.UsageError(f"no such command {first!r}; did you mean {meant}?", ctx)
            args = ["diff", *args]
        return super().parse_args(ctx, args)

    def make_context(self, *words: Any, **extra: Any) -> click.Context:
        # Click exits with 1, which here means breaking, if the pipe is closed while help is printed.
        try:
            return super().make_context(*words, **extra)
        except BrokenPipeError:
            _reader_gone()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _reader_gone()

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from schemadiff.cli.completion import first_words

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return first_words(ctx, COMMANDS, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _mistyped(word: str) -> str | None:
    """
    The command that a word resembles; None for a path, a revision's path, a version, or a word unlike any command.
    """
    if any(sign in word for sign in ":@/.") or word.startswith("-") or Path(word).exists():
        return None
    return next(iter(get_close_matches(word, COMMANDS, n=1, cutoff=0.6)), None)


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Commands, epilog=_EXAMPLES, context_settings=_SETTINGS)
@click.version_option(__version__, message="%(prog)s %(version)s", help="Print the version.")
def cli() -> None:
    """
    Which producers and consumers does a schema edit break, and what payload proves it?
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """
    Run a command and exit with its code; every error becomes one message, never a traceback.
    """
    _open_closed_streams()
    _end_in_order()
    if "_SCHEMADIFF_COMPLETE" in os.environ:
        importlib.import_module("schemadiff.cli.completion")
    try:
        code = _run(arguments)
        sys.exit(code if isinstance(code, int) else 0)
    except SchemadiffError as error:
        _print_error(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _reader_gone()
    except _Ended as ended:
        # At once: a thread that still proves something would run while the interpreter is taken down.
        os._exit(ended.args[0])
    except (click.Abort, KeyboardInterrupt):
        _print_error("stopped")
        sys.exit(130)
    except MemoryError:
        _print_error("error: there is not enough memory\n  Split the files, or allow more memory.")
        sys.exit(InputError.exit_code)
    except Exception as error:
        if not isinstance(error, OSError) or error.errno not in _FULL:
            _crash(error)
        _print_error(f"error: output cannot be written: {error.strerror}")
        sys.exit(2)


def _open_closed_streams() -> None:
    """
    Open what the caller has closed: no file may get the number of a stream, and messages need a place to go.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) < 3:  # the lowest number that is free
        pass
    os.close(number)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the end


def _end_in_order() -> None:
    """
    Turn the signals that end a process into an exception, so that workers are ended as well. One that the caller
    ignores, as ``nohup`` does, stays ignored.
    """

    def end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of handlers
        for each in _ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise _Ended(128 + number)

    for number in _ENDING if threading.current_thread() is threading.main_thread() else ():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


def _run(arguments: list[str] | None) -> object:
    try:
        return cli.main(args=arguments, prog_name="schemadiff", standalone_mode=False)
    except click.ClickException as error:
        with _messages():
            error.show()
        return error.exit_code


def _reader_gone() -> NoReturn:
    # As a program whose reader has closed the pipe; the code says nothing about schemas.
    with suppress(OSError):
        sys.stderr.close()
    sys.exit(141)


@contextmanager
def _messages() -> Iterator[None]:
    """
    Write messages. Where nobody can read them, the exit code stays what it is.
    """
    try:
        yield
        sys.stderr.flush()
    except OSError:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - what is left is flushed at exit


def _print_error(text: str) -> None:
    from schemadiff.report.escaping import visible

    with _messages():
        print("\n".join(visible(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201 - the place for it


def _crash(error: Exception) -> NoReturn:
    import traceback

    if os.environ.get("SCHEMADIFF_DEBUG"):
        with _messages():
            traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('schemadiff')[2].lstrip('/')}:{last.lineno}"
    _print_error(f"error: a bug in schemadiff ({type(error).__name__} at {place}: {str(error)[:200]})")
    _print_error(
        "  No verdict was reached. Please report it with the two schemas; SCHEMADIFF_DEBUG=1 shows where it happened."
    )
    sys.exit(70)
