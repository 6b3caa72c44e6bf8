"""
Trees of files: a folder on disk, or a revision of a git repository. Nothing is checked out or written.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from schemadiff.errors import InputError

MAX_BYTES = 32 * 1024 * 1024
"""Size above which files are rejected; no hand-written schema or manifest comes near it."""


class Tree(Protocol):
    """
    A set of files by path, relative to its root, with forward slashes.
    """

    @property
    def root(self) -> Path:
        """
        The folder on disk that paths start from, now or at the revision.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.

        Raises:
            InputError: the file is too large or unreadable.
        """
        ...

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        ...

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        ...

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """
    The files below a folder on disk. Links out of it are not followed.
    """

    root: Path
    shown: str = ""

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.
        """
        file = self.root / path
        try:
            if not file.is_file():
                return None
            if not file.resolve().is_relative_to(self.root.resolve()):
                raise InputError("the link leads out of the tree", name=self.name(path))
            if file.stat().st_size > MAX_BYTES:
                raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=self.name(path))
            return file.read_bytes()
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", name=self.name(path)) from None

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        place = self.root / folder
        if not place.is_dir():
            return []
        return sorted(posixpath.join(folder, each.name) if folder else each.name for each in place.iterdir())

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        result = []
        top = self.root / folder
        for here, folders, files in os.walk(top):
            folders[:] = [each for each in folders if not _passed_by(each)]
            inside = Path(here).relative_to(self.root).as_posix()
            result += [posixpath.normpath(posixpath.join(inside, file)) for file in files if not _passed_by(file)]
        return sorted(result)

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        return posixpath.join(self.shown, path) if self.shown else path


@dataclass(frozen=True, slots=True)
class Revision:
    """
    The files of one commit, read from git's object database.
    """

    repository: Path
    revision: str

    @property
    def root(self) -> Path:
        """
        The root of the repository.
        """
        return self.repository

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.
        """
        spec = f"{self.revision}:{path}"
        kind = git(self.repository, "cat-file", "-t", spec, missing_ok=True)
        if kind is None or kind.strip() != b"blob":
            return None
        length = git(self.repository, "cat-file", "-s", spec)
        if int(length or 0) > MAX_BYTES:
            raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=spec)
        return git(self.repository, "cat-file", "blob", spec)

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        spec = f"{self.revision}:{folder}"
        listing = git(self.repository, "ls-tree", "-z", "--name-only", spec, missing_ok=True)
        names = [each.decode("utf-8", "surrogateescape") for each in (listing or b"").split(b"\0") if each]
        return sorted(posixpath.join(folder, name) if folder else name for name in names)

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        spec = f"{self.revision}:{folder}"
        listing = git(self.repository, "ls-tree", "-r", "-z", "--name-only", spec, missing_ok=True)
        names = [each.decode("utf-8", "surrogateescape") for each in (listing or b"").split(b"\0") if each]
        return files_below(folder, names)

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        return f"{self.revision}:{path}"


def files_below(folder: str, names: Iterable[str]) -> list[str]:
    """
    The paths of the files below a folder, from their names relative to it, see ``Tree.below``.
    """
    seen = (name for name in names if not any(map(_passed_by, name.split("/"))))
    return sorted(posixpath.join(folder, each) for each in seen)


def _passed_by(name: str) -> bool:
    return name.startswith(".") or name == "node_modules"


def open_revision(folder: Path, revision: str) -> tuple[Revision, str]:
    """
    A revision of the repository that contains a folder.

    Returns:
        The tree, and the folder's path in it (empty at the root).

    Raises:
        InputError: no repository, or no such revision; the remedy names the ``git fetch`` to run.
    """
    if revision.startswith("-") or not revision:
        raise InputError(f"{revision!r} is not a revision", remedy="A revision is a branch, a tag or a commit.")
    repository = repository_around(folder)
    if git(repository, "rev-parse", "--git_environment", "--verify", f"{revision}^{{commit}}", missing_ok=True) is None:
        raise InputError(
            f"the revision {revision!r} is not in this repository",
            name=str(folder),
            remedy=f"Check the spelling; in a shallow clone fetch it first: {_fetch_hint(repository, revision)}",
        )
    inside = folder.resolve().relative_to(repository.resolve()).as_posix()
    return Revision(repository, revision), "" if inside == "." else inside


def repository_around(folder: Path) -> Path:
    """
    The root of the repository that contains a folder.

    Arguments:
        folder: where to start.

    Raises:
        InputError: there is no repository.
    """
    top = git(folder, "rev-parse", "--show-toplevel", missing_ok=True)
    if top is None:
        raise InputError(
            f"no git repository around {folder}",
            remedy="Run this inside a repository; `schemadiff OLD NEW` compares two files without one.",
        )
    return Path(top.decode("utf-8", "surrogateescape").rstrip("\n"))


def _fetch_hint(repository: Path, revision: str) -> str:
    shallow = (git(repository, "rev-parse", "--is-shallow-repository", missing_ok=True) or b"").strip() == b"true"
    if "~" in revision or "^" in revision:
        return "git fetch --unshallow" if shallow else "git fetch"
    remote, _, branch = revision.partition("/") if revision.startswith("origin/") else ("", "", revision)
    # A clone of a single branch follows no other one unless it is told where to put it.
    return f"git fetch --depth=1 origin {branch}" + (f":refs/remotes/{remote}/{branch}" if remote else "")


def git_environment() -> dict[str, str]:
    """
    The environment in which git neither writes an index nor fetches missing objects of a partial clone.
    """
    return {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


def git(folder: Path, *arguments: str, missing_ok: bool = False) -> bytes | None:
    """
    The output of a git command.

    Arguments:
        folder: where it runs.
        arguments: the command, which must not write.
        missing_ok: return None where git fails, rather than raise.

    Raises:
        InputError: git is not installed, or fails.
    """
    import subprocess

    try:
        done = subprocess.run(
            ["git", "-c", "core.quotepath=off", *arguments],
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=60,
            env=git_environment(),
        )
    except (FileNotFoundError, NotADirectoryError):
        if not folder.is_dir():  # it is the working directory of git
            raise InputError("no such folder", name=str(folder), remedy="Check the path.") from None
        raise InputError("git is not installed", remedy="Install git, or name files instead of revisions.") from None
    except (subprocess.TimeoutExpired, OSError) as error:
        raise InputError(f"git {arguments[0]} failed: {error}", name=str(folder)) from None
    if done.returncode == 0:
        return done.stdout
    if missing_ok:
        return None
    reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise InputError(f"git {arguments[0]}: {reason[-1] if reason else 'failed'}", name=str(folder))
