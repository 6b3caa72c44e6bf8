"""
Where a call comes in. Two plain words are by far the most common one, and start without the command-line library.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

# A run is short and keeps most of what it makes, so looking for garbage after every 700 objects is lost time.
gc.set_threshold(500_000, 4, 2)


def main() -> NoReturn:
    """
    Run what the command line says, and end the process.
    """
    try:
        _run(sys.argv[1:])
    except SystemExit as end:
        _leave(end)


def _run(words: list[str]) -> NoReturn:
    if len(words) == 2 and _plain(words) and "_SCHEMADIFF_COMPLETE" not in os.environ:
        from schemadiff.cli.comparing import compare_words
        from schemadiff.cli.writing import guarded

        guarded(lambda: compare_words(*words))
    from schemadiff.cli.main import main as run

    run()


def _plain(words: list[str]) -> bool:
    from schemadiff.cli.commands import COMMANDS

    return words[0] not in COMMANDS and all(word == "-" or not word.startswith("-") for word in words)


def _leave(end: SystemExit) -> NoReturn:
    """
    End the process without taking down what it has built: freeing it piece by piece would take a sixth of a run.
    Where more is to be done than writing what was said, Python ends in its usual way.
    """
    if end.code is not None and not isinstance(end.code, int):
        raise end
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        raise end from None
    os._exit((end.code or 0) & 0xFF)
