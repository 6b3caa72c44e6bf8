"""
How commands write, and what becomes of errors. Nothing here needs the command-line library, so that the plainest
call starts without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from schemadiff.errors import SchemadiffError, UsageError
from schemadiff.report.style import Style


def style_of(color: str, *, everything: bool, output: str | None) -> Style:
    """
    The style that fits where the text goes: colours only on a terminal that wants them, or where FORCE_COLOR asks for
    them, as in the log of a build; NO_COLOR has the last word.
    """
    terminal = output is None and sys.stdout is not None and sys.stdout.isatty()
    forced = output is None and os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    wanted = (terminal and os.environ.get("TERM") != "dumb") or forced
    colour = color == "always" or (color == "auto" and wanted and not os.environ.get("NO_COLOR"))
    width = _columns() if terminal else 100
    return Style(width=width, colour=colour, everything=everything)


def _columns() -> int:
    try:
        return min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 140)
    except (OSError, ValueError):
        return 100


def write(text: str, output: str | None) -> None:
    """
    Write to standard output, or to a file that is replaced whole or not at all. What is no file, such as a device or
    a pipe, stays what it is, and so does a link.

    Raises:
        UsageError: it cannot be written.
    """
    to_standard_output = output is None or output == "-"
    try:
        if to_standard_output:
            _say_all(text)
        else:
            _store(text, Path(str(output)))
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if to_standard_output else output
        raise UsageError(f"{name} cannot be written: {error.strerror}") from None


def _say_all(text: str) -> None:
    if sys.stdout is None:
        raise UsageError("standard output is closed", remedy="Name a file with -o.")
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _store(text: str, target: Path) -> None:
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


def progress() -> Callable[[int, int, str], None] | None:
    """
    A line on a terminal that tells how far a long run is; nothing where nobody watches.
    """
    if not sys.stderr.isatty():
        return None

    def show(number: int, total: int, name: str) -> None:
        from schemadiff.report.escaping import cut, visible

        if total > 3:
            end = "\n" if number + 1 == total else ""
            print(f"\r\x1b[K[{number + 1}/{total}] {cut(visible(name), 60)}", end=end, file=sys.stderr)  # noqa: T201

    return show


def guarded(work: Callable[[], object]) -> NoReturn:
    """
    Do the work of a command and exit with its code; every error becomes one message, never a traceback.
    """
    try:
        code = work()
        sys.exit(code if isinstance(code, int) else 0)
    except SchemadiffError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        unread()
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
    except SystemExit:
        raise
    except Exception as error:
        _crash(error)


def unread() -> NoReturn:
    """
    End as a program does whose reader has gone: the code says nothing about schemas.
    """
    sys.stderr.close()
    sys.exit(141)


def say(text: str) -> None:
    """
    Tell something on standard error.
    """
    from schemadiff.report.escaping import visible

    print("\n".join(visible(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201 - the place for it


def _crash(error: Exception) -> NoReturn:
    import traceback

    if os.environ.get("SCHEMADIFF_DEBUG"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('schemadiff')[2].lstrip('/')}:{last.lineno}"
    say(f"error: a bug in schemadiff ({type(error).__name__} at {place}: {str(error)[:200]})")
    say("  No verdict was reached. Please report it with the two schemas; SCHEMADIFF_DEBUG=1 shows where it happened.")
    sys.exit(70)
