"""
A repository's own items: a command whose exit code decides, or what a person confirms.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from schemadiff.catalog import ChecklistEntry
from schemadiff.errors import WorkerError
from schemadiff.report.results import CHECKED, FAILED
from schemadiff.usecases.checklist.items import Outcome, left_open
from schemadiff.wire.run_command import run_command

_TIMEOUT = 60.0
_LINES_KEPT = 10


def own_item(entry: ChecklistEntry, folder: Path) -> Outcome:
    """
    The outcome of an item that is not built in.

    Arguments:
        entry: an item with ``command`` or ``confirm``.
        folder: where the command runs.

    Returns:
        CHECKED for exit code 0, FAILED for any other and for a command that takes too long, each with the end of the
        output; OPEN with the reason if the command cannot be started, or a person confirms the item.
    """
    if not entry.command:
        return left_open(entry.confirm or "")
    command, timeout = shlex.join(entry.command), entry.timeout or _TIMEOUT
    try:
        done = run_command(entry.command, folder, timeout=timeout)
    except WorkerError as error:
        return left_open(f"{command} could not be run: {error.message}. {error.remedy or ''}".strip())
    if done.code is None:
        end = f"It took longer than {timeout:g} {'second' if timeout == 1 else 'seconds'} and was stopped."
    elif done.code < 0:
        end = f"It was ended by signal {-done.code}."
    else:
        end = f"It exited with {done.code}."
    lines = [line.rstrip() for line in done.output.splitlines() if line.strip()][-_LINES_KEPT:]
    return Outcome(CHECKED if done.code == 0 else FAILED, (end, *lines), command)
