"""
Git as a process that only reads: it runs no program that a repository names, asks nothing, fetches nothing.

A repository's configuration and attributes can name programs (hooks, file system monitors, filters, text converters,
transports, signature checkers). The settings here are given on the command line, which a repository cannot override.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from schemadiff.errors import InputError, SchemadiffError

if TYPE_CHECKING:
    import subprocess

_SECONDS = 60

_SETTINGS = {
    "core.quotePath": "off",
    "core.fsmonitor": "",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "credential.helper": "",
    "gc.auto": "0",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    # A bare repository that a change contains is no place to look for a configuration.
    "safe.bareRepository": "explicit",
}
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",  # of all versions of git, the only way that forbids every transport
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",  # its messages are read
}
_PATHS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_PROGRAMS = r"^filter\..*\.(clean|smudge|process|required)$"
_EMPTY = "SCHEMADIFF_EMPTY"
_FULL_FETCH = "In a partial clone fetch it first: git fetch --refetch --no-filter"


class MissingContent(SchemadiffError):  # noqa: N818 - of the clone
    """
    The clone lacks content. It is no input error: a side of which nothing can be read must not count as empty.
    """

    exit_code = 4


def missing_content(name: str) -> MissingContent:
    """
    The error for a file or commit whose content a partial clone lacks.
    """
    return MissingContent("git does not have the content of this file", name=name, remedy=_FULL_FETCH)


def git_command(*arguments: str) -> list[str]:
    """
    The command line of a git command.
    """
    settings = (word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}"))
    return ["git", "--no-pager", *settings, *arguments]


def git_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    The environment of git. Paths in it count from the working directory of this process, not from that of git. Programs
    are looked for in absolute folders alone: a change can hold one called git where a relative folder leads.

    The system's and the user's configuration stay, for they hold ``safe.directory``.
    """
    result = dict(os.environ if environment is None else environment)
    result.update({name: os.path.abspath(result[name]) for name in _PATHS if result.get(name)})  # noqa: PTH100 - links stay
    if "PATH" in result:
        result["PATH"] = os.pathsep.join(filter(os.path.isabs, result["PATH"].split(os.pathsep)))
    return {**result, **_VARIABLES, _EMPTY: ""}


def run_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """
    Run a git command, which must not write, whether it fails or not.

    Raises:
        InputError: git is not installed, there is no such folder, or it takes too long.
    """
    import subprocess

    try:
        return subprocess.run(
            git_command(*arguments),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env=git_environment(),
        )
    except (FileNotFoundError, NotADirectoryError):
        if not folder.is_dir():  # it is the working directory of git
            raise InputError("no such folder", name=str(folder), remedy="Check the path.") from None
        raise InputError("git is not installed", remedy="Install git, or name files instead of revisions.") from None
    except (subprocess.TimeoutExpired, OSError) as error:
        raise InputError(f"git {_verb(arguments)} failed: {error}", name=str(folder)) from None


def git(folder: Path, *arguments: str, missing_ok: bool = False) -> bytes | None:
    """
    The output of a git command.

    Arguments:
        folder: where it runs.
        arguments: the command, which must not write.
        missing_ok: return None where git fails, rather than raise.

    Raises:
        InputError: git is not installed, or fails.
        MissingContent: it needs content that a partial clone lacks.
    """
    done = run_git(folder, *arguments)
    if done.returncode == 0:
        return done.stdout
    reason = git_message(done)
    if "promisor remote" in reason:
        raise missing_content(str(folder))
    if missing_ok:
        return None
    raise InputError(f"git {_verb(arguments)}: {reason.splitlines()[-1] if reason else 'failed'}", name=str(folder))


def git_message(done: subprocess.CompletedProcess[bytes]) -> str:
    """
    What git printed about a failure.
    """
    return done.stderr.decode("utf-8", "replace").strip()


def without_filters(folder: Path) -> list[str]:
    """
    The arguments by which git takes the files of the working tree as they are, whatever filters are configured.
    """
    names = git(folder, "config", "--null", "--name-only", "--get-regexp", _PROGRAMS, missing_ok=True) or b""
    keys = {name.decode("utf-8", "surrogateescape") for name in names.split(b"\0") if name}
    return [f"--config-env={key}={_EMPTY}" for key in sorted(keys)]


def _verb(arguments: tuple[str, ...]) -> str:
    return next((word for word in arguments if not word.startswith("-")), "")
