"""
How a command ends: its exit code, and one message for every error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from schemadiff.errors import SchemadiffError


def guarded(work: Callable[[], object]) -> NoReturn:
    """
    Run a command and exit with its code; every error becomes one message, never a traceback.
    """
    try:
        code = work()
        sys.exit(code if isinstance(code, int) else 0)
    except SchemadiffError as error:
        print_error(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        reader_gone()
    except KeyboardInterrupt:
        print_error("stopped")
        sys.exit(130)
    except SystemExit:
        raise
    except Exception as error:
        _crash(error)


def reader_gone() -> NoReturn:
    """
    Exit with 141, as a program whose reader has closed the pipe; the code says nothing about schemas.
    """
    sys.stderr.close()
    sys.exit(141)


def print_error(text: str) -> None:
    """
    Write to standard error.
    """
    from schemadiff.report.escaping import visible

    print("\n".join(visible(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201 - the place for it


def _crash(error: Exception) -> NoReturn:
    import traceback

    if os.environ.get("SCHEMADIFF_DEBUG"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('schemadiff')[2].lstrip('/')}:{last.lineno}"
    print_error(f"error: a bug in schemadiff ({type(error).__name__} at {place}: {str(error)[:200]})")
    print_error(
        "  No verdict was reached. Please report it with the two schemas; SCHEMADIFF_DEBUG=1 shows where it happened."
    )
    sys.exit(70)
